"""How long a report may still come."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from kvitto.core.awaited import (
    AFTER_LAST_REPORT,
    awaited_until,
    is_batch_finished,
    key_needed_until,
)

NOW: Final = datetime(2026, 3, 1, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)


def test_a_report_may_come_when_operator_and_sender_have_used_all_their_time() -> None:
    assert awaited_until(NOW) >= NOW + 74 * HOUR + timedelta(minutes=90) + timedelta(seconds=120)


@pytest.mark.parametrize("last_hours", [None, -1000, -1, 0])
def test_a_rotated_key_is_needed_for_eight_days_whoever_used_it(last_hours: float | None) -> None:
    last = None if last_hours is None else NOW + last_hours * HOUR

    assert key_needed_until(NOW, last) == NOW + timedelta(days=8)


def test_a_rotated_key_is_needed_after_its_last_report_too() -> None:
    last = NOW + timedelta(days=7)

    assert key_needed_until(NOW, last) == last + AFTER_LAST_REPORT


@pytest.mark.parametrize(
    ("messages", "finished", "expected", "is_over"),
    [
        (0, 0, None, False),
        (0, 0, 5, False),
        (5, 4, None, False),
        (5, 5, None, True),
        (5, 5, 5, True),
        (5, 5, 6, False),
        (6, 6, 5, True),
    ],
)
def test_a_batch_is_finished_when_all_that_is_seen_or_expected_is_finished(
    messages: int, finished: int, expected: int | None, is_over: bool
) -> None:
    assert is_batch_finished(messages=messages, finished=finished, expected=expected) == is_over
