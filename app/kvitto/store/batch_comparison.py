"""What a batch's reports say, and what the store keeps of it: compared."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from kvitto.core.aggregates import BatchAggregates, CostSum, StatusSum, StepKey
from kvitto.core.erased import is_token
from kvitto.core.money import NANO
from kvitto.core.report import Origin
from kvitto.core.status import is_finished
from kvitto.core.timestamps import minute_of
from kvitto.store.check_result import CheckResult


class BatchTruth:
    """What the reports say of a batch."""

    def __init__(self) -> None:
        self.sums = BatchAggregates()
        self.reports = 0
        self.first_us: int | None = None
        self.last_us: int | None = None
        """When its first and last report arrived."""
        self.sent_at_us: int | None = None
        self.references: set[str] = set()
        self.origins: set[str] = set()
        self.rates: dict[tuple[int, int], tuple[int, int]] = {}
        """Reports, and how many of them end their message, by minute and code."""
        self.marks: Counter[str] = Counter()
        self.latest = 0
        """The number of the latest webhook report that came by a callback key."""
        self.callback_key: int | None = None
        """The number of that callback key."""

    @property
    def origin(self) -> str | None:
        """That of the batch: of a webhook as soon as one of them is; None without reports."""
        order = (Origin.WEBHOOK.value, Origin.DEMO.value, Origin.API.value)
        return next((one for one in order if one in self.origins), None)

    def see(self, row: Row[Any]) -> None:
        """Take in a report."""
        arrived_at_us: int = row.arrived_at_us
        if self.first_us is None or arrived_at_us < self.first_us:
            self.first_us = arrived_at_us
        if self.last_us is None or arrived_at_us > self.last_us:
            self.last_us = arrived_at_us
        told_us: int = arrived_at_us if row.created_at_us is None else row.created_at_us
        if self.sent_at_us is None or told_us < self.sent_at_us:
            self.sent_at_us = told_us
        reference = row.reference
        if reference is not None and reference not in self.references and not is_token(reference):
            self.references = {*_ends(self.references), reference}
        self.origins.add(row.origin)
        key = (minute_of(arrived_at_us), row.code)
        reports, ended = self.rates.get(key, (0, 0))
        self.rates[key] = (reports + 1, ended + is_finished(row.code, final=row.is_final))
        if row.marks is not None:
            self.marks[row.marks] += 1
        if (
            row.callback_key_pk is None
            or row.origin != Origin.WEBHOOK.value
            or row.pk < self.latest
        ):
            return
        self.latest, self.callback_key = row.pk, row.callback_key_pk


def compare_sums(
    of: Row[Any],
    kept: BatchAggregates,
    rates: dict[tuple[int, int], tuple[int, int]],
    marks: dict[str, int],
    result: CheckResult,
) -> None:
    """Compare the sums of a purged batch, which are all that is left, with one another."""
    name = f"Batch {of.external_id}"
    reports = sum(count for count, _ in rates.values())
    if reports != of.report_count:
        result.differ(f"{name} counts {of.report_count} reports, but {reports} by minute")
    if sum(marks.values()) > of.report_count:
        result.differ(f"{name} has more reports with marks than reports")
    minutes = [minute for minute, _ in rates]
    seen = (minute_of(of.first_seen_at_us), minute_of(of.last_seen_at_us))
    if minutes and (min(minutes), max(minutes)) != seen:
        result.differ(f"{name} was not first and last seen in the minutes of its reports")
    steps = Counter[str]()
    for key, nano in kept.steps.items():
        steps[key.currency] += nano
    costs = {currency: cost.nano for currency, cost in kept.costs.items()}
    for currency in sorted({*steps, *costs}):
        if steps[currency] != costs.get(currency, 0):
            result.differ(f"{name}: the cost steps in {currency} are not its cost")


def compare_batch(
    of: Row[Any],
    truth: BatchTruth,
    kept: BatchAggregates,
    result: CheckResult,
) -> None:
    """Compare a batch and its sums with what its reports say."""
    name = f"Batch {of.external_id}"
    truth.sums.drop_zeros()
    kept.drop_zeros()
    if truth.reports != of.report_count:
        result.differ(f"{name} counts {of.report_count} reports, not {truth.reports}")
    # One that has never reported is kept with the time when it was found.
    is_unreported = of.origin == Origin.API.value and not truth.reports
    seen = (of.first_seen_at_us, of.last_seen_at_us)
    if (truth.first_us, truth.last_us) != seen and not is_unreported:
        result.differ(f"{name} was not first and last seen when its reports arrived")
    if truth.origin not in {None, of.origin}:
        result.differ(f"{name} is of origin {of.origin}, not {truth.origin}")
    if truth.sent_at_us != of.sent_at_us and not is_unreported:
        result.differ(f"{name} was not sent when the earliest of its reports says")
    if _ends(truth.references) != _ends({of.first_reference, of.last_reference} - {None}):
        result.differ(f"{name} does not have the references of its reports")
    if truth.callback_key != of.callback_key_pk:
        result.differ(f"{name} came last by key {of.callback_key_pk}, not {truth.callback_key}")
    compare(f"{name}: messages at", kept.statuses, truth.sums.statuses, result)
    compare(f"{name}: cost in", kept.costs, truth.sums.costs, result)
    compare(f"{name}: cost step", kept.steps, truth.sums.steps, result)


def _ends(references: set[str]) -> set[str]:
    """Return the least and the greatest: whether all are the same, and which that is."""
    return {min(references), max(references)} if references else set()


def compare(name: str, kept: dict[Any, Any], truth: dict[Any, Any], result: CheckResult) -> None:
    """Compare what is kept with what is true, key by key."""
    for key in sorted({*kept, *truth}):
        if kept.get(key) != truth.get(key):
            result.differ(f"{name} {key}: stored {kept.get(key)}, not {truth.get(key)}")


def kept_sums(
    statuses: Iterable[Row[Any]], costs: Iterable[Row[Any]], steps: Iterable[Row[Any]]
) -> BatchAggregates:
    """Return the sums of a batch that the store keeps."""
    sums = BatchAggregates()
    for row in statuses:
        sums.statuses[row.code] = StatusSum(
            row.message_count, row.finished_count, row.segment_count, row.finished_segment_count
        )
    for row in costs:
        paid_back_nano = row.paid_back_units * NANO + row.paid_back_nanos
        sums.costs[row.currency] = CostSum(
            row.units * NANO + row.nanos, row.message_count, paid_back_nano, row.paid_back_count
        )
    for row in steps:
        sums.steps[StepKey(row.currency, row.minute)] = row.units * NANO + row.nanos
    return sums
