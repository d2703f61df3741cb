"""What can't be read of the API's answers is kept in quarantine, and taken for no request."""

from datetime import timedelta

import msgspec
import pytest

from kvitto.core.phone_number import PhoneNumber
from kvitto.core.rejection import ReasonCode, RejectionKind, RejectionReason
from kvitto.core.report import Origin
from kvitto.store import unreadable_items
from kvitto.store.asked_edits import AddAsked, AskedMessage, AskedStatus
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.database import Database
from kvitto.store.deletions import DeleteBatches
from kvitto.store.erasing import ErasePerson
from kvitto.store.reader import Reader
from kvitto.store.rejection_counts import RejectionCounts, RejectionCountsReader
from kvitto.store.unreadable_items import UnreadableItem
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all, arriving, refused

MINUTE = timedelta(minutes=1)
REASON = RejectionReason(ReasonCode.ITEM_NOT_SENT)
BODY = b'{"batchId":"batch-a","direction":"MO","id":"m1","recipient":"46701234567"}'
PERSON = PhoneNumber("46", "701234567")


def unread(*bodies: bytes, minute: int = 0, is_demo: bool = False) -> AddAsked:
    items = tuple(UnreadableItem(REASON, body) for body in bodies)
    return AddAsked("batch-a", START + minute * MINUTE, (), is_demo, items)


async def begin(writer: Writer) -> None:
    await append_all(writer, [arriving(a_report("other"))])


async def test_the_same_item_is_kept_once_and_only_counted_again(
    writer: Writer, reader: Reader, database: Database
) -> None:
    await begin(writer)
    before = reader.batches()[0]
    for minute in range(3):
        writer.edit(unread(BODY, minute=minute)).result()

    (kept,) = reader.stream_quarantine()
    assert (kept.kind, kept.reason, kept.body) == (RejectionKind.API, REASON, BODY)
    assert (kept.times, kept.first_seen, kept.last_seen) == (3, START, START + 2 * MINUTE)
    assert not kept.headers
    after = reader.batches()[0]
    assert (after.messages, after.reports) == (before.messages, before.reports)
    assert check(database).differences == []


async def test_it_is_counted_as_no_refused_request_and_nobody_gives_it_up(
    writer: Writer, database: Database
) -> None:
    await begin(writer)
    writer.edit(unread(BODY)).result()
    counts = RejectionCountsReader(database)
    assert counts.counts(START) == RejectionCounts()
    assert counts.gives_up(START) is None

    later = START + 5 * MINUTE
    await append_all(writer, [refused(b"no", at=later)])
    assert counts.counts(later).kinds == {RejectionKind.NOT_JSON: 1}
    assert counts.gives_up(later) == later + 90 * MINUTE


@pytest.mark.parametrize("is_first", [False, True], ids=["the item first", "the request first"])
async def test_a_request_with_the_same_bytes_is_another_thing(
    writer: Writer, reader: Reader, *, is_first: bool
) -> None:
    await begin(writer)
    request = refused(BODY)
    if is_first:
        await append_all(writer, [request])
    writer.edit(unread(BODY)).result()
    if not is_first:
        await append_all(writer, [request])
    kinds = {one.kind: one.times for one in reader.stream_quarantine()}
    assert kinds == {RejectionKind.API: 1, RejectionKind.NOT_JSON: 1}


async def test_nothing_is_kept_of_a_deleted_batch(writer: Writer, reader: Reader) -> None:
    await begin(writer)
    writer.edit(DeleteBatches((reader.batches()[0].key,))).result()
    writer.edit(unread(BODY)).result()
    assert list(reader.stream_quarantine()) == []


async def test_what_the_simulator_says_of_a_demo_stays_with_the_demo(
    writer: Writer, reader: Reader, database: Database
) -> None:
    demo = CallbackKeyStore(database).make(START, Origin.DEMO)
    await append_all(
        writer, [ReportRequest(a_report("other"), b"{}", START, demo.key, Origin.DEMO)]
    )
    writer.edit(unread(BODY)).result()
    assert list(reader.stream_quarantine()) == [], "the API does not know the demo's batches"

    writer.edit(unread(BODY, is_demo=True)).result()
    assert len(list(reader.stream_quarantine(with_demo=True))) == 1
    assert list(reader.stream_quarantine(with_demo=False)) == []
    assert reader.counts(with_demo=False).refused == 0


async def test_without_room_they_are_not_kept_and_refused_requests_still_are(
    writer: Writer, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unreadable_items, "_ROOM", 2 * len(BODY) + 10)
    await begin(writer)
    writer.edit(unread(*(BODY + b" " * place for place in range(5)))).result()
    await append_all(writer, [refused(b"no")])
    kinds = [one.kind for one in reader.stream_quarantine()]
    assert kinds.count(RejectionKind.API) == 2
    assert kinds.count(RejectionKind.NOT_JSON) == 1
    assert reader.counts().unkept == 0, "no request was dropped"


async def test_who_is_erased_does_not_come_back_with_the_next_answers(
    writer: Writer, reader: Reader, database: Database
) -> None:
    await begin(writer)
    without_batch = BODY.replace(b'"batchId":"batch-a",', b"").replace(b"m1", b"m2")
    writer.edit(unread(BODY, without_batch, b'{"id":"m9","recipient":"46700000000"}')).result()
    writer.edit(ErasePerson(PERSON, START + MINUTE)).result()
    assert [one.body for one in reader.stream_quarantine()] == [
        b'{"id":"m9","recipient":"46700000000"}'
    ]

    writer.edit(unread(BODY, without_batch, minute=2)).result()
    kept = list(reader.stream_quarantine())
    assert len(kept) == 3
    assert not any(b"701234567" in one.body for one in kept)

    # Once the message can be read, it is the person's all the same.
    report = a_report("m1")
    body = msgspec.json.encode({"recipient": report.recipient}).decode()
    messages = (AskedMessage("m1", (AskedStatus(report, body),)),)
    writer.edit(AddAsked("batch-a", START + 3 * MINUTE, messages)).result()
    (told,) = [one for one in reader.stream_messages() if one.message_id == "m1"]
    assert told.state.recipient is not None
    assert told.state.recipient.value.startswith("erased-")
    assert check(database).differences == []


async def test_an_item_that_names_another_number_erases_nobody_else(
    writer: Writer, reader: Reader
) -> None:
    """The message is stored, to somebody else: what can't be read of it is no proof."""
    stored = msgspec.structs.replace(a_report("m1"), recipient="46700000001")
    await append_all(writer, [arriving(stored)])
    writer.edit(unread(BODY)).result()
    writer.edit(ErasePerson(PERSON, START + MINUTE)).result()
    (told,) = reader.stream_messages()
    assert told.state.recipient is not None
    assert told.state.recipient.value == "46700000001"
