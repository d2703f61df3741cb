"""How late reports came, and when nothing could come in, in words."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QLocale

from kvitto.core.delay import DelayReason
from kvitto.core.outages import OutageCause
from kvitto.store.delay_stats import DelaySpread
from kvitto.ui.charts.outage_bands import ShadedBand
from kvitto.ui.details.delay_text import closed_text, reasons_text, spread_text

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_a_spread_says_how_long_half_nearly_all_and_all_took() -> None:
    spread = DelaySpread(seconds(-2), seconds(41), seconds(2408), {DelayReason.PROMPT: 3})

    assert spread_text(spread) == "half within 0 s, 95 % within 41 s, all within 40 min 8 s"
    assert spread_text(DelaySpread(seconds(0), seconds(0.2), seconds(0.9), {})) == "at once"
    assert spread_text(None) == ""


def test_the_reasons_that_matter_most_stand_first_and_prompt_ones_are_no_news() -> None:
    reasons = {
        DelayReason.PROMPT: 5000,
        DelayReason.NETWORK: 45,
        DelayReason.QUEUED: 11,
        DelayReason.UNREACHABLE: 1900,
    }
    spread = DelaySpread(seconds(1), seconds(2), seconds(3), reasons)

    assert reasons_text(spread).replace(NBSP, " ") == (
        "1,900 by interruptions · 11 waited at the SMS service · 45 by the network"
    )
    assert (
        reasons_text(DelaySpread(seconds(1), seconds(2), seconds(3), {DelayReason.PROMPT: 9})) == ""
    )
    assert reasons_text(None) == ""


def test_closed_times_are_added_up_by_cause() -> None:
    bands = [
        ShadedBand(0, 600, OutageCause.ASLEEP),
        ShadedBand(700, 720, OutageCause.TUNNEL),
        ShadedBand(1000, 1300, OutageCause.ASLEEP),
    ]

    assert closed_text(bands).replace(NBSP, " ") == "asleep 15 min · tunnel 20 s"
    assert closed_text([]) == ""
