"""Moments as short texts that tell their day, and their year, wherever these are not those of now.

Texts follow the locale and the time zone that are in force when they are asked for.
"""

from datetime import datetime

from kvitto.ui.text import formatting


def moment_text(instant: datetime, now: datetime) -> str:
    """Return a time to the minute: `09:12` of today, `28 Feb 09:12`, `28 Feb 2025 09:12`.

    Args:
        instant: the time, UTC.
        now: the time of now, UTC.
    """
    clock = formatting.clock_time(instant, with_seconds=False)
    if instant.astimezone().date() == now.astimezone().date():
        return clock
    return f"{day_text(instant, now)} {clock}"


def day_text(instant: datetime, now: datetime, *, with_weekday: bool = False) -> str:
    """Return a day, with its year where that is not the one of now: `28 Feb`, `28 Feb 2025`.

    Args:
        instant: a time of the day, UTC.
        now: the time of now, UTC.
        with_weekday: whether the day of the week goes before: `Sat 28 Feb`.
    """
    day, year = formatting.day(instant, with_weekday=with_weekday), formatting.year(instant)
    return day if year == formatting.year(now) else f"{day} {year}"
