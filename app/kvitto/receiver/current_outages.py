"""When no report could come in, up to this moment: by the store, and by what the receiver says."""

from datetime import datetime, timedelta
from typing import Final

from kvitto.clock import utc_now
from kvitto.core.outages import NOT_RUNNING, Outage, OutageCause
from kvitto.receiver.metrics import AlarmState
from kvitto.store.errors import DailyLimitError
from kvitto.store.outage_queries import OutageReader

_LIMIT: Final = DailyLimitError.__name__
"""By one key too much came; by all others reports are stored."""
_RESTART: Final = timedelta(seconds=15)
"""Between the end of a receiver and the beginning of the next, and a little more."""
_SILENCE: Final = timedelta(seconds=75)
"""Heartbeats are a minute apart: one that was silent for so long has ended, and did not say so."""


def current_outages(
    queries: OutageReader, since: datetime, *, is_receiving: bool, alarm: AlarmState | None
) -> list[Outage]:
    """Return when no report could come in, as `OutageReader.outages`; up to this moment.

    Args:
        queries: read the store.
        since: from when on, UTC.
        is_receiving: whether reports are received now.
        alarm: why the store can't be written now: it can't say so itself. None while it can.

    Raises:
        StoreError: the store can't be read.
    """
    now = utc_now()
    found = queries.outages(since, now=now, is_running=is_receiving)
    # The last heartbeat is always a little old, and a receiver that starts notes its first.
    found = [one for one in found if not _is_fresh_silence(one, now)]
    if alarm is not None and alarm.problem.code != _LIMIT:
        found.append(Outage(alarm.since, None, OutageCause.DISK))
    return found


def _is_fresh_silence(outage: Outage, now: datetime) -> bool:
    longest = _SILENCE if outage.by is OutageCause.CRASHED else _RESTART
    return outage.end is None and outage.by in NOT_RUNNING and now - outage.begin < longest
