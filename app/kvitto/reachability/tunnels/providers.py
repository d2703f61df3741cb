"""The tunnels that we know."""

from enum import StrEnum

import msgspec


class TunnelProvider(StrEnum):
    """What brings requests from outside to this computer."""

    CLOUDFLARED_QUICK = "cloudflared_quick"
    """`cloudflared` without an account: another URL at each start."""
    CLOUDFLARED_NAMED = "cloudflared_named"
    """`cloudflared` with a tunnel of the user's, whose URL stays."""
    NGROK = "ngrok"
    TAILSCALE = "tailscale"
    """`tailscale funnel`."""
    SSH = "ssh"
    """`ssh -R` to a server of the user's."""
    OTHER = "other"
    """Whatever leads to a URL that the user typed."""


class TunnelConfig(msgspec.Struct, frozen=True):
    """A tunnel to be started.

    Attributes:
        kind: which program.
        name: CLOUDFLARED_NAMED: the tunnel's name or id. SSH: the host to log in to, such as
            `me@example.net`, as ssh takes it. NGROK: a domain of the user's, or "".
        remote: SSH only: where the far end listens: `port`, or `address:port`; "" for any free
            port.
        url: the public URL, where the program does not tell it; "" if it does.
    """

    kind: TunnelProvider
    name: str = ""
    remote: str = ""
    url: str = ""
