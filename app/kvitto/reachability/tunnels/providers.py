"""The tunnels that Kvitto knows, and the check of a configuration before it is kept or started."""

import re
from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace

from kvitto.reachability import host_scope
from kvitto.reachability.input_errors import InputFault, PublicUrlError, TunnelConfigError
from kvitto.reachability.public_url import public_base, public_host
from kvitto.receiver.urls import KEY_PATH


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


_LONGEST: Final = 253
_USER: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*\$?")
# A name of the user's own ssh settings will do: it need not be one of the internet's.
_SERVER: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")
_TUNNEL_NAME: Final = re.compile(r"[^\W_](?:[\w.-]*\w)?")
_LISTENS_ON: Final = re.compile(
    r"(?:\*|[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])"
)
_LAST_PORT: Final = 65_535


def checked(config: TunnelConfig) -> TunnelConfig:
    """Return a config that can be kept and started, its URL as `public_base` returns it.

    Nothing in it can be taken for an option by the program.

    Raises:
        TunnelConfigError: something in it is missing or is not what it should be. Nothing else is
            raised.
    """
    match config.kind:
        case TunnelProvider.CLOUDFLARED_QUICK | TunnelProvider.TAILSCALE:
            return TunnelConfig(config.kind)
        case TunnelProvider.CLOUDFLARED_NAMED:
            if not (config.name and config.url):
                raise TunnelConfigError(InputFault.TUNNEL_NAME_MISSING)
            if len(config.name) > _LONGEST or not _TUNNEL_NAME.fullmatch(config.name):
                raise TunnelConfigError(InputFault.TUNNEL_NAME_CHARACTERS)
        case TunnelProvider.NGROK:
            return TunnelConfig(config.kind, name=_domain(config.name))
        case TunnelProvider.SSH:
            _check_server(config.name)
            _check_remote(config.remote)
        case TunnelProvider.OTHER:
            raise TunnelConfigError(InputFault.NO_PROGRAM)
    return replace(config, url=_base(config.url))


def _check_server(name: str) -> None:
    if not name:
        raise TunnelConfigError(InputFault.SERVER_MISSING)
    if "://" in name or "/" in name:
        raise TunnelConfigError(InputFault.SERVER_SLASHES)
    user, at, host = name.rpartition("@")
    if at and not _USER.fullmatch(user):
        raise TunnelConfigError(InputFault.SERVER_USER)
    if ":" in host and not _is_address(host):
        raise TunnelConfigError(InputFault.SERVER_PORT)
    if len(name) > _LONGEST or not (_is_address(host) or _SERVER.fullmatch(host)) or ".." in host:
        raise TunnelConfigError(InputFault.NOT_A_SERVER)


def _is_address(host: str) -> bool:
    try:
        return "%" not in host and host_scope.address_of(host) is not None
    except ValueError:
        return False


def _check_remote(remote: str) -> None:
    if not remote:
        return
    place, colon, port = remote.rpartition(":")
    is_port = port.isascii() and port.isdecimal() and len(port) <= 5 and int(port) <= _LAST_PORT
    if not is_port or (colon and not _LISTENS_ON.fullmatch(place)):
        raise TunnelConfigError(InputFault.REMOTE_PORT)


def _domain(name: str) -> str:
    if not name:
        return ""
    host = name.removeprefix("https://").removesuffix("/").partition(KEY_PATH)[0]
    try:
        found = public_host(host)
    except PublicUrlError as error:
        raise TunnelConfigError(error.fault) from error
    if ":" in found or host_scope.scope_of(found) is not host_scope.HostScope.PUBLIC:
        raise TunnelConfigError(InputFault.NGROK_DOMAIN)
    return found


def _base(url: str) -> str:
    try:
        return public_base(url) if url else ""
    except PublicUrlError as error:
        raise TunnelConfigError(error.fault) from error
