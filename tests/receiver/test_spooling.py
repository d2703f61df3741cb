"""Reports wait on the receiver's own disk for a store that can't be reached."""

import asyncio
import logging
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from kvitto.core.report import Origin
from kvitto.core.timestamps import to_microseconds
from kvitto.receiver.receiver_errors import error_of, problem_of
from kvitto.receiver.spooling import SPOOL_NAME, Spool
from kvitto.receiver.supervision import in_thread
from kvitto.store.callback_keys import CallbackKey, CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.database import Database
from kvitto.store.errors import DailyLimitError, StoreError
from kvitto.store.ingest import Arrival, IngestGroup
from kvitto.store.mutations import RecordHeartbeat
from kvitto.store.schema import report
from kvitto.store.server_errors import StoreUnreachableError
from kvitto.store.spool_errors import SpoolFullError, SpoolWaitingError
from kvitto.store.spool_file import SpoolFile
from kvitto.store.write_requests import RejectedRequest, ReportRequest, WriteResult
from kvitto.store.writer import Writer
from tests.helpers.logwatch import LogWatch
from tests.helpers.new_store import open_new_database
from tests.store.arrivals import START, a_report, arriving, refused
from tests.store.receiver_run_rows import ReceiverRun, receiver_runs

BODY = (
    '{"messageId": "%s", "batchId": "b1", "code": 201, "final": true, '
    '"created": "2026-03-01T10:00:00Z", "recipient": "46701234567"}'
)


class FailingStore:
    """Refuses what it gets while it is away."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.error: StoreError | None = StoreUnreachableError("db.example:5432/kvitto")
        self.tries = 0

    async def store(self, arrival: Arrival) -> WriteResult:
        self.tries += 1
        if self.error is not None:
            raise self.error
        return await self._writer.append(arrival)


@pytest.fixture
def database(data_dir: Path) -> Iterator[Database]:
    with open_new_database(data_dir) as opened:
        yield opened


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    started = Writer(database)
    started.start()
    yield started
    started.close()


@pytest.fixture
def spool(tmp_path: Path, log_watch: LogWatch) -> Iterator[Spool]:
    made = Spool(tmp_path, "db.example:5432/kvitto")
    with log_watch.expect(logging.WARNING, "kept on this computer's disk"):
        yield made
    made.close()


def reports_in(database: Database) -> int:
    with database.read() as connection:
        return connection.scalars(select(func.count()).select_from(report)).one()


def repeats_in(database: Database) -> Sequence[int]:
    with database.read() as connection:
        return connection.scalars(select(report.c.repeat_count)).all()


def kept_in(folder: Path) -> list[ReportRequest | RejectedRequest]:
    with opened_file(folder) as file:
        return [one for _, one in file.first(9)]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - another thread says it
            await asyncio.sleep(0.01)


async def test_a_report_that_the_store_does_not_take_is_kept_and_passed_on(
    spool: Spool, writer: Writer, database: Database
) -> None:
    store = FailingStore(writer)
    some = [arriving(a_report(f"m{number}")) for number in range(300)]
    await asyncio.gather(*(spool.append(one, store.store) for one in some[:299]))
    assert spool.notice.count == 299
    assert spool.notice.since == START
    tries = store.tries
    await spool.append(some[299], store.store)
    assert store.tries == tries, "who comes later does not wait for a store that is away"

    spool.start(writer)
    await until(lambda: not spool.is_away)

    assert not spool.notice.count
    assert await in_thread(reports_in, database) == 300
    assert not (await in_thread(check, database)).found
    store.error = None
    await spool.append(arriving(a_report("later")), store.store)
    assert store.tries == tries + 1


async def test_what_was_stored_before_it_was_kept_is_stored_once(
    spool: Spool, writer: Writer, database: Database
) -> None:
    one, other = arriving(a_report("m1")), arriving(a_report("m1"), at=START + timedelta(seconds=9))

    async def store_and_fail(arrival: Arrival) -> WriteResult:
        await writer.append(arrival)
        raise StoreUnreachableError("db.example:5432/kvitto")  # the connection broke afterwards

    await spool.append(one, store_and_fail)
    await spool.append(other, store_and_fail)
    spool.start(writer)
    await until(lambda: not spool.is_away)
    assert await in_thread(repeats_in, database) == [1]


async def test_a_store_that_hangs_is_not_waited_for(
    spool: Spool, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "wait_s", 0.1)
    database.is_shared = True
    writer = Writer(database, stall_s=60.0)
    answers = threading.Event()
    connection = writer.files
    write = connection.write

    def write_late(*work: Any) -> None:
        answers.wait()
        write(*work)

    monkeypatch.setattr(connection, "write", write_late)
    await in_thread(writer.start)
    await spool.append(arriving(a_report("m1")), writer.append)
    await spool.append(arriving(a_report("m1"), at=START + timedelta(seconds=1)), writer.append)
    assert spool.waiting[0] == 2
    answers.set()
    spool.start(writer)
    await until(lambda: not spool.is_away)
    assert await in_thread(repeats_in, database) == [1]
    await in_thread(writer.close)


async def test_what_is_passed_on_and_not_deleted_for_a_kill_is_counted_once(
    tmp_path: Path, writer: Writer, database: Database, log_watch: LogWatch
) -> None:
    store = FailingStore(writer)
    with (
        log_watch.expect(logging.WARNING, "kept on this"),
        log_watch.expect(logging.WARNING, "3 reports wait here"),
    ):
        spool = await in_thread(Spool, tmp_path, "here")
        for second in range(3):
            one = arriving(a_report("m1"), at=START + timedelta(seconds=second))
            await spool.append(one, store.store)
        await in_thread(spool.close)
        killed = tmp_path / "killed"
        killed.mkdir()
        shutil.copy(tmp_path / SPOOL_NAME, killed / SPOOL_NAME)
        for folder in (tmp_path, killed):
            again = await in_thread(Spool, folder, "here")
            again.start(writer)
            await until(lambda spool=again: not spool.is_away)  # type: ignore[misc]
            await in_thread(again.close)
    assert await in_thread(repeats_in, database) == [2]


async def test_what_waits_for_another_store_is_kept_until_that_is_there_again(
    tmp_path: Path, writer: Writer, database: Database, log_watch: LogWatch
) -> None:
    keys = CallbackKeyStore(database)
    key = await in_thread(keys.make, START)
    spool = await in_thread(Spool, tmp_path, "here")
    await in_thread(spool.keep_keys, [key], "another store")
    with log_watch.expect(logging.WARNING, "kept on this"):
        await spool.append(arriving(a_report("m1")), FailingStore(writer).store)
    spool.start(writer)
    with log_watch.expect(logging.WARNING, "for another store than the one"):
        await in_thread(spool.keep_keys, [key], await in_thread(keys.mark))
    await until(lambda: not spool.is_away)
    assert (await in_thread(reports_in, database), spool.waiting[0]) == (0, 0)
    assert str(spool.notice_of_others).startswith("A report waits in ")
    with log_watch.expect(logging.WARNING, "kept on this"):
        await spool.append(arriving(a_report("m2")), FailingStore(writer).store)
    await until(lambda: not spool.is_away)
    assert await in_thread(reports_in, database) == 1
    await in_thread(spool.close)

    # The store of before has a key of its own: here, the file says that it is this one.
    with sqlite3.connect(tmp_path / SPOOL_NAME) as raw:
        raw.execute("UPDATE waiting SET store = ?", (await in_thread(keys.mark),))
    raw.close()
    with log_watch.expect(logging.WARNING, "1 reports wait here"):
        again = await in_thread(Spool, tmp_path, "here")
    again.start(writer)
    await until(lambda: not again.is_away)
    assert again.notice_of_others is None
    assert await in_thread(reports_in, database) == 2
    await in_thread(again.close)


async def test_heartbeats_are_kept_and_passed_on_by_the_next_run(
    tmp_path: Path, writer: Writer, database: Database
) -> None:
    begin, end = START, START + timedelta(minutes=9)
    first = await in_thread(Spool, tmp_path, "here")
    await in_thread(first.keep_heartbeat, RecordHeartbeat(begin, begin, receiver="a"))
    last = RecordHeartbeat(begin, end, is_stopped=True, receiver="a")
    await in_thread(first.keep_heartbeat, last)
    await in_thread(first.close)

    second = await in_thread(Spool, tmp_path, "here")
    await in_thread(second.keep_heartbeat, RecordHeartbeat(end, end, receiver="a"))
    second.start(writer)

    async def runs() -> list[ReceiverRun]:
        return await in_thread(receiver_runs, database)

    while not await runs():  # noqa: ASYNC110 - another thread says it
        await asyncio.sleep(0.01)
    [run] = await runs()
    assert (run.heartbeat_at_us, run.is_stopped) == (to_microseconds(end), True)
    await in_thread(second.forget_heartbeat)
    await in_thread(second.close)
    third = await in_thread(SpoolFile, tmp_path / SPOOL_NAME)
    assert not await in_thread(third.heartbeats)
    await in_thread(third.close)


async def test_only_reports_are_kept_and_only_where_the_store_is_away(
    spool: Spool, writer: Writer
) -> None:
    store = FailingStore(writer)
    with pytest.raises(StoreUnreachableError):
        await spool.append(refused(b"x"), store.store)
    store.error = DailyLimitError()
    with pytest.raises(DailyLimitError):
        await spool.append(arriving(a_report()), store.store)
    assert not spool.is_away
    store.error = StoreUnreachableError("db.example:5432/kvitto")
    await spool.append(arriving(a_report()), store.store)
    assert spool.notice.count == 1


async def test_what_waits_survives_a_restart_and_needs_no_option_to_be_passed_on(
    tmp_path: Path, writer: Writer, database: Database, log_watch: LogWatch
) -> None:
    first = await in_thread(Spool, tmp_path, "here")
    odd = ReportRequest(
        a_report("m\0", reference="Ö"), b"\0\xff", START, None, Origin.DEMO, ("url",)
    )
    with log_watch.expect(logging.WARNING, "kept on this"):
        await first.append(odd, FailingStore(writer).store)
    await in_thread(first.close)
    assert await in_thread(kept_in, tmp_path) == [odd]
    with log_watch.expect(logging.WARNING, "1 reports wait here"):
        second = await in_thread(Spool, tmp_path, "here", is_taking=False)
    assert second.waiting == (1, START)
    second.start(writer)
    await until(lambda: not second.is_away)
    with pytest.raises(StoreUnreachableError):
        await second.append(odd, FailingStore(writer).store)
    await in_thread(second.close)
    assert await in_thread(reports_in, database) == 1


@contextmanager
def opened_file(folder: Path) -> Iterator[SpoolFile]:
    file = SpoolFile(folder / SPOOL_NAME)
    yield file
    file.close()


def test_a_report_that_another_version_has_written_is_read_anew(tmp_path: Path) -> None:
    with opened_file(tmp_path) as file:
        bodies = [(BODY % "m1").encode(), b"no report"]
        file.add([ReportRequest(a_report("m1"), one, START) for one in bodies])
    with sqlite3.connect(tmp_path / SPOOL_NAME) as raw:
        raw.execute('UPDATE waiting SET report = \'{"of": "another version"}\'')
    raw.close()
    with opened_file(tmp_path) as file:
        (_, read), (_, unread) = file.first(9)
    assert isinstance(read, ReportRequest)
    assert read.report.message_id == "m1"
    assert isinstance(unread, RejectedRequest)
    assert unread.body == b"no report"


async def test_where_no_more_has_room_it_is_refused_and_told(
    tmp_path: Path, writer: Writer, database: Database, log_watch: LogWatch
) -> None:
    spool = await in_thread(Spool, tmp_path, "here", most_bytes=200_000)
    store = FailingStore(writer)
    kept = 0
    with (
        log_watch.expect(logging.WARNING, "kept on this"),
        log_watch.expect(logging.WARNING, "no more room"),
    ):
        for number in range(1000):
            one = ReportRequest(a_report(f"m{number}"), b"x" * 10_000, START)
            try:
                await spool.append(one, store.store)
            except SpoolFullError:
                break
            kept += 1
    assert kept > 5
    assert spool.waiting[0] == kept
    assert "no more room" in str(spool.refused)
    assert not spool.has_kept_all(START)
    spool.start(writer)
    await until(lambda: not spool.is_away)
    assert spool.refused is None
    assert await in_thread(reports_in, database) == kept
    await in_thread(spool.close)


async def test_a_report_that_makes_a_mistake_show_holds_up_no_other(
    spool: Spool,
    writer: Writer,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    log_watch: LogWatch,
) -> None:
    right = IngestGroup.store

    def refuse_one(group: IngestGroup, arrivals: Sequence[ReportRequest]) -> object:
        if any(one.report.message_id == "m1" for one in arrivals):
            raise ZeroDivisionError
        return right(group, arrivals)

    monkeypatch.setattr(IngestGroup, "store", refuse_one)
    store = FailingStore(writer)
    for number in range(3):
        await spool.append(arriving(a_report(f"m{number}")), store.store)
    with log_watch.expect(logging.ERROR, "can't be stored; it is kept"):
        spool.start(writer)
        await until(lambda: not spool.is_away)
    assert await in_thread(reports_in, database) == 2
    assert spool.waiting == (1, START), "it is kept, and still told of"


def test_the_keys_are_kept_for_a_start_without_the_store(tmp_path: Path) -> None:
    key = CallbackKey(1, "ab" * 16, Origin.WEBHOOK, START, "https://x.example", START, "clinic")
    with opened_file(tmp_path) as file:
        file.keep_keys([key], "mark")
    with opened_file(tmp_path) as file:
        assert (file.keys(), file.mark) == ([key], "mark")
    assert (tmp_path / SPOOL_NAME).stat().st_mode & 0o077 == 0


def test_the_sentence_says_how_many_wait_and_since_when() -> None:
    told = str(SpoolWaitingError(312, START, "db.example:5432/kvitto"))
    assert told.startswith("312 reports wait on the receiver's own disk since 2026-03-01 ")
    assert "can't" not in told, "they wait while they are passed on, too"
    assert str(SpoolWaitingError(1, START, "here")).startswith("A report waits")
    sent = problem_of(SpoolWaitingError(312, START, "db.example:5432/kvitto"))
    assert str(error_of(sent)) == told, "a window of another process says the same"
    assert "wait" not in str(SpoolWaitingError(0, START, "here"))
