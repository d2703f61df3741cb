"""The check finds what was tampered with."""

import gc
import sqlite3
import threading
from concurrent.futures import Future
from contextlib import closing

import pytest
from typing_extensions import override

from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.check_result import MAX_DIFFERENCES, CheckResult
from kvitto.store.database import FileDatabase, open_for_reading
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all, arriving


@pytest.fixture
async def filled(writer: Writer, database: FileDatabase) -> FileDatabase:
    callback_key = CallbackKeyStore(database).make(START).key
    await append_all(
        writer,
        [
            ReportRequest(
                a_report(f"m{number}", code=code, second=code, final=code == 201),
                b"{}",
                START,
                callback_key if number == 2 else None,
            )
            for number in range(5)
            for code in (101, 112, 201)
        ]
        + [arriving(a_report("m0", code=101, second=101))],
    )
    return database


def tamper(database: FileDatabase, statement: str) -> None:
    with closing(sqlite3.connect(database.path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(statement)
    connection.close()


async def test_a_good_store_agrees_with_its_reports(filled: FileDatabase) -> None:
    progress: list[tuple[int, int]] = []

    result = check(filled, on_progress=lambda done, total: progress.append((done, total)))

    assert result.differences == []
    assert (result.batches, result.messages, result.reports) == (1, 5, 15)
    assert progress[-1] == (15, 15)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE message SET code = 112 WHERE external_id = 'm1'", "m1 of batch batch-a is stored"),
        ("UPDATE message SET price_nano = 1 WHERE external_id = 'm1'", "price 0.000000001"),
        (
            "UPDATE message SET price_currency = 'SEK' WHERE pk = 1",
            "m0 of batch batch-a has a price",
        ),
        ("UPDATE message SET refund_currency = 'SEK' WHERE pk = 1", "in a currency that no report"),
        ("UPDATE batch_status SET message_count = 4 WHERE code = 201", "messages at 201"),
        ("UPDATE batch_cost SET units = units + 1", "cost in EUR"),
        ("UPDATE batch_cost_minute SET nanos = nanos - 1", "cost step"),
        (
            "UPDATE batch_report_minute SET report_count = 4 WHERE code = 201",
            "reports in minute and of code",
        ),
        ("UPDATE batch SET callback_key_pk = NULL", "by key None, not 1"),
        ("UPDATE batch SET origin = 'demo'", "is of origin demo, not webhook"),
        ("UPDATE report SET origin = 'demo'", "is of origin webhook, not demo"),
        ("UPDATE batch SET first_seen_at_us = 7", "not first and last seen"),
        ("UPDATE batch SET last_seen_at_us = last_seen_at_us + 1", "not first and last seen"),
        ("UPDATE batch SET report_count = 14", "counts 14 reports, not 15"),
        ("UPDATE report SET code = 102 WHERE pk = 1", "fields are not those that came"),
        ("UPDATE report SET recipient = x'00' WHERE pk = 1", "fields are not those that came"),
        ("UPDATE report SET reference = x'00' WHERE pk = 1", "fields are not those that came"),
        ("UPDATE report SET currency = x'00' WHERE pk = 1", "fields are not those that came"),
        (
            "UPDATE message SET segments_report_pk = 1.5 WHERE pk = 1",
            "is not stored as its reports say: segments_report_pk",
        ),
        ("UPDATE store_state SET repeat_count = 9", "9 duplicates"),
        ("UPDATE store_state SET last_report_pk = 3", "report has a row 15"),
        ("DELETE FROM report WHERE message_pk = 2", "has no reports"),
        ("DELETE FROM message WHERE external_id = 'm2'", "message that is not there"),
        ("DELETE FROM batch", "a batch that is not there"),
    ],
)
async def test_tampering_is_found(filled: FileDatabase, statement: str, told: str) -> None:
    tamper(filled, statement)

    result = check(filled)

    assert result.found
    assert any(told in difference for difference in result.differences), result.differences


async def test_a_check_can_be_stopped_in_the_middle_of_a_batch(
    filled: FileDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.check.ROWS_AT_ONCE", 2)
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        raise InterruptedError

    with pytest.raises(InterruptedError):
        check(filled, on_progress=stop)

    assert told == [(6, 15)]
    assert check(filled).differences == []


async def test_who_stops_a_check_does_not_wait_for_the_look_at_the_file(
    filled: FileDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_looking, is_stopped = threading.Event(), threading.Event()

    def look(_of: object) -> CheckResult:
        is_looking.set()
        assert is_stopped.wait(60)
        return CheckResult()

    class OfFile(Future[CheckResult]):
        @override
        def result(self, timeout: float | None = None) -> CheckResult:
            assert is_looking.wait(60)
            raise KeyboardInterrupt

    monkeypatch.setattr("kvitto.store.check.FileCheck.run", look)
    monkeypatch.setattr("kvitto.store.check.FileCheck.stop", lambda _of: is_stopped.set())
    monkeypatch.setattr("concurrent.futures.thread._base.Future", OfFile)
    with pytest.raises(KeyboardInterrupt):
        check(filled)
    assert is_stopped.is_set()


async def test_who_stops_a_check_may_close_the_store_before_all_that_it_read(
    filled: FileDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.check.ROWS_AT_ONCE", 2)

    def stop(_done: int, _total: int) -> None:
        raise InterruptedError

    with open_for_reading(filled.folder) as database, pytest.raises(InterruptedError) as stopped:
        check(database, on_progress=stop)
    del stopped

    gc.collect()  # what fails there fails the test


async def test_a_row_that_an_index_lacks_is_found(filled: FileDatabase) -> None:
    of_index = "WHERE name = 'message_revision'"
    set_schema = f"UPDATE sqlite_master SET sql = %s {of_index}"  # noqa: S608 - our own
    for statement in (
        set_schema % "sql || ' WHERE revision < 0'",
        "UPDATE message SET revision = revision + 1 WHERE pk = 2",
        set_schema % "replace(sql, ' WHERE revision < 0', '')",
    ):
        with closing(sqlite3.connect(filled.path)) as connection, connection:
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute(statement)

    result = check(filled)

    assert "row 2 missing from index message_revision" in result.differences[0]


async def test_only_so_many_differences_are_told_one_by_one(
    writer: Writer, database: FileDatabase
) -> None:
    await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(MAX_DIFFERENCES + 20)])
    tamper(database, "UPDATE message SET code = 999")

    result = check(database)

    assert len(result.differences) == MAX_DIFFERENCES
    assert result.found == MAX_DIFFERENCES + 20
