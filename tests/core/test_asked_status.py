"""When a status that was asked for, and a report, tell of the same change."""

from datetime import UTC, datetime, timedelta

import pytest

from kvitto.core.asked_status import is_same_status
from kvitto.core.report import DeliveryReport

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)


def told(code: int = 201, *, final: bool = True, created: datetime | None = AT) -> DeliveryReport:
    return DeliveryReport("m", "b", code, final=final, created=created)


@pytest.mark.parametrize(
    ("apart_us", "is_same"), [(0, True), (999_000, True), (2_000_000, True), (2_000_001, False)]
)
@pytest.mark.parametrize("sign", [-1, 1])
def test_times_may_be_two_seconds_apart_and_no_more(
    apart_us: int, is_same: bool, sign: int
) -> None:
    other = told(created=AT + sign * timedelta(microseconds=apart_us))
    assert is_same_status(told(), other) is is_same


def test_a_report_without_a_time_is_of_the_status_with_its_code() -> None:
    assert is_same_status(told(), told(created=None))
    assert not is_same_status(told(), told(202, created=None))


def test_another_code_or_finality_is_another_status() -> None:
    assert not is_same_status(told(), told(202))
    assert not is_same_status(told(), told(final=False))
