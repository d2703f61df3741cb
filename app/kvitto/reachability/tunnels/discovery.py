"""Discover running tunnels through their programs, and follow the chosen one to a new URL."""

import asyncio
import re
import subprocess
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar
from urllib.parse import urlsplit

import aiohttp
import msgspec

from kvitto.reachability.check_intervals import CheckIntervals
from kvitto.reachability.input_errors import PublicUrlError
from kvitto.reachability.public_url import public_base
from kvitto.reachability.reachability_status import FoundTunnel
from kvitto.reachability.state_store import StateStore
from kvitto.reachability.tunnels.programs import find_program
from kvitto.reachability.tunnels.providers import TunnelProvider
from kvitto.receiver.supervision import in_thread, run_forever, until
from kvitto.windows_setup import NO_WINDOW

_LIMIT_S: Final = 2.0
_TAILSCALE_S: Final = 5.0
_LARGEST: Final = 256 * 1024
_PORT_ALONE: Final = re.compile(r"\d{1,5}")
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0", "::"})
T = TypeVar("T")


class DiscoveryTargets(msgspec.Struct, frozen=True):
    """Where tunnel programs are asked for their tunnels.

    Attributes:
        ngrok: ports; each further agent takes the next one.
        cloudflared: ports of its metrics; it takes the first free one of these.
        tailscale: its program; "" for not to ask it.
    """

    ngrok: tuple[int, ...] = (4040, 4041, 4042)
    cloudflared: tuple[int, ...] = (20241, 20242, 20243, 20244, 20245)
    tailscale: str = "tailscale"


class _NgrokTarget(msgspec.Struct):
    addr: str = ""


class _NgrokTunnel(msgspec.Struct):
    public_url: str
    config: _NgrokTarget = msgspec.field(default_factory=_NgrokTarget)


class _NgrokTunnels(msgspec.Struct):
    tunnels: list[_NgrokTunnel]


class _QuickTunnel(msgspec.Struct):
    hostname: str = ""


class _Ingress(msgspec.Struct):
    hostname: str = ""
    service: str = ""


class _Routes(msgspec.Struct):
    ingress: list[_Ingress] = msgspec.field(default_factory=list)


class _Config(msgspec.Struct):
    config: _Routes = msgspec.field(default_factory=_Routes)


class _Ready(msgspec.Struct):
    status: int = 0
    connections: int = msgspec.field(default=0, name="readyConnections")


class _Handler(msgspec.Struct):
    proxy: str = msgspec.field(default="", name="Proxy")


class _Site(msgspec.Struct):
    handlers: dict[str, _Handler] = msgspec.field(default_factory=dict, name="Handlers")


class _Funnel(msgspec.Struct):
    sites: dict[str, _Site] = msgspec.field(default_factory=dict, name="Web")
    public: dict[str, bool] = msgspec.field(default_factory=dict, name="AllowFunnel")
    foreground: "dict[str, _Funnel]" = msgspec.field(default_factory=dict, name="Foreground")


async def find_tunnels(
    port: int, places: DiscoveryTargets, *, metrics: Sequence[int] = (), asks_programs: bool = True
) -> list[FoundTunnel]:
    """Return the tunnels that are there, those that lead here first.

    Args:
        port: the port on which we listen.
        places: where to ask.
        metrics: more ports to ask `cloudflared` on.
        asks_programs: whether to start a program to ask, too, where there is no other way.
    """
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=_LIMIT_S), cookie_jar=aiohttp.DummyCookieJar()
    ) as client:
        ports = dict.fromkeys((*metrics, *places.cloudflared))
        found = await asyncio.gather(
            *(_ngrok(client, one, port) for one in places.ngrok),
            *(_cloudflared(client, one, port) for one in ports),
            _tailscale(places.tailscale if asks_programs else "", port),
        )
    fit = (_made_fit(tunnel) for tunnels in found for tunnel in tunnels)
    by_url = {tunnel.url: tunnel for tunnel in fit if tunnel is not None}
    return sorted(by_url.values(), key=lambda one: (one.leads_here is not True, one.url))


async def _ngrok(client: aiohttp.ClientSession, at: int, port: int) -> list[FoundTunnel]:
    told = await _asked(client, at, "/api/tunnels", _NgrokTunnels)
    return [
        FoundTunnel(
            TunnelProvider.NGROK,
            one.public_url.rstrip("/"),
            _leads_here(one.config.addr, port),
            is_connected=True,  # it lists those only that are
        )
        for one in ([] if told is None else told.tunnels)
        if one.public_url.startswith("https://")
    ]


async def _cloudflared(client: aiohttp.ClientSession, at: int, port: int) -> list[FoundTunnel]:
    ready = await _asked(client, at, "/ready", _Ready)
    if ready is None:
        return []
    quick = await _asked(client, at, "/quicktunnel", _QuickTunnel) or _QuickTunnel()
    routes = (await _asked(client, at, "/config", _Config) or _Config()).config.ingress
    is_connected = ready.connections > 0
    if quick.hostname:
        leads = [_leads_here(one.service, port) for one in routes if one.service]
        leads_here = None if not leads else True in leads
        url = f"https://{quick.hostname}"
        return [FoundTunnel(TunnelProvider.CLOUDFLARED_QUICK, url, leads_here, is_connected)]
    return [
        FoundTunnel(
            TunnelProvider.CLOUDFLARED_NAMED,
            f"https://{one.hostname}",
            _leads_here(one.service, port),
            is_connected,
        )
        for one in routes
        if one.hostname and "*" not in one.hostname
    ]


async def _tailscale(program: str, port: int) -> list[FoundTunnel]:
    loop = asyncio.get_running_loop()
    path = await loop.run_in_executor(None, find_program, program) if program else None
    if path is None:
        return []
    told = await loop.run_in_executor(None, _said, (path, "funnel", "status", "--json"))
    try:
        funnel = msgspec.json.decode(told, type=_Funnel)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []
    return [
        FoundTunnel(TunnelProvider.TAILSCALE, url, _leads_here(proxy, port), is_connected=True)
        for one in (funnel, *funnel.foreground.values())
        for url, proxy in _public_sites(one)
    ]


def _public_sites(funnel: _Funnel) -> list[tuple[str, str]]:
    """Return the URLs that are open to everybody, and where they lead."""
    return [
        (f"https://{place.removesuffix(':443')}{path.rstrip('/')}", handler.proxy)
        for place, site in funnel.sites.items()
        if funnel.public.get(place)
        for path, handler in site.handlers.items()
        if handler.proxy
    ]


def _said(command: Sequence[str]) -> bytes:
    """Return what a program says; nothing where it fails or takes too long."""
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TAILSCALE_S,
            check=False,
            creationflags=NO_WINDOW,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return b""


async def _asked(client: aiohttp.ClientSession, port: int, path: str, kind: type[T]) -> T | None:
    """Return the answer of a program on this computer; None where there is none, or another."""
    try:
        async with client.get(f"http://127.0.0.1:{port}{path}", allow_redirects=False) as answer:
            told = await _whole(answer)
        return msgspec.json.decode(told, type=kind)
    except (aiohttp.ClientError, OSError, TimeoutError, msgspec.DecodeError, UnicodeDecodeError):
        return None


async def _whole(answer: aiohttp.ClientResponse) -> bytes:
    told = bytearray()
    while len(told) < _LARGEST and (piece := await answer.content.readany()):
        told += piece
    return bytes(told)


def _made_fit(tunnel: FoundTunnel) -> FoundTunnel | None:
    """Return a tunnel with its URL in the usual form; None where it can't be a public one."""
    try:
        return msgspec.structs.replace(tunnel, url=public_base(tunnel.url))
    except PublicUrlError:
        return None


def _leads_here(address: str, port: int) -> bool:
    """Return whether what a tunnel calls its target is our port on this computer."""
    if _PORT_ALONE.fullmatch(address):
        return int(address) == port
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        target = parts.hostname, parts.port
    except ValueError:
        return False
    return target[0] in _LOCAL and target[1] == port


FOLLOWED: Final = frozenset(
    {
        TunnelProvider.CLOUDFLARED_QUICK,
        TunnelProvider.CLOUDFLARED_NAMED,
        TunnelProvider.NGROK,
        TunnelProvider.TAILSCALE,
    }
)
"""The kinds whose programs list their tunnels: a new URL of theirs replaces the old one."""


class TunnelDiscovery:
    """Discovers tunnels while `run` runs. Belongs to one loop.

    Args:
        state_store: where it writes what it finds.
        read_address: returns the address and port on which reports are received; None for none.
            May block.
        places: where it asks.
        intervals: how often.
        clock: the time, UTC.
        metrics_port: returns where the `cloudflared` that we run serves its metrics; 0 for none.
        on_moved: is called with the new URL of the tunnel whose URL was chosen.
        on_change: is called when the chosen tunnel is connected, or no longer.
    """

    def __init__(
        self,
        state_store: StateStore,
        read_address: Callable[[], tuple[str, int] | None],
        places: DiscoveryTargets,
        intervals: CheckIntervals,
        clock: Callable[[], datetime],
        *,
        metrics_port: Callable[[], int],
        on_moved: Callable[[str, TunnelProvider], None],
        on_change: Callable[[], None],
    ) -> None:
        self._state_store = state_store
        self._read_address = read_address
        self._places = places
        self._intervals = intervals
        self._clock = clock
        self._metrics_port = metrics_port
        self._on_moved = on_moved
        self._on_change = on_change
        self._wanted = asyncio.Event()
        self._asked_at: datetime | None = None

    def discover_now(self, *, asks_programs: bool = True) -> None:
        """Discover tunnels as soon as possible.

        Args:
            asks_programs: whether to start programs to be asked, too.
        """
        if asks_programs:
            self._asked_at = None
        self._wanted.set()

    async def run(self) -> None:
        """Discover tunnels until cancelled, whatever goes wrong meanwhile."""
        await run_forever("looking for tunnels", self._step)

    async def _step(self) -> None:
        self._wanted.clear()
        await self._look()
        state = self._state_store.state
        is_followed = bool(state.public_url) and state.kind in FOLLOWED
        wait_s = self._intervals.discovery_s if is_followed else self._intervals.rare_discovery_s
        await until(self._wanted, wait_s)

    async def _look(self) -> None:
        listens_on = await in_thread(self._read_address)
        if listens_on is None:
            self._state_store.update(found=())
            return
        asks_programs = self._shall_ask_programs()
        port = self._metrics_port()
        found = await find_tunnels(
            listens_on[1],
            self._places,
            metrics=(port,) if port else (),
            asks_programs=asks_programs,
        )
        if not asks_programs:
            found += [
                one for one in self._state_store.state.found if one.kind is TunnelProvider.TAILSCALE
            ]
        before = self._state_store.hint()
        self._state_store.update(found=tuple(found))
        self._follow(found)
        if self._state_store.hint() != before:
            self._on_change()

    def _shall_ask_programs(self) -> bool:
        now = self._clock()
        if self._asked_at is not None:
            is_due = now - self._asked_at >= timedelta(seconds=self._intervals.ask_programs_s)
            if not is_due or self._state_store.state.kind is not TunnelProvider.TAILSCALE:
                return False
        self._asked_at = now
        return True

    def _follow(self, found: Sequence[FoundTunnel]) -> None:
        url, kind = self._state_store.state.public_url, self._state_store.state.kind
        if any(one.url == url for one in found):
            self._state_store.was_found = True
            return
        others = [one for one in found if one.kind is kind and one.leads_here is not False]
        if self._state_store.was_found and kind in FOLLOWED and len(others) == 1:
            self._on_moved(others[0].url, kind)
