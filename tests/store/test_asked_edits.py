"""What the API says enters the store without ever overruling a report, in any order."""

import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.core.report import DeliveryReport, Origin
from kvitto.core.state import MessageState
from kvitto.core.status import REFUNDED
from kvitto.core.timestamps import to_microseconds
from kvitto.export.exporter import export
from kvitto.store.askable import AddUnreported
from kvitto.store.asked_edits import (
    AddAsked,
    AskedDifference,
    AskedMessage,
    AskedStatus,
    FinishAsking,
)
from kvitto.store.asked_forgetting import ForgetAsked
from kvitto.store.asked_reader import AskedReader, AskedRecord
from kvitto.store.batch_statistics import Statistics
from kvitto.store.check import check
from kvitto.store.database import Database
from kvitto.store.deletions import DeleteBatches
from kvitto.store.ingest import IngestGroup
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.reader import Reader
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.helpers.examples import examples
from tests.helpers.new_store import open_new_database
from tests.helpers.purging import purge
from tests.store.arrivals import START, a_report, append_all, arriving

ASKED_AT = START + timedelta(hours=3)
PRICES = (None, 0, 82_000_000, 164_000_000)


def asking(*told: DeliveryReport, batch_id: str = "batch-a") -> AddAsked:
    """Return the edit that adds what the API says, message by message."""
    by_message: dict[str, list[AskedStatus]] = {}
    for one in told:
        by_message.setdefault(one.message_id, []).append(AskedStatus(one, "{}"))
    messages = tuple(AskedMessage(key, tuple(its)) for key, its in by_message.items())
    return AddAsked(batch_id, ASKED_AT, messages)


def plain(state: MessageState) -> tuple[Any, ...]:
    """Return a state without the keys of its reports, which arrival decides."""
    return (
        (state.code, state.final, state.rank.created_at_us, state.result, state.is_finished),
        (state.first_created_at_us, state.reports, state.is_refunded),
        (state.price, state.cost, state.paid_back),
        None if state.segments is None else state.segments.value,
        None if state.recipient is None else state.recipient.value,
        None if state.reference is None else state.reference.value,
    )


def picture(database: Database) -> dict[str, Any]:
    """Return all states and sums."""
    reader = Reader(database)
    (batch,) = reader.batches()
    return {
        "states": {one.message_id: plain(one.state) for one in reader.stream_messages()},
        "statuses": {code: one for code, one in batch.statuses.items() if one},
        "costs": {currency: one for currency, one in batch.costs.items() if one},
        "seen": (batch.first_seen, batch.last_seen, batch.reports),
    }


# --- The laws -----------------------------------------------------------------------------------

CODES = (101, 103, REFUNDED, 112, 201, 511)


@st.composite
def lives(draw: st.DrawFn) -> list[DeliveryReport]:
    """Draw what the API says of a few messages: some statuses of each, a price on the newest."""
    told: list[DeliveryReport] = []
    for number in range(draw(st.integers(1, 3))):
        codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=4))
        seconds = draw(
            st.lists(st.integers(0, 12), min_size=len(codes), max_size=len(codes), unique=True).map(
                sorted
            )
        )
        for place, (code, second) in enumerate(zip(codes, seconds, strict=True)):
            is_newest = place == len(codes) - 1
            told.append(
                a_report(
                    f"m{number}",
                    code=code,
                    final=is_newest and draw(st.booleans()),
                    second=second,
                    price_nano=draw(st.sampled_from(PRICES)) if is_newest else None,
                    currency="EUR" if is_newest else None,
                    segments=2 if is_newest else None,
                )
            )
    return told


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[DeliveryReport], list[DeliveryReport], list[int]]:
    """Draw what the API says, what is reported of it, and when passes are made between."""
    told = draw(lives())
    posted = [
        msgspec.structs.replace(
            one,
            created=None
            if one.created is None or not draw(st.integers(0, 9))
            else one.created + timedelta(milliseconds=draw(st.integers(-2500, 2500))),
            price_nano=draw(st.sampled_from(PRICES)),
            currency=draw(st.sampled_from(["EUR", "SEK", None])),
            segments=draw(st.sampled_from([None, 1, 2])),
        )
        for one in draw(st.permutations(told))
        if draw(st.booleans())
    ]
    # A batch is asked about once it has reported.
    posted.insert(0, a_report("first", code=101))
    passes = draw(st.lists(st.integers(1, len(posted)), max_size=4))
    return told, posted, passes


class Store:
    """A store that takes reports and edits, each in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def post(self, reports: Sequence[DeliveryReport]) -> None:
        with self.database.writing.connect() as connection, connection.begin():
            IngestGroup(connection).store([ReportRequest(one, b"{}", START) for one in reports])

    def edit(self, edit: AddUnreported | AddAsked | ForgetAsked | FinishAsking) -> None:
        is_done = False
        while not is_done:
            with self.database.writing.connect() as connection, connection.begin():
                is_done = edit.apply(connection, 7)

    def differences(self) -> list[str]:
        return check(self.database).differences


def opened() -> Any:
    return open_new_database(Path(tempfile.mkdtemp()))


@examples(50)
@given(stories(), st.integers(1, 4), st.data())
def test_any_interleaving_of_reports_and_passes_gives_the_same_states_and_sums(
    story: tuple[list[DeliveryReport], list[DeliveryReport], list[int]],
    size: int,
    data: st.DataObject,
) -> None:
    told, posted, passes = story
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        with open_new_database(Path(one)) as database:
            store = Store(database)
            store.post(posted)
            store.edit(asking(*told))
            expected = picture(database)
            assert store.differences() == []
        with open_new_database(Path(other)) as database:
            store = Store(database)
            if data.draw(st.booleans()):
                # It was found in the API's list before anything was reported.
                store.edit(AddUnreported("batch-a", ASKED_AT, ASKED_AT))
                passes.append(0)
            done = 0
            for place in sorted(passes):
                while done < place:
                    store.post(posted[done : min(place, done + size)])
                    done = min(place, done + size)
                # One that is cut off has added some messages and not the others.
                some = data.draw(st.sets(st.sampled_from([one.message_id for one in told])))
                store.edit(asking(*[one for one in told if one.message_id in some]))
                assert store.differences() == []
            store.post(posted[done:])
            store.edit(asking(*told))
            assert picture(database) == expected
            assert store.differences() == []
            # Two passes are one.
            store.edit(asking(*told))
            assert picture(database) == expected


@examples(40)
@given(stories(), st.booleans())
def test_forgetting_undoes_it(
    story: tuple[list[DeliveryReport], list[DeliveryReport], list[int]],
    is_found_first: bool,
) -> None:
    told, posted, _ = story
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        with open_new_database(Path(one)) as database:
            store = Store(database)
            store.post(posted)
            expected = picture(database)
        with open_new_database(Path(other)) as database:
            store = Store(database)
            half = len(posted) // 2 + 1
            if is_found_first:
                store.edit(AddUnreported("batch-a", ASKED_AT))
                store.edit(asking(*told))
            store.post(posted[:half])
            store.edit(asking(*told))
            store.post(posted[half:])
            (batch,) = Reader(database).batches()
            store.edit(ForgetAsked(batch.key))
            assert picture(database) == expected
            assert store.differences() == []


# --- One by one ---------------------------------------------------------------------------------


async def asked(writer: Writer, *told: DeliveryReport) -> None:
    await append_all(writer, [arriving(a_report(code=102, price_nano=None))])
    writer.edit(asking(*told)).result(30)


async def test_what_was_never_reported_is_there(writer: Writer, reader: Reader) -> None:
    await asked(writer, a_report("lost", code=201, final=True, second=9))
    (batch,) = reader.batches()
    record = reader.message("batch-a", "lost")
    assert record is not None
    assert (record.state.code, record.state.reports) == (201, 0)
    assert record.state.rank.sequence < 0
    assert (batch.messages, batch.finished, batch.reports) == (2, 1, 1)
    (status,) = reader.reports(record.key)
    assert (status.origin, status.received.arrived) == (Origin.API, ASKED_AT)
    assert [one.origin for one in reader.stream_reports()] == [Origin.WEBHOOK, Origin.API]
    assert check(reader.database).differences == []


async def test_arrivals_are_those_of_reports_alone(writer: Writer, reader: Reader) -> None:
    await append_all(writer, [arriving(a_report(code=102))])
    before = reader.batches()[0]
    writer.edit(asking(a_report(code=201, final=True, second=9))).result(30)
    after = reader.batches()[0]
    assert (after.first_seen, after.last_seen, after.reports) == (
        before.first_seen,
        before.last_seen,
        before.reports,
    )
    assert after.finished == 1
    assert reader.counts().reports == 1


async def test_what_was_asked_never_arrived_and_is_not_late(
    writer: Writer, reader: Reader, tmp_path: Path
) -> None:
    await asked(writer, a_report(code=201, final=True, second=9))
    for table in ("messages", "reports"):
        export(reader, table, None, None, str(tmp_path / f"{table}.jsonl"))
    (message,) = rows_of(tmp_path / "messages.jsonl")
    assert (message["code"], message["arrived_at"]) == (201, None)
    came, told = rows_of(tmp_path / "reports.jsonl")
    assert came["arrived_at"] is not None
    assert (told["origin"], told["arrived_at"], told["delay_seconds"]) == ("api", None, None)


def rows_of(file: Path) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in file.read_bytes().splitlines()]


async def test_what_never_reported_makes_no_batch_look_quick(
    writer: Writer, database: Database
) -> None:
    for code, second in ((102, 0), (201, 60)):
        report = a_report(code=code, final=code == 201, second=second)
        await append_all(writer, [arriving(report)])
    lost = [a_report(f"lost{n}", code=201, final=True, second=9) for n in range(5)]
    writer.edit(asking(*lost)).result(30)
    now_us = to_microseconds(ASKED_AT + timedelta(seconds=1))
    told = Statistics(database).batch(1, now_us=now_us)
    assert (told.median_s, told.slow_s) == (60.0, 60.0)
    assert sum(told.finishes) == 0


async def test_a_late_report_takes_the_place_of_what_was_asked(
    writer: Writer, reader: Reader
) -> None:
    await asked(writer, a_report(code=201, final=True, second=9, price_nano=1))
    late = a_report(code=201, final=True, second=8, price_nano=2)
    await append_all(writer, [arriving(late)])
    record = reader.message("batch-a", "message-1")
    assert record is not None
    assert record.state.price is not None
    assert record.state.price.nano == 2
    assert [one.origin for one in reader.reports(record.key)] == [Origin.WEBHOOK] * 2
    assert check(reader.database).differences == []


async def test_two_late_reports_in_one_group_are_folded_in_order(
    writer: Writer, reader: Reader
) -> None:
    told = [a_report(code=112, second=5), a_report(code=201, final=True, second=9)]
    await asked(writer, *told)
    await append_all(writer, [arriving(one) for one in told])
    record = reader.message("batch-a", "message-1")
    assert record is not None
    assert (record.state.code, record.state.reports) == (201, 3)
    assert check(reader.database).differences == []


async def test_what_differs_is_kept_beside_until_a_whole_pass_finds_it_no_more(
    writer: Writer, database: Database
) -> None:
    await append_all(writer, [arriving(a_report(code=102))])
    different = AskedMessage("message-1", (), (AskedDifference("price", 5, "EUR"),))
    writer.edit(AddAsked("batch-a", ASKED_AT, (different,))).result(30)
    assert differing(database) == [("message-1", "price", 5, "EUR")]
    writer.edit(FinishAsking(batch_id="batch-a", asked_at=ASKED_AT)).result(30)
    assert differing(database) == [("message-1", "price", 5, "EUR")]
    later = ASKED_AT + timedelta(minutes=1)
    writer.edit(FinishAsking(batch_id="batch-a", asked_at=later, incomplete="busy")).result(30)
    assert differing(database) == [("message-1", "price", 5, "EUR")]
    writer.edit(FinishAsking(batch_id="batch-a", asked_at=later)).result(30)
    assert differing(database) == []


async def test_no_answer_takes_nothing_away(writer: Writer, database: Database) -> None:
    """Neither what was said of a batch, nor that it was confirmed, nor an alarm."""
    reader = AskedReader(database)
    await append_all(writer, [arriving(a_report(code=201, final=True))])
    confirmed_at = max(reader.batches()[0].last_seen, ASKED_AT) + timedelta(minutes=1)
    told = FinishAsking(batch_id="batch-a", asked_at=confirmed_at, messages=7, sender="Kliniken")
    busy = FinishAsking(
        batch_id="batch-a",
        asked_at=confirmed_at + timedelta(minutes=1),
        incomplete="busy",
        is_answered=False,
    )

    def after(*edits: FinishAsking) -> AskedRecord:
        for edit in edits:
            writer.edit(edit).result(30)
        record = reader.of_batch(1)
        assert record is not None
        return record

    record = after(told, busy)
    assert (record.incomplete, record.asked_at) == (None, confirmed_at)
    unfinished = msgspec.structs.replace(told, incomplete="budget", unknown_there=2)
    unreadable = msgspec.structs.replace(busy, incomplete="unreadable", is_answered=True)
    for edit in (busy, unreadable):
        record = after(unfinished, edit)
        assert (record.incomplete, record.asked_at) == (edit.incomplete, edit.asked_at)
        assert (record.there, record.sender, record.unknown_there) == (7, "Kliniken", 2)
    assert after(told).unknown_there == 0


def differing(database: Database) -> list[tuple[Any, ...]]:
    query = "SELECT external_id, kind, price_nano, currency FROM asked_difference"
    with database.reading.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


@pytest.mark.parametrize("how", ["purged", "deleted", "archived", "demo", "never there"])
async def test_some_batches_are_left_alone(writer: Writer, reader: Reader, how: str) -> None:
    origin = Origin.DEMO if how == "demo" else Origin.WEBHOOK
    if how != "never there":
        await writer.append(ReportRequest(a_report(code=102), b"{}", START, origin=origin))
    for batch in reader.batches():
        if how == "purged":
            purge(writer.edit, batch.key, START)
        elif how == "deleted":
            writer.edit(DeleteBatches((batch.key,))).result(30)
        elif how == "archived":
            writer.edit(ChangeBatch(batch.key, BatchChange(is_archived=True))).result(30)
    before = list(reader.stream_messages())
    writer.edit(asking(a_report("lost", code=201, final=True))).result(30)
    writer.edit(FinishAsking(batch_id="batch-a", asked_at=ASKED_AT)).result(30)
    assert list(reader.stream_messages()) == before
    assert check(reader.database).differences == []


@pytest.mark.parametrize("how", ["purged", "deleted"])
async def test_what_was_asked_goes_with_its_batch(
    writer: Writer, database: Database, reader: Reader, how: str
) -> None:
    await asked(writer, a_report(code=201, final=True), a_report("lost", code=201, final=True))
    (batch,) = reader.batches()
    if how == "purged":
        purge(writer.edit, batch.key, START)
    else:
        writer.edit(DeleteBatches((batch.key,))).result(30)
    writer.edit(ChangeBatch(batch.key, BatchChange())).result(30)  # behind what is left to delete
    writer.flush()
    assert check(database).differences == []
    with database.reading.connect() as connection:
        left = connection.exec_driver_sql("SELECT count(*) FROM asked_status").scalar()
    assert left == 0


async def test_a_late_report_of_a_purged_message_is_not_counted_twice(
    writer: Writer, reader: Reader
) -> None:
    await asked(writer, a_report(code=201, final=True, second=9))
    (batch,) = reader.batches()
    purge(writer.edit, batch.key, START)
    await append_all(writer, [arriving(a_report(code=201, final=True, second=9))])
    (batch,) = reader.batches()
    assert batch.messages == 1
