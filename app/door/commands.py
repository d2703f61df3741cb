"""How each tunnel is started, and what it says: what we know of programs that are not ours.

The options and words are those of `cloudflared` 2025, `ngrok` 3, `tailscale` 1.52 and later, and
OpenSSH 8 and later.
"""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final, assert_never

from app.core.invisible import plain_line
from app.door.kinds import TunnelKind, TunnelOrder
from app.door.orders import OrderError, checked
from app.receiver.address import authority

STARTABLE: Final = (
    TunnelKind.CLOUDFLARED_QUICK,
    TunnelKind.CLOUDFLARED_NAMED,
    TunnelKind.NGROK,
    TunnelKind.TAILSCALE,
    TunnelKind.SSH,
)
"""The kinds that Kvitto can start."""

_PROGRAMS: Final = {
    TunnelKind.CLOUDFLARED_QUICK: "cloudflared",
    TunnelKind.CLOUDFLARED_NAMED: "cloudflared",
    TunnelKind.NGROK: "ngrok",
    TunnelKind.TAILSCALE: "tailscale",
    TunnelKind.SSH: "ssh",
}
_HEADERS: Final = {
    TunnelKind.CLOUDFLARED_QUICK: "CF-Connecting-IP",
    TunnelKind.CLOUDFLARED_NAMED: "CF-Connecting-IP",
    TunnelKind.NGROK: "X-Forwarded-For",
    TunnelKind.TAILSCALE: "X-Forwarded-For",
}
_SSH_CONNECTED: Final = "Kvitto: connected"
_CLOUDFLARED_CONNECTED: Final = re.compile(
    r"Registered tunnel connection|Connection \S+ registered"
)
_QUICK_URL: Final = re.compile(r"https://(?!api\.)[a-z0-9-]+\.trycloudflare\.com")
_NGROK_URL: Final = re.compile(r"\burl=\"?(https://[^\s\"]+)")
_TAILSCALE_URL: Final = re.compile(r"https://[a-z0-9-]+(?:\.[a-z0-9-]+)*\.ts\.net(?::\d+)?")
_SSH_PORT: Final = re.compile(r"Allocated port (\d+) for remote forward")

_SECRETS: Final = (
    re.compile(r"(/r/)[^/?#\s\"']+"),
    re.compile(r"(\b[A-Za-z][A-Za-z0-9+.-]*://)[^\s@]*(?=@)"),
    re.compile(r"((?:auth)?token[\"']?\s*[=:]\s*)\S+", re.IGNORECASE),
    re.compile(r"()\b[A-Za-z0-9_+/=-]{40,}"),
)
_CONTROL: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[^\S ]|[\x00-\x1f\x7f]")
_LONGEST_LINE: Final = 300


def program_of(kind: TunnelKind) -> str:
    """Return the name of the program of a kind; "" for that without one."""
    return _PROGRAMS.get(kind, "")


def is_installed(kind: TunnelKind) -> bool:
    """Tell whether the program of a kind is there. Looks at the disk."""
    name = program_of(kind)
    return bool(name) and shutil.which(name) is not None


def forwarded_header(kind: TunnelKind) -> str | None:
    """Return the header in which a tunnel tells for whom it passes a request on; None for none.

    A stranger can't forge it: the tunnel's far end replaces it, or adds to its end.
    """
    return _HEADERS.get(kind)


def command_of(
    order: TunnelOrder, listens_on: tuple[str, int], folder: Path, metrics_port: int
) -> list[str]:
    """Return the command line that opens a tunnel.

    Args:
        order: which tunnel.
        listens_on: the address and port to which it is to lead.
        folder: where `write_settings` wrote.
        metrics_port: CLOUDFLARED: where it is to tell how it is.

    Raises:
        OrderError: what is needed for it is missing, or is no name.
    """
    order = checked(order)
    target = f"http://{authority(*listens_on)}"
    program = program_of(order.kind)
    # WORKAROUND cloudflared issue 1485: over QUIC it drops bodies that come without Content-Length.
    protocol = ("--protocol", "http2")
    metrics = ("--no-autoupdate", "--metrics", f"127.0.0.1:{metrics_port}", *protocol)
    match order.kind:
        case TunnelKind.CLOUDFLARED_QUICK:
            # The user's own settings would take the quick tunnel's place.
            settings = ("--config", str(settings_file(folder)))
            return [program, "tunnel", *settings, *metrics, "--url", target]
        case TunnelKind.CLOUDFLARED_NAMED:
            return [program, "tunnel", *metrics, "run", "--url", target, order.name]
        case TunnelKind.NGROK:
            own = (f"--url=https://{order.name}",) if order.name else ()
            return [program, "http", *_NGROK_OPTIONS, *own, target]
        case TunnelKind.TAILSCALE:
            return [program, "funnel", target]
        case TunnelKind.SSH:
            return [program, *_SSH_OPTIONS, "-R", _forwarding(order, listens_on), "--", order.name]
        case TunnelKind.OTHER:
            raise OrderError("An address that was typed has no program that could be started.")
        case _:
            assert_never(order.kind)


_NGROK_OPTIONS: Final = (
    "--log=stdout",
    "--log-format=logfmt",
    # Otherwise it keeps every request, and shows it with its key to whoever opens the local page
    # that also tells of the tunnels. That page's API goes on.
    "--inspect=false",
)
_SSH_OPTIONS: Final = (
    *("-N", "-T"),
    # Whoever could answer a question is not there.
    *("-o", "BatchMode=yes"),
    *("-o", "ExitOnForwardFailure=yes"),
    # A dead line is noticed within half a minute.
    *("-o", "ServerAliveInterval=10", "-o", "ServerAliveCountMax=2"),
    *("-o", "ConnectTimeout=15"),
    # It says nothing itself when it is connected.
    *("-o", "PermitLocalCommand=yes", "-o", f"LocalCommand=echo {_SSH_CONNECTED}"),
)


def settings_file(folder: Path) -> Path:
    """Return where the settings for the quick tunnel lie."""
    return folder / "cloudflared.yml"


def write_settings(order: TunnelOrder, folder: Path) -> None:
    """Write what the command line of an order refers to.

    Raises:
        OSError: it can't be written.
    """
    if order.kind is TunnelKind.CLOUDFLARED_QUICK:
        settings_file(folder).write_text("no-autoupdate: true\n", encoding="utf-8")


def url_in(order: TunnelOrder, lines: Sequence[str]) -> str:
    """Return the public URL of a tunnel that is connected, by what its program said; "" if not."""
    text = "\n".join(lines)
    match order.kind:
        case TunnelKind.CLOUDFLARED_QUICK:
            # The URL is told before it works; asking for its name too early is remembered as "no
            # such name" by others for long.
            return _last(_QUICK_URL, text) if _CLOUDFLARED_CONNECTED.search(text) else ""
        case TunnelKind.CLOUDFLARED_NAMED:
            return order.url if _CLOUDFLARED_CONNECTED.search(text) else ""
        case TunnelKind.NGROK:
            return _last(_NGROK_URL, text)
        case TunnelKind.TAILSCALE:
            return _last(_TAILSCALE_URL, text)
        case TunnelKind.SSH:
            return _ssh_url(order, text) if _SSH_CONNECTED in text else ""
        case TunnelKind.OTHER:
            return order.url
        case _:
            assert_never(order.kind)


def shown(line: str) -> str:
    """Return a line that a program said, fit to be shown: short, plain, and without secrets."""
    line = _CONTROL.sub("", line)
    for secret in _SECRETS:
        line = secret.sub(r"\1…", line)
    return plain_line(line)[:_LONGEST_LINE]


def _forwarding(order: TunnelOrder, listens_on: tuple[str, int]) -> str:
    return f"{order.remote or '0'}:{authority(*listens_on)}"


def _ssh_url(order: TunnelOrder, text: str) -> str:
    """Return the URL that the user told, or the far end's own port: some servers open it to all."""
    if order.url:
        return order.url
    allocated = _last(_SSH_PORT, text)
    port = allocated or order.remote.rpartition(":")[2]
    host = order.name.rpartition("@")[2]
    return f"http://{host}:{port}" if port else ""


def _last(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.findall(text)
    return str(found[-1]).rstrip("/") if found else ""
