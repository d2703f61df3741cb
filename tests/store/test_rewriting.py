"""Writing the file anew after an erasure, while others read it, or the disk has no room."""

import asyncio
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from kvitto.core.phone_number import PhoneNumber
from kvitto.store.daily_limit import DailyLimit
from kvitto.store.database import FileDatabase
from kvitto.store.erasing import EraseAgain, ErasePerson
from kvitto.store.errors import StoreStalledError
from kvitto.store.file_errors import BeingRewrittenError
from kvitto.store.file_guard import companions
from kvitto.store.log_copy import LogCopy
from kvitto.store.mutations import RecordHeartbeat
from kvitto.store.person import PersonReader
from kvitto.store.rewriting import Rewriting
from kvitto.store.transactions import EditTransaction
from kvitto.store.writer import Writer
from kvitto.store.writer_connection import WriterConnection
from kvitto.store.writer_watchdog import WriterWatchdog
from tests.helpers.logwatch import LogWatch
from tests.receiver.wire import wait_until
from tests.store.arrivals import a_report, arriving
from tests.store.writers import NOON, alarm_of


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


def schema_cookie(database: FileDatabase) -> int:
    """Return what each VACUUM raises."""
    with database.read() as connection:
        cookie: int = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    return cookie


def not_started(database: FileDatabase) -> WriterWatchdog:
    return WriterWatchdog(lambda: None, 30.0, database)


def test_nothing_is_written_while_somebody_reads(
    database: FileDatabase,
    files: WriterConnection,
    reading: Reading,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reading.begin()
    before = log_bytes(database)
    assert before
    with monkeypatch.context() as patch:
        patch.setattr(LogCopy, "begin", pytest.fail)  # the log may be long by now
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
    rewriting = Rewriting(database, files, not_started(database), lambda _edit: None)
    for _ in range(2):
        before = schema_cookie(database)
        rewriting.after(EraseAgain())
        assert schema_cookie(database) > before


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


@pytest.fixture
def goes_on(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let the writing last until the event is set, and tell of no progress."""
    goes_on = threading.Event()
    write_anew = WriterConnection.write_anew

    def wait(files: WriterConnection, on_progress: Callable[[], None]) -> bool:
        goes_on.wait()
        return write_anew(files, on_progress)

    monkeypatch.setattr(WriterConnection, "write_anew", wait)
    return goes_on


@pytest.fixture
def finds(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let the search for who came back last until the event is set."""
    finds = threading.Event()
    monkeypatch.setattr(EraseAgain, "apply", lambda *_args: finds.wait())
    return finds


@pytest.mark.parametrize("what_lasts", ["goes_on", "finds"])
async def test_who_waits_meanwhile_is_told_why_and_no_edit_is_given_up(
    database: FileDatabase, request: pytest.FixtureRequest, what_lasts: str
) -> None:
    answers: threading.Event = request.getfixturevalue(what_lasts)
    writer = Writer(database, stall_s=0.5)
    writer.start()
    erased = writer.edit(EraseAgain())
    edited = writer.edit(RecordHeartbeat(NOON, NOON))
    for message_id in ("m-1", "m-2"):
        with pytest.raises(BeingRewrittenError):
            await writer.append(arriving(a_report(message_id)))
    assert not writer.is_stalled
    assert alarm_of(writer) is None

    answers.set()
    assert await asyncio.wrap_future(erased)
    assert await asyncio.wrap_future(edited)
    writer.close()


async def test_a_step_of_it_that_takes_far_too_long_is_the_disks_fault(
    database: FileDatabase, goes_on: threading.Event, log_watch: LogWatch
) -> None:
    writer = Writer(database, stall_s=0.05)
    writer.start()
    with log_watch.expect(logging.ERROR, "disk does not answer"):
        with pytest.raises(StoreStalledError):
            await asyncio.wrap_future(writer.edit(EraseAgain()))
        goes_on.set()
        await asyncio.to_thread(wait_until, lambda: not writer.is_stalled, "it goes on")
    writer.close()


async def test_it_is_done_in_the_end_though_reports_come_all_the_time(
    database: FileDatabase, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.folding.WAIT_MS", 1)
    monkeypatch.setattr("kvitto.store.writer._LOOK_EVERY_S", 3_600.0)  # it is never idle
    clock, later_s = time.monotonic, 0.0
    monkeypatch.setattr("kvitto.store.rewriting.time.monotonic", lambda: clock() + later_s)
    writer = Writer(database)
    writer.start()
    await writer.append(arriving(a_report("m-0")))
    reading.begin()
    await asyncio.wrap_future(writer.edit(ErasePerson(PhoneNumber("46", "701234567"), NOON)))
    reading.end()
    for is_rewritten, waited_s in ((False, 100.0), (True, 700.0)):
        later_s = waited_s
        await writer.append(arriving(a_report(f"m-{waited_s}")))
        writer.flush()
        assert PersonReader(database).erasures()[0].is_rewritten is is_rewritten
    writer.close()
