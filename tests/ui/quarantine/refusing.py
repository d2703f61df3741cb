"""Refused bodies for the tests of the quarantine window."""

from app.core.ip1 import parse
from app.core.refusal import RefusalKind, RefusedBodyError
from app.store.arrivals import RefusedArrival
from tests.ui.details.arriving import at


def refused(
    body: bytes,
    second: float = 0,
    *,
    kind: RefusalKind = RefusalKind.NOT_JSON,
    reason: str = "The body is not JSON.",
    size: int | None = None,
    secret: int | None = None,
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/plain"),),
) -> RefusedArrival:
    """Return a body as it is refused so many seconds after the start."""
    return RefusedArrival(
        kind=kind,
        reason=reason,
        body=body,
        size=len(body) if size is None else size,
        headers=headers,
        arrived=at(second),
        secret=secret,
    )


def rightly_refused(body: bytes, second: float = 0) -> RefusedArrival:
    """Return a body that is no report, refused for the reason that it is."""
    try:
        parse(body)
    except RefusedBodyError as refusal:
        return refused(body, second, kind=refusal.kind, reason=refusal.reason)
    raise AssertionError("it is a report")
