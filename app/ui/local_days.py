"""When a day begins here: not always 24 hours after the one before, and not always at 00:00."""

from datetime import UTC, datetime

from PySide6.QtCore import QDateTime


def local_midnight(now: datetime, days_before: int = 0) -> datetime:
    """Return when the local day of `now`, an aware time, or one before it begins, UTC.

    Where the clock jumps over midnight, that is the moment of the jump; where midnight comes
    twice, the first of the two.
    """
    # Never by changing the hour of an aware time, which keeps the offset of another hour; nor by
    # Python's naive times, which begin a day without midnight an hour too early.
    date = QDateTime.fromSecsSinceEpoch(int(now.timestamp())).date().addDays(-days_before)
    return datetime.fromtimestamp(date.startOfDay().toSecsSinceEpoch(), UTC)
