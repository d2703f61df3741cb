"""Forgetting: a part after the other, while reports go on coming in."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest

from kvitto.store.check import check
from kvitto.store.clock_guard import ClockReading, ConfirmClock
from kvitto.store.database import Database
from kvitto.store.errors import StoreClosedError
from kvitto.store.mutations import Edit
from kvitto.store.purge import Purger
from kvitto.store.reader import Reader
from kvitto.store.records import BatchRecord
from kvitto.store.retention import PurgePlan, Retention, RetentionRule
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all, arriving, refused

NOW = START + timedelta(days=100)
KEEPING = RetentionRule(10)
KEEPING_NOTHING = RetentionRule(10, keeps_sums=False)
MESSAGES = 7


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kvitto.store.deletion_pace.MOST", 3)
    monkeypatch.setattr("kvitto.store.deletions._PART_S", 0)


@pytest.fixture
async def old(writer: Writer, reader: Reader) -> BatchRecord:
    """Return a finished batch of long ago, beside one of today and a refused request."""
    writer.edit(ConfirmClock(ClockReading(NOW, 0.0, "boot")))
    await append_all(
        writer,
        [
            arriving(a_report(f"m{n}", code=code, final=code == 201))
            for n in range(MESSAGES)
            for code in (102, 201, 201)
        ]
        + [arriving(a_report("m1", batch_id="today"), at=NOW), refused(b"what is this")],
    )
    return found(reader, "batch-a")


def found(reader: Reader, batch_id: str) -> BatchRecord:
    batch = reader.batch(batch_id)
    assert batch is not None
    return batch


def forgetter(
    writer: Writer,
    *,
    edit: Callable[[Edit], "Future[int]"] | None = None,
    on_progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Purger:
    return Purger(edit=edit or writer.edit, on_progress=on_progress)


def due_now(database: Database, rule: RetentionRule) -> PurgePlan:
    return Retention(database).due(rule, NOW)


async def test_messages_go_and_the_sums_stay(
    writer: Writer, reader: Reader, database: Database, old: BatchRecord
) -> None:
    told: list[tuple[int, int]] = []
    purging = forgetter(writer, on_progress=lambda *one: told.append(one))

    purged = await purging.run(due_now(database, KEEPING), NOW)

    assert (purged.batches, purged.messages, purged.refused) == (1, MESSAGES, 1)
    assert not purged.is_stopped
    assert told == [(3, 7), (6, 7), (7, 7)]
    kept = found(reader, "batch-a")
    assert kept.purged == NOW
    assert (kept.statuses, kept.costs) == (old.statuses, old.costs)
    assert reader.messages(old.key) == []
    assert [one.batch_id for one in reader.stream_messages()] == ["today"]
    assert list(reader.stream_quarantine()) == []
    assert reader.counts().repeats == 0
    assert check(database).differences == []
    assert due_now(database, KEEPING).is_empty


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "UPDATE batch SET report_count = 99 WHERE purged_at_us > 0",
            "99 reports, but 14 by minute",
        ),
        ("UPDATE batch_report_minute SET minute = 7", "first and last seen in the minutes"),
        ("UPDATE batch_cost SET units = units + 1", "the cost steps in EUR"),
        ("DELETE FROM batch_cost_minute", "the cost steps in EUR"),
    ],
)
async def test_sums_that_do_not_agree_with_one_another_are_found(
    writer: Writer, database: Database, old: BatchRecord, statement: str, told: str
) -> None:
    await forgetter(writer).run(due_now(database, KEEPING), NOW)
    good = check(database)
    with database.writing.begin() as connection:
        connection.exec_driver_sql(statement)

    result = check(database)

    assert (good.purged, good.differences) == (1, [])
    assert any(told in one for one in result.differences), result.differences


async def test_without_sums_nothing_of_the_batch_stays(
    writer: Writer, reader: Reader, database: Database, old: BatchRecord
) -> None:
    known = reader.revision()

    purged = await forgetter(writer).run(due_now(database, KEEPING_NOTHING), NOW)

    assert purged.batches == 1
    assert list(reader.changes_since(known).removed) == [old.key]
    assert [one.batch_id for one in reader.batches()] == ["today"]
    assert check(database).differences == []


async def test_sums_that_were_kept_can_go_later(
    writer: Writer, reader: Reader, database: Database, old: BatchRecord
) -> None:
    await forgetter(writer).run(due_now(database, KEEPING), NOW)

    await forgetter(writer).run(due_now(database, KEEPING_NOTHING), NOW)

    assert reader.batch("batch-a") is None
    assert check(database).differences == []
    assert old.messages == MESSAGES


@pytest.mark.parametrize("rule", [KEEPING, KEEPING_NOTHING])
async def test_a_stopped_run_ends_after_its_part_and_a_later_one_goes_on(
    writer: Writer,
    reader: Reader,
    database: Database,
    old: BatchRecord,
    rule: RetentionRule,
) -> None:
    first = forgetter(writer, on_progress=lambda _done, _all: first.stop())

    purged = await first.run(due_now(database, rule), NOW)

    assert purged.is_stopped
    assert (purged.batches, purged.messages) == (0, 3)
    half = found(reader, "batch-a")
    assert half.purged == NOW
    assert len(reader.messages(old.key)) == 4
    assert check(database).differences == []

    due = due_now(database, rule)
    assert due.messages == 4
    await forgetter(writer).run(due, NOW)
    assert [one.batch_id for one in reader.stream_messages()] == ["today"]


@pytest.mark.parametrize("rule", [KEEPING, KEEPING_NOTHING])
@pytest.mark.parametrize("parts_before", [0, 1])
async def test_a_batch_that_is_heard_of_again_is_left_alone(
    writer: Writer,
    reader: Reader,
    database: Database,
    old: BatchRecord,
    rule: RetentionRule,
    parts_before: int,
) -> None:
    due = due_now(database, rule)
    late = arriving(a_report("late", code=201), at=NOW)
    made = 0

    def report_comes_then(edit: Edit) -> "Future[int]":
        nonlocal made
        made += 1
        if made == 1 + parts_before + 1:  # the first edit is about the refused request
            with ThreadPoolExecutor(1) as thread:
                thread.submit(lambda: asyncio.run(append_all(writer, [late]))).result(60)
        return writer.edit(edit)

    purged = await forgetter(writer, edit=report_comes_then).run(due, NOW)

    assert (purged.batches, purged.messages) == (0, 3 * parts_before)
    left = {one.message_id for one in reader.messages(old.key)}
    assert "late" in left
    assert len(left) == 1 + MESSAGES - 3 * parts_before


async def test_a_closed_store_ends_the_run_in_words(
    writer: Writer, database: Database, old: BatchRecord
) -> None:
    due = due_now(database, KEEPING)
    writer.close()

    with pytest.raises(StoreClosedError):
        await forgetter(writer).run(due, NOW)
    assert old.messages == MESSAGES


async def test_reports_are_stored_between_the_parts(
    writer: Writer, reader: Reader, database: Database, old: BatchRecord
) -> None:
    purging = forgetter(writer)
    stored: list[int] = []

    async def store_some() -> None:
        for number in range(20):
            await append_all(writer, [arriving(a_report(f"n{number}", batch_id="new"), at=NOW)])
            stored.append(len(reader.messages(old.key)))

    await asyncio.gather(purging.run(due_now(database, KEEPING_NOTHING), NOW), store_some())

    assert any(0 < left < MESSAGES for left in stored), "reports were stored during the run"
    assert found(reader, "new").messages == 20
    assert check(database).differences == []


async def test_the_writer_is_left_to_others_for_half_of_the_time(
    writer: Writer, database: Database, old: BatchRecord
) -> None:
    slow_s = 0.05
    began: list[float] = []
    ended: list[float] = []

    def slow(edit: Edit) -> "Future[int]":
        began.append(time.monotonic())
        later: Future[int] = Future()

        def end() -> None:
            ended.append(time.monotonic())
            later.set_result(writer.edit(edit).result(60))

        asyncio.get_running_loop().call_later(slow_s, end)
        return later

    await forgetter(writer, edit=slow).run(due_now(database, KEEPING), NOW)

    pauses = [begin - end for begin, end in zip(began[1:], ended, strict=False)]
    assert min(pauses) >= slow_s
    assert old.messages == MESSAGES


async def test_a_late_report_of_a_forgotten_message_is_kept_and_not_counted_again(
    writer: Writer, reader: Reader, database: Database, old: BatchRecord
) -> None:
    await forgetter(writer).run(due_now(database, KEEPING), NOW)
    kept = found(reader, "batch-a")

    late = [arriving(a_report("m1", code=code), at=NOW) for code in (201, 104, 104)]
    await append_all(writer, late)

    assert found(reader, "batch-a") == kept
    [message] = reader.messages(old.key)
    assert (message.message_id, message.state.reports) == ("m1", 2)
    assert check(database).differences == []


async def test_a_new_message_of_a_forgotten_batch_is_counted(
    writer: Writer, reader: Reader, database: Database, old: BatchRecord
) -> None:
    await forgetter(writer).run(due_now(database, KEEPING), NOW)

    await append_all(writer, [arriving(a_report("new", code=201), at=NOW)])

    assert found(reader, "batch-a").messages == old.messages + 1
    assert check(database).differences == []


async def test_a_late_report_is_forgotten_in_its_turn(
    writer: Writer, reader: Reader, database: Database, old: BatchRecord
) -> None:
    await forgetter(writer).run(due_now(database, KEEPING), NOW)
    await append_all(writer, [arriving(a_report("m1", code=104), at=NOW)])

    purged = await forgetter(writer).run(due_now(database, KEEPING), NOW)

    assert purged.messages == 1
    assert reader.messages(old.key) == []
    assert (found(reader, "batch-a").statuses) == old.statuses
