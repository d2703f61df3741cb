"""Messages that were not delivered, and what the user did about them."""

from collections.abc import Collection
from datetime import timedelta

import pytest

from kvitto.core.follow_up import FollowUpGroup, FollowUpMark
from kvitto.core.status import Result
from kvitto.store.check import check
from kvitto.store.database import Database
from kvitto.store.deletions import DeleteBatches
from kvitto.store.follow_up_queries import FollowUpReader, MarkMessages
from kvitto.store.reader import Reader
from kvitto.store.search_conditions import MessageFilter
from kvitto.store.writer import Writer
from tests.helpers.purging import purge
from tests.store.arrivals import START, a_report, append_all, arriving

REPORTS = (
    a_report("delivered", code=201, final=True, second=1),
    a_report("failed", code=511, final=True, second=2),
    a_report("expired", code=202, final=True, second=3),
    a_report("rejected", code=402, final=True, second=4),
    a_report("cancelled", code=203, final=True, second=5),
    a_report("on its way", code=112, second=6),
    a_report("retried", code=511, second=7),
    a_report("ended", code=112, final=True, second=8),
    a_report("elsewhere", batch_id="batch-b", code=500, final=True, second=9, reference="Mail"),
)
ANY = MessageFilter()


@pytest.fixture
async def found(database: Database, writer: Writer) -> FollowUpReader:
    await append_all(writer, [arriving(report) for report in REPORTS])
    return FollowUpReader(database)


def ids(
    found: FollowUpReader,
    reader: Reader,
    group: FollowUpGroup,
    wanted: MessageFilter = ANY,
    among: Collection[int] | None = None,
) -> list[str]:
    keys = {one.key: one.message_id for one in reader.stream_messages()}
    return [keys[row.key] for row in found.page(group, wanted, among=among)]


async def test_each_message_is_in_the_group_of_its_result(
    found: FollowUpReader, reader: Reader
) -> None:
    arrived_not = ["elsewhere", "rejected", "expired", "failed"]
    assert ids(found, reader, FollowUpGroup.DID_NOT_ARRIVE) == arrived_not
    assert ids(found, reader, FollowUpGroup.NOT_KNOWN) == ["ended", "retried", "on its way"]
    assert ids(found, reader, FollowUpGroup.CANCELLED) == ["cancelled"]


async def test_a_filter_and_batches_narrow_it(found: FollowUpReader, reader: Reader) -> None:
    [of_b] = [one.key for one in reader.batches() if one.batch_id == "batch-b"]
    group = FollowUpGroup.DID_NOT_ARRIVE

    assert ids(found, reader, group, among=[of_b]) == ["elsewhere"]
    assert ids(found, reader, group, MessageFilter(text="Mail")) == ["elsewhere"]
    assert ids(found, reader, group, MessageFilter(text="batch-b")) == ["elsewhere"]
    assert ids(found, reader, group, MessageFilter(text="m"), among=[of_b]) == ["elsewhere"]
    assert ids(found, reader, group, among=[]) == []
    assert ids(found, reader, group, MessageFilter(codes=frozenset({511}))) == ["failed"]
    only_delivered = MessageFilter(results=frozenset({Result.DELIVERED}))
    assert ids(found, reader, group, only_delivered) == []


async def test_pages_follow_each_other(found: FollowUpReader) -> None:
    group = FollowUpGroup.DID_NOT_ARRIVE
    whole = found.page(group, ANY)

    first = found.page(group, ANY, limit=3)
    rest = found.page(group, ANY, before=first[-1].key, limit=3)

    assert [*first, *rest] == whole


async def test_what_was_done_is_kept_and_told(
    found: FollowUpReader, reader: Reader, writer: Writer
) -> None:
    one, other = (row.key for row in found.page(FollowUpGroup.DID_NOT_ARRIVE, ANY, limit=2))
    before = reader.revision()
    writer.edit(MarkMessages((one, other, 4711), START, mark=FollowUpMark.CALLED)).result(60)
    writer.edit(MarkMessages((one,), START, note="No answer")).result(60)

    marked = {row.key: (row.mark, row.note) for row in found.rows([one, other])}

    assert marked == {
        one: (FollowUpMark.CALLED, "No answer"),
        other: (FollowUpMark.CALLED, None),
    }
    assert {one, other} <= set(reader.changes_since(before).messages)

    writer.edit(MarkMessages((one,), START, mark=None)).result(60)
    assert [(row.mark, row.note) for row in found.rows([one])] == [(None, "No answer")]
    writer.edit(MarkMessages((one,), START, note=None)).result(60)
    assert [(row.mark, row.note) for row in found.rows([one])] == [(None, None)]


async def test_a_long_note_is_cut(found: FollowUpReader, writer: Writer) -> None:
    [row] = found.page(FollowUpGroup.CANCELLED, ANY)

    writer.edit(MarkMessages((row.key,), START, note="å" * 5000)).result(60)

    assert [one.note for one in found.rows([row.key])] == ["å" * 1000]


async def test_a_mark_stays_when_the_message_moves_on(
    found: FollowUpReader, writer: Writer
) -> None:
    row = found.page(FollowUpGroup.NOT_KNOWN, ANY)[-1]
    writer.edit(MarkMessages((row.key,), START, mark=FollowUpMark.SENT_AGAIN)).result(60)

    await append_all(writer, [arriving(a_report("on its way", code=201, final=True, second=60))])

    [now] = found.rows([row.key])
    assert (now.group, now.mark) == (None, FollowUpMark.SENT_AGAIN)


async def test_marks_go_with_their_messages(
    found: FollowUpReader, reader: Reader, writer: Writer, database: Database
) -> None:
    rows = found.page(FollowUpGroup.DID_NOT_ARRIVE, ANY)
    keys = tuple(row.key for row in rows)
    writer.edit(MarkMessages(keys, START, mark=FollowUpMark.CALLED, note="x")).result(60)
    [of_a, of_b] = sorted(reader.batches(), key=lambda one: one.batch_id)

    purge(writer.edit, of_a.key, START + timedelta(days=90))
    writer.edit(DeleteBatches((of_b.key,))).result(10)
    assert writer.flush(10)

    assert found.rows(keys) == []
    assert not check(database).differences
