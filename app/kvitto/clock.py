"""The time, and the days here, where clocks are changed: not every day begins at 00:00."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

_SECOND: Final = timedelta(seconds=1)


def utc_now() -> datetime:
    """Return the time, UTC."""
    return datetime.now(UTC)


def local_day(instant: datetime) -> date:
    """Return the local day of an aware time."""
    return instant.astimezone().date()


def day_begin(day: date) -> datetime:
    """Return when a local day begins, UTC.

    Where the clock jumps over midnight, that is the moment of the jump; where midnight comes
    twice, the first of the two. A day that is left out begins with the next one.
    """
    midnight = datetime.combine(day, time.min)
    try:
        # A midnight that is left out is read by the one offset or by the other.
        readings = sorted(midnight.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        begin = next((one for one in readings if local_day(one) >= day), readings[-1])
        return begin if local_day(begin - _SECOND) < day else _jump_before(begin, day)
    except (OverflowError, OSError, ValueError):  # a year of which the system knows no offset
        return midnight.replace(tzinfo=UTC)


def _jump_before(after: datetime, day: date) -> datetime:
    """Return when a clock jumped into a day, to behind its midnight: a while before `after`."""
    least, most = 1, 24 * 3600
    while least < most:
        middle = (least + most) // 2
        if local_day(after - middle * _SECOND) < day:
            most = middle
        else:
            least = middle + 1
    return after - (most - 1) * _SECOND
