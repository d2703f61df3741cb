"""What a peer may cost: time, memory, connections."""

import logging
import sys
from typing import Final

import msgspec

log = logging.getLogger(__name__)

_FILES_ENOUGH: Final = 8_192
"""More open files than this are not asked for: the programs that we start inherit the limit, and
some of them handle a huge one badly."""
_FILES_FOR_OTHERS: Final = 192
"""Open files left to the database, the window, and connections on their way in or out: it takes
some turns of the loop until one is counted, and some more until a closed one has given its file
back."""
_FEWEST_CONNECTIONS: Final = 16


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a peer may cost. Seconds end in `_s`.

    Attributes:
        connections: how many connections may be open; the one that waits longest makes room.
        request_s: time to send a request, from its first byte, and to take its answer.
        idle_s: time that a connection may idle between two requests.
        linger_s: time for which the rest of a body is still read after its answer.
        unknown_callers_s: time that a request has left to arrive when stopping, unless it is known
            to
            be the sender's.
        body_bytes: the largest body, before and after decompression.
        excerpt_bytes: how much of a larger body is kept.
        excerpt_s: how long to wait for that much of it.
        line_bytes: the longest request line.
        field_bytes: the longest header.
        fields: the most headers.
        head_bytes: the longest request line and headers together, about.
        kept_fields: the most headers kept with a refused body.
        kept_field_bytes: the most characters in them.
        backlog: connections that the system holds until we accept them.
        accept_at_once: connections accepted in one turn of the loop.
        sweep_s: how often the limits of time are enforced.
        unauthorized_counts_s: how often the count of strangers' requests is stored, at most.
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
    unauthorized_counts_s: float = 5.0
    calm_s: float = 5.0


def affordable_connections(wanted: int) -> int:
    """Return how many connections the system lets us have open, at most `wanted`.

    Raises the limit of open files first, as far as the system lets us and it is of use.
    """
    if sys.platform == "win32":
        return wanted
    import resource  # Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return wanted
    most = _FILES_ENOUGH if hard == resource.RLIM_INFINITY else min(hard, _FILES_ENOUGH)
    if soft < most:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            soft = most
        except (OSError, ValueError) as error:
            log.info("The limit of open files stays at %d: %s", soft, error)
    return max(_FEWEST_CONNECTIONS, min(wanted, soft - _FILES_FOR_OTHERS))
