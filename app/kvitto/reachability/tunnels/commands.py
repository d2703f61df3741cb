"""How each tunnel is started, and what it says: the options and output of other people's programs.

The options and words are those of `cloudflared` 2025, `ngrok` 3, `tailscale` 1.52 and later, and
OpenSSH 8 and later.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, assert_never

from kvitto.core.invisible import plain_line
from kvitto.reachability.input_errors import InputFault, TunnelConfigError
from kvitto.reachability.tunnels.programs import find_program
from kvitto.reachability.tunnels.providers import TunnelConfig, TunnelProvider, checked
from kvitto.receiver.urls import authority

STARTABLE: Final = (
    TunnelProvider.CLOUDFLARED_QUICK,
    TunnelProvider.CLOUDFLARED_NAMED,
    TunnelProvider.NGROK,
    TunnelProvider.TAILSCALE,
    TunnelProvider.SSH,
)
"""The kinds that Kvitto can start."""

_PROGRAMS: Final = {
    TunnelProvider.CLOUDFLARED_QUICK: "cloudflared",
    TunnelProvider.CLOUDFLARED_NAMED: "cloudflared",
    TunnelProvider.NGROK: "ngrok",
    TunnelProvider.TAILSCALE: "tailscale",
    TunnelProvider.SSH: "ssh",
}
_HEADERS: Final = {
    TunnelProvider.CLOUDFLARED_QUICK: "CF-Connecting-IP",
    TunnelProvider.CLOUDFLARED_NAMED: "CF-Connecting-IP",
    TunnelProvider.NGROK: "X-Forwarded-For",
    TunnelProvider.TAILSCALE: "X-Forwarded-For",
}
_SSH_CONNECTED: Final = "Kvitto: connected"
_CLOUDFLARED_CONNECTED: Final = re.compile(
    r"Registered tunnel connection|Connection \S+ registered"
)
_QUICK_URL: Final = re.compile(r"https://(?!api\.)[a-z0-9-]+\.trycloudflare\.com")
_NGROK_URL: Final = re.compile(r"\burl=\"?(https://[^\s\"]+)")
_TAILSCALE_URL: Final = re.compile(r"https://[a-z0-9-]+(?:\.[a-z0-9-]+)*\.ts\.net(?::\d+)?")
_SSH_PORT: Final = re.compile(r"Allocated port (\d+) for remote forward")

_CALLBACK_KEYS: Final = (
    re.compile(r"(/r/)[^/?#\s\"']+"),
    re.compile(r"(\b[A-Za-z][A-Za-z0-9+.-]*://)[^\s@]*(?=@)"),
    re.compile(r"((?:auth)?token[\"']?\s*[=:]\s*)\S+", re.IGNORECASE),
    re.compile(r"()\b[A-Za-z0-9_+/=-]{40,}"),
)
_CONTROL: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[^\S ]|[\x00-\x1f\x7f]")
_LONGEST_LINE: Final = 300


def program_of(kind: TunnelProvider) -> str:
    """Return the name of the program of a kind; "" for that without one."""
    return _PROGRAMS.get(kind, "")


def is_installed(kind: TunnelProvider) -> bool:
    """Return whether the program of a kind is there. Looks at the disk."""
    name = program_of(kind)
    return bool(name) and find_program(name) is not None


def forwarded_header(kind: TunnelProvider) -> str | None:
    """Return the header in which a tunnel names the client of a request; None for none.

    An unknown caller can't forge it: the tunnel's far end replaces it, or adds to its end.
    """
    return _HEADERS.get(kind)


def command_of(
    config: TunnelConfig, listens_on: tuple[str, int], folder: Path, metrics_port: int
) -> list[str]:
    """Return the command line that opens a tunnel.

    Args:
        config: which tunnel.
        listens_on: the address and port to which it is to lead.
        folder: where `write_settings` wrote.
        metrics_port: CLOUDFLARED: where it is to serve its metrics.

    Raises:
        TunnelConfigError: what is needed for it is missing, or is no name.
    """
    config = checked(config)
    target = f"http://{authority(*listens_on)}"
    program = program_of(config.kind)
    # WORKAROUND cloudflared issue 1485: over QUIC it drops bodies that come without Content-Length.
    protocol = ("--protocol", "http2")
    metrics = ("--no-autoupdate", "--metrics", f"127.0.0.1:{metrics_port}", *protocol)
    match config.kind:
        case TunnelProvider.CLOUDFLARED_QUICK:
            # The user's own settings would take the quick tunnel's place.
            settings = ("--config", str(settings_file(folder)))
            return [program, "tunnel", *settings, *metrics, "--url", target]
        case TunnelProvider.CLOUDFLARED_NAMED:
            return [program, "tunnel", *metrics, "run", "--url", target, config.name]
        case TunnelProvider.NGROK:
            own = (f"--url=https://{config.name}",) if config.name else ()
            return [program, "http", *_NGROK_OPTIONS, *own, target]
        case TunnelProvider.TAILSCALE:
            return [program, "funnel", target]
        case TunnelProvider.SSH:
            return [
                program,
                *_SSH_OPTIONS,
                "-R",
                _forwarding(config, listens_on),
                "--",
                config.name,
            ]
        case TunnelProvider.OTHER:
            raise TunnelConfigError(InputFault.NO_PROGRAM)
        case _:
            assert_never(config.kind)


_NGROK_OPTIONS: Final = (
    "--log=stdout",
    "--log-format=logfmt",
    # Otherwise it keeps every request, and shows it with its key on the local page that also lists
    # the tunnels. That page's API goes on.
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


def write_settings(config: TunnelConfig, folder: Path) -> None:
    """Write what the command line of a config refers to.

    Raises:
        OSError: it can't be written.
    """
    if config.kind is TunnelProvider.CLOUDFLARED_QUICK:
        settings_file(folder).write_text("no-autoupdate: true\n", encoding="utf-8")


def url_in(config: TunnelConfig, lines: Sequence[str]) -> str:
    """Return the public URL of a tunnel that is connected, by its program's output; "" if not."""
    text = "\n".join(lines)
    match config.kind:
        case TunnelProvider.CLOUDFLARED_QUICK:
            # The URL is printed before it works; a DNS query too early is cached as "no
            # such name" by others for long.
            return _last(_QUICK_URL, text) if _CLOUDFLARED_CONNECTED.search(text) else ""
        case TunnelProvider.CLOUDFLARED_NAMED:
            return config.url if _CLOUDFLARED_CONNECTED.search(text) else ""
        case TunnelProvider.NGROK:
            return _last(_NGROK_URL, text)
        case TunnelProvider.TAILSCALE:
            return _last(_TAILSCALE_URL, text)
        case TunnelProvider.SSH:
            return _ssh_url(config, text) if _SSH_CONNECTED in text else ""
        case TunnelProvider.OTHER:
            return config.url
        case _:
            assert_never(config.kind)


def shown(line: str) -> str:
    """Return a line of a program's output for display: short, plain, and without credentials."""
    line = _CONTROL.sub("", line)
    for callback_key in _CALLBACK_KEYS:
        line = callback_key.sub(r"\1…", line)
    return plain_line(line)[:_LONGEST_LINE]


def _forwarding(config: TunnelConfig, listens_on: tuple[str, int]) -> str:
    return f"{config.remote or '0'}:{authority(*listens_on)}"


def _ssh_url(config: TunnelConfig, text: str) -> str:
    """Return the URL that the user told, or the far end's own port: some servers open it to all."""
    if config.url:
        return config.url
    allocated = _last(_SSH_PORT, text)
    port = allocated or config.remote.rpartition(":")[2]
    host = config.name.rpartition("@")[2]
    return f"http://{host}:{port}" if port else ""


def _last(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.findall(text)
    return str(found[-1]).rstrip("/") if found else ""
