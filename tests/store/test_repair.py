"""Somebody touches the files under the writer: nothing that was answered is lost."""

import asyncio
import logging
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kvitto.paths import database_file
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.database import FileDatabase, open_database
from kvitto.store.errors import (
    DatabaseGoneError,
    DatabaseLockedError,
    FilesReplacedError,
    LogGoneError,
)
from kvitto.store.file_guard import companions
from kvitto.store.reader import Reader
from kvitto.store.records import ReportRecord
from kvitto.store.write_requests import WriteResult
from kvitto.store.writer import Writer
from tests.helpers.logwatch import LogWatch
from tests.store.arrivals import START, a_report, append_all, arriving

MESSAGES = 50


def delete_log(path: Path) -> None:
    companions(path)[0].unlink()


def delete_index(path: Path) -> None:
    companions(path)[1].unlink()


def delete_both(path: Path) -> None:
    delete_log(path)
    delete_index(path)


def move_log(path: Path) -> None:
    log = companions(path)[0]
    log.rename(path.with_name("elsewhere"))


def replace_log_by_a_copy(path: Path) -> None:
    log = companions(path)[0]
    shutil.copyfile(log, path.with_name("copy"))
    path.with_name("copy").replace(log)


def replace_log_by_garbage(path: Path) -> None:
    log = companions(path)[0]
    path.with_name("garbage").write_bytes(b"\x37\x7f\x06\x82" * 4096)
    path.with_name("garbage").replace(log)


def empty_log(path: Path) -> None:
    companions(path)[0].write_bytes(b"")


def cut_log(path: Path) -> None:
    with companions(path)[0].open("r+b") as log:
        log.truncate(5000)


def delete_database(path: Path) -> None:
    path.unlink()


def delete_everything(path: Path) -> None:
    delete_both(path)
    path.unlink()


def replace_database_by_a_copy(path: Path) -> None:
    path.rename(path.with_name("moved.db"))
    shutil.copyfile(path.with_name("moved.db"), path)


def replace_database_by_another(path: Path) -> None:
    other = path.with_name("other")
    open_database(other).close()
    database_file(other).replace(path)


def move_away(folder: Path) -> None:
    folder.rename(folder.with_name("away"))


def put_back(folder: Path) -> None:
    folder.with_name("away").rename(folder)


def list_of(folder: Path, pattern: str) -> list[str]:
    return [one.name for one in folder.glob(pattern)]


TOUCHES = [
    delete_log,
    delete_index,
    delete_both,
    move_log,
    replace_log_by_a_copy,
    replace_log_by_garbage,
    empty_log,
    cut_log,
    delete_database,
    delete_everything,
    replace_database_by_a_copy,
    replace_database_by_another,
]


@pytest.mark.parametrize("touch", TOUCHES, ids=lambda touch: touch.__name__)
@pytest.mark.parametrize("is_open_twice", [False, True])
async def test_all_that_was_answered_is_there_and_more_is_stored(
    data_dir: Path,
    tmp_path: Path,
    touch: Callable[[Path], None],
    log_watch: LogWatch,
    *,
    is_open_twice: bool,
) -> None:
    database = open_database(data_dir)
    second = open_database(data_dir) if is_open_twice else None
    writer = Writer(database)
    writer.start()
    await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(MESSAGES)])
    assert Reader(second or database).counts().messages == MESSAGES

    touch(database.path)
    with log_watch.expect(logging.ERROR, "touched while Kvitto was using it"):
        assert await writer.append(arriving(a_report("late"))) is WriteResult.STORED

    assert isinstance(writer.incident, FilesReplacedError)
    assert list_of(data_dir, "*-shm.*") == []
    # Somebody else's log is kept, ours is not: all of it is in the database.
    is_foreign = touch in {replace_log_by_a_copy, replace_log_by_garbage}
    assert list_of(data_dir, "*.foreign-*") == (["kvitto.db-wal.foreign-1"] if is_foreign else [])
    assert writer.alarm is None
    image = tmp_path / "after kill -9"
    image.mkdir(mode=0o700)
    for one in (database.path, companions(database.path)[0]):
        shutil.copyfile(one, image / one.name)
    for folder in (image, data_dir):
        with open_database(folder) as copy:
            assert Reader(copy).counts().messages == MESSAGES + 1
            assert check(copy).differences == []
    assert Reader(second or database).counts().messages == MESSAGES + 1
    CallbackKeyStore(second or database).make(START)
    writer.close()
    database.close()
    if second is not None:
        second.close()
    with open_database(data_dir) as again:
        assert Reader(again).counts().messages == MESSAGES + 1


async def test_a_log_that_another_program_has_folded_in_is_no_incident(
    writer: Writer, database: FileDatabase
) -> None:
    await writer.append(arriving(a_report("m1")))
    with closing(sqlite3.connect(database.path)) as other:
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)

    assert await writer.append(arriving(a_report("m2"))) is WriteResult.STORED

    assert writer.incident is None
    assert check(database).differences == []


async def test_where_the_folder_is_gone_reports_are_refused_until_it_is_back(
    database: FileDatabase, data_dir: Path, log_watch: LogWatch
) -> None:
    writer = Writer(database)
    writer.start()
    await writer.append(arriving(a_report("m1")))
    move_away(data_dir)

    with log_watch.expect(logging.ERROR, "moved, deleted"), pytest.raises(DatabaseGoneError):
        await writer.append(arriving(a_report("m2")))
    with pytest.raises(DatabaseGoneError):
        await writer.append(arriving(a_report("m2")))

    put_back(data_dir)
    with log_watch.expect(logging.WARNING, "stored again"):
        assert await writer.append(arriving(a_report("m2"))) is WriteResult.STORED
        writer.flush(10)
    assert Reader(database).counts().messages == 2
    writer.close()


async def read_slowly(rows: Iterator[ReportRecord]) -> None:
    for _ in rows:
        await asyncio.sleep(0.001)


async def test_a_query_that_the_mending_cuts_off_is_told_as_a_busy_database(
    writer: Writer, database: FileDatabase, reader: Reader, log_watch: LogWatch
) -> None:
    await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(1400)])
    rows = reader.stream_reports()
    next(rows)
    delete_log(database.path)

    with log_watch.expect(logging.ERROR, "touched while Kvitto was using it"):
        appended = asyncio.ensure_future(writer.append(arriving(a_report("late"))))  # noqa: TID251
        with pytest.raises((DatabaseLockedError, InterruptedError)):
            await read_slowly(rows)
        assert await appended is WriteResult.STORED


@pytest.mark.skipif(os.name != "posix", reason="only POSIX takes locks away so")
async def test_locks_that_another_part_of_the_program_lost_cost_no_report(
    data_dir: Path, tmp_path: Path, log_watch: LogWatch
) -> None:
    """Whoever opens and closes the file in this process takes the locks away, such as a dialog."""
    database = open_database(data_dir)
    writer = Writer(database)
    writer.start()
    await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(MESSAGES)])
    sniff(database.path)
    with log_watch.expect(logging.ERROR, "touched while Kvitto was using it"):
        # The writer may have looked before that one has ended, and made another log.
        log_before = companions(database.path)[0].stat().st_ino
        look_from_outside(database.path)
        assert log_before != inode(companions(database.path)[0]), "it took itself for the last"
        assert await writer.append(arriving(a_report("late"))) is WriteResult.STORED

    image = tmp_path / "after kill -9"
    image.mkdir(mode=0o700)
    for one in (database.path, companions(database.path)[0]):
        shutil.copyfile(one, image / one.name)
    with open_database(image) as copy:
        assert Reader(copy).counts().messages == MESSAGES + 1
        assert check(copy).differences == []
    writer.close()
    database.close()


def inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None


def sniff(path: Path) -> None:
    with path.open("rb") as file:
        file.read(16)


def look_from_outside(path: Path) -> None:
    opening = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1])"
    reading = "c.execute('SELECT * FROM store_state').fetchall(); c.close()"
    subprocess.run([sys.executable, "-c", f"{opening}; {reading}", path], check=True)


async def test_a_second_writer_leaves_the_mending_to_the_first(
    writer: Writer, database: FileDatabase, log_watch: LogWatch
) -> None:
    await writer.append(arriving(a_report("m1")))
    delete_log(database.path)

    with pytest.raises(LogGoneError):
        CallbackKeyStore(database).make(START)

    with log_watch.expect(logging.ERROR, "was touched"):
        await writer.append(arriving(a_report("m2")))
    CallbackKeyStore(database).make(START)
    assert check(database).differences == []
