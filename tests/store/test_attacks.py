"""Somebody cuts or overwrites the files in place, at any moment: no loss is unseen."""

import logging
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from typing_extensions import override

from kvitto.store import folding
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.database import FileDatabase, open_database
from kvitto.store.database_watch import DatabaseWatch
from kvitto.store.errors import DatabaseBrokenError, FilesReplacedError
from kvitto.store.file_guard import companions
from kvitto.store.folding import fold
from kvitto.store.log_copy import LogCopy
from kvitto.store.mutations import BatchChange, ChangeBatch, RecordHeartbeat
from kvitto.store.reader import Reader
from kvitto.store.transactions import GroupTransaction
from kvitto.store.write_requests import WriteResult
from kvitto.store.writer import Writer
from tests.helpers.logwatch import LogWatch
from tests.helpers.new_store import open_new_database
from tests.store.arrivals import START, a_report, append_all, arriving
from tests.store.attacking import (
    Attack,
    Attacker,
    after_the_commit,
    at_rest,
    image_of,
    in_a_transaction,
    started,
    until_mended,
)


def cut_to_nothing(path: Path) -> None:
    with companions(path)[0].open("r+b") as file:
        file.truncate(0)


def cut_to_half(path: Path) -> None:
    with companions(path)[0].open("r+b") as file:
        file.truncate(companions(path)[0].stat().st_size // 2)


def zero_the_beginning(path: Path) -> None:
    with companions(path)[0].open("r+b") as file:
        file.write(bytes(10_000))


def zero_the_middle(path: Path) -> None:
    with companions(path)[0].open("r+b") as file:
        file.seek(companions(path)[0].stat().st_size // 2)
        file.write(bytes(3000))


def overwrite_by_garbage(path: Path) -> None:
    companions(path)[0].write_bytes(b"\x37\x7f\x06\x82" * 4096)


def overwrite_by_another_log(path: Path) -> None:
    other = path.with_name("another")
    with open_database(other) as database, database.writing.connect() as connection:
        connection.exec_driver_sql("UPDATE store_state SET revision = 7")
        connection.commit()
        shutil.copyfile(companions(database.path)[0], companions(path)[0])
    shutil.rmtree(other)


def delete(path: Path) -> None:
    companions(path)[0].unlink()


def cut_index(path: Path) -> None:
    os.truncate(companions(path)[1], 0)


ATTACKS: Sequence[Attack] = (
    cut_to_nothing,
    cut_to_half,
    zero_the_beginning,
    zero_the_middle,
    overwrite_by_garbage,
    overwrite_by_another_log,
    delete,
)


def before_folding(attacker: Attacker, monkeypatch: pytest.MonkeyPatch) -> None:
    def attacked(connection: sqlite3.Connection) -> tuple[int, int, int]:
        attacker.strike()
        return fold(connection)

    monkeypatch.setattr("kvitto.store.writer_connection.fold", attacked)


def after_folding(attacker: Attacker, monkeypatch: pytest.MonkeyPatch) -> None:
    def attacked(connection: sqlite3.Connection) -> tuple[int, int, int]:
        found = fold(connection)
        attacker.strike()
        return found

    monkeypatch.setattr("kvitto.store.writer_connection.fold", attacked)


MOMENTS = (at_rest, in_a_transaction, after_the_commit, before_folding, after_folding)


@pytest.mark.parametrize(
    ("attack", "moment"),
    [
        pytest.param(attack, moment, id=f"{attack.__name__}-{moment.__name__}")
        for attack in ATTACKS
        for moment in MOMENTS
        # Once all of it is folded in, nothing is lost by that.
        if (attack, moment) != (cut_to_nothing, after_folding)
    ]
    # At any other moment the system ends the process.
    + [pytest.param(cut_index, at_rest, id="cut_index-at_rest")],
)
async def test_nothing_is_lost_when_the_log_is_attacked(
    data_dir: Path,
    tmp_path: Path,
    attack: Attack,
    moment: Callable[[Attacker, pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
    log_watch: LogWatch,
) -> None:
    with open_new_database(data_dir) as database, started(database) as writer:
        keys = CallbackKeyStore(database)
        key = keys.make(START)
        attacker = Attacker(attack, database.path)
        moment(attacker, monkeypatch)
        for part in range(4):
            await append_all(writer, [arriving(a_report(f"m{part}-{n}")) for n in range(20)])
        assert Reader(database).counts().messages == 80
        attacker.is_ready = True
        if moment in {before_folding, after_folding}:
            monkeypatch.setattr(folding, "CHECKPOINT_PAGES", 10)

        with log_watch.expect(logging.ERROR, "touched while Kvitto was using it"):
            if moment is at_rest:
                attacker.strike()
            assert await writer.append(arriving(a_report("late"))) is WriteResult.STORED
            assert await writer.append(arriving(a_report("later"))) is WriteResult.STORED
            until_mended(writer)

        assert not attacker.is_ready
        assert isinstance(writer.incident, FilesReplacedError)
        assert writer.alarm is None
        assert key in keys.valid()
        monkeypatch.undo()
        with open_database(image_of(database.path, tmp_path)) as copy:
            assert Reader(copy).counts().messages == 82
            assert check(copy).differences == []
        assert await writer.append(arriving(a_report("last"))) is WriteResult.STORED
    with open_database(data_dir) as again:
        assert Reader(again).counts().messages == 83
        assert check(again).differences == []


async def test_an_attack_is_noticed_and_mended_though_nothing_arrives(
    data_dir: Path, log_watch: LogWatch
) -> None:
    with open_new_database(data_dir) as database, started(database) as writer:
        await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(20)])
        whole = companions(database.path)[0].read_bytes()

        with log_watch.expect(logging.ERROR, "touched while Kvitto was using it"):
            zero_the_middle(database.path)
            until_mended(writer)

        assert companions(database.path)[0].read_bytes()[: len(whole)] == whole


def once_it_is_put_back(attacker: Attacker, monkeypatch: pytest.MonkeyPatch) -> None:
    put_back = LogCopy.put_back

    def attacked(self: LogCopy, release: Callable[[], str] = lambda: "") -> str:
        found = put_back(self, release)
        attacker.strike()
        return found

    monkeypatch.setattr(LogCopy, "put_back", attacked)


def as_it_is_opened(attacker: Attacker, monkeypatch: pytest.MonkeyPatch) -> None:
    reopen = LogCopy.reopen

    def attacked(self: LogCopy) -> None:
        reopen(self)
        attacker.strike()

    monkeypatch.setattr(LogCopy, "reopen", attacked)


@pytest.mark.parametrize("second", ATTACKS)
@pytest.mark.parametrize("moment", [once_it_is_put_back, as_it_is_opened])
async def test_nothing_is_lost_when_the_log_is_attacked_again_while_it_is_mended(
    data_dir: Path,
    tmp_path: Path,
    second: Attack,
    moment: Callable[[Attacker, pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
    log_watch: LogWatch,
) -> None:
    with open_new_database(data_dir) as database, started(database) as writer:
        await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(80)])
        writer.edit(ChangeBatch(1, BatchChange(label="Höstrea"))).result(30)
        attacker = Attacker(second, database.path)
        moment(attacker, monkeypatch)
        attacker.is_ready = True

        with log_watch.expect(logging.ERROR, "touched while Kvitto was using it"):
            cut_to_half(database.path)
            assert await writer.append(arriving(a_report("late"))) is WriteResult.STORED
            until_mended(writer)

        assert not attacker.is_ready
        assert isinstance(writer.incident, FilesReplacedError)
        assert writer.alarm is None
        with open_database(image_of(database.path, tmp_path)) as copy:
            assert Reader(copy).counts().messages == 81
            assert [one.label for one in Reader(copy).batches()] == ["Höstrea"]
            assert check(copy).differences == []


@pytest.mark.parametrize("second", [zero_the_middle, overwrite_by_garbage])
async def test_a_log_that_is_overwritten_in_two_steps_is_not_taken_for_a_folded_one(
    data_dir: Path,
    tmp_path: Path,
    second: Attack,
    monkeypatch: pytest.MonkeyPatch,
    log_watch: LogWatch,
) -> None:
    """A shell's `>` cuts the file to nothing, and what comes then is written a moment later."""
    with open_new_database(data_dir) as database, started(database) as writer:
        await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(80)])
        size = companions(database.path)[0].stat().st_size
        attacker = Attacker(second, database.path)
        is_all_folded = DatabaseWatch.is_all_folded

        def attacked(self: DatabaseWatch, revision: int, *, looks: bool = False) -> bool:
            os.truncate(companions(database.path)[0], size)
            attacker.strike()
            return is_all_folded(self, revision, looks=looks)

        monkeypatch.setattr(DatabaseWatch, "is_all_folded", attacked)
        attacker.is_ready = True

        with log_watch.expect(logging.ERROR, "touched while Kvitto was using it"):
            cut_to_nothing(database.path)
            assert await writer.append(arriving(a_report("late"))) is WriteResult.STORED

        assert not attacker.is_ready
        with open_database(image_of(database.path, tmp_path)) as copy:
            assert Reader(copy).counts().messages == 81
            assert check(copy).differences == []


async def test_a_connection_that_could_not_be_prepared_does_not_hinder_the_mending(
    database: FileDatabase, writer: Writer, log_watch: LogWatch
) -> None:
    """It is closed without a word; whoever mends would wait for its end for ever."""
    await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(20)])
    database.connections.open("ro").close()

    with log_watch.expect(logging.ERROR, "touched while Kvitto was using it"):
        cut_to_half(database.path)
        assert await writer.append(arriving(a_report("late"))) is WriteResult.STORED


@pytest.mark.parametrize("attack", [cut_to_nothing, cut_to_half, zero_the_beginning, delete])
async def test_nothing_is_lost_of_a_log_that_a_long_reader_has_made_large(
    data_dir: Path,
    tmp_path: Path,
    attack: Attack,
    monkeypatch: pytest.MonkeyPatch,
    log_watch: LogWatch,
) -> None:
    monkeypatch.setattr("kvitto.store.log_copy.LOG_LIMIT_BYTES", 200_000)
    monkeypatch.setattr("kvitto.store.recent_arrivals.MOST_ARRIVALS", 10)
    with open_new_database(data_dir) as database, started(database) as writer:
        # So that SQLite has to read from the log what it knew.
        event.listen(database.writing, "connect", use_little_memory)
        await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(20)])
        with reading_on(database.path):
            for part in range(20):
                reports = [arriving(a_report(f"n{part}-{n}")) for n in range(50)]
                await append_all(writer, reports)
            assert companions(database.path)[0].stat().st_size > 1_000_000

            with log_watch.expect(logging.ERROR, "touched while Kvitto was using it"):
                attack(database.path)
                assert await writer.append(arriving(a_report("late"))) is WriteResult.STORED
                until_mended(writer)

        with open_database(image_of(database.path, tmp_path)) as copy:
            assert Reader(copy).counts().messages == 1021
            assert check(copy).differences == []
        assert await writer.append(arriving(a_report("last"))) is WriteResult.STORED
    with open_database(data_dir) as again:
        assert Reader(again).counts().messages == 1022
        assert check(again).differences == []


def use_little_memory(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA cache_size = 5")
    cursor.close()


@contextmanager
def reading_on(path: Path) -> Iterator[None]:
    """Let another program read what is in the database now, for as long as the context lasts."""
    with subprocess.Popen(
        [sys.executable, "-c", _READ_ON, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline()
        yield
        reader.kill()


_READ_ON = """
import sqlite3, sys
reader = sqlite3.connect(sys.argv[1], isolation_level=None)
reader.execute("BEGIN")
print(reader.execute("SELECT count(*) FROM message").fetchone()[0], flush=True)
sys.stdin.read()
"""


async def test_a_log_that_another_program_folds_in_and_cuts_just_before_a_group_is_no_attack(
    database: FileDatabase, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    attacker = Attacker(fold_in_and_cut, database.path)

    class Attacked(GroupTransaction):
        @override
        def __call__(self, connection: Connection) -> tuple[int, int | None]:
            attacker.strike()
            return super().__call__(connection)

    monkeypatch.setattr("kvitto.store.writer.GroupTransaction", Attacked)
    for part in range(4):
        await append_all(writer, [arriving(a_report(f"m{part}-{n}")) for n in range(20)])

    attacker.is_ready = True
    assert await writer.append(arriving(a_report("late"))) is WriteResult.STORED
    assert writer.flush(30)

    assert not attacker.is_ready
    assert writer.incident is None
    assert Reader(database).counts().messages == 81


def fold_in_and_cut(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


@pytest.mark.parametrize("table", ["batch_cost", "message_fts"])
async def test_a_table_that_another_program_drops_is_told_once_until_a_report_is_stored(
    database: FileDatabase,
    writer: Writer,
    table: str,
    log_watch: LogWatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(20)])
    with closing(sqlite3.connect(database.path)) as other:
        other.execute(f"DROP TABLE {table}")

    with log_watch.expect(logging.ERROR, "Reports can't be stored"):
        for n in range(3):
            with pytest.raises(DatabaseBrokenError):
                await writer.append(arriving(a_report(f"late{n}")))
            writer.edit(RecordHeartbeat(START, START)).result(30)
    told = [record.message for record in caplog.records if record.levelno >= logging.WARNING]

    assert len(told) == 1
    assert isinstance(writer.alarm, DatabaseBrokenError)
