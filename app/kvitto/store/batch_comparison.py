"""What a batch's reports say, and what the store keeps of it: compared."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

from sqlalchemy import Row

from kvitto.core.aggregates import BatchAggregates, CostSum, StatusSum, StepKey
from kvitto.core.erased import is_token
from kvitto.core.money import NANO, NO_CURRENCY
from kvitto.core.report import Origin
from kvitto.core.status import is_finished
from kvitto.core.timestamps import minute_of
from kvitto.store.check_result import CheckResult

Report: TypeAlias = Sequence[Any]
"""A report as the columns of `kvitto.store.told_messages.REPORT`."""
Values: TypeAlias = Sequence[Any]
_WEBHOOK: Final = Origin.WEBHOOK.value


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

    def see(self, reports: Sequence[Report]) -> None:
        """Take in reports."""
        if not reports:
            return
        told: Any = zip(*reports, strict=True)
        _, _, keys, _, arrived, urls, origins, marks, codes, finals, created, *_, references = told
        self.first_us = min(arrived if self.first_us is None else (self.first_us, *arrived))
        self.last_us = max(arrived if self.last_us is None else (self.last_us, *arrived))
        sent_us = min(
            [came if said is None else said for said, came in zip(created, arrived, strict=True)]
        )
        self.sent_at_us = sent_us if self.sent_at_us is None else min(self.sent_at_us, sent_us)
        new = {one for one in set(references) if one is not None and not is_token(one)}
        self.references = _ends(self.references | new)
        self.origins |= set(origins)
        for (minute, code, is_final), count in Counter(
            zip([minute_of(at) for at in arrived], codes, finals, strict=True)
        ).items():
            before, ended = self.rates.get((minute, code), (0, 0))
            ended += count if is_finished(code, final=is_final) else 0
            self.rates[minute, code] = (before + count, ended)
        self.marks.update(one for one in marks if one is not None)
        by_url = [
            (key, url)
            for key, url, origin in zip(keys, urls, origins, strict=True)
            if url is not None and origin == _WEBHOOK
        ]
        if by_url:
            self.latest, self.callback_key = max((self.latest, self.callback_key), max(by_url))

    def count(self, messages: Sequence[Values]) -> None:
        """Count messages as they stand, of which nothing was paid back.

        Args:
            messages: their `STATE_COLUMNS`, and behind these what may be left out.
        """
        if not messages:
            return
        told: Any = zip(*messages, strict=True)
        codes, finals, _, _, _, _, first_us, reports, prices, currencies, _, _, _, segments, *_ = (
            told
        )
        self.reports += sum(reports)
        for (code, is_final, parts), count in Counter(
            zip(codes, finals, segments, strict=True)
        ).items():
            status = self.sums.statuses[code]
            status.messages += count
            status.segments += count * (parts or 0)
            if is_finished(code, final=is_final):
                status.finished += count
                status.finished_segments += count * (parts or 0)
        for (nano, currency, minute), count in Counter(
            zip(prices, currencies, map(minute_of, first_us), strict=True)
        ).items():
            if nano is not None:
                cost = self.sums.costs[currency or NO_CURRENCY]
                cost.messages += count
                cost.nano += count * nano
                self.sums.steps[StepKey(currency or NO_CURRENCY, minute)] += count * nano


def compare_sums(
    of: Row[Any],
    kept: BatchAggregates,
    rates: dict[tuple[int, int], tuple[int, int]],
    marks: dict[str, int],
    messages: int | None,
    result: CheckResult,
) -> None:
    """Compare the sums of a purged batch, which are all that is left, with one another.

    Args:
        of: the batch.
        kept: its sums.
        rates: its reports, and how many of them end their message, by minute and code.
        marks: its reports by their marks.
        messages: how many messages it had and has, by their ids; None where that is not known.
        result: where differences are noted.
    """
    name = f"Batch {of.external_id}"
    counted = sum(status.messages for status in kept.statuses.values())
    if messages not in (None, counted):
        result.differ(f"{name} counts {counted} messages, but {messages} are known")
    if any(
        status.finished > status.messages or status.finished_segments > status.segments
        for status in kept.statuses.values()
    ):
        result.differ(f"{name} has more finished messages than messages")
    if any(finished > count for count, finished in rates.values()):
        result.differ(f"{name} has more reports that end a message than reports")
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
    for currency in sorted({*steps, *costs}, key=str):
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
    # Where somebody has put BLOBs, these can't be compared with texts.
    return {min(references, key=str), max(references, key=str)} if references else set()


def _place(key: Any) -> tuple[bool, Any]:
    """Return by what keys are sorted: BLOBs, which somebody has put there, can't be compared."""
    is_plain = isinstance(key, int)
    return not is_plain, key if is_plain else str(key)


def compare(name: str, kept: dict[Any, Any], truth: dict[Any, Any], result: CheckResult) -> None:
    """Compare what is kept with what is true, key by key."""
    for key in sorted({*kept, *truth}, key=_place):
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
