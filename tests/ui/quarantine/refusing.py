"""Refused requests for the tests of the quarantine window."""

from kvitto.core.ip1_parser import parse
from kvitto.core.rejection import ReasonCode, RejectedBodyError, RejectionKind, RejectionReason
from kvitto.store.write_requests import RejectedRequest
from tests.ui.details.arriving import at

JUNK = RejectionReason(ReasonCode.BODY_NOT_JSON)


def refused(
    body: bytes,
    second: float = 0,
    *,
    kind: RejectionKind = RejectionKind.NOT_JSON,
    reason: RejectionReason = JUNK,
    size: int | None = None,
    callback_key: int | None = None,
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/plain"),),
) -> RejectedRequest:
    """Return a body as it is refused so many seconds after the start."""
    return RejectedRequest(
        kind=kind,
        reason=reason,
        body=body,
        size=len(body) if size is None else size,
        headers=headers,
        arrived=at(second),
        callback_key=callback_key,
    )


def rightly_refused(body: bytes, second: float = 0) -> RejectedRequest:
    """Return a body that is no report, refused for the reason that it is."""
    try:
        parse(body)
    except RejectedBodyError as rejection:
        return refused(body, second, kind=rejection.kind, reason=rejection.reason)
    raise AssertionError("it is a report")
