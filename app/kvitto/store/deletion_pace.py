"""How many messages a part of a deletion takes, so that no report waits long behind it."""

from math import ceil, inf
from typing import Final

from sqlalchemy import Connection

PART_S: Final = 0.004
"""How long a part's statements are to take. Its commit is not in that: most of it is the disk's
answer, which comes no sooner for fewer messages."""
FIRST: Final = 50
"""How many messages the first part takes: nobody knows yet how long that is."""
FEWEST: Final = 10
MOST: Final = 1000
_GROWTH: Final = 1.5
"""A part has as many times the messages of the one before at most, and half of them at least: what
one took may be the machine's doing."""
_PACE: Final = "kvitto_deletion_pace"
"""Where a connection's `info` has its pace."""


class DeletionPace:
    """Tells from how long the parts took how large the next one may be.

    What a part is, thus depends on time; that the store is right after each does not.

    Attributes:
        messages: how many messages the next part deletes.
    """

    def __init__(self) -> None:
        self.messages = min(FIRST, MOST)
        self._way_s = inf

    def part_made(self, messages: int, took_s: float, *, asked_s: float = 0.0) -> None:
        """Note how many messages a part has deleted, and how long that took.

        Args:
            messages: how many.
            took_s: what it took, of two messages to a server.
            asked_s: what the first of them took: the least of all is the way there and back, which
                does not get shorter for fewer messages.
        """
        if not messages:
            return
        self._way_s = min(self._way_s, asked_s)
        took_s -= 2 * self._way_s
        fitting = messages * PART_S / max(took_s, PART_S / MOST)
        if took_s > PART_S:
            self.messages = ceil(max(fitting, self.messages / 2, FEWEST))
        elif messages >= self.messages:
            # What was not a whole part says little of how long one takes.
            self.messages = ceil(min(fitting, self.messages * _GROWTH))
        self.messages = min(self.messages, MOST)


def pace_of(connection: Connection) -> DeletionPace:
    """Return the pace of what is deleted by a connection; it begins anew with another one."""
    pace: DeletionPace = connection.info.setdefault(_PACE, DeletionPace())
    return pace
