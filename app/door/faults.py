"""Why a probe did not come back: each fault has another remedy."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Fault(StrEnum):
    """Why the public URL does not lead here, as far as can be told."""

    NO_NETWORK = "no_network"
    """This computer has no way to other computers."""
    DNS = "dns"
    """The host of the URL has no address."""
    TLS = "tls"
    """There is no secure connection to it: its certificate is not valid, or it speaks no TLS."""
    TUNNEL_DOWN = "tunnel_down"
    """The far end answers that no tunnel is connected, or takes no connections."""
    WRONG_PORT = "wrong_port"
    """The tunnel is up, but nothing listens where it leads."""
    OTHER_PROGRAM = "other_program"
    """Something else answers, or another Kvitto."""
    PAGE_IN_THE_WAY = "page_in_the_way"
    """A login, a warning or another address is put in front."""
    WRONG_SECRET = "wrong_secret"
    """It came here, but its secret is not valid, or its path was changed."""
    REFUSED_AT_EDGE = "refused_at_edge"
    """The tunnel's far end refuses such requests: a rule, a limit, a blocked country."""
    NO_ANSWER = "no_answer"
    """Nothing came back in time, or the connection broke."""


class ProbeResult(msgspec.Struct, frozen=True):
    """What came of one front-door test.

    Attributes:
        fault: why the probe did not come back; None if it did.
        at: when that was known, UTC.
        took_s: how long it took.
        status: the HTTP status that came back, if any.
        detail: the technical detail, one line in English; never a secret.
    """

    fault: Fault | None
    at: datetime
    took_s: float
    status: int | None = None
    detail: str = ""
