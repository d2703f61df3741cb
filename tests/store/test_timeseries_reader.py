"""What the charts read: exact sums by minute, and the same whatever order reports came in."""

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.core.aggregates import BatchAggregates
from kvitto.core.money import NANO
from kvitto.core.report import DeliveryReport, Origin
from kvitto.core.status import Result, result_of
from kvitto.core.timestamps import minute_of, to_microseconds
from kvitto.store.database import FileDatabase
from kvitto.store.deletions import DeleteBatches
from kvitto.store.ingest import IngestGroup
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.reader import Reader
from kvitto.store.timeseries import Costs, Rates
from kvitto.store.timeseries_reader import ChartReader
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.core.strategies import any_report, distinct, received, reports, streams
from tests.helpers.examples import examples
from tests.helpers.ledger import Ledger
from tests.helpers.new_store import open_new_database
from tests.helpers.purging import purge
from tests.store.arrivals import START, a_report, append_all, arriving, as_arrivals

MINUTE = minute_of(to_microseconds(START))


@pytest.fixture
def charts(database: FileDatabase) -> ChartReader:
    return ChartReader(database)


def store(database: FileDatabase, posted: Sequence[DeliveryReport], group: int = 5) -> None:
    arrivals = as_arrivals(received(posted))
    with database.writing.connect() as connection:
        for at in range(0, len(arrivals), group):
            with connection.begin():
                IngestGroup(connection).store(arrivals[at : at + group])


def lines(costs: Costs) -> dict[str, list[tuple[int, int]]]:
    """Return the points of each line: a minute, and the cost from then on in nano-units."""
    return {
        currency: [(int(minute), one.nano_at(int(minute))) for minute in one.minutes]
        for currency, one in costs.series.items()
    }


def counted(rates: Rates) -> Counter[tuple[int, Result]]:
    """Return how many reports of each result came in each minute."""
    found: Counter[tuple[int, Result]] = Counter()
    for result, one in rates.series.items():
        counts = np.diff(one.reports, prepend=0)
        found.update({(int(at), result): int(n) for at, n in zip(one.minutes, counts, strict=True)})
    return found


def lines_of(all_sums: Sequence[BatchAggregates]) -> dict[str, list[tuple[int, int]]]:
    """Return the lines that the sums of some batches mean, point by point."""
    changes: dict[str, Counter[int]] = {}
    for sums in all_sums:
        for (currency, minute), nano in sums.steps.items():
            changes.setdefault(currency, Counter())[minute] += nano
    drawn: dict[str, list[tuple[int, int]]] = {}
    for currency, by_minute in sorted(changes.items()):
        cost = 0
        for minute, nano in sorted(by_minute.items()):
            cost += nano
            if nano:
                drawn.setdefault(currency, []).append((minute, cost))
    return drawn


# --- Laws ---------------------------------------------------------------------------------------


@examples(60)
@given(streams() | st.lists(any_report(), max_size=5))
def test_every_line_is_what_the_ledger_says_and_ends_at_the_total(
    posted: list[DeliveryReport],
) -> None:
    with tempfile.TemporaryDirectory() as folder, open_new_database(Path(folder)) as database:
        store(database, posted)
        charts = ChartReader(database)

        costs = charts.costs()
        assert lines(costs) == lines_of(list(Ledger(received(posted)).sums.values()))
        for currency, total in charts.totals().items():
            line = costs.series.get(currency)
            assert (0 if line is None else line.total) == total
        for batch in Reader(database).batches():
            of_batch = charts.costs(batch.key)
            for currency, cost in batch.costs.items():
                line = of_batch.series.get(currency)
                assert (0 if line is None else line.total) == cost.nano


@examples(40)
@given(st.lists(reports(created=st.just(START)), max_size=12, unique=True), st.data())
def test_any_order_and_repetition_gives_the_same_lines(
    posted: list[DeliveryReport], data: st.DataObject
) -> None:
    told = [
        DeliveryReport(
            one.message_id,
            one.batch_id,
            one.code,
            one.final,
            START + timedelta(seconds=20 * (place // 2)),
            price_nano=one.price_nano,
            currency=one.currency,
        )
        for place, one in enumerate(posted)
    ]
    drawn = []
    for _ in range(2):
        again = data.draw(st.lists(st.sampled_from(told), max_size=6)) if told else []
        order = data.draw(st.permutations([*told, *again]))
        with tempfile.TemporaryDirectory() as folder, open_new_database(Path(folder)) as database:
            store(database, order)
            drawn.append(lines(ChartReader(database).costs()))
    assert drawn[0] == drawn[1]


@examples(40)
@given(streams(), st.lists(st.integers(-3, 8), min_size=2, max_size=6, unique=True))
def test_rates_add_up_to_all_reports(posted: list[DeliveryReport], inner: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder, open_new_database(Path(folder)) as database:
        store(database, posted)
        rates = ChartReader(database).rates()
        reports_kept = Reader(database).counts().reports

    assert rates.total == reports_kept
    edges = np.array([-(10**9), *sorted(MINUTE + one for one in inner), 10**9], np.int64)
    counts = rates.counts(edges)
    assert sum(int(one.sum()) for one in counts.values()) == reports_kept
    by_result: Counter[Result] = Counter(
        result_of(one.code, final=one.final) for one in distinct(posted)
    )
    assert {one: int(numbers.sum()) for one, numbers in counts.items()} == dict(by_result)
    assert list(counts) == [one for one in Result if one in by_result]


@examples(40)
@given(st.lists(st.lists(reports(), max_size=5), min_size=2, max_size=6), st.booleans())
def test_what_is_brought_up_to_date_equals_what_is_read_anew(
    parts: list[list[DeliveryReport]], with_demo: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder, open_new_database(Path(folder)) as database:
        charts = ChartReader(database)
        costs = charts.costs(with_demo=with_demo)
        rates = charts.rates(with_demo=with_demo)
        sequence = 0
        for part in parts:
            with database.writing.connect() as connection, connection.begin():
                at = START + timedelta(seconds=40 * sequence)
                sequence += 1
                arrivals = [
                    ReportRequest(one, b"", at, origin=Origin.DEMO if one.final else Origin.WEBHOOK)
                    for one in part
                ]
                IngestGroup(connection).store(arrivals)
            costs = charts.costs(with_demo=with_demo, known=costs)
            rates = charts.rates(with_demo=with_demo, known=rates)

            anew = charts.costs(with_demo=with_demo)
            assert lines(costs) == lines(anew)
            assert costs.counted == anew.counted
            assert counted(rates) == counted(charts.rates(with_demo=with_demo))


# --- Which batches count ------------------------------------------------------------------------


async def test_a_batch_has_its_own_line_in_each_currency(
    writer: Writer, reader: Reader, charts: ChartReader
) -> None:
    await append_all(
        writer,
        [
            arriving(a_report("m1", second=0)),
            arriving(a_report("m2", second=30, price_nano=1)),
            arriving(a_report("m3", second=90, currency="SEK")),
            arriving(a_report("m4", second=90, currency=None)),
            arriving(a_report("other", batch_id="b")),
        ],
    )
    batch = reader.batch("batch-a")
    assert batch is not None

    costs = charts.costs(batch.key)

    assert lines(costs) == {
        "": [(MINUTE + 1, 82_000_000)],
        "EUR": [(MINUTE, 82_000_001)],
        "SEK": [(MINUTE + 1, 82_000_000)],
    }
    assert (costs.first_minute, costs.last_minute) == (MINUTE, MINUTE + 1)
    assert charts.costs().series["EUR"].total == 164_000_001


async def test_demo_batches_count_only_on_request_and_by_themselves(
    writer: Writer, reader: Reader, charts: ChartReader
) -> None:
    await writer.append(arriving(a_report("m1")))
    demo = a_report("m1", batch_id="demo")
    await writer.append(ReportRequest(demo, b"", START, origin=Origin.DEMO))
    batch = reader.batch("demo")
    assert batch is not None

    assert charts.costs().series["EUR"].total == charts.totals()["EUR"] == 82_000_000
    assert charts.costs(with_demo=True).series["EUR"].total == 164_000_000
    assert charts.totals(with_demo=True)["EUR"] == 164_000_000
    assert charts.costs(batch.key).series["EUR"].total == 82_000_000
    assert charts.rates().total == 1
    assert charts.rates(with_demo=True).total == 2


async def test_a_demo_batch_that_becomes_real_counts_with_all_that_it_had(
    writer: Writer, charts: ChartReader
) -> None:
    demo = a_report("m1", batch_id="b")
    await writer.append(ReportRequest(demo, b"", START, origin=Origin.DEMO))
    costs, rates = charts.costs(), charts.rates()
    assert not costs.series

    await writer.append(arriving(a_report("m2", batch_id="b", second=600)))

    assert charts.costs(known=costs).series["EUR"].total == 164_000_000
    assert charts.rates(known=rates).total == 2


async def test_a_deleted_batch_leaves_the_lines_and_a_forgotten_one_stays(
    writer: Writer, reader: Reader, charts: ChartReader
) -> None:
    await append_all(writer, [arriving(a_report("m", batch_id=one)) for one in "abc"])
    costs, rates = charts.costs(), charts.rates()
    keys = {one.batch_id: one.key for one in reader.batches()}

    writer.edit(DeleteBatches((keys["a"],))).result(10)
    purge(writer.edit, keys["b"], START)

    assert charts.costs(known=costs).series["EUR"].total == 2 * 82_000_000
    assert charts.rates(known=rates).total == 2
    assert not charts.costs(keys["a"]).series


async def test_a_line_of_other_batches_is_not_gone_on_with(
    writer: Writer, reader: Reader, charts: ChartReader
) -> None:
    await append_all(writer, [arriving(a_report("m", batch_id=one)) for one in "ab"])
    a, b = (one.key for one in reader.batches())

    of_a = charts.costs(a, known=charts.costs(b, known=charts.costs()))

    assert of_a.counted.batch_key == a
    assert of_a.series["EUR"].total == 82_000_000


# --- What has not changed is not read -----------------------------------------------------------


async def test_without_a_change_the_known_series_is_returned_itself(
    writer: Writer, charts: ChartReader
) -> None:
    await writer.append(arriving(a_report()))
    costs, rates = charts.costs(), charts.rates()

    assert charts.costs(known=costs) is costs
    assert charts.rates(known=rates) is rates


async def test_a_change_that_costs_nothing_keeps_the_arrays(
    writer: Writer, reader: Reader, charts: ChartReader
) -> None:
    await writer.append(arriving(a_report()))
    costs, rates = charts.costs(), charts.rates()
    [batch] = reader.batches()

    revision = writer.edit(ChangeBatch(batch.key, BatchChange(label="Höstrea"))).result(60)

    later = charts.costs(known=costs)
    assert later.counted.revision == revision
    assert later.series is costs.series
    assert charts.rates(known=rates).series is rates.series


async def test_more_changes_than_are_looked_up_are_read_as_a_whole(
    writer: Writer, charts: ChartReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.timeseries_reader._MOST_TOUCHED", 2)
    costs, rates = charts.costs(), charts.rates()

    await append_all(
        writer,
        [
            arriving(a_report(f"m{n}", second=60 * n), at=START + timedelta(minutes=n))
            for n in range(5)
        ],
    )

    assert charts.costs(known=costs).series["EUR"].total == 5 * 82_000_000
    assert charts.rates(known=rates).total == 5


# --- Exact --------------------------------------------------------------------------------------


async def test_amounts_beyond_64_bits_are_exact(writer: Writer, charts: ChartReader) -> None:
    most = 10**9 * NANO - 1
    await append_all(
        writer,
        [
            arriving(a_report(f"m{n}", price_nano=most, second=61 * n, currency="EUR"))
            for n in range(40)
        ],
    )

    line = charts.costs().series["EUR"]

    assert line.total == 40 * most > 2**63
    assert line.nano_at(MINUTE + 1) == 2 * most
    assert line.amounts()[-1] == pytest.approx(40 * most)


async def test_the_cost_between_changes_is_that_of_the_change_before(
    writer: Writer, charts: ChartReader
) -> None:
    await append_all(
        writer,
        [
            arriving(a_report("m1", second=0, price_nano=5)),
            arriving(a_report("m2", second=600, price_nano=-7)),
        ],
    )

    line = charts.costs().series["EUR"]

    at = {minute: line.nano_at(MINUTE + minute) for minute in (-1, 0, 9, 10, 99)}
    assert at == {-1: 0, 0: 5, 9: 5, 10: -2, 99: -2}


def test_many_rows_are_read_in_parts(database: FileDatabase, charts: ChartReader) -> None:
    with closing(sqlite3.connect(database.path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        rows = [(batch, minute) for batch in range(1, 4) for minute in range(9000)]
        connection.executemany("INSERT INTO batch_cost_minute VALUES (?, 'EUR', ?, 1, 5, 1)", rows)
        connection.executemany("INSERT INTO batch_report_minute VALUES (?, ?, 201, 2, 2, 1)", rows)
    connection.close()

    line = charts.costs().series["EUR"]

    assert len(line.minutes) == 9000
    assert line.total == 27_000 * (NANO + 5)
    assert counted(charts.rates()) == Counter(
        {(minute, Result.DELIVERED): 6 for minute in range(9000)}
    )


# --- When ---------------------------------------------------------------------------------------


async def test_an_empty_store_has_no_lines(charts: ChartReader) -> None:
    assert not charts.costs().series
    assert charts.costs().first_minute is None
    assert charts.costs().last_minute is None
    rates = charts.rates()
    assert (rates.total, rates.first_minute, rates.last_minute) == (0, None, None)
    assert rates.counts(np.array([0, 1, 2], np.int64)) == {}
