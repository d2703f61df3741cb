"""Batches as the store would tell of them, made up."""

from datetime import datetime

from kvitto.core.aggregates import StatusSum
from kvitto.core.report import Origin
from kvitto.store.records import BatchRecord
from tests.store.arrivals import START


def a_batch(
    key: int = 1,
    codes: dict[int, int] | None = None,
    *,
    first_seen: datetime = START,
    seen: datetime = START,
    sent: datetime | None = None,
    expected_count: int | None = None,
    origin: Origin = Origin.WEBHOOK,
    is_archived: bool = False,
    purged: datetime | None = None,
) -> BatchRecord:
    """Return a batch with so many messages at each code; those from 200 on are finished."""
    statuses = {
        code: StatusSum(count, count if code >= 200 else 0, count)
        for code, count in (codes or {201: 20}).items()
    }
    return BatchRecord(
        key=key,
        batch_id=f"batch-{key}",
        label=None,
        expected_count=expected_count,
        first_seen=first_seen,
        last_seen=seen,
        reports=1,
        revision=1,
        statuses=statuses,
        costs={},
        is_archived=is_archived,
        origin=origin,
        purged=purged,
        sent=sent,
    )
