"""How a batch's reports came over time, and when none could: read for its timeline."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from app.core.times import minute_of, to_microseconds
from app.store.records import BatchRecord
from app.ui.closed_times import Band, closed_times, cut
from app.ui.session import Session

if TYPE_CHECKING:
    from app.store.lags import LagSpread
    from app.store.series import Rates

_MOST_PARTS: Final = 120
_MINUTE_S: Final = 60


class Lifeline(NamedTuple):
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
    closed: tuple[Band, ...]
    goes_on: bool

    @property
    def part_s(self) -> float:
        """How long a part is, in seconds."""
        return (self.end_s - self.begin_s) / len(self.counts)


class Arrivals(NamedTuple):
    """What is read of how a batch's reports came.

    Attributes:
        line: over time.
        spread: how late, and why; None where no report tells.
        rates: what the next reading can go on from.
        revision: of the batch, when the spread was read.
    """

    line: Lifeline
    spread: "LagSpread | None"
    rates: "Rates"
    revision: int


def read_arrivals(
    session: Session, batch: BatchRecord, now: datetime, known: Arrivals | None
) -> Arrivals:
    """Read how a batch's reports came.

    Takes time in proportion to their number, but where `known` shows that none has come since.

    Args:
        session: the store.
        batch: the batch.
        now: the time, UTC.
        known: what an earlier reading of the same batch returned.

    Raises:
        StoreError: the store can't be read.
    """
    rates = session.charts.rates(batch.key, known=None if known is None else known.rates)
    goes_on = not batch.is_finished
    begin = minute_of(to_microseconds(batch.first_seen))
    end = minute_of(to_microseconds(max(now if goes_on else batch.last_seen, batch.last_seen))) + 1
    part = -(-(end - begin) // _MOST_PARTS)
    edges = range(begin, end + part, part)
    begin_s, end_s = float(edges[0] * _MINUTE_S), float(edges[-1] * _MINUTE_S)
    closed = closed_times(
        session.closures(batch.first_seen - timedelta(minutes=1)),
        known_since=session.doors.known_since(),
        first_arrival=batch.first_seen,
    )
    shown_until_s = min(end_s, now.timestamp())
    line = Lifeline(
        begin_s,
        end_s,
        _counts(rates, edges),
        tuple(cut(closed, begin_s, shown_until_s)),
        goes_on,
    )
    if known is not None and known.revision == batch.revision:
        return Arrivals(line, known.spread, rates, batch.revision)
    return Arrivals(line, session.doors.lags(batch.key), rates, batch.revision)


def _counts(rates: "Rates", edges: range) -> tuple[int, ...]:
    import numpy as np

    counts = rates.counts(np.array(edges, np.int64)).values()
    return tuple(sum(part) for part in zip(*(one.tolist() for one in counts), strict=True)) or (
        (0,) * (len(edges) - 1)
    )
