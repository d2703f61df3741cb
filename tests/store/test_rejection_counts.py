"""Counts of refused requests: what is alarmed, until when, and when it ends."""

from datetime import datetime, timedelta

import pytest

from kvitto.core.rejection import ReasonCode, RejectionKind, RejectionReason
from kvitto.core.report import Origin
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.database import Database
from kvitto.store.mutations import AcknowledgeRejections, DeleteRejections
from kvitto.store.rejection_counts import ALARMED_FOR, RejectionCounts, RejectionCountsReader
from kvitto.store.write_requests import RejectedRequest
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, arriving

MINUTE = timedelta(minutes=1)
NOON = START.replace(second=0, microsecond=0)


@pytest.fixture
def reader(database: Database) -> RejectionCountsReader:
    return RejectionCountsReader(database)


def refused(
    body: bytes = b"no",
    at: datetime = NOON,
    *,
    kind: RejectionKind = RejectionKind.NOT_JSON,
    origin: Origin = Origin.WEBHOOK,
    key: int | None = None,
) -> RejectedRequest:
    return RejectedRequest(
        kind, RejectionReason(ReasonCode.BODY_NOT_JSON), body, len(body), (), at, key, origin
    )


async def test_nothing_is_alarmed_in_an_empty_store(reader: RejectionCountsReader) -> None:
    assert reader.counts(NOON) == RejectionCounts()


async def test_requests_are_counted_however_often_the_same_bytes_come(
    writer: Writer, reader: RejectionCountsReader
) -> None:
    for body in (b"1", b"1", b"1", b"2"):
        await writer.append(refused(body))
    await writer.append(refused(b"3", NOON + MINUTE, kind=RejectionKind.CUT_OFF))

    counts = reader.counts(NOON + MINUTE)
    assert counts.requests == 5
    assert counts.kinds == {RejectionKind.NOT_JSON: 4, RejectionKind.CUT_OFF: 1}
    assert (counts.first, counts.last) == (NOON, NOON + MINUTE)


async def test_what_the_user_has_seen_is_not_counted_again_and_what_comes_later_is(
    writer: Writer, reader: RejectionCountsReader
) -> None:
    await writer.append(refused())
    writer.edit(AcknowledgeRejections()).result()
    assert reader.counts(NOON) == RejectionCounts()

    await writer.append(refused())  # in the same minute, and the same bytes
    counts = reader.counts(NOON)
    assert (counts.requests, counts.recent_refused) == (1, 2)


async def test_what_is_deleted_after_it_was_seen_is_not_alarmed(
    writer: Writer, reader: RejectionCountsReader
) -> None:
    await writer.append(refused())
    writer.edit(AcknowledgeRejections()).result()
    writer.edit(DeleteRejections((1,))).result()
    assert reader.counts(NOON).requests == 0


async def test_requests_of_the_demo_are_not_counted(
    writer: Writer, database: Database, reader: RejectionCountsReader
) -> None:
    demo = CallbackKeyStore(database).make(START, Origin.DEMO)
    await writer.append(refused(origin=Origin.DEMO, key=demo.key))
    assert reader.counts(NOON).requests == 0


async def test_what_nobody_looked_at_for_a_week_is_not_counted_any_more(
    writer: Writer, reader: RejectionCountsReader
) -> None:
    await writer.append(refused())
    assert reader.counts(NOON + ALARMED_FOR - MINUTE).requests == 1
    assert reader.counts(NOON + ALARMED_FOR).requests == 0


async def test_the_sender_gives_up_ninety_minutes_after_the_first_try(
    writer: Writer, reader: RejectionCountsReader
) -> None:
    for minutes in (0, 10, 20):
        await writer.append(refused(at=NOON + minutes * MINUTE))
    counts = reader.counts(NOON + 21 * MINUTE)
    assert (counts.gives_up, counts.gave_up) == (NOON + 90 * MINUTE, None)
    counts = reader.counts(NOON + 91 * MINUTE)
    assert (counts.gives_up, counts.gave_up) == (None, NOON + 90 * MINUTE)


async def test_a_look_in_between_moves_no_deadline(
    writer: Writer, reader: RejectionCountsReader
) -> None:
    await writer.append(refused())
    writer.edit(AcknowledgeRejections()).result()
    await writer.append(refused(at=NOON + 10 * MINUTE))
    assert reader.counts(NOON + 10 * MINUTE).gives_up == NOON + 90 * MINUTE


async def test_the_same_bytes_days_later_are_tried_anew(
    writer: Writer, reader: RejectionCountsReader
) -> None:
    await writer.append(refused())
    writer.edit(AcknowledgeRejections()).result()
    later = NOON + timedelta(days=2)
    await writer.append(refused(at=later))
    assert reader.counts(later).gives_up == later + 90 * MINUTE


async def test_a_deadline_that_is_past_is_told_as_past(
    writer: Writer, reader: RejectionCountsReader
) -> None:
    await writer.append(refused(b"1"))
    await writer.append(refused(b"2", NOON + 30 * MINUTE))
    counts = reader.counts(NOON + 100 * MINUTE)
    assert (counts.gave_up, counts.gives_up) == (NOON + 90 * MINUTE, NOON + 120 * MINUTE)
    counts = reader.counts(NOON + 200 * MINUTE)
    assert (counts.gave_up, counts.gives_up) == (NOON + 90 * MINUTE, None)


@pytest.mark.parametrize(("stored", "is_grave"), [(0, True), (1, True), (2, False), (3, False)])
async def test_it_is_grave_when_more_is_refused_than_stored_in_ten_minutes(
    writer: Writer, reader: RejectionCountsReader, stored: int, is_grave: bool
) -> None:
    for number in range(stored):
        await writer.append(arriving(a_report(f"m{number}"), at=NOON))
    for number in range(2):
        await writer.append(refused(bytes([number])))
    assert reader.counts(NOON + 9 * MINUTE).is_grave is is_grave
    assert reader.counts(NOON + 10 * MINUTE).is_grave is False
    assert reader.counts(NOON + 10 * MINUTE).requests == 2


async def test_the_deadline_of_what_is_still_tried_is_known_after_it_was_seen(
    writer: Writer, database: Database, reader: RejectionCountsReader
) -> None:
    demo = CallbackKeyStore(database).make(START, Origin.DEMO)
    await writer.append(refused(b"demo", NOON, origin=Origin.DEMO, key=demo.key))
    assert reader.gives_up(NOON) is None
    await writer.append(refused(b"1", NOON + MINUTE))
    await writer.append(refused(b"2", NOON + 30 * MINUTE))
    writer.edit(AcknowledgeRejections()).result()
    assert reader.gives_up(NOON + 31 * MINUTE) == NOON + 91 * MINUTE
    assert reader.gives_up(NOON + 92 * MINUTE) == NOON + 120 * MINUTE
    assert reader.gives_up(NOON + 120 * MINUTE) is None


async def test_what_did_not_come_again_when_it_was_due_is_not_said_to_be_tried(
    writer: Writer, reader: RejectionCountsReader
) -> None:
    await writer.append(refused(b"1", kind=RejectionKind.CUT_OFF))
    assert reader.counts(NOON + 13 * MINUTE).is_tried is True
    counts = reader.counts(NOON + 15 * MINUTE)
    assert (counts.is_tried, counts.gives_up) == (False, NOON + 90 * MINUTE)
    await writer.append(refused(b"1", NOON + 20 * MINUTE))
    assert reader.counts(NOON + 21 * MINUTE).is_tried is True
