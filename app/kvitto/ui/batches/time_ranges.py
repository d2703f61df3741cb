"""How far back messages are shown."""

from datetime import datetime, timedelta
from enum import Enum
from typing import assert_never

from PySide6.QtCore import QCoreApplication

from kvitto.core.timestamps import to_microseconds
from kvitto.ui.text.local_days import local_midnight


class TimeRangeChoice(Enum):
    """A time that ends now."""

    ALL = "all"
    HOUR = "hour"
    TODAY = "today"
    WEEK = "week"
    MONTH = "month"


def range_start(chosen: TimeRangeChoice, now: datetime) -> int | None:
    """Return when a range begins, in microseconds since the epoch; None for no beginning.

    Args:
        chosen: the range.
        now: the time, aware. A day begins at midnight of the computer's time zone.
    """
    match chosen:
        case TimeRangeChoice.ALL:
            return None
        case TimeRangeChoice.HOUR:
            # To the minute, so that the filter is not another one all the time.
            return to_microseconds(now.replace(second=0, microsecond=0) - timedelta(hours=1))
        case TimeRangeChoice.TODAY:
            return to_microseconds(local_midnight(now))
        case TimeRangeChoice.WEEK:
            return to_microseconds(local_midnight(now, 6))
        case TimeRangeChoice.MONTH:
            return to_microseconds(local_midnight(now, 29))
    assert_never(chosen)


def range_word(chosen: TimeRangeChoice) -> str:
    """Return a range as a choice of a menu."""
    match chosen:
        case TimeRangeChoice.ALL:
            return QCoreApplication.translate("TimeRange", "Any time")
        case TimeRangeChoice.HOUR:
            return QCoreApplication.translate("TimeRange", "Last hour")
        case TimeRangeChoice.TODAY:
            return QCoreApplication.translate("TimeRange", "Today")
        case TimeRangeChoice.WEEK:
            return QCoreApplication.translate("TimeRange", "7 days")
        case TimeRangeChoice.MONTH:
            return QCoreApplication.translate("TimeRange", "30 days")
    assert_never(chosen)
