"""Batches that only the API knows, what it names them by, and what must not come back."""

from collections.abc import Collection
from datetime import timedelta

import pytest

from kvitto.core.report import DeliveryReport, Origin
from kvitto.store.arrival_counts import ArrivalCounter
from kvitto.store.askable import AddUnreported, callback_key_values, unheard_of
from kvitto.store.asked_edits import (
    AddAsked,
    AskedMessage,
    AskedOperator,
    AskedStatus,
    FinishAsking,
)
from kvitto.store.asked_forgetting import ForgetAsked, ForgetTexts
from kvitto.store.asked_reader import AskedReader
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.database import Database
from kvitto.store.deletions import DeleteBatches
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.reader import Reader
from kvitto.store.search import MessageFilter, MessageOrder, MessageSearch
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.helpers.purging import purge
from tests.store.arrivals import START, a_report, append_all, arriving

FOUND = START + timedelta(hours=1)
ASKED = START + timedelta(hours=2)
SENT = START - timedelta(hours=1)


def edit(writer: Writer, *edits: AddUnreported | AddAsked | FinishAsking | ForgetAsked) -> None:
    for one in edits:
        writer.edit(one).result(30)


def asking(*told: DeliveryReport, is_demo: bool = False) -> AddAsked:
    messages = [AskedMessage(one.message_id, (AskedStatus(one, "{}"),)) for one in told]
    return AddAsked("batch-a", ASKED, tuple(messages), is_demo)


END = a_report(code=201, final=True, second=9)


async def test_a_batch_that_never_reported_is_there_without_times_of_reports(
    writer: Writer, database: Database
) -> None:
    edit(writer, AddUnreported("batch-a", FOUND, SENT), asking(END))
    (batch,) = Reader(database).batches()
    assert (batch.origin, batch.reports, batch.messages, batch.sent) == (Origin.API, 0, 1, SENT)
    assert not batch.is_awaited(FOUND)
    assert ArrivalCounter(database).read(0, START).last is None
    (found,) = AskedReader(database).batches()
    assert not found.is_reported
    (record,) = Reader(database).stream_messages()
    assert record.reported is None
    assert check(database).differences == []


async def test_its_first_report_makes_it_one_like_the_others(
    writer: Writer, database: Database
) -> None:
    edit(writer, AddUnreported("batch-a", FOUND, SENT), asking(END))
    later = [FOUND + timedelta(minutes=9), FOUND + timedelta(minutes=4)]
    for number, at in enumerate(later):
        report = a_report(code=101 + number, second=number)
        await append_all(writer, [arriving(report, at=at)])
    (batch,) = Reader(database).batches()
    assert (batch.origin, batch.reports) == (Origin.WEBHOOK, 2)
    assert (batch.first_seen, batch.last_seen) == (later[1], later[0])
    assert batch.sent == START
    assert check(database).differences == []
    (record,) = Reader(database).stream_messages()
    assert (record.state.code, record.reported) == (201, later[0])


async def test_adding_it_twice_or_after_a_report_changes_nothing(
    writer: Writer, database: Database
) -> None:
    await append_all(writer, [arriving(a_report())])
    before = Reader(database).batches()
    edit(writer, AddUnreported("batch-a", FOUND))
    assert Reader(database).batches() == before


async def test_what_was_deleted_does_not_come_back(writer: Writer, database: Database) -> None:
    await append_all(writer, [arriving(a_report())])
    assert unheard_of(database, ["batch-a", "batch-b"]) == {"batch-b"}
    writer.edit(DeleteBatches((1,))).result(30)
    edit(writer, AddUnreported("batch-a", FOUND))
    assert Reader(database).batches() == []
    assert unheard_of(database, ["batch-a", "batch-b"]) == {"batch-b"}
    # A report that comes all the same is stored, and no more is asked about it.
    await append_all(writer, [arriving(a_report(code=103))])
    edit(writer, asking(a_report("lost", code=201, final=True)))
    (batch,) = Reader(database).batches()
    assert batch.messages == 1
    assert AskedReader(database).batches() == []


async def test_a_deleted_demo_leaves_no_trace(writer: Writer, database: Database) -> None:
    await writer.append(ReportRequest(a_report(), b"{}", START, origin=Origin.DEMO))
    writer.edit(DeleteBatches((1,))).result(30)
    assert unheard_of(database, ["batch-a"]) == {"batch-a"}


@pytest.mark.parametrize("origin", [Origin.DEMO, Origin.WEBHOOK])
async def test_the_simulator_is_asked_about_demo_batches_and_the_api_about_no_other(
    writer: Writer, database: Database, origin: Origin
) -> None:
    await writer.append(ReportRequest(a_report(), b"{}", START, origin=origin))
    edit(writer, asking(a_report("lost", code=201, final=True), is_demo=origin is not Origin.DEMO))
    assert Reader(database).counts().messages == 1
    edit(writer, asking(a_report("lost", code=201, final=True), is_demo=origin is Origin.DEMO))
    (batch,) = Reader(database).batches()
    assert (batch.messages, batch.origin) == (2, origin)
    assert check(database).differences == []


async def test_forgetting_a_batch_that_never_reported_lets_it_be_found_again(
    writer: Writer, database: Database
) -> None:
    edit(writer, AddUnreported("batch-a", FOUND), asking(END), ForgetAsked(1))
    assert Reader(database).batches() == []
    assert unheard_of(database, ["batch-a"]) == {"batch-a"}
    assert check(database).differences == []


FINISHED = FinishAsking(
    batch_id="batch-a",
    asked_at=ASKED,
    messages=284,
    seen=284,
    sender="Kliniken",
    reference="Höstrea",
    tags=("a", "b"),
    body="Your appointment is {when}.",
    operators=(AskedOperator("240", "01", 280, 270), AskedOperator("240", "07", 4, 4)),
)


async def test_the_true_size_is_expected_and_the_users_own_stays_beside(
    writer: Writer, database: Database
) -> None:
    await append_all(writer, [arriving(a_report(code=201, final=True))])
    writer.edit(ChangeBatch(1, BatchChange(expected_count=1))).result(30)
    (batch,) = Reader(database).batches()
    assert batch.is_finished
    edit(writer, FINISHED)
    (batch,) = Reader(database).batches()
    assert (batch.expected, batch.expected_count, batch.is_finished) == (284, 1, False)
    assert batch.asked is not None
    assert (batch.asked.sender, batch.asked.reference) == ("Kliniken", "Höstrea")
    assert batch.asked.tags == ("a", "b")
    assert check(database).differences == []
    edit(writer, ForgetAsked(1))
    (batch,) = Reader(database).batches()
    assert (batch.expected, batch.asked) == (1, None)


async def test_a_summary_that_lags_behind_its_list_makes_no_batch_too_large(
    writer: Writer, database: Database
) -> None:
    await append_all(writer, [arriving(a_report())])
    edit(writer, FinishAsking(batch_id="batch-a", asked_at=ASKED, messages=112, seen=201))
    (batch,) = Reader(database).batches()
    assert batch.expected == 201


async def test_a_text_is_kept_until_it_is_forgotten(writer: Writer, database: Database) -> None:
    await append_all(writer, [arriving(a_report())])
    edit(writer, FINISHED)
    record = AskedReader(database).of_batch(1)
    assert record is not None
    assert (record.text, record.operators) == (FINISHED.body, FINISHED.operators)
    writer.edit(ForgetTexts()).result(30)
    record = AskedReader(database).of_batch(1)
    assert record is not None
    assert (record.text, record.sender) == ("", "Kliniken")


async def test_a_text_goes_with_the_messages_of_its_batch(
    writer: Writer, database: Database
) -> None:
    await append_all(writer, [arriving(a_report())])
    edit(writer, FINISHED)
    purge(writer.edit, 1, ASKED)
    with database.reading.connect() as connection:
        kept = connection.exec_driver_sql("SELECT sender, body FROM asked_batch").all()
    assert [tuple(one) for one in kept] == [("Kliniken", None)]


async def test_a_pass_that_decides_nothing_about_texts_leaves_them(
    writer: Writer, database: Database
) -> None:
    await append_all(writer, [arriving(a_report())])
    later = ASKED + timedelta(minutes=1)
    edit(writer, FINISHED, FinishAsking(batch_id="batch-a", asked_at=later))
    record = AskedReader(database).of_batch(1)
    assert record is not None
    assert record.text == FINISHED.body


async def test_when_a_message_was_heard_of_is_never_when_it_was_asked_about(
    writer: Writer, database: Database
) -> None:
    for name, minute in (("b", 1), ("a", 2)):
        at = START + timedelta(minutes=minute)
        await append_all(writer, [arriving(a_report(name, code=102), at=at)])
    edit(writer, asking(a_report("b", code=201, final=True, second=9), a_report("c", code=201)))
    reader, search = Reader(database), MessageSearch(database)
    heard = {one.message_id: one.reported for one in reader.stream_messages()}
    assert heard == {
        "b": START + timedelta(minutes=1),
        "a": START + timedelta(minutes=2),
        "c": None,
    }

    def found(order: MessageOrder, wanted: MessageFilter) -> Collection[str]:
        keys = search.keys(1, wanted, order=order)
        records = {one.key: one.message_id for one in reader.stream_messages()}
        return [records[key] for key in keys]

    assert found(MessageOrder.CHANGED, MessageFilter()) == ["c", "b", "a"]


async def test_the_values_of_all_keys_are_told_but_the_demos(database: Database) -> None:
    keys = CallbackKeyStore(database)
    first, second = keys.make(START), keys.make(FOUND)
    keys.make(FOUND, Origin.DEMO)
    keys.revoke(first.key, FOUND)
    found = callback_key_values(database)
    assert found.valid == frozenset([second.value])
    assert found.ended == frozenset([first.value])
    assert found.since == START
