"""How a batch's reports came over time, and when none could: read for its timeline."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from kvitto.core.timestamps import minute_of, to_microseconds
from kvitto.store.records import BatchRecord
from kvitto.ui.backend import Backend
from kvitto.ui.charts.outage_bands import ShadedBand, cut, outage_spans

if TYPE_CHECKING:
    from kvitto.store.delay_stats import DelaySpread
    from kvitto.store.timeseries import Rates

_MOST_PARTS: Final = 120
_MINUTE_S: Final = 60


class ArrivalsTimeline(NamedTuple):
    """How a batch's reports came over time.

    Attributes:
        begin_s, end_s: from when to when, seconds since the epoch.
        counts: how many new reports came in each of as many equal parts of that time.
        closed: when no report could come in meanwhile, and why.
        goes_on: whether the end is now.
    """

    begin_s: float
    end_s: float
    counts: tuple[int, ...]
    closed: tuple[ShadedBand, ...]
    goes_on: bool

    @property
    def part_s(self) -> float:
        """How long a part is, in seconds."""
        return (self.end_s - self.begin_s) / len(self.counts)


class BatchArrivals(NamedTuple):
    """What is read of how a batch's reports came.

    Attributes:
        line: over time.
        spread: how late, and why; None where no report tells.
        rates: what the next reading can go on from.
        revision: of the batch, when the spread was read.
    """

    line: ArrivalsTimeline
    spread: "DelaySpread | None"
    rates: "Rates"
    revision: int


def read_arrivals(
    backend: Backend, batch: BatchRecord, now: datetime, known: BatchArrivals | None
) -> BatchArrivals:
    """Read how a batch's reports came.

    Takes time in proportion to their number, but where `known` shows that none has come since.

    Args:
        backend: the store.
        batch: the batch.
        now: the time, UTC.
        known: what an earlier reading of the same batch returned.

    Raises:
        StoreError: the store can't be read.
    """
    rates = backend.charts.rates(batch.key, known=None if known is None else known.rates)
    goes_on = not batch.is_finished
    begin = minute_of(to_microseconds(batch.first_seen))
    end = minute_of(to_microseconds(max(now if goes_on else batch.last_seen, batch.last_seen))) + 1
    part = -(-(end - begin) // _MOST_PARTS)
    edges = range(begin, end + part, part)
    begin_s, end_s = float(edges[0] * _MINUTE_S), float(edges[-1] * _MINUTE_S)
    outages = backend.outages(batch.first_seen - timedelta(minutes=1))
    closed = outage_spans(one for one in outages if one.counts_for(batch.callback_key))
    shown_until_s = min(end_s, now.timestamp())
    line = ArrivalsTimeline(
        begin_s,
        end_s,
        _counts(rates, edges),
        tuple(cut(closed, begin_s, shown_until_s)),
        goes_on,
    )
    if known is not None and known.revision == batch.revision:
        return BatchArrivals(line, known.spread, rates, batch.revision)
    return BatchArrivals(line, backend.outage_queries.delay_stats(batch.key), rates, batch.revision)


def _counts(rates: "Rates", edges: range) -> tuple[int, ...]:
    import numpy as np

    counts = rates.counts(np.array(edges, np.int64)).values()
    return tuple(sum(part) for part in zip(*(one.tolist() for one in counts), strict=True)) or (
        (0,) * (len(edges) - 1)
    )
