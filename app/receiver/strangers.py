"""Remember who knocked: the latest sources of requests with a wrong secret or path.

For the user's eyes only: nothing here lets anybody in, or keeps anybody out. How many came is
counted in the store, by the minute; who they were is kept in memory, and not much of it.
"""

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec
from multidict import CIMultiDictProxy

from app.receiver.address import OPEN_PATH, SECRET_PATH

MOST_SOURCES: Final = 300
_LONGEST_ADDRESS: Final = 64


class KnockedAt(StrEnum):
    """What a stranger asked for."""

    SECRET = "secret"
    """A callback URL, with a secret that is not valid."""
    FRONT = "front"
    """The address without any path."""
    ELSEWHERE = "elsewhere"
    """A path that is none of ours."""


class Stranger(msgspec.Struct, frozen=True):
    """A source of knocks.

    Attributes:
        source: an address: the peer's, or what the tunnel says that it passes on for. For display.
        at: what it asked for last.
        requests: how many came from it since it was noted first.
        last: when the last one came, UTC.
    """

    source: str
    at: KnockedAt
    requests: int
    last: datetime


class Strangers:
    """The latest sources of knocks.

    Noted on the receiver's loop; `latest` and `believe` from any thread.

    Args:
        clock: the time, UTC.
        most: how many sources are kept; the one that was silent longest goes first.
    """

    def __init__(self, clock: Callable[[], datetime], most: int = MOST_SOURCES) -> None:
        self._clock = clock
        self._most = most
        self._believed: str | None = None
        self._known: OrderedDict[str, Stranger] = OrderedDict()

    def believe(self, header: str | None) -> None:
        """Take a stranger's address from this header of the tunnel from now on; None for none.

        Believed only from this computer, where the tunnel's near end runs, and only the last
        address in it: what comes before was sent by the stranger.
        """
        self._believed = header

    def note(self, path: str, peer: str | None, headers: CIMultiDictProxy[str]) -> None:
        """Note a request for `path` from `peer`."""
        source = self._source(peer, headers)
        before = self._known.pop(source, None)
        requests = 1 if before is None else before.requests + 1
        self._known[source] = Stranger(source, _place(path), requests, self._clock())
        if len(self._known) > self._most:
            self._known.popitem(last=False)

    def latest(self) -> list[Stranger]:
        """Return the sources, the latest first."""
        while True:
            try:
                return list(reversed(self._known.values()))
            except RuntimeError:  # one came while we looked
                continue

    def _source(self, peer: str | None, headers: CIMultiDictProxy[str]) -> str:
        if self._believed is not None and _is_loopback(peer):
            told = headers.getall(self._believed, ())
            address = told[-1].rpartition(",")[2].strip() if told else ""
            if _parsed(address) is not None:
                return address
        return "" if peer is None else peer[:_LONGEST_ADDRESS]


def _place(path: str) -> KnockedAt:
    if path.startswith(SECRET_PATH):
        return KnockedAt.SECRET
    return KnockedAt.FRONT if path == OPEN_PATH else KnockedAt.ELSEWHERE


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address[:_LONGEST_ADDRESS])
    except ValueError:
        return None


def _is_loopback(peer: str | None) -> bool:
    address = None if peer is None else _parsed(peer)
    if address is None:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return address.is_loopback if mapped is None else bool(mapped.is_loopback)
