"""What the requests that came in by the public URL tell of it: reports, and lost bodies."""

from datetime import datetime
from typing import Final, NamedTuple

from kvitto.reachability.evidence import Evidence, Moment
from kvitto.reachability.receiver_gateway import ReceiverAccess

_DROPPED_VALID_S: Final = 900.0
"""So long a lost body counts: the sender tries again within that, and then it is lost again, or
comes in."""


class Heard(NamedTuple):
    """What has come in since the look before.

    Attributes:
        report: when the last report came, UTC; None for none since.
        dropped: when the last request came without its body; None for none since.
        since_s: when the look before was, by the steady clock: all this came later.
    """

    report: datetime | None
    dropped: datetime | None
    since_s: float


class ReportWatch:
    """Looks whether something came by one secret. Its calls may block: one at a time, on a thread.

    What is news is told by comparing with the look before, never by the clock: that can be set.

    Attributes:
        has_heard: whether a report has come by this secret since the first look.
    """

    def __init__(self, receiver_access: ReceiverAccess) -> None:
        """Have looked at nothing yet."""
        self._receiver_access = receiver_access
        self._callback_key_id: int | None = None
        self._looked_s = 0.0
        self._report: datetime | None = None
        self._dropped: datetime | None = None
        self._lost: Evidence | None = None
        self.has_heard = False

    def look(self, callback_key_id: int, now: Moment) -> Heard:
        """Return what has come by a secret since the look before; nothing at the first look.

        Raises:
            StoreError: the store can't be read.
        """
        report = self._receiver_access.last_report(callback_key_id)
        dropped = self._receiver_access.last_dropped_body(callback_key_id)
        is_first = callback_key_id != self._callback_key_id
        heard = Heard(
            None if is_first or report == self._report else report,
            None if is_first or dropped == self._dropped else dropped,
            self._looked_s,
        )
        self._callback_key_id, self._looked_s = callback_key_id, now.steady_s
        self._report, self._dropped = report, dropped
        if is_first:
            self._lost, self.has_heard = None, False
        self.has_heard = self.has_heard or heard.report is not None
        if heard.dropped is not None:
            self._lost = Evidence(now.at, now.steady_s, _DROPPED_VALID_S)
        elif heard.report is not None:
            self._lost = None  # a whole one came in
        return heard

    def dropped_lately(self, now: Moment, heard: Heard) -> datetime | None:
        """Return when a body was lost, if that still says something; None if not."""
        if self._lost is None or not self._lost.is_fresh(now):
            return None
        return heard.dropped or self._lost.at
