"""Days and times here, where clocks are changed: not every day begins at 00:00."""

from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QDateTime

from kvitto.clock import day_begin, local_day
from kvitto.core.sending_period import SendingPeriod, SentRange

_AROUND_S: Final = 6 * 3600
"""No clock is set back by more, and none twice within this time."""


def local_midnight(now: datetime, days_before: int = 0) -> datetime:
    """Return when the local day of `now`, an aware time, or one before it begins: `day_begin`."""
    # Never by changing the hour of an aware time, which keeps the offset of another hour.
    return day_begin(local_day(now) - timedelta(days=days_before))


def sent_range(chosen: SendingPeriod, now: datetime) -> SentRange | None:
    """Return the time of a period that is chosen, in the time zone of now; None for any time.

    Args:
        chosen: the period.
        now: the time, aware: "today" is another one tomorrow.
    """
    days = chosen.days(local_day(now))
    if days is None:
        return None
    return SentRange(day_begin(days.first), day_begin(days.last + timedelta(days=1)))


def repeated_offset(instant: datetime) -> str:
    """Return the offset of a local time that comes twice when clocks go back; "" of all others.

    It is written behind the time, as ` (UTC+2)`.
    """
    # In seconds: times at the ends of the calendar have none before or after them.
    time_s = int(instant.timestamp())
    here_s = _offset_s(time_s)
    for other_s in (_offset_s(time_s - _AROUND_S), _offset_s(time_s + _AROUND_S)):
        # The other time with this reading would be so much later, or earlier.
        if other_s != here_s and _offset_s(time_s + here_s - other_s) == other_s:
            hours, minutes = divmod(abs(here_s) // 60, 60)
            sign, rest = "-" if here_s < 0 else "+", f":{minutes:02}" if minutes else ""
            return f" (UTC{sign}{hours}{rest})"
    return ""


def _offset_s(time_s: int) -> int:
    return QDateTime.fromSecsSinceEpoch(time_s).offsetFromUtc()
