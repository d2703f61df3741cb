"""A chart is kept up by the rows that have changed."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest

from kvitto.store import timeseries_reader
from kvitto.store.database import Database
from kvitto.store.timeseries import Costs
from kvitto.store.timeseries_reader import ChartReader
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, arriving


@pytest.fixture
def charts(database: Database) -> ChartReader:
    return ChartReader(database)


def lines(costs: Costs) -> dict[str, list[tuple[int, int]]]:
    """Return the points of each line: a minute, and the cost from then on in nano-units."""
    return {
        currency: [(int(minute), one.nano_at(int(minute))) for minute in one.minutes]
        for currency, one in costs.series.items()
    }


async def test_of_a_batch_that_is_new_only_the_new_rows_are_read(
    writer: Writer, charts: ChartReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    await writer.append(arriving(a_report(batch_id="old")))
    costs, rates = charts.costs(), charts.rates()
    read = []
    for name in ("_cost_steps", "_report_steps"):
        usual = getattr(timeseries_reader, name)

        def noting(*arguments: object, usual: Callable[..., object] = usual) -> object:
            read.append(arguments[-1])
            return usual(*arguments)

        monkeypatch.setattr(timeseries_reader, name, noting)
    for number in range(3):
        await writer.append(arriving(a_report(f"m{number}", batch_id="new", second=60 * number)))
        costs, rates = charts.costs(known=costs), charts.rates(known=rates)
    assert read == []
    assert costs.series["EUR"].total == 4 * 82_000_000
    assert rates.total == 4

    await writer.append(arriving(a_report("m4", batch_id="old", second=120)))
    kept = costs
    costs, rates = charts.costs(known=kept), charts.rates(known=rates)
    assert [len(one) for one in read if isinstance(one, np.ndarray)] == [1, 1]
    await writer.append(arriving(a_report("m5", batch_id="old", second=120)))
    charts.costs(known=costs)
    assert len(read) == 2
    assert charts.costs(known=kept).series["EUR"].total == 6 * 82_000_000, "from any that is known"


async def test_what_is_remembered_of_rows_is_bounded(
    writer: Writer, charts: ChartReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.chart_news._MOST_KEPT", 3)
    costs, rates = charts.costs(), charts.rates()
    for number in range(8):
        batch = f"batch-{number % 5}"
        at = START + timedelta(minutes=number % 3)
        await writer.append(
            arriving(a_report(f"m{number}", batch_id=batch, second=60 * (number % 2)), at=at)
        )
        costs, rates = charts.costs(known=costs), charts.rates(known=rates)
        assert len(costs.rows.counted) <= 3
        assert lines(costs) == lines(charts.costs())
        assert rates.steps().tolist() == charts.rates().steps().tolist()
