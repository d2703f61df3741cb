"""Which batches may have lost reports, from what the store knows of them and of the door."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.core.door import SENDER, Closure, RetryRule, Span, risks
from app.core.exposure import Beginning, exposed_in, needs_beginning
from app.core.report import Origin
from app.store.doors import DoorReader
from app.store.records import BatchRecord


def exposure(
    closures: Iterable[Closure],
    batches: Iterable[BatchRecord],
    beginnings: Mapping[int, Beginning],
    now: datetime,
    rule: RetryRule = SENDER,
) -> dict[int, Sequence[Span]]:
    """Return of which times reports about each batch may be deleted, by its key.

    Batches of which none is are left out, and those of the demo. That the user has dismissed a
    closure is no matter: what it has cost stays so.

    Args:
        closures: when the door was closed.
        batches: the batches.
        beginnings: how those of `unknown_beginnings` were heard of first.
        now: the time, UTC.
        rule: the sender's.
    """
    found = risks(closures, now, rule)
    if not found:
        return {}
    exposed = (
        (batch.key, exposed_in(batch.seen, beginnings.get(batch.key), found))
        for batch in batches
        if batch.origin is not Origin.DEMO
    )
    return {key: spans for key, spans in exposed if spans}


def unknown_beginnings(
    closures: Iterable[Closure],
    batches: Iterable[BatchRecord],
    now: datetime,
    rule: RetryRule = SENDER,
) -> list[int]:
    """Return the keys of the batches whose beginnings `exposure` has to know."""
    found = risks(closures, now, rule)
    return [
        batch.key
        for batch in batches
        if batch.origin is not Origin.DEMO and needs_beginning(batch.seen, found)
    ]


def read_exposure(
    doors: DoorReader, closures: Sequence[Closure], batches: Sequence[BatchRecord], now: datetime
) -> dict[int, Sequence[Span]]:
    """Return what `exposure` does, and read what that takes.

    Raises:
        StoreError: the store can't be read.
    """
    beginnings = doors.beginnings(unknown_beginnings(closures, batches, now))
    return exposure(closures, batches, beginnings, now)
