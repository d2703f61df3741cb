"""Queries and the change feed."""

from datetime import timedelta

import pytest

from kvitto.core.money import Money
from kvitto.core.status import Result
from kvitto.store.bin import MoveToBin
from kvitto.store.check import check
from kvitto.store.reader import Reader
from kvitto.store.write_requests import UnauthorizedCount
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all, arriving, refused


async def test_the_change_feed_names_what_was_touched_since_a_revision(
    writer: Writer, reader: Reader
) -> None:
    await writer.append(arriving(a_report("m1", batch_id="a")))
    await writer.append(arriving(a_report("m2", batch_id="b")))
    known = reader.changes_since(0)
    assert {one.batch_id for one in known.batches} == {"a", "b"}
    assert len(known.messages) == 2

    await writer.append(arriving(a_report("m2", batch_id="b", code=201, second=1)))
    changes = reader.changes_since(known.revision)

    assert changes.revision > known.revision
    assert [one.batch_id for one in changes.batches] == ["b"]
    [message] = reader.messages_by_key(changes.messages)
    assert (message.message_id, message.state.code) == ("m2", 201)
    assert reader.changes_since(changes.revision).batches == ()


async def test_a_duplicate_moves_no_row_that_the_window_shows(
    writer: Writer, reader: Reader
) -> None:
    await writer.append(arriving(a_report()))
    known = reader.revision()

    await writer.append(arriving(a_report()))

    changes = reader.changes_since(known)
    assert changes.revision > known
    assert (list(changes.batches), list(changes.messages)) == ([], [])


async def test_a_long_list_of_changes_is_cut_and_says_so(writer: Writer, reader: Reader) -> None:
    await append_all(writer, [arriving(a_report(f"m{number}")) for number in range(12)])

    assert len(reader.changes_since(0, limit=12).messages) == 12
    assert reader.changes_since(0, limit=12).is_complete
    assert len(reader.changes_since(0, limit=11).messages) == 11
    assert not reader.changes_since(0, limit=11).is_complete


async def test_messages_come_in_pages_by_their_ids(writer: Writer, reader: Reader) -> None:
    await append_all(writer, [arriving(a_report(f"m{number:02}")) for number in range(10)])
    await writer.append(arriving(a_report("elsewhere", batch_id="b")))
    batch = reader.batch("batch-a")
    assert batch is not None

    pages: list[str] = []
    after = None
    while page := reader.messages(batch.key, after=after, limit=4):
        pages.append(" ".join(one.message_id for one in page))
        after = page[-1].message_id

    assert pages == ["m00 m01 m02 m03", "m04 m05 m06 m07", "m08 m09"]


async def test_batches_that_are_read_in_pages_are_what_each_is_by_itself(
    writer: Writer, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.batch_rows._BATCHES_AT_ONCE", 2)
    for number in range(5):
        for code, currency in ((201, "EUR"), (112, "SEK"), (511, "SEK")):
            report = a_report(
                f"m{code}", batch_id=f"b{number}", code=code, currency=currency, segments=number + 1
            )
            await writer.append(arriving(report, at=START + timedelta(hours=number)))
    binned = reader.batch("b1")
    assert binned is not None
    writer.edit(MoveToBin((binned.key,), START)).result(10)

    read = reader.batches()

    assert [one.batch_id for one in read] == ["b0", "b2", "b3", "b4"]
    assert read == [reader.batch(one.batch_id) for one in read]
    assert list(reader.changes_since(0).batches) == read
    assert list(reader.changes_since(read[0].revision).batches) == read[1:]
    assert [(one.messages, one.finished) for one in read] == [(3, 1)] * 4
    assert [one.segments for one in read] == [3, 9, 12, 15]


async def test_a_batch_sums_up_its_messages(writer: Writer, reader: Reader) -> None:
    await append_all(
        writer,
        [
            arriving(a_report("m1", code=201, final=True)),
            arriving(a_report("m2", code=112)),
            arriving(a_report("m3", code=511, price_nano=None, currency=None, segments=None)),
            arriving(a_report("m4", code=999, currency="SEK"), at=START + timedelta(hours=1)),
        ],
    )

    [batch] = reader.batches()
    assert batch.messages == 4
    assert batch.finished == 1
    assert batch.segments == 6
    assert batch.cost == {
        "EUR": Money(164_000_000, "EUR"),
        "SEK": Money(82_000_000, "SEK"),
    }
    assert {result: n for result, n in batch.results().items() if n} == {
        Result.DELIVERED: 1,
        Result.PENDING: 2,
        Result.UNKNOWN: 1,
    }
    assert list(batch.results()) == list(Result)
    assert (batch.first_seen, batch.last_seen) == (START, START + timedelta(hours=1))


async def test_the_history_of_a_message_is_in_order_of_arrival(
    writer: Writer, reader: Reader
) -> None:
    for second, code in ((5, 112), (1, 102), (9, 201), (3, 110)):
        await writer.append(arriving(a_report(code=code, second=second, final=code == 201)))

    message = reader.message("batch-a", "message-1")
    assert message is not None
    assert message.state.code == 201
    assert [one.received.report.code for one in reader.reports(message.key)] == [112, 102, 201, 110]


async def test_everything_is_counted(writer: Writer, reader: Reader) -> None:
    await append_all(
        writer,
        [
            arriving(a_report("m1")),
            arriving(a_report("m1")),
            refused(b"x"),
            UnauthorizedCount(1, 5),
        ],
    )

    counts = reader.counts()
    assert (counts.batches, counts.messages, counts.reports, counts.repeats) == (1, 1, 1, 1)
    assert (counts.refused, counts.unkept, counts.unauthorized_counts) == (1, 0, 5)


def test_an_empty_store_answers_too(reader: Reader) -> None:
    assert reader.batches() == []
    assert reader.batch("nothing") is None
    assert reader.message("nothing", "at all") is None
    assert list(reader.stream_reports()) == []
    assert reader.counts().messages == 0


@pytest.mark.parametrize("batch_id", ["a", "b"])
async def test_streams_can_be_of_one_batch(writer: Writer, reader: Reader, batch_id: str) -> None:
    await append_all(
        writer, [arriving(a_report(f"m{n}", batch_id=one)) for n in range(3) for one in "ab"]
    )
    batch = reader.batch(batch_id)
    assert batch is not None

    assert {one.batch_id for one in reader.stream_messages(batch.key)} == {batch_id}
    reports = list(reader.stream_reports(batch.key))
    assert [one.received.report.message_id for one in reports] == ["m0", "m1", "m2"]
    assert len(list(reader.stream_reports())) == 6


async def test_a_batch_knows_when_it_was_sent_and_the_reference_that_all_share(
    writer: Writer, reader: Reader
) -> None:
    reports = [
        a_report("a", second=20),
        a_report("a", code=201, second=40, reference=None),
        a_report("b", second=10),
    ]
    for report in reports:  # each in a group of its own
        await append_all(writer, [arriving(report)])

    shared = reader.batch("batch-a")
    await append_all(writer, [arriving(a_report("c", second=30, reference="Another"))])
    mixed = reader.batch("batch-a")

    assert shared is not None
    assert mixed is not None
    assert (shared.sent, shared.reference) == (START + timedelta(seconds=10), "Höstrea")
    assert (mixed.sent, mixed.reference) == (START + timedelta(seconds=10), None)
    assert check(reader.database).differences == []
