"""How a batch goes on: all of it is promised only where history bears it out."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from kvitto.store.batch_statistics import BatchStatistics
from kvitto.ui.details.batch_text import Forecast, forecast_of, forecast_text
from tests.ui.batches.records import START, a_batch

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S


@pytest.fixture(autouse=True)
def _english(qapp: QApplication) -> None:
    del qapp
    QLocale.setDefault(QLocale("en_GB"))


def statistics(slowest_s: float | None) -> BatchStatistics:
    return BatchStatistics(
        costs={},
        undelivered={},
        median_s=10.0,
        slow_s=20.0,
        finishes=[30] * 10,
        part_s=60.0,
        slowest_s=slowest_s,
    )


def forecast(
    slowest_s: float | None, *, finished: int = 700, pending: int = 300, expected: int | None = None
) -> Forecast | None:
    batch = a_batch(0, statuses={201: finished, 102: pending}, expected_count=expected)
    return forecast_of(batch, statistics(slowest_s), START + timedelta(minutes=25))


def said(found: Forecast | None) -> str:
    return forecast_text(found, START + timedelta(minutes=25)).replace("\N{NO-BREAK SPACE}", " ")


def test_where_every_phone_was_quick_all_of_it_is_foretold() -> None:
    found = forecast(20 * 60.0)
    assert found is not None
    assert found.is_all
    assert found.estimate is not None
    assert found.estimate.end == START + timedelta(minutes=35)
    assert said(found).startswith("all by ")


@pytest.mark.parametrize("slowest_s", [40 * 60.0, HOUR_S, 3 * DAY_S, None])
def test_where_phones_have_taken_longer_or_nobody_knows_only_most_is_foretold(
    slowest_s: float | None,
) -> None:
    found = forecast(slowest_s)
    assert found is not None
    assert not found.is_all
    assert found.estimate is not None
    assert found.estimate.end == START + timedelta(minutes=25 + 250 / 30)
    assert said(found).startswith("95 % by ")
    assert "all" not in said(found).split()


def test_what_is_expected_counts_too() -> None:
    found = forecast(None, expected=2000)
    assert found is not None
    assert found.estimate is not None
    assert found.estimate.end == START + timedelta(minutes=25 + 1200 / 30)


def test_once_most_are_finished_no_time_is_said_for_the_last() -> None:
    found = forecast(3 * DAY_S, finished=960, pending=40)
    assert found == Forecast(None, is_all=False)
    assert said(found) == "95 % are finished; the last can take days"


def test_nothing_is_said_of_what_is_finished_or_can_t_be_told() -> None:
    assert forecast(1.0, pending=0) is None
    assert said(None) == ""
