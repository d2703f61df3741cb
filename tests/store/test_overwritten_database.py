"""What is written over the database while reports are received."""

import logging
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from kvitto.paths import database_file
from kvitto.store import folding
from kvitto.store.backup import back_up, restore
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.database import open_database
from kvitto.store.errors import DatabaseBrokenError, ReportsLostError
from kvitto.store.file_errors import (
    DatabaseEmptiedError,
    DatabaseOverwrittenError,
    OtherLogKeptError,
)
from kvitto.store.file_guard import companions
from kvitto.store.merging import merge
from kvitto.store.reader import Reader
from kvitto.store.write_requests import WriteResult
from kvitto.store.writer_connection import WriterConnection
from tests.helpers.logwatch import LogWatch
from tests.store.arrivals import START, a_report, append_all, arriving
from tests.store.attacking import (
    Attack,
    Attacker,
    after_the_commit,
    at_rest,
    image_of,
    in_a_transaction,
    revision_of,
    started,
)


def older_copy(path: Path) -> Path:
    older = path.with_name("older.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(older),))
    return older


async def filled(folder: Path, name: str, count: int) -> None:
    with open_database(folder) as database, started(database) as writer:
        await append_all(writer, [arriving(a_report(f"{name}{n}")) for n in range(count)])


_COPIES: Final = """
import sqlite3, sys
source, target = sys.argv[1:]
with open(source, "rb") as old, open(target, "wb") as new:
    # Whoever opens it now takes the log for one that is left of a deleted database, and deletes it.
    reading = sqlite3.connect(f"file:{target}?mode=ro", uri=True)
    try:
        reading.execute("SELECT * FROM store_state")
    except sqlite3.Error:
        new.write(old.read())
"""


def copy_over(source: Path) -> Attack:
    """Return what copies a file over another in place, as cp does: it is empty for a moment."""

    def copy(path: Path) -> None:
        # Not here: this process would lose its locks on the file.
        subprocess.run([sys.executable, "-c", _COPIES, source, path], check=True)
        assert path.stat().st_size == source.stat().st_size

    return copy


@pytest.mark.parametrize(
    "moment", [at_rest, in_a_transaction, after_the_commit], ids=lambda moment: moment.__name__
)
async def test_where_an_older_copy_is_written_over_it_the_loss_is_told_and_the_newest_are_kept(
    data_dir: Path,
    tmp_path: Path,
    moment: Callable[[Attacker, pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
    log_watch: LogWatch,
) -> None:
    await filled(data_dir, "a", 50)
    older = older_copy(database_file(data_dir))
    await filled(data_dir, "b", 100)
    with open_database(data_dir) as database, started(database) as writer:
        attacker = Attacker(copy_over(older), database.path)
        moment(attacker, monkeypatch)
        keys = CallbackKeyStore(database)
        key = keys.make(START)
        await append_all(writer, [arriving(a_report(f"c{n}")) for n in range(20)])
        attacker.is_ready = True
        revision = revision_of(database)

        with log_watch.expect(logging.CRITICAL, "100 of the newest reports"):
            if moment is at_rest:
                attacker.strike()
            assert await writer.append(arriving(a_report("late"))) is WriteResult.STORED

        assert isinstance(writer.incident, ReportsLostError)
        assert revision_of(database) > revision
        assert writer.alarm is None
        assert key in keys.valid()
        monkeypatch.undo()
        with open_database(image_of(database.path, tmp_path)) as copy:
            assert Reader(copy).counts().messages == 50 + 20 + 1
            assert check(copy).differences == []


async def test_what_was_folded_in_lately_is_not_lost_by_an_older_copy(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, log_watch: LogWatch
) -> None:
    await filled(data_dir, "a", 50)
    older = older_copy(database_file(data_dir))
    monkeypatch.setattr(folding, "CHECKPOINT_PAGES", 10)
    with open_database(data_dir) as database, started(database) as writer:
        for part in range(20):
            await append_all(writer, [arriving(a_report(f"b{part}-{n}")) for n in range(5)])
        with log_watch.expect(logging.CRITICAL, "changed what is in"):
            copy_over(older)(database.path)
            assert await writer.append(arriving(a_report("late"))) is WriteResult.STORED
        assert Reader(database).counts().messages == 50 + 100 + 1
        assert check(database).differences == []


async def test_of_an_older_pair_with_its_log_it_is_told_what_is_lost_and_where_that_log_is(
    data_dir: Path, tmp_path: Path, log_watch: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = tmp_path / "pair"

    def copy_pair_over(path: Path) -> None:
        copy_over(database_file(pair))(path)
        companions(path)[0].write_bytes(log)

    await filled(data_dir, "a", 50)
    with open_database(data_dir) as database, started(database) as writer:
        await append_all(writer, [arriving(a_report(f"b{n}")) for n in range(30)])
        shutil.copytree(data_dir, pair)
    await filled(data_dir, "c", 100)
    log = (pair / "kvitto.db-wal").read_bytes()
    with open_database(data_dir) as database, started(database) as writer:
        attacker = Attacker(copy_pair_over, database.path)
        in_a_transaction(attacker, monkeypatch)
        await append_all(writer, [arriving(a_report(f"d{n}")) for n in range(20)])
        attacker.is_ready = True

        with log_watch.expect(logging.CRITICAL, "130 of the newest reports are lost"):
            assert await writer.append(arriving(a_report("late"))) is WriteResult.STORED

        assert isinstance(writer.incident, OtherLogKeptError)
        assert data_dir.joinpath(writer.incident.kept).read_bytes() == log
        assert Reader(database).counts().messages == 50 + 20 + 1
        assert check(database).differences == []


async def test_the_same_contents_written_over_it_cost_nothing(
    data_dir: Path, log_watch: LogWatch
) -> None:
    await filled(data_dir, "a", 50)
    same = data_dir / "same.db"
    shutil.copyfile(database_file(data_dir), same)
    with open_database(data_dir) as database, started(database) as writer:
        await append_all(writer, [arriving(a_report(f"b{n}")) for n in range(20)])
        copy_over(same)(database.path)

        with log_watch.expect(logging.ERROR, "Kvitto has saved all that it had received"):
            assert await writer.append(arriving(a_report("late"))) is WriteResult.STORED

        assert Reader(database).counts().messages == 71
        assert check(database).differences == []


async def test_what_is_of_no_use_is_told_and_the_log_is_left_for_salvage(
    data_dir: Path, log_watch: LogWatch
) -> None:
    await filled(data_dir, "a", 50)
    garbage = data_dir / "garbage"
    garbage.write_bytes(b"garbage" * 10_000)
    with open_database(data_dir) as database, started(database) as writer:
        await append_all(writer, [arriving(a_report(f"b{n}")) for n in range(20)])
        whole = companions(database.path)[0].read_bytes()
        copy_over(garbage)(database.path)

        with log_watch.expect(logging.ERROR, "is damaged"), pytest.raises(DatabaseBrokenError):
            await writer.append(arriving(a_report("late")))

    assert companions(database.path)[0].read_bytes()[: len(whole)] == whole


def saved_files(data_dir: Path) -> list[Path]:
    return list(data_dir.glob("kvitto-saved-*/*"))


@pytest.mark.parametrize("contents", [b"", b"garbage" * 10_000], ids=["nothing", "garbage"])
async def test_the_newest_are_saved_where_what_is_written_over_it_is_of_no_use(
    data_dir: Path, tmp_path: Path, log_watch: LogWatch, contents: bytes
) -> None:
    await filled(data_dir, "a", 50)
    backup = tmp_path / "backup.db"
    back_up(data_dir, backup)
    other = tmp_path / "other"
    other.write_bytes(contents)
    kind = DatabaseOverwrittenError if contents else DatabaseEmptiedError
    with open_database(data_dir) as database, started(database) as writer:
        CallbackKeyStore(database).make(START)
        await append_all(writer, [arriving(a_report(f"b{n}")) for n in range(20)])
        whole = companions(database.path)[0].read_bytes()
        copy_over(other)(database.path)
        with log_watch.expect(logging.ERROR, "What was received last"):
            for name in ("late", "later"):
                with pytest.raises(kind):
                    await writer.append(arriving(a_report(name)))
                files = writer.files
                assert isinstance(files, WriterConnection)
                files._try_at_s = 0  # noqa: SLF001 - two tries are far apart
        told = writer.alarm

    assert companions(database.path)[0].read_bytes()[: len(whole)] == whole
    (saved,) = saved_files(data_dir)
    assert isinstance(told, kind)
    assert (told.kept, told.count) == (saved, 20)
    restore(data_dir, backup)
    assert merge(data_dir, saved).reports == 20
    with open_database(data_dir) as database:
        assert Reader(database).counts().messages == 70
        assert check(database).differences == []


async def test_a_log_is_not_left_beside_the_database_of_another_receiver(
    data_dir: Path, log_watch: LogWatch
) -> None:
    another = data_dir.with_name("another")
    await filled(another, "z", 70)
    with open_database(another) as database:
        CallbackKeyStore(database).make(START)
    await filled(data_dir, "a", 50)
    with open_database(data_dir) as database, started(database) as writer:
        CallbackKeyStore(database).make(START)
        await append_all(writer, [arriving(a_report(f"b{n}")) for n in range(20)])
        shutil.copyfile(database_file(another), database.path)

        with log_watch.expect(logging.ERROR, "is damaged"), pytest.raises(DatabaseBrokenError):
            await writer.append(arriving(a_report("late")))
        assert writer.alarm is not None

    assert companions(database.path)[0].with_name("kvitto.db-wal.foreign-1").exists()
    with open_database(data_dir) as database:
        assert Reader(database).counts().messages == 70
        assert check(database).differences == []


def write_zeros(path: Path) -> None:
    program = "import sys; f = open(sys.argv[1], 'r+b'); f.seek(40 * 4096); f.write(bytes(8192))"
    subprocess.run([sys.executable, "-c", program, path], check=True)


async def test_zeros_in_the_database_are_told(data_dir: Path, log_watch: LogWatch) -> None:
    await filled(data_dir, "a", 400)
    with open_database(data_dir) as database, started(database) as writer:
        await writer.append(arriving(a_report("b")))
        write_zeros(database.path)

        with log_watch.expect(logging.ERROR, "is damaged"), pytest.raises(DatabaseBrokenError):
            await writer.append(arriving(a_report("late")))


async def test_a_file_that_was_only_touched_is_no_incident(data_dir: Path) -> None:
    await filled(data_dir, "a", 400)
    with open_database(data_dir) as database, started(database) as writer:
        await writer.append(arriving(a_report("b")))
        database.path.touch()

        assert await writer.append(arriving(a_report("late"))) is WriteResult.STORED

        assert writer.incident is None
        assert writer.alarm is None
