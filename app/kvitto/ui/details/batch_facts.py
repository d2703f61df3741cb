"""The facts of a batch's page, each with its key in the grid."""

from datetime import datetime
from typing import Final

from PySide6.QtCore import QCoreApplication

from kvitto.store.batch_statistics import BatchStatistics
from kvitto.store.records import BatchRecord
from kvitto.ui.details import batch_text
from kvitto.ui.details.mark_text import marked_reports_text
from kvitto.ui.details.receipt import complete_text, each_text
from kvitto.ui.text import formatting

NOT_READ_YET: Final = "…"
"""What stands in the place of a fact that takes longer to read."""
FACTS: Final = (
    "progress",
    "estimate",
    "rate",
    "cost",
    "each",
    "undelivered",
    "paid_back",
    "segments",
    "complete",
    "asked",
    "operators",
    "named",
    "text",
    "closed",
    "lag",
    "late",
    "settling",
    "delivered",
    "reports",
    "marked",
    "first",
    "last",
)
"""The keys of all facts, from top to bottom."""


def facts_of(
    batch: BatchRecord,
    now: datetime,
    *,
    statistics: BatchStatistics | None,
    reports: int | None,
    there: int | None,
    is_exposed: bool,
) -> dict[str, str]:
    """Return what is said of a batch itself, by the keys of the facts; "" for nothing.

    Args:
        batch: the batch.
        now: the time of what is said, UTC.
        statistics: what takes longer to read; None while that is not read.
        reports: how many reports came in the last minute; None while that is not read.
        there: how many messages it has by iP.1; None where that is not known.
        is_exposed: whether reports about it may be lost.
    """
    texts = {
        "progress": batch_text.progress_text(batch),
        "delivered": batch_text.delivery_text(batch),
        "segments": formatting.number(batch.segments),
        "cost": formatting.sums(batch.cost, separator="\n"),
        "each": each_text(batch, now),
        "paid_back": formatting.sums(batch.paid_back, separator="\n"),
        "complete": complete_text(batch, there),
        "reports": formatting.number(batch.reports),
        "marked": marked_reports_text(batch.marks),
        "first": formatting.exact_time(batch.first_seen) if batch.reports else "",
        "last": formatting.exact_time(batch.last_seen) if batch.reports else "",
    }
    if is_exposed:
        more = QCoreApplication.translate("BatchForm", "{progress}; of more, reports may be lost")
        texts["progress"] = more.format(progress=texts["progress"])
    if batch.purged is not None:
        return texts | dict.fromkeys(("settling", "undelivered", "estimate", "rate"), "")
    if statistics is None or reports is None:
        waiting = dict.fromkeys(("settling", "undelivered", "rate"), NOT_READ_YET)
        return texts | waiting | {"estimate": ""}
    forecast = batch_text.forecast_of(batch, statistics, now)
    return texts | {
        "settling": batch_text.settling_text(statistics),
        "undelivered": batch_text.undelivered_text(statistics),
        "rate": batch_text.rate_text(reports),
        "estimate": batch_text.forecast_text(forecast, now),
    }
