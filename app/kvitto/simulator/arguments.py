"""Durations, rates, shares and counts as people write them on a command line.

Each reader raises `argparse.ArgumentTypeError` with one sentence, so that it can be the `type` of
an option.
"""

import re
from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

_DURATION: Final = re.compile(r"(\d{1,9}(?:\.\d{1,6})?) ?(ms|s|min|m|h)?", re.ASCII)
_RATE: Final = re.compile(r"(\d{1,9}(?:\.\d{1,6})?) ?(?:/ ?(s|min|m|h))?", re.ASCII)
_NUMBER: Final = re.compile(r"\d{1,9}(?:\.\d{1,9})?|\.\d{1,9}", re.ASCII)
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_LONGEST_S: Final = 7 * 24 * 3600.0
_MOST_PER_S: Final = 1_000_000.0
_MOST_DIGITS: Final = 18


def duration_s(text: str) -> float:
    """Return a duration in seconds: `600s`, `10m`, `0.5s`, `250ms`, `1h`; a bare number is seconds.

    Raises:
        ArgumentTypeError: it is not one, or not more than nothing and at most a week.
    """
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        msg = f"{text!r} is not a duration such as 600s, 10m or 0.5s"
        raise ArgumentTypeError(msg)
    seconds = float(found[1]) * _SECONDS[found[2] or "s"]
    if not 0 < seconds <= _LONGEST_S:
        msg = f"{text!r} is not a duration between nothing and a week"
        raise ArgumentTypeError(msg)
    return seconds


def rate_per_s(text: str) -> float:
    """Return a rate per second: `200/s`, `3000/min`; a bare number is per second.

    Raises:
        ArgumentTypeError: it is not one, or not more than nothing and at most a million.
    """
    found = _RATE.fullmatch(text.strip())
    if found is None:
        msg = f"{text!r} is not a rate such as 200/s or 3000/min"
        raise ArgumentTypeError(msg)
    per_s = float(found[1]) / _SECONDS[found[2] or "s"]
    if not 0 < per_s <= _MOST_PER_S:
        msg = f"{text!r} is not a rate between nothing and {_MOST_PER_S:.0f}/s"
        raise ArgumentTypeError(msg)
    return per_s


def share(text: str) -> float:
    """Return a share from 0 (none) to 1 (all); `5%` is one too.

    Raises:
        ArgumentTypeError: it is not one.
    """
    plain = text.strip()
    number = plain.removesuffix("%")
    if _NUMBER.fullmatch(number):
        value = float(number) / (100 if plain.endswith("%") else 1)
        if value <= 1:
            return value
    msg = f"{text!r} is not a share: a number from 0 (none) to 1 (all)"
    raise ArgumentTypeError(msg)


def factor(text: str) -> float:
    """Return how many times faster: `10`, `0.5` or `20x`.

    Raises:
        ArgumentTypeError: it is not a number above 0.
    """
    number = text.strip().removesuffix("x")
    if _NUMBER.fullmatch(number) and float(number) > 0:
        return float(number)
    msg = f"{text!r} is not a number above 0 such as 10 or 0.5"
    raise ArgumentTypeError(msg)


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `low` to `high`."""

    def read(text: str) -> int:
        digits = text.strip()
        if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS:
            number = int(digits)
            if low <= number <= high:
                return number
        msg = f"{text!r} is not a whole number from {low} to {high}"
        raise ArgumentTypeError(msg)

    return read


def instant(text: str) -> datetime:
    """Return a time, UTC, in whole seconds: ISO-8601, or `now`. Without a zone it is UTC.

    Raises:
        ArgumentTypeError: it is not one, or not in the years 2000 to 2100.
    """
    plain = text.strip()
    try:
        read = datetime.now(UTC) if plain == "now" else datetime.fromisoformat(plain)
        read = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        msg = f"{text!r} is not a time such as 2026-01-12T08:00:00Z, or now"
        raise ArgumentTypeError(msg) from None
    if not 2000 <= read.year <= 2100:
        msg = f"{text!r} is not in the years 2000 to 2100"
        raise ArgumentTypeError(msg)
    return read.replace(microsecond=0)
