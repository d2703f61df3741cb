"""Where the axes have their ticks, and what these say."""

from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from kvitto.core.money import NANO, amount_of
from kvitto.core.timestamps import EPOCH
from kvitto.ui.charts.time_bins import Unit, fitting, is_midnight, starts
from kvitto.ui.text import formatting

Tick: TypeAlias = tuple[int, str]
"""A place in the axis's own units, and the text there."""

_LEAST_DECIMALS: Final = 2


def even_step(span: float, most: int) -> int:
    """Return the least whole step of 1, 2 or 5 · 10ⁿ of which `span` has at most `most`."""
    least = max(span / max(most, 1), 1.0)
    power = int(10 ** (len(str(int(least))) - 1))
    return next(one for one in (power, 2 * power, 5 * power, 10 * power) if one >= least)


def _multiples(step: int, low: float, high: float) -> list[int]:
    first = -(-int(low // 1) // step)
    return [step * one for one in range(first, int(high // step) + 1)]


def amount_ticks(low_nano: float, high_nano: float, most: int) -> list[Tick]:
    """Return ticks at round amounts, all written with as many decimals as any of them needs."""
    step = even_step(high_nano - low_nano, most)
    exponent = amount_of(step).as_tuple().exponent
    decimals = max(-exponent, _LEAST_DECIMALS) if isinstance(exponent, int) and step % NANO else 0
    return [
        (one, formatting.decimal(amount_of(one), decimals))
        for one in _multiples(step, low_nano, high_nano)
    ]


def count_ticks(high: float, most: int) -> list[Tick]:
    """Return ticks at round numbers from zero."""
    return [(one, formatting.number(one)) for one in _multiples(even_step(high, most), 0.0, high)]


def time_ticks(begin_s: float, end_s: float, least_s: float) -> list[Tick]:
    """Return ticks at round local times, seconds since the epoch, at least `least_s` apart.

    A day's beginning says the day, a year's the year, all others the time, day or month.
    """
    stretch = fitting(least_s)
    return [(one, _time_text(one, stretch.unit)) for one in starts(stretch, begin_s, end_s)]


def _time_text(time_s: int, unit: Unit) -> str:
    instant = instant_of(time_s)
    match unit:
        case Unit.YEAR:
            return formatting.year(instant)
        case Unit.MONTH:
            return formatting.month(instant)
        case Unit.DAY:
            return formatting.day(instant)
        case Unit.HOUR | Unit.MINUTE:
            if is_midnight(time_s):
                return formatting.day(instant)
            return formatting.clock_time(instant, with_seconds=False)


def instant_of(time_s: float) -> datetime:
    """Return seconds since the epoch as an instant, UTC."""
    return EPOCH + timedelta(seconds=int(time_s))


def moment_text(time_s: float) -> str:
    """Return a local time to the minute with its day: `Tue 3 Nov 14:20`; in other years, those."""
    instant = instant_of(time_s)
    day = formatting.day(instant, with_weekday=True)
    if formatting.year(instant) != formatting.year(datetime.now(UTC)):
        day = f"{day} {formatting.year(instant)}"
    return f"{day} {formatting.clock_time(instant, with_seconds=False)}"
