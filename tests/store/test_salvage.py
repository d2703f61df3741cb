"""What can be read of a damaged store becomes a new one, and what is lost is counted."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from kvitto.core.ip1_parser import parse
from kvitto.paths import database_file, instance_file, lock_file
from kvitto.store.askable import AddUnreported, unheard_of
from kvitto.store.asked_edits import AddAsked, AskedMessage, AskedStatus
from kvitto.store.backup import back_up, restore
from kvitto.store.check import check
from kvitto.store.database import open_database
from kvitto.store.deletions import DeleteBatches
from kvitto.store.errors import AlreadyRunningError, DatabaseTooNewError
from kvitto.store.follow_up_queries import MARKED
from kvitto.store.lockfile import Instance, InstanceInfo
from kvitto.store.reader import Reader
from kvitto.store.restore_errors import (
    BackupInDataFolderError,
    NotABackupError,
    NothingToSalvageError,
)
from kvitto.store.salvage import salvage
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.helpers.posting import report_body
from tests.helpers.program import run
from tests.store.arrivals import START, a_report, append_all, arriving
from tests.store.salvaging import CODES, MESSAGES, contents, fill


@pytest.fixture(scope="module")
def filled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    asyncio.run(fill(folder))
    return database_file(folder)


@pytest.fixture
def filled(filled_once: Path, data_dir: Path) -> Path:
    """Return the database of a store with three batches, an old one and a refused request."""
    return shutil.copyfile(filled_once, database_file(data_dir))


def test_what_was_noted_on_messages_is_saved_too(filled: Path, tmp_path: Path) -> None:
    salvage(filled, tmp_path / "saved.db")

    kept = []
    for file in (filled, tmp_path / "saved.db"):
        with closing(sqlite3.connect(file)) as read:
            kept.append(sorted(read.execute(MARKED).fetchall()))
    assert kept[0] == kept[1]
    assert [row[2:4] for row in kept[1]] == [("called", "å")] * 2


def test_of_a_whole_store_nothing_is_lost(filled: Path, tmp_path: Path) -> None:
    saved = salvage(filled, tmp_path / "saved.db")

    assert (saved.lost, saved.is_exact, saved.batches_lost) == (0, True, [])
    restore(tmp_path / "new", tmp_path / "saved.db")
    assert contents(tmp_path / "new") == contents(filled.parent)
    assert not list(tmp_path.glob(".kvitto*"))


@pytest.mark.parametrize("seed", range(8))
def test_what_can_be_read_is_saved_and_what_is_lost_is_counted(
    filled: Path, tmp_path: Path, seed: int
) -> None:
    pages = filled.stat().st_size // 4096
    before = filled.read_bytes()
    with filled.open("r+b") as file:
        for number in range(3):
            # Not the schema, nor the roots that come right behind it.
            file.seek((50 + (seed * 37 + number * 11) % (pages - 50)) * 4096)
            file.write(os.urandom(4096))
    damaged = filled.read_bytes()
    assert damaged != before

    saved = salvage(filled, tmp_path / "saved.db")

    assert filled.read_bytes() == damaged, "it is not changed"
    restore(tmp_path / "new", tmp_path / "saved.db")
    with open_database(tmp_path / "new") as database:
        assert check(database).differences == []
        reports = Reader(database).counts().reports
    assert reports == saved.contents.reports
    assert reports >= len(CODES) * MESSAGES // 2
    if saved.is_exact:
        assert reports + saved.lost == len(CODES) * MESSAGES


def test_a_cut_file_gives_what_is_left(filled: Path, tmp_path: Path) -> None:
    os.truncate(filled, filled.stat().st_size * 9 // 10)

    saved = salvage(filled, tmp_path / "saved.db")

    assert saved.contents.reports > 0
    assert saved.lost or saved.contents.reports == len(CODES) * MESSAGES


async def test_a_body_comes_back_as_it_came_where_its_message_is_lost_and_its_time_is_not_kept(
    data_dir: Path, tmp_path: Path
) -> None:
    body = report_body("m0", batch_id="b0", code=201, created="2999-01-01T00:00:00")
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        await append_all(writer, [ReportRequest(parse(body), body, START)])
        writer.close()
    with closing(sqlite3.connect(database_file(data_dir))) as connection, connection:
        connection.execute("DELETE FROM message")

    saved = salvage(database_file(data_dir), tmp_path / "saved.db")

    assert (saved.contents.reports, saved.lost) == (1, 0)
    restore(tmp_path / "new", tmp_path / "saved.db")
    with open_database(tmp_path / "new") as database:
        assert [one.body for one in Reader(database).stream_reports()] == [body]


async def test_what_was_asked_is_saved_too(data_dir: Path, tmp_path: Path) -> None:
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        await append_all(writer, [arriving(a_report("m0", batch_id="b0"))])
        statuses = tuple(
            AskedMessage(
                name,
                (
                    AskedStatus(a_report(name, batch_id="b0", code=112, second=5), "{}"),
                    AskedStatus(
                        a_report(name, batch_id="b0", code=201, final=True, second=9), "{}"
                    ),
                ),
            )
            for name in ("m0", "lost")
        )
        writer.edit(AddAsked("b0", START, statuses)).result(30)
        writer.close()
    before = contents(data_dir)
    target = tmp_path / "saved.db"
    salvage(database_file(data_dir), target)
    folder = tmp_path / "restored"
    folder.mkdir()
    shutil.copyfile(target, database_file(folder))
    assert contents(folder) == before
    with open_database(folder) as database:
        assert [one.state.code for one in Reader(database).stream_messages()] == [201, 201]


async def test_what_never_reported_is_saved_and_what_was_deleted_is_not_asked_for_again(
    data_dir: Path, tmp_path: Path
) -> None:
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        await append_all(writer, [arriving(a_report("m0", batch_id="gone"))])
        writer.edit(DeleteBatches((1,))).result(30)
        writer.edit(AddUnreported("found", START, START)).result(30)
        status = AskedStatus(a_report("m1", batch_id="found", code=201, final=True), "{}")
        writer.edit(AddAsked("found", START, (AskedMessage("m1", (status,)),))).result(30)
        writer.close()
    salvage(database_file(data_dir), tmp_path / "saved.db")
    restore(tmp_path / "new", tmp_path / "saved.db")
    with open_database(tmp_path / "new") as database:
        (batch,) = Reader(database).batches()
        assert (batch.batch_id, batch.messages, batch.reports) == ("found", 1, 0)
        assert unheard_of(database, ["gone", "found", "new"]) == {"new"}
        assert check(database).differences == []


async def test_what_was_deleted_does_not_come_back(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Writer, "_continue_deletions", lambda _self: None)
    with open_database(filled.parent) as database:
        writer = Writer(database)
        writer.start()
        writer.edit(DeleteBatches((1,))).result(60)
        writer.close()

    salvage(filled, tmp_path / "saved.db")

    restore(tmp_path / "new", tmp_path / "saved.db")
    with open_database(tmp_path / "new") as database:
        assert {one.batch_id for one in Reader(database).batches()} == {"b1", "b2", "old"}
        assert check(database).differences == []


def of_another_program(file: Path) -> None:
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE meta (revision)")


def empty_database(file: Path) -> None:
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA user_version = 1")


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda file: file.touch(), id="empty"),
        pytest.param(lambda file: file.write_bytes(b"no store" * 4096), id="text"),
        pytest.param(lambda file: file.write_bytes(bytes(4096 * 9)), id="zeros"),
        of_another_program,
        empty_database,
        pytest.param(lambda file: file.mkdir(), id="folder"),
        pytest.param(lambda file: os.mkfifo(file), id="pipe"),
        pytest.param(lambda _file: None, id="missing"),
    ],
)
def test_what_is_no_store_at_all_is_told_in_one_sentence_and_nothing_is_made(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    file = tmp_path / "x"
    make(file)
    before = {one.name for one in tmp_path.iterdir()}

    with pytest.raises((NothingToSalvageError, NotABackupError), match="Nothing"):
        salvage(file, tmp_path / "saved.db")

    assert {one.name for one in tmp_path.iterdir()} == before


def test_of_what_a_newer_kvitto_made_nothing_is_guessed(filled: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(filled)) as newer:
        newer.execute("PRAGMA user_version = 999")

    with pytest.raises(DatabaseTooNewError):
        salvage(filled, tmp_path / "saved.db")

    assert not (tmp_path / "saved.db").exists()


def test_nothing_is_salvaged_while_reports_are_received(filled: Path, tmp_path: Path) -> None:
    with Instance(filled.parent) as running:
        running.tell(InstanceInfo(os.getpid(), "http://127.0.0.1:1"))
        where = rf", at http://127\.0\.0\.1:1 \(process {os.getpid()}\)\. Use that one"
        with pytest.raises(AlreadyRunningError, match=where):
            salvage(filled, tmp_path / "saved.db")

    assert not (tmp_path / "saved.db").exists()


def test_a_number_of_a_process_that_another_one_has_now_is_no_obstacle(
    filled: Path, tmp_path: Path
) -> None:
    left_by_a_power_cut = msgspec.json.encode(InstanceInfo(os.getpid(), "http://127.0.0.1:1"))
    instance_file(filled.parent).write_bytes(left_by_a_power_cut)
    lock_file(filled.parent).touch()

    assert salvage(filled, tmp_path / "saved.db").lost == 0


ODD_NAMES = ("a b", "a?b#c", "a%20å", "--force", "'quote\"&mode=ro")


@pytest.mark.parametrize("name", ODD_NAMES)
def test_paths_may_be_spelled_in_any_way(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    odd = tmp_path / name
    odd.mkdir()
    shutil.copyfile(filled, odd / name)
    (tmp_path / "link").symlink_to(odd / name)
    monkeypatch.chdir(odd)

    assert salvage(Path(name), Path(f"{name} saved")).lost == 0
    assert salvage(tmp_path / "link", odd / "linked").lost == 0

    restore(odd / f"{name} new", Path(f"{name} saved"))
    assert contents(odd / f"{name} new") == contents(filled.parent)
    back_up(odd / f"{name} new", Path(f"{name} copy"))
    restore(odd / f"{name} new", tmp_path / name / f"{name} copy")
    assert contents(odd / f"{name} new") == contents(filled.parent)
    made = {name, *(f"{name} {one}" for one in ("saved", "new", "copy")), "linked"}
    assert {one.name for one in odd.iterdir()} == made
    assert {one.name for one in tmp_path.iterdir()} <= {name, "link", "data"}


def test_nothing_is_saved_into_a_data_folder_or_below_it(filled: Path) -> None:
    lock_file(filled.parent).touch()
    (filled.parent / "sub").mkdir()
    for target in (filled.parent / "saved.db", filled.parent / "sub" / "saved.db"):
        with pytest.raises(BackupInDataFolderError):
            salvage(filled, target)
        assert not target.exists()


def test_the_command_says_what_was_saved_and_lost(filled: Path, tmp_path: Path) -> None:
    done = run("salvage", "--data-dir", filled.parent, tmp_path / "saved.db")

    assert done.returncode == 0
    assert f"{len(CODES) * MESSAGES} reports, {MESSAGES} messages, 4 batches saved" in done.stderr
    assert "Nothing is lost." in done.stderr
    done = run("salvage", "--data-dir", filled.parent, tmp_path / "saved.db")
    assert done.returncode == 1
    assert "--force" in done.stderr
