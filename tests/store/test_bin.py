"""The bin: out of everything, back as it was, and gone for good after its time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from kvitto.core.follow_up import FollowUpGroup
from kvitto.store.arrival_counts import ArrivalCounter
from kvitto.store.batch_statistics import Statistics
from kvitto.store.bin import KEPT, MoveToBin, PutBack, read_bin
from kvitto.store.check import check
from kvitto.store.clock_guard import ClockDoubt
from kvitto.store.database import Database
from kvitto.store.deletions import DeleteBatches
from kvitto.store.errors import ClockDoubtfulError
from kvitto.store.follow_up_queries import FollowUpReader
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.purge import Purged, Purger
from kvitto.store.reader import Reader
from kvitto.store.records import BatchRecord
from kvitto.store.retention import PurgePlan, Retention, RetentionRule
from kvitto.store.schema import batch as batch_table
from kvitto.store.schema import store_health
from kvitto.store.search import MessageFilter, MessageSearch
from kvitto.store.timeseries_reader import ChartReader
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all, arriving

LATER = START + timedelta(days=1)


@dataclass
class Store:
    writer: Writer
    reader: Reader
    database: Database
    batch: BatchRecord

    def bin(self, now: datetime = LATER) -> None:
        self.writer.edit(MoveToBin((self.batch.key,), now)).result(10)

    def put_back(self) -> None:
        self.writer.edit(PutBack((self.batch.key,))).result(10)

    def seen(self) -> tuple[object, ...]:
        """Return all that somebody may see or count."""
        statistics, charts = Statistics(self.database), ChartReader(self.database)
        search, follow_up = MessageSearch(self.database), FollowUpReader(self.database)
        with self.reader.streaming_batches(with_demo=True) as (currencies, batches):
            exported = (tuple(currencies), tuple(one.batch_id for one in batches))
        totals = statistics.totals()
        rates = charts.rates(with_demo=True)
        return (
            tuple(one.batch_id for one in self.reader.batches()),
            tuple(one.batch_id for one in self.reader.changes_since(0).batches),
            self.reader.batch("batch-a") is None,
            self.reader.is_any_awaited(START),
            sorted(one.message_id for one in self.reader.stream_messages()),
            len(list(self.reader.stream_reports())),
            exported,
            (totals.batches, sorted(totals.statuses), sorted(totals.costs)),
            sorted(charts.totals()),
            int(rates.steps()[:, 1:].sum()),
            ArrivalCounter(self.database).read(0, START),
            sorted(search.batches(MessageFilter(text="m1"))),
            [
                one.reference
                for one in follow_up.page(FollowUpGroup.DID_NOT_ARRIVE, MessageFilter())
            ],
        )


@pytest.fixture
async def store(writer: Writer, reader: Reader, database: Database) -> Store:
    await append_all(
        writer,
        [
            arriving(a_report("m1", code=202)),
            arriving(a_report("m2", code=101, currency="SEK")),
            arriving(a_report("other", batch_id="b")),
        ],
    )
    found = reader.batch("batch-a")
    assert found is not None
    return Store(writer, reader, database, found)


def test_what_is_in_the_bin_is_seen_and_counted_nowhere_and_comes_back_as_it_was(
    store: Store,
) -> None:
    change = BatchChange(label="Autumn", notes="why")
    store.writer.edit(ChangeBatch(store.batch.key, change)).result(10)
    before, record = store.seen(), store.reader.batch("batch-a")
    charts = ChartReader(store.database)
    known = charts.rates()
    revision = store.reader.revision()

    store.bin()

    binned = store.seen()
    store.writer.edit(DeleteBatches(())).result(10)
    changes = store.reader.changes_since(revision)
    assert [one for one in changes.batches if one.key == store.batch.key] == []
    assert list(changes.removed) == [store.batch.key]
    assert charts.rates(known=known).steps().tolist() == charts.rates().steps().tolist()
    assert "batch-a" not in str(binned)
    assert check(store.database).differences == []
    [there] = read_bin(store.database)
    assert (there.record.label, there.record.messages, there.binned_at) == ("Autumn", 2, LATER)
    known, revision = charts.rates(), store.reader.revision()

    store.put_back()

    assert store.seen() == before
    assert charts.rates(known=known).steps().tolist() == charts.rates().steps().tolist()
    again = store.reader.batch("batch-a")
    assert again is not None
    assert record is not None
    assert (again.label, again.notes, again.statuses) == ("Autumn", "why", record.statuses)
    changes = store.reader.changes_since(revision)
    assert [one.key for one in changes.batches] == [store.batch.key]
    assert list(changes.removed) == []
    assert read_bin(store.database) == []


def test_what_is_in_the_bin_is_as_if_it_were_deleted(store: Store) -> None:
    store.bin()
    binned = store.seen()

    store.writer.edit(DeleteBatches((store.batch.key,))).result(10)

    assert store.seen() == binned
    assert read_bin(store.database) == []


async def test_a_late_report_is_kept_with_its_batch_in_the_bin(store: Store) -> None:
    store.bin()
    revision = store.reader.revision()

    await append_all(store.writer, [arriving(a_report("m2", code=201)), arriving(a_report("m3"))])

    assert store.reader.batch("batch-a") is None
    changes = store.reader.changes_since(revision)
    assert (list(changes.batches), list(changes.messages)) == ([], [])
    [there] = read_bin(store.database)
    assert there.record.messages == 3
    store.put_back()
    assert {one.message_id: one.state.code for one in store.reader.messages(store.batch.key)}[
        "m2"
    ] == 201


def test_a_batch_that_is_in_the_bin_keeps_its_first_day_there(store: Store) -> None:
    store.bin()
    store.bin(LATER + timedelta(days=10))

    [there] = read_bin(store.database)
    assert there.kept_until == LATER + KEPT


async def purge(store: Store, plan: PurgePlan, now: datetime) -> Purged:
    purger = Purger(edit=store.writer.edit)
    return await purger.run(plan, now)


def set_times(store: Store, **values: int) -> None:
    with store.database.writing.begin() as connection:
        connection.execute(update(batch_table).values(**values))


def confirm(store: Store, now: datetime, doubt: ClockDoubt | None = None) -> None:
    """Let the clock be believed at a time, or not."""
    with store.database.writing.begin() as connection:
        connection.execute(
            update(store_health).values(
                clock_confirmed_at_us=int(now.timestamp() * 1_000_000),
                clock_doubt=None if doubt is None else doubt.value,
            )
        )


async def test_the_bin_is_emptied_after_thirty_days_and_nothing_else(store: Store) -> None:
    store.bin()
    retention = Retention(store.database)
    just_before, after = LATER + KEPT, LATER + KEPT + timedelta(seconds=1)
    assert retention.due_in_bin(just_before).is_empty
    confirm(store, after)

    plan = retention.due_in_bin(after)
    assert list(plan.binned) == [store.batch.key]
    assert retention.due(RetentionRule(3000), after).is_empty
    assert (await purge(store, plan, after)).batches == 1

    assert read_bin(store.database) == []
    assert [one.batch_id for one in store.reader.batches()] == ["b"]
    assert check(store.database).differences == []


async def test_the_bin_is_not_emptied_by_a_clock_that_is_not_believed(store: Store) -> None:
    store.bin()
    long_after = LATER + timedelta(days=4000)

    plan = Retention(store.database).due_in_bin(long_after)
    assert plan.doubt is ClockDoubt.AHEAD
    with pytest.raises(ClockDoubtfulError):
        await purge(store, plan, long_after)

    assert len(read_bin(store.database)) == 1


async def test_a_batch_that_was_binned_while_the_clock_was_behind_is_kept(store: Store) -> None:
    store.bin(datetime(2020, 1, 1, tzinfo=START.tzinfo))
    set_times(store, last_seen_at_us=0)  # and so did its reports come
    now = START + timedelta(days=2)
    confirm(store, now)

    plan = Retention(store.database).due_in_bin(now)

    assert plan.doubt is None
    assert list(plan.binned) == [], "the SMS service's own times are newer"
    with store.database.reading.connect() as connection:
        assert connection.scalars(select(batch_table.c.last_seen_at_us)).first() == 0
