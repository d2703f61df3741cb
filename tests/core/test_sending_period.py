"""Which days a period has, whatever day it is."""

from datetime import UTC, date, datetime

import pytest

from kvitto.core.sending_period import ANY_TIME, PeriodKind, SendingPeriod, SentRange

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (SendingPeriod(PeriodKind.TODAY), TODAY, TODAY),
        (SendingPeriod(PeriodKind.LAST_DAYS), date(2026, 2, 23), TODAY),
        (SendingPeriod(PeriodKind.DAYS_BEFORE), date(2026, 2, 16), date(2026, 2, 22)),
        (SendingPeriod(PeriodKind.THIS_MONTH), TODAY, date(2026, 3, 31)),
        (SendingPeriod(PeriodKind.LAST_MONTH), date(2026, 2, 1), date(2026, 2, 28)),
        (
            SendingPeriod(PeriodKind.MONTH, date(2024, 2, 29)),
            date(2024, 2, 1),
            date(2024, 2, 29),
        ),
        (
            # Typed in the wrong order, it is the same time.
            SendingPeriod(PeriodKind.DAYS, date(2026, 1, 31), date(2025, 12, 24)),
            date(2025, 12, 24),
            date(2026, 1, 31),
        ),
    ],
)
def test_a_period_has_whole_days(period: SendingPeriod, first: date, last: date) -> None:
    assert period.days(TODAY) == (first, last)


def test_the_two_weeks_meet_and_any_time_has_no_days() -> None:
    before, this = (
        SendingPeriod(kind).days(TODAY) for kind in (PeriodKind.DAYS_BEFORE, PeriodKind.LAST_DAYS)
    )
    assert before
    assert this
    assert (this.first - before.last).days == 1
    assert len(before.days()) == len(this.days()) == 7
    assert ANY_TIME.days(TODAY) is None


def test_a_range_has_its_beginning_and_not_its_end() -> None:
    begin, end = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    assert SentRange(begin, end).holds(begin)
    assert not SentRange(begin, end).holds(end)
