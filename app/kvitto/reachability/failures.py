"""Why a probe did not come back: each failure has a remedy of its own."""

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from kvitto.reachability.host_scope import HostScope


class CheckFailure(StrEnum):
    """Why the public URL does not lead here, as far as can be told."""

    NO_NETWORK = "no_network"
    """This computer has no way to other computers."""
    OWN_DNS = "own_dns"
    """This computer finds no names at all."""
    OWN_PROXY = "own_proxy"
    """The proxy of this computer lets the test not pass, or can't be used."""
    OWN_CERTIFICATES = "own_certificates"
    """This computer's list of trusted certificates was not found: none can be verified."""
    NETWORK_LOGIN = "network_login"
    """The network of this computer wants a login first."""
    TEST_FAILED = "test_failed"
    """The test could not be made: this computer did not let it, or we made a mistake."""
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
    REDIRECTED = "redirected"
    """Requests are sent on to another URL: of the same host, or with the same path."""
    WRONG_KEY = "wrong_callback_key"
    """It came here, but its key is not valid, or its path was changed."""
    BODIES_DROPPED = "bodies_dropped"
    """It came here without its body, or only with a Content-Length: reports get lost like that."""
    REFUSED_AT_EDGE = "refused_at_edge"
    """The tunnel's far end refuses such requests: a rule, a limit, a blocked country."""
    NO_ANSWER = "no_answer"
    """Nothing came back in time, or the connection broke."""


INCONCLUSIVE: Final = frozenset(
    {
        CheckFailure.NO_NETWORK,
        CheckFailure.OWN_DNS,
        CheckFailure.OWN_PROXY,
        CheckFailure.OWN_CERTIFICATES,
        CheckFailure.NETWORK_LOGIN,
        CheckFailure.TEST_FAILED,
    }
)
"""What went wrong on our own way out: whether the public URL leads here is not known then."""


class ProbeResult(msgspec.Struct, frozen=True):
    """The result of one health check.

    Attributes:
        failure: why the probe did not come back; None if it did.
        at: when that was known, UTC.
        took_s: how long it took.
        status: the HTTP status that came back, if any.
        detail: the technical detail, one line in English; never a credential.
        place: REDIRECTED: where requests are sent on to. OWN_PROXY: the proxy. Without credentials.
        scope: from where the host can be reached, by the addresses that were found for its name;
            None where none was looked for or found.
        is_partial: BODIES_DROPPED: whether bodies with a Content-Length come in all the same.
    """

    failure: CheckFailure | None
    at: datetime
    took_s: float
    status: int | None = None
    detail: str = ""
    place: str = ""
    scope: HostScope | None = None
    is_partial: bool = False
