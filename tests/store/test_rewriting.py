"""Writing the file anew after an erasure, while others read it, or the disk has no room."""

import logging
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from kvitto.store.daily_limit import DailyLimit
from kvitto.store.database import FileDatabase
from kvitto.store.erasing import EraseAgain
from kvitto.store.file_guard import companions
from kvitto.store.rewriting import Rewriting
from kvitto.store.transactions import EditTransaction
from kvitto.store.writer_connection import WriterConnection
from tests.helpers.logwatch import LogWatch


@pytest.fixture
def files(database: FileDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[WriterConnection]:
    monkeypatch.setattr("kvitto.store.folding.WAIT_MS", 1)
    connection = WriterConnection(database, lambda: None)
    connection.write(EditTransaction(EraseAgain(), DailyLimit()))
    yield connection
    connection.finish()


class Reading:
    """Reads one state of a database until it is ended, as a forgotten SQL shell does."""

    def __init__(self, database: FileDatabase) -> None:
        self._database = database
        self._stack = ExitStack()

    def begin(self) -> None:
        self.end()
        connection = self._stack.enter_context(self._database.reading.connect())
        self._stack.enter_context(connection.begin())
        connection.exec_driver_sql("SELECT count(*) FROM report").all()

    def end(self) -> None:
        self._stack.close()


@pytest.fixture
def reading(database: FileDatabase) -> Iterator[Reading]:
    reading = Reading(database)
    yield reading
    reading.end()


def log_bytes(database: FileDatabase) -> int:
    return companions(database.path)[0].stat().st_size


def test_nothing_is_written_while_somebody_reads(
    database: FileDatabase, files: WriterConnection, reading: Reading
) -> None:
    reading.begin()
    before = log_bytes(database)
    for _ in range(2):
        assert not files.write_anew(lambda: None)
    assert log_bytes(database) == before

    reading.end()
    assert files.write_anew(lambda: None)
    assert log_bytes(database) == 0


def test_the_file_is_written_once_though_the_log_can_be_emptied_only_later(
    database: FileDatabase, files: WriterConnection, reading: Reading
) -> None:
    assert not files.write_anew(reading.begin)  # who begins to read meanwhile reads on
    before = log_bytes(database)
    assert before >= database.path.stat().st_size / 2
    for _ in range(2):
        assert not files.write_anew(lambda: None)
    assert log_bytes(database) == before

    reading.end()
    assert files.write_anew(pytest.fail)
    assert log_bytes(database) == 0


def test_it_is_written_once_more_after_another_erasure(
    database: FileDatabase, files: WriterConnection
) -> None:
    written: list[None] = []
    rewriting = Rewriting(database, files, lambda: written.append(None), lambda _edit: None)
    for _ in range(2):
        rewriting.after(EraseAgain())
        assert written
        written.clear()


def test_nothing_is_written_where_the_disk_has_no_room_for_it(
    database: FileDatabase,
    files: WriterConnection,
    monkeypatch: pytest.MonkeyPatch,
    log_watch: LogWatch,
) -> None:
    size = database.path.stat().st_size
    room = SimpleNamespace(free=2 * size - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: room)
    with log_watch.expect(logging.WARNING, "Traces of what was erased are left"):
        assert not files.write_anew(pytest.fail)
    assert log_bytes(database) == 0

    room.free += size
    assert files.write_anew(lambda: None)
