"""What a period cost: by day, by department, and what the month is likely to cost. Pure.

Days are the user's own; whoever asks turns instants into days. Amounts are whole nano-units of one
currency.
"""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

WEEKS: Final = 8
"""So many of the last same weekdays tell what a day costs."""
_LEAST_DAYS: Final = 14
"""With fewer days of data nothing is estimated."""
BUDGET_SHARES: Final = (80, 100)
"""Per cent of a budget at which is told that they are spent."""
_WHOLE: Final = 100
_WEEK: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)


class Period(NamedTuple):
    """Some days.

    Attributes:
        first: the first day.
        last: the last day.
    """

    first: date
    last: date

    def days(self) -> list[date]:
        """Return all days, in order."""
        return [self.first + n * _DAY for n in range((self.last - self.first).days + 1)]


def month_of(day: date) -> Period:
    """Return the month that a day lies in."""
    last = calendar.monthrange(day.year, day.month)[1]
    return Period(day.replace(day=1), day.replace(day=last))


def month_before(day: date) -> Period:
    """Return the month before the one that a day lies in."""
    return month_of(day.replace(day=1) - _DAY)


def spent(daily: Mapping[date, int], period: Period) -> int:
    """Return what the days of a period cost together."""
    return sum(nano for day, nano in daily.items() if period.first <= day <= period.last)


def budget_share(spent_nano: int, budget_nano: int) -> int:
    """Return the greatest of `BUDGET_SHARES` that is reached; 0 for none, or without a budget."""
    if budget_nano <= 0:
        return 0
    reached = [one for one in BUDGET_SHARES if spent_nano * _WHOLE >= budget_nano * one]
    return max(reached, default=0)


def same_days_before(period: Period, today: date) -> Period:
    """Return the days of the month before that compare with a month so far.

    Of a month that is over, that is the whole month before; of the running one, as many days. A
    shorter month ends with its last day.
    """
    before = month_before(period.first)
    if not period.first <= today < period.last:
        return before
    return Period(before.first, min(before.last, before.first + (today - period.first)))


def estimate(daily: Mapping[date, int], today: date) -> int | None:
    """Return what the running month is likely to cost in all; None where too little is known.

    For each day that is left, the mean of the last eight same weekdays before today, of those that
    lie in what is known. Today counts as it is so far, if that is more than its own mean.

    Args:
        daily: the cost by day; a day without any may be missing.
        today: the day of now.
    """
    known = [day for day, nano in daily.items() if nano and day <= today]
    if not known or (today - min(known)).days < _LEAST_DAYS:
        return None
    first = min(known)
    month = month_of(today)
    so_far = spent(daily, Period(month.first, today - _DAY))
    likely = max(daily.get(today, 0), _mean(daily, today, first, today))
    rest = Period(today + _DAY, month.last)
    return so_far + likely + sum(_mean(daily, day, first, today) for day in rest.days())


def _mean(daily: Mapping[date, int], day: date, first: date, today: date) -> int:
    """Return the mean cost of the last same weekdays before today."""
    latest = day - _WEEK
    while latest >= today:
        latest -= _WEEK
    days = [one for n in range(WEEKS) if (one := latest - n * _WEEK) >= first]
    return sum(daily.get(one, 0) for one in days) // len(days) if days else 0


# --- Departments --------------------------------------------------------------------------------


class DepartmentRule(NamedTuple):
    """Which references belong to a department.

    Attributes:
        pattern: a reference; * stands for any characters, ? for one.
        department: its name.
    """

    pattern: str
    department: str


class DepartmentRules(NamedTuple):
    """The rules that a text states, and the lines that state none.

    Attributes:
        rules: in the order in which they are tried.
        faulty_lines: the numbers of lines that can't be read, from 1.
    """

    rules: Sequence[DepartmentRule]
    faulty_lines: Sequence[int]

    def department_of(self, reference: str | None) -> str | None:
        """Return the department of a reference: that of the first rule that fits, or None."""
        for rule in self.rules:
            if fnmatchcase((reference or "").casefold(), rule.pattern.casefold()):
                return rule.department
        return None


def read_department_rules(text: str) -> DepartmentRules:
    """Return the rules of a text: `REF-12* = Schools`, one a line; # begins a comment."""
    rules: list[DepartmentRule] = []
    faulty: list[int] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        pattern, sign, department = (part.strip() for part in line.partition("="))
        if pattern and sign and department:
            rules.append(DepartmentRule(pattern, department))
        else:
            faulty.append(number)
    return DepartmentRules(rules, faulty)


def by_key(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Add up amounts by a key, the largest first; equal ones by the key."""
    sums: dict[str, int] = {}
    for key, nano in amounts:
        sums[key] = sums.get(key, 0) + nano
    return dict(sorted(sums.items(), key=lambda one: (-one[1], one[0])))
