"""What there is to say of a batch, in sentences and numbers; when it will be finished, too."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import quantiles
from typing import Final, NamedTuple

from PySide6.QtCore import QCoreApplication

from kvitto.core.outages import TimeRange
from kvitto.core.report import Origin
from kvitto.core.status import Result
from kvitto.store.batch_statistics import BatchStatistics
from kvitto.store.records import BatchRecord
from kvitto.ui.batches.cell_text import expected_text, is_more_than_expected
from kvitto.ui.text import formatting
from kvitto.ui.text.impact_text import mark_text

_FEWEST_FINISHED: Final = 10
"""Fewer than this say nothing about a pace."""
_LONGEST_S: Final = 48 * 3600
_QUIET_PARTS: Final = 3
"""So many parts without any at the end mean that it has stopped."""
_LEAST_SHARE: Final = 0.05
"""No estimate is better than this share of the time that is left."""


class Estimate(NamedTuple):
    """When a batch will be finished.

    Attributes:
        end: when, UTC.
        plus_minus_s: how much sooner or later it may be, in seconds.
    """

    end: datetime
    plus_minus_s: float


def estimate_end(
    remaining: int, finishes: Sequence[int], part_s: float, now: datetime
) -> Estimate | None:
    """Return when the remaining messages will be finished if they go on as they did.

    The pace is the median of the parts. How far it may be off is what the end would be at the
    paces of the lower and the upper quarter.

    Args:
        remaining: how many messages are not finished.
        finishes: how many finished in each part of the time until now, the latest last.
        part_s: how long a part is, in seconds.
        now: the time, UTC.

    Returns:
        None where none is left, where they settle too seldom or too unevenly for an estimate, or
        have stopped, or where it is days off.
    """
    if remaining <= 0 or len(finishes) <= _QUIET_PARTS or sum(finishes) < _FEWEST_FINISHED:
        return None
    if not any(finishes[-_QUIET_PARTS:]):
        return None
    slow, usual, quick = quantiles(finishes, n=4, method="inclusive")
    if slow <= 0:
        return None
    left_s = remaining * part_s / usual
    later_s = remaining * part_s / slow - left_s
    sooner_s = left_s - remaining * part_s / quick
    plus_minus_s = max(later_s, sooner_s, left_s * _LEAST_SHARE, 1.0)
    if left_s > _LONGEST_S or plus_minus_s > max(left_s, part_s):
        return None
    return Estimate(now + timedelta(seconds=left_s), plus_minus_s)


_MINUTE_S: Final = 60

MOST_PERCENT: Final = 95
"""What can be foretold where the last phones take days."""


def progress_text(batch: BatchRecord) -> str:
    """Return how many messages are finished: of those expected, if that is known, else seen."""
    finished, seen = batch.finished, batch.messages
    values = {"finished": formatting.number(finished)}
    if batch.expected is not None and batch.expected >= seen:
        values |= {
            "expected": formatting.number(batch.expected),
            "seen": formatting.number(seen),
            "share": formatting.percent(finished, batch.expected),
        }
        return QCoreApplication.translate(
            "BatchWords", "{finished} of {expected} expected ({share}); {seen} seen"
        ).format(**values)
    values |= {"seen": formatting.number(seen), "share": formatting.percent(finished, seen)}
    if batch.expected is not None:
        return QCoreApplication.translate(
            "BatchWords", "{finished} of {seen} seen ({share}); only {expected} expected"
        ).format(expected=formatting.number(batch.expected), **values)
    return QCoreApplication.translate("BatchWords", "{finished} of {seen} seen ({share})").format(
        **values
    )


def delivery_text(batch: BatchRecord) -> str:
    """Return the share that was reported delivered, of the finished and of all that were seen."""
    return shares_text(batch.results()[Result.DELIVERED], batch.finished, batch.messages)


def shares_text(delivered: int, finished: int, seen: int) -> str:
    """Return the share that was reported delivered, of the finished and of all that were seen."""
    if not seen:
        return ""
    if not finished:
        return QCoreApplication.translate("BatchWords", "none is finished yet")
    return QCoreApplication.translate(
        "BatchWords", "{of_finished} of the finished, {of_seen} of all seen"
    ).format(
        of_finished=_unbroken(formatting.percent(delivered, finished)),
        of_seen=_unbroken(formatting.percent(delivered, seen)),
    )


def undelivered_text(statistics: BatchStatistics) -> str:
    """Return what those messages cost that are finished and were not delivered; "" for none."""
    costs = formatting.sums(statistics.undelivered)
    if not costs:
        return ""
    return QCoreApplication.translate("BatchWords", "{cost} for what was not delivered").format(
        cost=costs
    )


def settling_text(statistics: BatchStatistics) -> str:
    """Return how long messages took from the first report about them to their settling."""
    if statistics.median_s is None or statistics.slow_s is None:
        return QCoreApplication.translate("BatchWords", "none is finished yet")
    return QCoreApplication.translate(
        "BatchWords", "half within {median}, 95 % within {slow}"
    ).format(
        median=_unbroken(formatting.duration(statistics.median_s)),
        slow=_unbroken(formatting.duration(statistics.slow_s)),
    )


def _unbroken(text: str) -> str:
    """Return a number with its unit so that it stays on one line."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def rate_text(reports: int) -> str:
    """Return how many reports came in the last minute."""
    return QCoreApplication.translate("BatchWords", "{rate} reports/min").format(
        rate=formatting.number(reports)
    )


class Forecast(NamedTuple):
    """How a batch goes on.

    Attributes:
        estimate: when so many are finished; None where they are.
        is_all: whether that is all; else it is `MOST_PERCENT`, and nobody can tell of the others: a
            phone may be switched off for days.
    """

    estimate: Estimate | None
    is_all: bool


def forecast_of(batch: BatchRecord, statistics: BatchStatistics, now: datetime) -> Forecast | None:
    """Return when a batch will be finished, as far as that can be told.

    All of it only where the slowest message of other batches took no longer than that: the pace of
    the many says nothing about the few that are not within reach.
    """
    finishes, part_s = statistics.finishes, statistics.part_s
    estimate = estimate_end(batch.unfinished, finishes, part_s, now)
    if estimate is None:
        return None
    slowest_s = statistics.slowest_s
    end_s = (estimate.end - batch.first_seen).total_seconds() + estimate.plus_minus_s
    if slowest_s is not None and slowest_s <= end_s:
        return Forecast(estimate, is_all=True)
    whole = batch.finished + batch.unfinished
    left = -(-MOST_PERCENT * whole // 100) - batch.finished
    if left <= 0:
        return Forecast(None, is_all=False)
    most = estimate_end(left, finishes, part_s, now)
    return None if most is None else Forecast(most, is_all=False)


def forecast_text(forecast: Forecast | None, now: datetime) -> str:
    """Return when a batch will be finished and how far that may be off; "" where unknown."""
    if forecast is None:
        return ""
    share = formatting.percent(MOST_PERCENT, 100)
    if forecast.estimate is None:
        return QCoreApplication.translate(
            "BatchWords", "{share} are finished; the last can take days"
        ).format(share=share)
    when = _estimate_text(forecast.estimate, now)
    if forecast.is_all:
        return QCoreApplication.translate("BatchWords", "all by {when}").format(when=when)
    return QCoreApplication.translate(
        "BatchWords", "{share} by {when}; the last can take days"
    ).format(share=share, when=when)


def _estimate_text(estimate: Estimate, now: datetime) -> str:
    left_s = (estimate.end - now).total_seconds()
    is_soon = left_s < 10 * _MINUTE_S
    return QCoreApplication.translate("BatchWords", "{time} ± {off}, in {left}").format(
        time=formatting.clock_time(estimate.end, with_seconds=is_soon),
        off=formatting.duration(_rounded_up(estimate.plus_minus_s)),
        left=formatting.duration(left_s if is_soon else round(left_s / _MINUTE_S) * _MINUTE_S),
    )


def _rounded_up(seconds: float) -> float:
    """Return a length of time without a precision that it does not have."""
    step = 5 if seconds < 2 * _MINUTE_S else _MINUTE_S
    return -(-seconds // step) * step


def remarks(batch: BatchRecord, exposed: Sequence[TimeRange], now: datetime) -> str:
    """Return what is unusual about a batch, a sentence a line; "" where nothing is.

    Args:
        batch: the batch.
        exposed: of which times reports about it may be lost.
        now: the time, UTC.
    """
    said = [expected_text(batch)] if is_more_than_expected(batch) else []
    if exposed:
        said.append(mark_text(exposed, now))
    if batch.origin is Origin.DEMO:
        said.append(
            QCoreApplication.translate("BatchWords", "Demo: not counted with the real batches.")
        )
    elif not batch.reports:
        said.append(
            QCoreApplication.translate(
                "BatchWords", "No report of it has come. What is known was asked from iP.1."
            )
        )
    if batch.is_archived:
        said.append(QCoreApplication.translate("BatchWords", "Archived."))
    if batch.purged is not None:
        said.append(
            QCoreApplication.translate(
                "BatchWords",
                "Old data was deleted {time}: its messages and reports are gone, the sums are "
                "kept. What each result cost is not known any more.",
            ).format(time=formatting.exact_time(batch.purged))
        )
    return "\n".join(said)
