"""A writer whose disk does not answer, or whose thread makes a mistake."""

import asyncio
import logging
import threading
import time
from collections.abc import Iterator

import pytest

from kvitto.store.database import FileDatabase
from kvitto.store.errors import (
    StoreStalledError,
)
from kvitto.store.mutations import RecordHeartbeat
from kvitto.store.reader import Reader
from kvitto.store.write_requests import WriteResult
from kvitto.store.writer import Writer
from kvitto.store.writer_connection import WriterConnection
from tests.helpers.logwatch import LogWatch
from tests.receiver.wire import wait_until
from tests.store.arrivals import a_report, arriving
from tests.store.writers import NOON, alarm_of


@pytest.fixture
def stall_is_logged(log_watch: LogWatch) -> Iterator[None]:
    """Expect that it is logged that the disk does not answer."""
    with log_watch.expect(logging.ERROR, "disk does not answer"):
        yield


def hold_commits(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let the disk not answer until the event is set."""
    answers = threading.Event()
    files = writer.files  # stands for the disk
    assert isinstance(files, WriterConnection)
    ready = files.ready

    def wait() -> object:
        answers.wait()
        return ready()

    monkeypatch.setattr(files, "ready", wait)
    return answers


@pytest.mark.usefixtures("stall_is_logged")
async def test_a_disk_that_does_not_answer_is_told_and_nobody_waits_for_ever(
    database: FileDatabase, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer(database, stall_s=0.2)
    writer.start()
    answers = hold_commits(writer, monkeypatch)
    with pytest.raises(StoreStalledError):
        await writer.append(arriving(a_report("m-1")))
    await asyncio.to_thread(wait_until, lambda: writer.is_stalled, "it is told")
    assert isinstance(alarm_of(writer), StoreStalledError)
    with pytest.raises(StoreStalledError):
        await writer.append(arriving(a_report("m-2")))

    answers.set()
    await asyncio.to_thread(wait_until, lambda: not writer.is_stalled, "it goes on")
    assert await writer.append(arriving(a_report("m-1"))) is WriteResult.DUPLICATE
    assert alarm_of(writer) is None
    writer.close()
    assert reader.counts().reports == 1


async def test_a_process_that_was_stopped_does_not_take_that_for_the_disks_fault(
    database: FileDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer(database, stall_s=4.0)
    writer.start()
    answers = hold_commits(writer, monkeypatch)
    clock, stopped_s = time.monotonic, 0.0
    monkeypatch.setattr(time, "monotonic", lambda: clock() + stopped_s)
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(writer.append(arriving(a_report("m-1"))))
        edited = writer.edit(RecordHeartbeat(NOON, NOON))
        await asyncio.sleep(0)
        stopped_s = 3_600.0
        awake_s = writer._watchdog.awake_s  # noqa: SLF001
        await asyncio.to_thread(
            wait_until,
            lambda: writer.is_stalled or writer._watchdog.awake_s > awake_s,  # noqa: SLF001
            "it has looked",
        )
        assert not writer.is_stalled
        assert alarm_of(writer) is None
        second = tasks.create_task(writer.append(arriving(a_report("m-2"))))
        await asyncio.sleep(0)
        answers.set()
    assert {first.result(), second.result()} == {WriteResult.STORED}
    assert await asyncio.wrap_future(edited)
    writer.close()


@pytest.mark.usefixtures("stall_is_logged")
async def test_closing_does_not_wait_for_ever_for_a_disk_that_does_not_answer(
    database: FileDatabase, monkeypatch: pytest.MonkeyPatch, log_watch: LogWatch
) -> None:
    writer = Writer(database, stall_s=0.2)
    writer.start()
    answers = hold_commits(writer, monkeypatch)
    with pytest.raises(StoreStalledError):
        await writer.append(arriving(a_report("m-1")))
    with log_watch.expect(logging.ERROR, "disk does not answer"):
        await asyncio.to_thread(writer.close)
    answers.set()
    writer._watchdog.thread.join()  # noqa: SLF001 - before its database is closed


@pytest.mark.parametrize("mistake", [LookupError, SystemExit])
async def test_a_mistake_anywhere_in_the_writer_does_not_end_it(
    database: FileDatabase,
    reader: Reader,
    monkeypatch: pytest.MonkeyPatch,
    log_watch: LogWatch,
    mistake: type[BaseException],
) -> None:
    writer = Writer(database, stall_s=0.5)
    writer.start()
    clear = writer._clear_alarm  # noqa: SLF001 - stands for any part of it

    def fail() -> None:
        monkeypatch.setattr(writer, "_clear_alarm", clear)
        raise mistake

    monkeypatch.setattr(writer, "_clear_alarm", fail)
    with log_watch.expect(logging.CRITICAL, "writer made a mistake"):
        with pytest.raises(StoreStalledError):
            await writer.append(arriving(a_report("m-1")))
        await writer.append(arriving(a_report("m-2")))
    assert not writer.is_stalled
    writer.close()
    assert reader.counts().reports == 2


@pytest.mark.usefixtures("stall_is_logged")
async def test_who_asked_for_an_edit_does_not_wait_for_a_disk_that_does_not_answer(
    database: FileDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer(database, stall_s=0.2)
    writer.start()
    answers = hold_commits(writer, monkeypatch)
    hindered = writer.edit(RecordHeartbeat(NOON, NOON))
    behind_it = writer.edit(RecordHeartbeat(NOON, NOON))
    for edited in (hindered, behind_it):
        with pytest.raises(StoreStalledError):
            await asyncio.wrap_future(edited)
    with pytest.raises(StoreStalledError):
        writer.edit(RecordHeartbeat(NOON, NOON))
    assert not await asyncio.to_thread(writer.flush)

    answers.set()
    await asyncio.to_thread(wait_until, lambda: not writer.is_stalled, "it goes on")
    await asyncio.wrap_future(writer.edit(RecordHeartbeat(NOON, NOON)))
    writer.close()


@pytest.mark.usefixtures("stall_is_logged")
async def test_a_listener_that_never_returns_is_told_as_well(database: FileDatabase) -> None:
    goes_on = threading.Event()
    writer = Writer(database, on_commit=lambda _revision: assert_set(goes_on), stall_s=0.2)
    writer.start()
    assert await writer.append(arriving(a_report("m-1"))) is WriteResult.STORED
    await asyncio.to_thread(wait_until, lambda: writer.is_stalled, "it is told")
    goes_on.set()
    await asyncio.to_thread(wait_until, lambda: not writer.is_stalled, "it goes on")
    assert await writer.append(arriving(a_report("m-2"))) is WriteResult.STORED
    writer.close()


def assert_set(event: threading.Event) -> None:
    assert event.wait(60)


async def test_a_writer_whose_thread_is_gone_is_started_again(
    database: FileDatabase,
    reader: Reader,
    monkeypatch: pytest.MonkeyPatch,
    log_watch: LogWatch,
) -> None:
    writer = Writer(database, stall_s=1.0)
    ended = threading.Thread(target=lambda: None)
    monkeypatch.setattr(writer._watchdog, "thread", ended)  # noqa: SLF001
    with log_watch.expect(logging.CRITICAL, "thread is gone"):
        writer.start()
        await asyncio.to_thread(
            wait_until,
            lambda: writer._watchdog.thread is not ended and not writer.is_stalled,  # noqa: SLF001
            "it is started again",
        )
    assert await writer.append(arriving(a_report("m-1"))) is WriteResult.STORED
    writer.close()
    assert reader.counts().reports == 1
