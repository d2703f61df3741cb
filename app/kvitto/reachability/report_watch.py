"""Poll what came by the public URL: reports prove that it works, lost bodies that it does not."""

from datetime import datetime
from typing import Final, NamedTuple

from kvitto.reachability.evidence import Evidence, Moment
from kvitto.reachability.receiver_access import ReceiverAccess

_DROPPED_VALID_S: Final = 900.0
"""So long a lost body counts: the service tries again within that, and then it is lost again, or
comes in."""


class NewArrivals(NamedTuple):
    """What has come in since the poll before.

    Attributes:
        report: when the last report came, UTC; None for none since.
        dropped: when the last request came without its body; None for none since.
        since_s: when the poll before was, by the steady clock: all this came later.
    """

    report: datetime | None
    dropped: datetime | None
    since_s: float


class ReportWatch:
    """Polls whether something came by one key. Its calls may block: one at a time, on a thread.

    What is new is found by comparing with the poll before, never by the clock: that can be set.

    Attributes:
        has_reports: whether a report has come by this key since the first poll.
    """

    def __init__(self, receiver_access: ReceiverAccess) -> None:
        """Have polled nothing yet."""
        self._receiver_access = receiver_access
        self._callback_key_id: int | None = None
        self._polled_s = 0.0
        self._report: datetime | None = None
        self._dropped: datetime | None = None
        self._lost: Evidence | None = None
        self.has_reports = False

    def poll(self, callback_key_id: int, now: Moment) -> NewArrivals:
        """Return what has come by a key since the poll before; nothing at the first poll.

        Raises:
            StoreError: the store can't be read.
        """
        report = self._receiver_access.last_report(callback_key_id)
        dropped = self._receiver_access.last_dropped_body(callback_key_id)
        is_first = callback_key_id != self._callback_key_id
        arrivals = NewArrivals(
            None if is_first or report == self._report else report,
            None if is_first or dropped == self._dropped else dropped,
            self._polled_s,
        )
        self._callback_key_id, self._polled_s = callback_key_id, now.steady_s
        self._report, self._dropped = report, dropped
        if is_first:
            self._lost, self.has_reports = None, False
        self.has_reports = self.has_reports or arrivals.report is not None
        if arrivals.dropped is not None:
            self._lost = Evidence(now.at, now.steady_s, _DROPPED_VALID_S)
        elif arrivals.report is not None:
            self._lost = None  # a whole one came in
        return arrivals

    def dropped_lately(self, now: Moment, arrivals: NewArrivals) -> datetime | None:
        """Return when a body was lost, if that still says something; None if not."""
        if self._lost is None or not self._lost.is_fresh(now):
            return None
        return arrivals.dropped or self._lost.at
