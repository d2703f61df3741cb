"""The requests of a month are counted over restarts, and anew in the next one."""

from datetime import UTC, datetime
from pathlib import Path

from kvitto.ui.services.month_count import MonthCount
from kvitto.ui.services.preferences import Preferences


def test_the_requests_of_a_month_are_counted_over_restarts(tmp_path: Path) -> None:
    now = [datetime(2026, 3, 15, 12, tzinfo=UTC)]
    count = MonthCount(Preferences(tmp_path), now=lambda: now[0])
    assert count.requests == 0
    count.add(1)
    count.note(4)
    count.note(4)
    count.note(7)
    count.begin()
    count.note(2)
    assert count.requests == 10
    again = MonthCount(Preferences(tmp_path), now=lambda: now[0])
    assert again.requests == 10
    now[0] = datetime(2026, 4, 15, 12, tzinfo=UTC)
    assert again.requests == 0
    again.note(3)
    assert again.requests == 3
