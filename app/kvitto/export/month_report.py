"""What a month cost, gathered for a page and for a workbook."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from kvitto.clock import day_begin, local_day
from kvitto.core.calling_codes import calling_code_of
from kvitto.core.cost_period import (
    WEEKS,
    DepartmentRules,
    Period,
    by_key,
    estimate,
    month_of,
    read_department_rules,
    same_days_before,
    spent,
)
from kvitto.store.batch_rows import records_of
from kvitto.store.database import Database
from kvitto.store.dialect import is_one_of
from kvitto.store.period_costs import (
    CostSlice,
    CountedCost,
    PeriodDetails,
    read_details,
    read_slices,
)
from kvitto.store.records import BatchRecord
from kvitto.store.schema import batch

log = logging.getLogger(__name__)

_DAY: Final = timedelta(days=1)
_MOST_RULES_BYTES: Final = 1 << 18


class BatchCost(NamedTuple):
    """What a batch cost in a month.

    Attributes:
        batch: the batch.
        sent_on: the first day of the month on which some of it was sent.
        nano: what its messages of the month cost.
        is_whole: whether all of it was sent in the month.
    """

    batch: BatchRecord
    sent_on: date
    nano: int
    is_whole: bool


class CurrencyMonth(NamedTuple):
    """A month in one currency; amounts in nano-units.

    Attributes:
        currency: the currency; "" for prices without one.
        spent: what was spent.
        before: what was spent on the same days of the month before.
        estimate: what the running month is likely to cost in all; None where that is not known.
        undelivered, paid_back: what did not arrive, and what was paid back, of the messages that
            are kept.
        days: the cost of each day of the month.
        batches: what each batch cost, the latest first.
        departments: the cost by department, or by reference where no rule fits; "" for none.
        countries: messages and cost by calling code; "" for no number.
    """

    currency: str
    spent: int
    before: int
    estimate: int | None
    undelivered: CountedCost
    paid_back: CountedCost
    days: Sequence[tuple[date, int]]
    batches: Sequence[BatchCost]
    departments: Mapping[str, int]
    countries: Mapping[str, CountedCost]


class MonthReport(NamedTuple):
    """What a month cost.

    Attributes:
        month: the month.
        before: the days of the month before that it is compared with.
        currencies: each currency on its own, the one that most was spent in first.
        is_partly_purged: whether messages of it were deleted: what did not arrive, was paid back
            and went to each country is then told of the rest.
        is_whole: whether that, and what it is compared with, has been read: the sums are there
            sooner.
        unpriced: how many messages of the month that are kept have no price.
    """

    month: Period
    before: Period
    currencies: Sequence[CurrencyMonth]
    is_partly_purged: bool
    is_whole: bool = True
    unpriced: int = 0


def days_needed(month: Period) -> Period:
    """Return the days whose slices a month's report needs: for comparison and estimate, too."""
    first = same_days_before(month, month.last + _DAY).first
    return Period(min(first, month.first - WEEKS * 7 * _DAY), month.last)


def month_report(
    month: Period,
    today: date,
    slices: Sequence[CostSlice],
    details: PeriodDetails,
    batches: Mapping[int, BatchRecord],
    rules: DepartmentRules,
    day_of: Callable[[datetime], date],
) -> MonthReport:
    """Gather a month's report.

    Args:
        month: the month.
        today: the day of now.
        slices: what was spent on the days of `days_needed`.
        details: of the month.
        batches: the batches by key.
        rules: which reference belongs to which department.
        day_of: returns the local day of an instant.
    """
    before = same_days_before(month, today)
    daily: dict[str, dict[date, int]] = {}
    of_batch: dict[str, dict[int, dict[date, int]]] = {}
    for one in slices:
        day = day_of(one.at)
        days = daily.setdefault(one.currency, {})
        days[day] = days.get(day, 0) + one.nano
        days = of_batch.setdefault(one.currency, {}).setdefault(one.batch_key, {})
        days[day] = days.get(day, 0) + one.nano
    # Of what was paid back whole nothing was spent, and it is told all the same.
    costs: dict[str, list[BatchCost]] = {currency: [] for _prefix, currency in details.prefixes}
    costs |= _in_month(of_batch, batches, month)
    found = [
        _currency_month(currency, month, before, today, daily.get(currency, {}), details, spent_on)
        for currency, spent_on in costs.items()
    ]
    found = [one._replace(departments=_departments(one.batches, rules)) for one in found]
    found.sort(key=lambda one: (-one.spent, one.currency))
    is_partly_purged = any(
        one.batch.purged is not None for currency in found for one in currency.batches
    )
    return MonthReport(month, before, found, is_partly_purged, unpriced=details.unpriced)


def _in_month(
    of_batch: Mapping[str, Mapping[int, Mapping[date, int]]],
    batches: Mapping[int, BatchRecord],
    month: Period,
) -> dict[str, list[BatchCost]]:
    """Return what each batch cost in the month, by currency; the latest first."""
    found: dict[str, list[BatchCost]] = {}
    for currency, costs in of_batch.items():
        of_currency = found.setdefault(currency, [])
        for key, days in costs.items():
            inside = sorted(day for day in days if month.first <= day <= month.last)
            if not inside:
                continue
            nano = spent(days, month)
            record = batches[key]
            whole = record.costs[currency].nano if currency in record.costs else nano
            of_currency.append(BatchCost(record, inside[0], nano, nano == whole))
        of_currency.sort(key=lambda one: (one.sent_on, one.batch.key), reverse=True)
    return found


def _currency_month(
    currency: str,
    month: Period,
    before: Period,
    today: date,
    daily: Mapping[date, int],
    details: PeriodDetails,
    costs: Sequence[BatchCost],
) -> CurrencyMonth:
    countries: dict[str, CountedCost] = {}
    for (prefix, of_currency), cost in details.prefixes.items():
        if of_currency == currency:
            code = calling_code_of(prefix)
            countries[code] = countries.get(code, CountedCost()).plus(cost)
    return CurrencyMonth(
        currency=currency,
        spent=spent(daily, month),
        before=spent(daily, before),
        estimate=estimate(daily, today) if month == month_of(today) else None,
        undelivered=details.undelivered.get(currency, CountedCost()),
        paid_back=details.paid_back.get(currency, CountedCost()),
        days=[(day, daily.get(day, 0)) for day in month.days()],
        batches=costs,
        departments={},
        countries=dict(sorted(countries.items(), key=lambda one: (-one[1].nano, one[0]))),
    )


def _departments(costs: Sequence[BatchCost], rules: DepartmentRules) -> dict[str, int]:
    return by_key(
        (rules.department_of(one.batch.reference) or one.batch.reference or "", one.nano)
        for one in costs
    )


# --- From the store -----------------------------------------------------------------------------


def read_month_report(
    database: Database, month: Period, today: date, *, is_whole: bool = True
) -> MonthReport:
    """Read a month's report; days are those of this computer's time zone.

    The departments are those of the file `departments.txt` in the data folder, where there is one.

    Args:
        database: where.
        month: the month.
        today: the day of now.
        is_whole: whether the messages are read, too, which takes a second for a million, and the
            weeks before; else what they tell, the comparison and the estimate are left out.

    Raises:
        StoreError: the store can't be read.
    """
    needed = days_needed(month) if is_whole else month
    begin, end = day_begin(month.first), day_begin(month.last + _DAY)
    with database.shared_snapshot():
        slices = read_slices(database, day_begin(needed.first), day_begin(needed.last + _DAY))
        keys = {one.batch_key for one in slices if begin <= one.at < end}
        with database.read() as connection:
            records = records_of(connection, is_one_of(batch.c.pk, keys)) if keys else []
        details = read_details(database, begin, end) if is_whole else PeriodDetails({}, {}, {})
    report = month_report(
        month,
        today,
        slices,
        details,
        {one.key: one for one in records},
        read_departments(database.folder),
        local_day,
    )
    return report._replace(is_whole=is_whole)


def departments_file(folder: Path) -> Path:
    """Return the file of a data folder that says which references belong to which department."""
    return folder / "departments.txt"


def read_departments(folder: Path) -> DepartmentRules:
    """Return the departments of a data folder; none where there is no file that can be read."""
    try:
        with departments_file(folder).open("rb") as file:
            text = file.read(_MOST_RULES_BYTES).decode("utf-8", errors="replace")
    except FileNotFoundError:
        return DepartmentRules((), ())
    except OSError as error:
        log.warning("The departments can't be read: %s", error)
        return DepartmentRules((), ())
    return read_department_rules(text)
