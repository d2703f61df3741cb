"""Periods by the time of sending, as the user chooses them. Pure.

Days are the user's own; whoever asks says which day it is, and turns days into instants.
"""

from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final, NamedTuple

import msgspec

from kvitto.core.cost_period import Period, month_before, month_of

_DAY: Final = timedelta(days=1)
_DAYS: Final = 7


class PeriodKind(Enum):
    """How a period is chosen."""

    ANY = "any"
    """No period."""
    TODAY = "today"
    LAST_DAYS = "last_days"
    """Today and the six days before."""
    DAYS_BEFORE = "days_before"
    """The seven days before those."""
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    MONTH = "month"
    """The month that `first` lies in."""
    DAYS = "days"
    """From `first` to `last`."""


class SendingPeriod(NamedTuple):
    """A period that is chosen; which days it has may depend on what day it is.

    Attributes:
        kind: how it is chosen.
        first, last: the days, of a kind that names some; in either order.
    """

    kind: PeriodKind
    first: date | None = None
    last: date | None = None

    def days(self, today: date) -> Period | None:
        """Return its days; None for no period."""
        match self.kind:
            case PeriodKind.ANY:
                return None
            case PeriodKind.TODAY:
                return Period(today, today)
            case PeriodKind.LAST_DAYS:
                return Period(today - (_DAYS - 1) * _DAY, today)
            case PeriodKind.DAYS_BEFORE:
                return Period(today - (2 * _DAYS - 1) * _DAY, today - _DAYS * _DAY)
            case PeriodKind.THIS_MONTH:
                return month_of(today)
            case PeriodKind.LAST_MONTH:
                return month_before(today)
            case PeriodKind.MONTH:
                return month_of(self.first or today)
            case PeriodKind.DAYS:
                first, last = self.first or today, self.last or today
                return Period(min(first, last), max(first, last))


ANY_TIME: Final = SendingPeriod(PeriodKind.ANY)


class SentRange(msgspec.Struct, frozen=True):
    """The time in which a batch must have been sent.

    Attributes:
        begin: then or later, UTC.
        end: before then, UTC.
    """

    begin: datetime
    end: datetime

    def holds(self, sent_at: datetime) -> bool:
        """Tell whether an instant lies in it."""
        return self.begin <= sent_at < self.end
