"""Batches by when they were sent: the same by every way of asking."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from kvitto.core.sending_period import SentRange
from kvitto.store.batch_statistics import Statistics
from kvitto.store.database import Database
from kvitto.store.reader import Reader
from kvitto.store.search import MessageFilter, MessageSearch
from kvitto.store.search_conditions import ShownScope
from kvitto.store.timeseries_reader import ChartReader
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, arriving


@pytest.mark.parametrize("more", [{}, {"text": "e"}, {"codes": frozenset({102, 201})}])
async def test_a_batch_counts_by_when_it_was_sent_in_every_way_of_asking(
    writer: Writer, database: Database, more: dict[str, Any]
) -> None:
    """The queries and the table's own rule agree, on both sides of each border."""
    hour = timedelta(hours=1)
    for number, (told, arrived) in enumerate(
        [(0, 1), (5, 1), (None, 1), (1, 1), (2, 6), (-3, 2), (6, 6), (None, 6)]
    ):
        report = a_report(f"m{number}", batch_id=f"batch-{number}")
        created = None if told is None else START + told * hour
        one = msgspec.structs.replace(report, created=created)
        await writer.append(arriving(one, at=START + arrived * hour))
    finder, batches = MessageSearch(database), Reader(database).batches()
    for begin in range(-4, 8):
        for end in (begin + 1, begin + 3):
            sent = SentRange(START + begin * hour, START + end * hour)
            inside = {one.key for one in batches if sent.holds(one.sent_at)}
            wanted = MessageFilter(sent=sent, **more)
            assert set(finder.batches(wanted)) == inside
            assert set(finder.batches(wanted, limit=100)) == inside
            assert {one.batch_key for one in finder.matching(range(1, 9), wanted)} == inside
            totals = Statistics(database).totals(shown=ShownScope(wanted))
            assert (totals.batches, totals.of_batches) == (len(inside), len(batches))
            drawn = ChartReader(database).rates(shown=ShownScope(wanted))
            assert drawn.total == len(inside)
            assert Reader(database).count_shown(ShownScope(wanted)) == len(inside)


async def test_a_chart_that_is_kept_up_is_as_one_that_is_made_anew(
    writer: Writer, database: Database
) -> None:
    charts, sent = ChartReader(database), SentRange(START, START + timedelta(hours=1))
    shown = ShownScope(MessageFilter(sent=sent))
    costs, rates = charts.costs(shown=shown), charts.rates(shown=shown)
    for batch_id, minutes in (("a", 5), ("b", 90), ("c", 7), ("b", 20), ("a", -30), ("c", 8)):
        report = a_report(f"m{minutes}", batch_id=batch_id)
        created = START + timedelta(minutes=minutes)
        one = msgspec.structs.replace(report, created=created)
        await writer.append(arriving(one, at=created + timedelta(seconds=1)))
        costs, rates = (
            charts.costs(shown=shown, known=costs),
            charts.rates(shown=shown, known=rates),
        )
        anew = charts.costs(shown=shown)
        assert {one: series.total for one, series in costs.series.items()} == {
            one: series.total for one, series in anew.series.items()
        }
        assert rates.total == charts.rates(shown=shown).total
