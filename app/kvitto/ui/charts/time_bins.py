"""Stretches of local time, from minutes to centuries, each beginning where people expect it.

An hour begins on the local clock's full hour, a day at local midnight, a week on the locale's
first day. Days on which the clock is changed have 23 or 25 hours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QDate, QDateTime, QLocale, QTime

MINUTE_S: Final = 60
HOUR_S: Final = 3600
DAY_S: Final = 86_400
WEEK_DAYS: Final = 7
EARLIEST_S: Final = -62_135_000_000
LATEST_S: Final = 253_401_000_000
"""The times that can be shown lie in the years 1 to 9999, wherever one is."""


class Unit(IntEnum):
    """What stretches are counted in; the value is about as many seconds."""

    MINUTE = MINUTE_S
    HOUR = HOUR_S
    DAY = DAY_S
    MONTH = 30 * DAY_S
    YEAR = 365 * DAY_S


@dataclass(frozen=True)
class Stretch:
    """So many of a unit of local time."""

    count: int
    unit: Unit

    @property
    def seconds(self) -> int:
        """About how long it is."""
        return self.count * self.unit


LADDER: Final = (
    *(Stretch(count, Unit.MINUTE) for count in (1, 2, 5, 10, 15, 30)),
    *(Stretch(count, Unit.HOUR) for count in (1, 2, 3, 6, 12)),
    *(Stretch(count, Unit.DAY) for count in (1, 2, WEEK_DAYS)),
    *(Stretch(count, Unit.MONTH) for count in (1, 3)),
    *(Stretch(count, Unit.YEAR) for count in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)),
)
"""The stretches in use, shortest first."""


def fitting(least_s: float) -> Stretch:
    """Return the shortest stretch of at least so many seconds; the longest if none is."""
    return next((one for one in LADDER if one.seconds >= least_s), LADDER[-1])


def starts(stretch: Stretch, begin_s: float, end_s: float) -> list[int]:
    """Return where such stretches begin, from `begin_s` until before `end_s`, ascending.

    All times are seconds since the epoch, within `EARLIEST_S` and `LATEST_S`.
    """
    begin_s, end_s = max(begin_s, EARLIEST_S), min(end_s, LATEST_S)
    if stretch.seconds <= HOUR_S:
        found = _even_starts(stretch.seconds, begin_s, end_s)
    elif stretch.unit is Unit.HOUR:
        found = _hours(stretch.count, begin_s, end_s)
    else:
        found = (_begin_of(date) for date in _dates(stretch, begin_s, end_s))
    return [one for one in found if begin_s <= one < end_s]


def edges(stretch: Stretch, begin_s: float, end_s: float) -> list[int]:
    """Return where the stretches begin that cover a time, and where the last of them ends."""
    margin = 1.2 * stretch.seconds + 2 * HOUR_S
    found = starts(stretch, begin_s - margin, end_s + margin)
    first = max((at for at, one in enumerate(found) if one <= begin_s), default=0)
    last = next((at for at, one in enumerate(found) if one >= end_s), len(found) - 1)
    return found[first : last + 1]


def is_midnight(time_s: int) -> bool:
    """Tell whether a local day begins at a time."""
    return _begin_of(_local_date(time_s)) == time_s


def _local_date(time_s: float) -> QDate:
    return QDateTime.fromSecsSinceEpoch(int(time_s)).date()


def _begin_of(date: QDate) -> int:
    # Not always 00:00: some countries change their clocks at midnight.
    return date.startOfDay().toSecsSinceEpoch()


def _even_starts(step_s: int, begin_s: float, end_s: float) -> Iterator[int]:
    """Yield multiples of a step on the local clock, across changes of the clock."""
    time_s = int(begin_s) - step_s
    while time_s < end_s:
        offset_s = QDateTime.fromSecsSinceEpoch(time_s).offsetFromUtc()
        time_s += step_s - (time_s + offset_s) % step_s
        yield time_s


def _hours(count: int, begin_s: float, end_s: float) -> Iterator[int]:
    day = Stretch(1, Unit.DAY)
    for date in _dates(day, begin_s, end_s):
        for hour in range(0, 24, count):
            moment = QDateTime(date, QTime(hour, 0))
            if not hour:
                yield _begin_of(date)
            elif moment.time().hour() == hour:  # else the clock jumps over this hour
                yield moment.toSecsSinceEpoch()


def _dates(stretch: Stretch, begin_s: float, end_s: float) -> Iterator[QDate]:
    """Yield the dates that such stretches begin on, from before one time until after another."""
    date, last = _local_date(begin_s), _local_date(end_s)
    count = stretch.count
    match stretch.unit:
        case Unit.YEAR:
            date = QDate(max(date.year() - date.year() % count, 1), 1, 1)
        case Unit.MONTH:
            date = QDate(date.year(), date.month() - (date.month() - 1) % count, 1)
        case _:
            # The first of all Julian days was a Monday.
            first = QLocale().firstDayOfWeek().value - 1 if count == WEEK_DAYS else 0
            date = date.addDays(-((date.toJulianDay() - first) % count))
    while date <= last:
        yield date
        match stretch.unit:
            case Unit.YEAR:
                date = QDate(date.year() - date.year() % count + count, 1, 1)
            case Unit.MONTH:
                date = date.addMonths(count)
            case _:
                date = date.addDays(count)
