"""Numbers that are in a batch twice, and those with a needless zero."""

import msgspec

from kvitto.core.money import Money
from kvitto.core.phone_number import PhoneNumber
from kvitto.store.check import check
from kvitto.store.database import Database
from kvitto.store.deletions import DeleteBatches
from kvitto.store.erasing import ErasePerson
from kvitto.store.reader import Reader
from kvitto.store.repeats import DismissRepeats, Repeats, RepeatsReader
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all, arriving


def to(
    recipient: str | None, message_id: str, price: int | None, currency: str = "SEK"
) -> ReportRequest:
    report = a_report(message_id, code=201, final=True, price_nano=price, currency=currency)
    return arriving(msgspec.structs.replace(report, recipient=recipient))


async def test_they_are_counted_with_what_was_needless(
    database: Database, writer: Writer, reader: Reader
) -> None:
    await append_all(
        writer,
        [
            to("46700000001", "a1", 400_000_000),
            to("46700000001", "a2", 800_000_000),
            to("46700000002", "b1", 400_000_000),
            to("46700000002", "b2", 400_000_000),
            to("46700000002", "b3", None),
            to("46700000003", "c1", 400_000_000),
            to("46700000004", "d1", 400_000_000, "EUR"),
            to("46700000004", "d2", 400_000_000, "SEK"),
            to("460700000005", "e1", 400_000_000),
            to("390612345678", "rome", 400_000_000),
            to(None, "f1", 400_000_000),
            to(None, "f2", 400_000_000),
        ],
    )
    [batch] = reader.batches()
    found = RepeatsReader(database)

    repeats = found.repeats(batch.key)
    assert repeats == Repeats(3, 7, {"SEK": Money(800_000_000, "SEK")}, zeros=1)
    listed = [one.message_id for one in found.messages(batch.key, 100)]
    assert listed == ["e1", "a1", "a2", "b1", "b2", "b3", "d1", "d2"]
    assert len(found.messages(batch.key, 3)) == 3


async def test_numbers_that_a_server_hides_are_not_taken_for_the_same(
    database: Database, writer: Writer, reader: Reader
) -> None:
    await append_all(writer, [to("•••••••••67", "a1", 1), to("•••••••••67", "a2", 1)])
    [batch] = reader.batches()
    assert RepeatsReader(database).repeats(batch.key).numbers == 0


async def test_a_dismissal_holds_until_there_are_more_and_goes_with_its_batch(
    database: Database, writer: Writer, reader: Reader
) -> None:
    await append_all(writer, [to("46700000001", "a1", 1), to("46700000001", "a2", 1)])
    [batch] = reader.batches()
    found = RepeatsReader(database)
    before = found.repeats(batch.key)

    revision = writer.edit(DismissRepeats(batch.key, before.told)).result()

    assert found.repeats(batch.key).is_dismissed
    assert reader.batches()[0].revision == revision
    await append_all(writer, [to("46700000001", "a3", 1)])
    assert not found.repeats(batch.key).is_dismissed
    writer.edit(DeleteBatches((batch.key,))).result()
    writer.edit(DismissRepeats(batch.key, 3)).result()
    writer.flush()
    assert check(database).differences == []


async def test_who_was_erased_is_in_no_batch_twice(
    database: Database, writer: Writer, reader: Reader
) -> None:
    await append_all(writer, [to("46700000001", "a1", 1), to("46700000001", "a2", 1)])
    [batch] = reader.batches()
    found = RepeatsReader(database)
    before = found.repeats(batch.key)
    assert before.numbers == 1

    writer.edit(ErasePerson(PhoneNumber("46", "700000001"), START)).result()

    assert found.repeats(batch.key, before).numbers == 0
