"""Counters of the receiver."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from kvitto.core.report import Origin
from kvitto.receiver.receiver_errors import Problem
from kvitto.store.write_requests import WriteResult

_DUPLICATE: Final = WriteResult.DUPLICATE


class AlarmState(msgspec.Struct, frozen=True):
    """Reports are answered 503, and are sent again later.

    Attributes:
        problem: why.
        since: when it began, UTC.
        turned_away: how many requests were answered 503 since then.
    """

    problem: Problem
    since: datetime
    turned_away: int


class ReceiverCounters(msgspec.Struct, frozen=True):
    """The counters at one moment, since the receiver's start.

    Reports of demo campaigns and tests are not among them.

    Attributes:
        listening: whether it takes connections.
        answered: answers by their status.
        stored: reports stored.
        duplicates: reports that were stored before.
        refused: requests that were refused although they came by a valid key; no demo ones.
        unauthorized: requests with a wrong or missing key, or to another path.
        malformed: requests that were not HTTP.
        open_connections: connections open now.
        evicted: connections closed in favour of newer ones.
        timed_out: connections closed because their peer took too long.
        last_report: when the latest report came, new or not, UTC; None before the first.
        alarm: why reports are answered 503 now; None while they are stored.
    """

    listening: bool = False
    answered: Mapping[int, int] = msgspec.field(default_factory=dict)
    stored: int = 0
    duplicates: int = 0
    refused: int = 0
    unauthorized: int = 0
    malformed: int = 0
    open_connections: int = 0
    evicted: int = 0
    timed_out: int = 0
    last_report: datetime | None = None
    alarm: AlarmState | None = None


class Metrics:
    """Counts what is answered.

    Counted on the receiver's loop only; numbers may be read from any thread, where they may be a
    request apart from each other.
    """

    def __init__(self) -> None:
        self.answered: Counter[int] = Counter()
        self.stored = 0
        self.duplicates = 0
        self.refused = 0
        self.malformed = 0
        self.last_report: datetime | None = None

    def count_report(
        self, receipt: WriteResult, arrived: datetime, origin: Origin = Origin.WEBHOOK
    ) -> None:
        """Count a report that is on the disk, unless it came by the key of the demo.

        Args:
            receipt: how it was stored.
            arrived: when it came.
            origin: by which kind of URL it came.
        """
        if origin is Origin.DEMO:
            return
        if receipt is _DUPLICATE:
            self.duplicates += 1
        else:
            self.stored += 1
        self.last_report = arrived
