"""What is kept of a report: as it counts, within bounds, and as its engine can store it."""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec.structs import replace

from kvitto.core.kept_body import MOST_BESIDES_BYTES, kept_body
from kvitto.core.marks import BODY_MARK
from kvitto.core.report import bounded
from kvitto.store.prepared_statements import Cursor, StatementCursor
from kvitto.store.write_requests import ReportRequest

_TEXTS: Final = ("message_id", "batch_id", "recipient", "reference", "currency")


def as_kept(cursor: Cursor, arrivals: Sequence[ReportRequest]) -> list[ReportRequest]:
    """Return arrivals as they are kept by the engine that the cursor is of."""
    kept = [_as_kept(arrival) for arrival in arrivals]
    if isinstance(cursor, StatementCursor):
        kept = [_as_storable(arrival, cursor.storable) for arrival in kept]
    return kept


def _as_kept(arrival: ReportRequest) -> ReportRequest:
    """Return an arrival with its report as it counts, and as much of its body as is kept."""
    if len(arrival.body) > MOST_BESIDES_BYTES:
        arrival = _with_kept_body(arrival)
    report = bounded(arrival.report, arrival.arrived)
    return arrival if report is arrival.report else replace(arrival, report=report)


def _as_storable(arrival: ReportRequest, storable: Callable[[str], str]) -> ReportRequest:
    """Return an arrival whose texts the engine can store; before they are compared with others."""
    report = arrival.report
    texts = {name: getattr(report, name) for name in _TEXTS}
    changed = {
        name: new for name, one in texts.items() if one and (new := storable(one)) is not one
    }
    return replace(arrival, report=replace(report, **changed)) if changed else arrival


def _with_kept_body(arrival: ReportRequest) -> ReportRequest:
    kept = kept_body(arrival.body, arrival.report)
    if kept is arrival.body:
        return arrival
    size = len(arrival.body) if arrival.body_bytes is None else arrival.body_bytes
    return replace(arrival, body=kept, body_bytes=size, marks=(*arrival.marks, BODY_MARK))
