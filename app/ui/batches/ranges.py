"""How far back messages are shown."""

from datetime import datetime, timedelta
from enum import Enum
from typing import assert_never

from PySide6.QtCore import QCoreApplication

from app.core.times import to_microseconds
from app.ui.local_days import local_midnight


class TimeRange(Enum):
    """A time that ends now."""

    ALL = "all"
    HOUR = "hour"
    TODAY = "today"
    WEEK = "week"
    MONTH = "month"


def range_start(chosen: TimeRange, now: datetime) -> int | None:
    """Return when a range begins, in microseconds since the epoch; None for no beginning.

    Args:
        chosen: the range.
        now: the time, aware. A day begins at midnight of the computer's time zone.
    """
    match chosen:
        case TimeRange.ALL:
            return None
        case TimeRange.HOUR:
            # To the minute, so that the filter is not another one all the time.
            return to_microseconds(now.replace(second=0, microsecond=0) - timedelta(hours=1))
        case TimeRange.TODAY:
            return to_microseconds(local_midnight(now))
        case TimeRange.WEEK:
            return to_microseconds(local_midnight(now, 6))
        case TimeRange.MONTH:
            return to_microseconds(local_midnight(now, 29))
    assert_never(chosen)


def range_word(chosen: TimeRange) -> str:
    """Return a range as a choice of a menu."""
    match chosen:
        case TimeRange.ALL:
            return QCoreApplication.translate("TimeRange", "Any time")
        case TimeRange.HOUR:
            return QCoreApplication.translate("TimeRange", "Last hour")
        case TimeRange.TODAY:
            return QCoreApplication.translate("TimeRange", "Today")
        case TimeRange.WEEK:
            return QCoreApplication.translate("TimeRange", "7 days")
        case TimeRange.MONTH:
            return QCoreApplication.translate("TimeRange", "30 days")
    assert_never(chosen)
