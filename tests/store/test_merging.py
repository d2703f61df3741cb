"""What another database has is added, what is there stays, and nothing is counted twice."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kvitto.paths import database_file
from kvitto.store.backup import back_up, restore
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.database import open_database
from kvitto.store.errors import AlreadyRunningError, DatabaseTooNewError, NothingReceivedError
from kvitto.store.follow_up_queries import FollowUpReader, MarkMessages
from kvitto.store.lockfile import Instance
from kvitto.store.merging import merge
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.reader import Reader
from kvitto.store.restorations import read_restorations
from kvitto.store.restore_errors import NotABackupError
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all


async def receive(folder: Path, *names: str, batch_id: str = "batch-a", code: int = 102) -> None:
    with open_database(folder) as database:
        key = CallbackKeyStore(database).newest(START).key
        writer = Writer(database)
        writer.start()
        reports = [a_report(name, batch_id=batch_id, code=code) for name in names]
        await append_all(writer, [ReportRequest(one, b"{}", START, key) for one in reports])
        writer.close()


def contents(folder: Path) -> dict[str, int]:
    """Return the reports of each message, where all sums agree with them."""
    with open_database(folder) as database:
        assert check(database).differences == []
        assert Reader(database).counts().repeats == 0
    with closing(sqlite3.connect(database_file(folder))) as read:
        return dict(read.execute("SELECT external_id, report_count FROM message").fetchall())


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    (tmp_path / "safe").mkdir()
    return tmp_path / "safe" / "b å%20#?.db"


async def test_what_has_come_since_the_backup_is_added_to_what_was_restored(
    data_dir: Path, backup: Path
) -> None:
    await receive(data_dir, "old1", "old2")
    back_up(data_dir, backup)
    await receive(data_dir, "old1", code=201)
    await receive(data_dir, "new", batch_id="batch-b")
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        writer.edit(ChangeBatch(2, BatchChange(label="Höstrea", expected_count=7))).result(60)
        writer.edit(MarkMessages((1, 3), START, note="No answer")).result(60)
        writer.close()
    before = contents(data_dir)
    kept = restore(data_dir, backup).kept
    assert kept is not None
    assert contents(data_dir) == {"old1": 1, "old2": 1}

    merged = merge(data_dir, database_file(kept))

    assert merged.reports == 2
    assert contents(data_dir) == before == {"old1": 2, "old2": 1, "new": 1}
    with open_database(data_dir) as database:
        assert list(read_restorations(database)) == []
        [new] = [one for one in Reader(database).batches() if one.batch_id == "batch-b"]
        assert (new.label, new.expected_count) == ("Höstrea", 7)
        assert [row.note for row in FollowUpReader(database).rows([1, 2, 3])].count(
            "No answer"
        ) == 2
    assert merge(data_dir, database_file(kept)).reports == 0
    assert contents(data_dir) == before
    assert not [one for one in os.listdir(data_dir) if one.startswith(".")]  # noqa: PTH208


async def test_what_the_old_computer_received_after_a_move_is_added(
    data_dir: Path, tmp_path: Path, backup: Path
) -> None:
    await receive(data_dir, "old")
    back_up(data_dir, backup)
    await receive(data_dir, "late")
    new = tmp_path / "new"
    restore(new, backup)
    await receive(new, "here")

    assert merge(new, database_file(data_dir)).reports == 1

    assert set(contents(new)) == {"old", "late", "here"}


async def test_a_store_that_was_never_the_same_is_added_with_its_keys(
    data_dir: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    await receive(other, "theirs")
    await receive(data_dir, "mine")

    assert merge(data_dir, database_file(other)).reports == 1

    assert set(contents(data_dir)) == {"mine", "theirs"}
    with open_database(data_dir) as database:
        keys = CallbackKeyStore(database)
        assert len(keys.valid()) == 2
        assert set(keys.last_arrivals()) == {one.key for one in keys.valid()}


async def test_what_was_cut_off_goes_on_where_it_was(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    await receive(other, *(f"m{n}" for n in range(40)))
    await receive(data_dir, "mine")
    monkeypatch.setattr("kvitto.store.merging._AT_ONCE", 10)

    def may_go_on() -> bool:
        with closing(sqlite3.connect(database_file(data_dir))) as looking:
            return bool(looking.execute("SELECT count(*) FROM report").fetchone()[0] < 21)

    with pytest.raises(InterruptedError):
        merge(data_dir, database_file(other), may_go_on=may_go_on)

    assert 1 < len(contents(data_dir)) < 41
    merge(data_dir, database_file(other))
    assert len(contents(data_dir)) == 41


async def test_a_file_that_is_no_whole_store_is_refused_and_nothing_is_changed(
    data_dir: Path, tmp_path: Path
) -> None:
    await receive(data_dir, "mine")
    (tmp_path / "empty.db").touch()
    (tmp_path / "text.db").write_bytes(b"no database" * 1000)
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as foreign:
        foreign.execute("CREATE TABLE report (pk)")
    (tmp_path / "link.db").hardlink_to(database_file(data_dir))
    for name in ("missing.db", "empty.db", "text.db", "foreign.db", "link.db"):
        with pytest.raises(NotABackupError):
            merge(data_dir, tmp_path / name)
    other = tmp_path / "other"
    await receive(other, "theirs")
    with closing(sqlite3.connect(database_file(other))) as newer:
        newer.execute("PRAGMA user_version = 999")
    with pytest.raises(DatabaseTooNewError):
        merge(data_dir, database_file(other))

    assert contents(data_dir) == {"mine": 1}


async def test_nothing_is_added_while_it_receives_or_where_nothing_is(
    data_dir: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    await receive(other, "theirs")
    with pytest.raises(NothingReceivedError):
        merge(data_dir, database_file(other))
    await receive(data_dir, "mine")
    with Instance(data_dir), pytest.raises(AlreadyRunningError):
        merge(data_dir, database_file(other))


def test_every_earlier_version_can_be_added(data_dir: Path, tmp_path: Path) -> None:
    asyncio.run(receive(data_dir, "mine"))
    frozen = sorted((Path(__file__).parents[1] / "data").rglob("v*.db"))
    assert frozen
    for file in frozen:
        size = file.stat().st_size
        merge(data_dir, file)
        assert file.stat().st_size == size
        with open_database(data_dir) as database:
            assert check(database).differences == []
