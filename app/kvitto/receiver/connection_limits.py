"""Limits of what a peer may cost: time, memory, connections.

Connections that wait for their peer are in queues, those that do the same thing in one, in the
order of their beginning. So the next to be closed is always in front, and no event costs more than
a look at a few fronts.
"""

import logging
import sys
from collections import OrderedDict
from collections.abc import Callable
from enum import IntEnum
from typing import Final, TypeAlias

import msgspec

log = logging.getLogger(__name__)

_FILES_ENOUGH: Final = 8_192
"""The limit of open files is raised to this at most: programs that we start inherit it, and some of
them handle a huge one badly."""
_FILES_FOR_OTHERS: Final = 192
"""Open files left to the database, the window, and connections on their way in or out: it takes
some turns of the loop until one is counted, and some more until a closed one has given its file
back."""
_FEWEST_CONNECTIONS: Final = 16


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Limits for a peer. Seconds end in `_s`.

    Attributes:
        connections: how many connections may be open; beyond it the one that waits longest is
            closed.
        request_s: time to send a request, from its first byte, and to take its answer.
        idle_s: time that a connection may idle between two requests.
        linger_s: time for which the rest of a body is still read after its answer.
        unknown_callers_s: time that a request without a valid key has left to arrive when
            stopping.
        body_bytes: the largest body, before and after decompression.
        excerpt_bytes: how much of a larger body is kept.
        excerpt_s: how long to wait for that much of it.
        line_bytes: the longest request line.
        field_bytes: the longest header.
        fields: the most headers.
        head_bytes: the longest request line and headers together, about.
        kept_fields: the most headers kept with a refused request.
        kept_field_bytes: the most characters in them.
        backlog: connections that the system holds until we accept them.
        accept_at_once: connections accepted in one turn of the loop.
        sweep_s: how often the limits of time are enforced.
        unauthorized_s: how often the count of unauthorized requests is stored, at most.
        calm_s: time without a failure after which the store counts as recovered.
    """

    connections: int = 512
    request_s: float = 20.0
    idle_s: float = 75.0
    linger_s: float = 2.0
    unknown_callers_s: float = 1.0
    body_bytes: int = 64 * 1024
    excerpt_bytes: int = 4 * 1024
    excerpt_s: float = 0.25
    line_bytes: int = 8_190
    field_bytes: int = 8_190
    fields: int = 64
    head_bytes: int = 32 * 1024
    kept_fields: int = 100
    kept_field_bytes: int = 8 * 1024
    backlog: int = 1_024
    accept_at_once: int = 16
    sweep_s: float = 1.0
    unauthorized_s: float = 5.0
    calm_s: float = 5.0


def affordable_connections(wanted: int) -> int:
    """Return how many connections the system lets us have open, at most `wanted`.

    Raises the limit of open files first, as far as the system lets us and it is of use.
    """
    affordable = wanted
    if sys.platform != "win32":
        import resource  # Windows has none

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = _FILES_ENOUGH if hard == resource.RLIM_INFINITY else min(hard, _FILES_ENOUGH)
        if resource.RLIM_INFINITY != soft < most:
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
                soft = most
            except (OSError, ValueError) as error:
                log.info("The limit of open files stays at %d: %s", soft, error)
        if soft != resource.RLIM_INFINITY:
            affordable = max(_FEWEST_CONNECTIONS, min(wanted, soft - _FILES_FOR_OTHERS))
    return affordable


class ConnectionPhase(IntEnum):
    """What a connection is doing. A number, since it is looked up several times per request."""

    SENDING = 0
    """The peer is to send a request, or the rest of one."""
    TAKING = 1
    """The peer is to take its answer."""
    IDLE = 2
    """The peer may send another request."""
    BUSY = 3
    """A whole request is being stored and answered: the connection is not closed now."""
    GONE = 4
    """The connection is closed."""


SENDING: Final = ConnectionPhase.SENDING
TAKING: Final = ConnectionPhase.TAKING
IDLE: Final = ConnectionPhase.IDLE
BUSY: Final = ConnectionPhase.BUSY
GONE: Final = ConnectionPhase.GONE
# Python 3.11 takes longer to find a member of an enumeration than to do what we do with it.


Queue: TypeAlias = "OrderedDict[ConnectionSlot, float]"

_WAITING: Final = (SENDING, TAKING, IDLE)


class ConnectionSlot:
    """A connection, as `ConnectionSlots` keeps it, which alone changes its attributes.

    Attributes:
        phase: what the connection is doing.
        known: whether it has sent a valid key.
        queue: where it waits.
        cut: closes the connection at once, without waiting for the peer.
    """

    __slots__ = ("cut", "known", "phase", "queue")

    def __init__(self, cut: Callable[[], None]) -> None:
        self.cut = cut
        self.known = False
        self.phase = SENDING
        self.queue: Queue | None = None


class ConnectionSlots:
    """Keeps the connections within their limits. Belongs to one loop.

    Args:
        most: how many connections may be open.
        request_s: time to send a request, or to take an answer.
        idle_s: time between requests.
        now: seconds that only go forward.

    Attributes:
        evicted: how many connections were closed in favour of newer ones.
        timed_out: how many were closed because their peer took too long.
        stopping: whether connections close after their answer.
    """

    def __init__(
        self, most: int, *, request_s: float, idle_s: float, now: Callable[[], float]
    ) -> None:
        self.evicted = 0
        self.timed_out = 0
        self.stopping = False
        self._most = most
        # However many connections the SMS service holds open, newcomers get this many.
        self._most_known = most - max(1, most // 4)
        self._now = now
        self._patience = (request_s, request_s, idle_s)
        # By phase, like the line above.
        self._unknown_callers: tuple[Queue, ...] = tuple(OrderedDict() for _ in _WAITING)
        self._known: tuple[Queue, ...] = tuple(OrderedDict() for _ in _WAITING)
        self._open: set[ConnectionSlot] = set()
        self._on_empty: Callable[[], None] | None = None

    @property
    def open_connections(self) -> int:
        """How many connections are open; may be read from any thread."""
        return len(self._open)

    # --- What happens to a connection -----------------------------------------------------------

    def slot(self, cut: Callable[[], None]) -> ConnectionSlot:
        """Admit a new connection; close another where there are too many."""
        slot = ConnectionSlot(cut)
        self._open.add(slot)
        self.enter(slot, SENDING)
        while len(self._open) > self._most and (victim := self._next_victim()) is not None:
            self.evicted += 1
            self._cut(victim)
        return slot

    def enter(self, slot: ConnectionSlot, phase: ConnectionPhase) -> None:
        """Note what a connection does from now on; its time limit begins anew."""
        before, queue = slot.phase, slot.queue
        if before is GONE or (before is BUSY and phase is BUSY):
            return
        slot.phase = phase
        if queue is not None:
            del queue[slot]
        if phase is BUSY:
            slot.queue = None
        else:
            slot.queue = queue = (self._known if slot.known else self._unknown_callers)[phase]
            queue[slot] = self._now()

    def recognise(self, slot: ConnectionSlot) -> None:
        """Note that a connection has sent a valid key. Its time limit stays."""
        if slot.known or slot.phase is GONE:
            return
        slot.known = True
        if slot.queue is not None:
            since = slot.queue.pop(slot)
            slot.queue = self._known[slot.phase]
            slot.queue[slot] = since

    def leave(self, slot: ConnectionSlot) -> None:
        """Note that a connection is closed."""
        if slot.queue is not None:
            del slot.queue[slot]
            slot.queue = None
        slot.phase = GONE
        self._open.discard(slot)
        if not self._open and self._on_empty is not None:
            self._on_empty()

    # --- Evicting -------------------------------------------------------------------------------

    def sweep(self) -> None:
        """Close the connections whose peer has taken too long."""
        now = self._now()
        for queues in (self._unknown_callers, self._known):
            for queue, patience_s in zip(queues, self._patience, strict=True):
                latest = now - patience_s
                for slot in [slot for slot, since in queue.items() if since <= latest]:
                    self.timed_out += 1
                    self._cut(slot)

    def _next_victim(self) -> ConnectionSlot | None:
        """Return the connection that goes next; None while all are being answered.

        Those of unknown callers go first: the one that has waited longest for its peer. But if the
        connections that sent a valid key leave too little room for newcomers, which are unknown
        until their first request is read, then the idle one of those goes.
        """
        unknown_callers = sum(map(len, self._unknown_callers))
        if len(self._open) - unknown_callers > self._most_known:
            for phase in (IDLE, TAKING, SENDING):
                if self._known[phase]:
                    return next(iter(self._known[phase]))
        fronts = [next(iter(queue.items())) for queue in self._unknown_callers if queue]
        if fronts:
            return min(fronts, key=lambda front: front[1])[0]
        return None

    def _cut(self, slot: ConnectionSlot) -> None:
        self.leave(slot)
        slot.cut()

    # --- Stopping -------------------------------------------------------------------------------

    def stop(self, on_empty: Callable[[], None]) -> None:
        """Close idle connections, and let the others close after their answer.

        Args:
            on_empty: is called as soon as no connection is left, maybe at once.
        """
        self.stopping = True
        self._on_empty = on_empty
        self._cut_all(self._unknown_callers[IDLE], self._known[IDLE])
        if not self._open:
            on_empty()

    def cut_unknown_callers(self) -> None:
        """Close the connections that have not sent a valid key."""
        self._cut_all(*self._unknown_callers)

    def cut_all(self) -> int:
        """Close all connections; return how many of them had a request that is not answered."""
        left = list(self._open)
        busy = sum(slot.phase is BUSY for slot in left)
        for slot in left:
            self._cut(slot)
        return busy

    def _cut_all(self, *queues: Queue) -> None:
        for queue in queues:
            for slot in list(queue):
                self._cut(slot)
