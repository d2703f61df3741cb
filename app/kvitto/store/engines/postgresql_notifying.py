"""When whoever looks at a store on a server is told that it has changed.

A server that notifies wakes each connection that listens, and lets no other commit beside that one:
hundreds of times a second that is more than the commits themselves. So a group of reports that
follows another one closely leaves it to a later one, or to whoever writes once nothing more comes.
"""

import time
from collections.abc import Callable
from typing import Final

CHANNEL: Final = "kvitto"
NOTIFY: Final = f"SELECT pg_notify('{CHANNEL}', revision::text) FROM store_state"  # noqa: S608
"""Tells the revision to whoever listens, once the transaction is committed."""
INFO: Final = "kvitto_notifying"
"""Where a connection's `info` has its database's `Notifying`."""
PACE_S: Final = 0.05
"""A shorter time than that in which a window reads once."""


class Notifying:
    """Says which transactions notify. Belongs to the thread that writes.

    Where the program ends before it has told, windows hear of it when they ask by themselves.

    Args:
        now: seconds that only go forward.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now: Final = now
        self._told_s = -PACE_S
        self._is_owed = False

    def is_due(self) -> bool:
        """Return whether a group that is about to be committed tells of it; else it is owed."""
        is_due = self._now() - self._told_s >= PACE_S
        if is_due:
            self.told()
        else:
            self._is_owed = True
        return is_due

    def told(self) -> None:
        """Note that all is told, or is about to be."""
        self._told_s, self._is_owed = self._now(), False

    @property
    def owed_in_s(self) -> float | None:
        """In how many seconds what is owed is to be told; None where nothing is."""
        return max(0.0, self._told_s + PACE_S - self._now()) if self._is_owed else None
