from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from kvitto.simulator.arguments import duration_s, factor, instant, rate_per_s, share, whole


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("600s", 600), ("10m", 600), ("10min", 600), ("0.5s", 0.5), ("250ms", 0.25), ("1h", 3600)],
)
def test_durations(text: str, seconds: float) -> None:
    assert duration_s(text) == seconds


def test_a_duration_without_a_unit_is_in_seconds() -> None:
    assert duration_s(" 3 ") == 3


@pytest.mark.parametrize(
    ("text", "per_s"), [("200/s", 200), ("200", 200), ("3000/min", 50), ("0.5/s", 0.5)]
)
def test_rates(text: str, per_s: float) -> None:
    assert rate_per_s(text) == per_s


@pytest.mark.parametrize(
    ("text", "value"), [("0", 0), ("1", 1), ("0.25", 0.25), (".5", 0.5), ("5%", 0.05)]
)
def test_shares(text: str, value: float) -> None:
    assert share(text) == value


@pytest.mark.parametrize(("text", "value"), [("10", 10), ("20x", 20), ("0.5", 0.5)])
def test_factors(text: str, value: float) -> None:
    assert factor(text) == value


def test_whole_numbers() -> None:
    assert whole(1, 10)("10") == 10


def test_a_time_is_utc_unless_it_says_otherwise() -> None:
    assert instant("2026-01-12T08:00:00") == datetime(2026, 1, 12, 8, tzinfo=UTC)
    assert instant("2026-01-12T08:00:00+02:00") == datetime(2026, 1, 12, 6, tzinfo=UTC)


def test_now_is_the_present_time_in_whole_seconds() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    assert before <= instant("now") <= datetime.now(UTC)
    assert instant("now").microsecond == 0


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *((duration_s, text) for text in ("", "soon", "-1s", "0s", "8d", "1e9", "inf", "nan")),
        *((duration_s, text) for text in ("999h", "1 s s", "\u0661s")),
        *((rate_per_s, text) for text in ("", "fast", "0/s", "-5", "10/d", "9999999/s", "inf")),
        *((share, text) for text in ("", "-0.1", "1.01", "101%", "nan", "half", "1e-3", "²")),
        *((factor, text) for text in ("", "0", "-1", "inf", "1e3")),
        *((whole(1, 10), text) for text in ("", "0", "11", "1.5", "-1", "ten", "9" * 5000, "²")),
        *((instant, text) for text in ("", "today", "1999-01-01", "2101-01-01", "99999-01-01")),
    ],
)
def test_what_is_none_is_told_in_one_sentence_with_what_was_given(
    read: Callable[[str], object], text: str
) -> None:
    with pytest.raises(ArgumentTypeError) as caught:
        read(text)
    assert "\n" not in str(caught.value)
    assert repr(text) in str(caught.value)
