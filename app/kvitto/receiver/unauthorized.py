"""Remember unknown callers: the latest sources of requests with a wrong key or path.

For display only: nothing here grants or refuses access. The sources are stored now and then, where
any window finds them; until then they are kept in memory, in a limited number.
"""

import ipaddress
import logging
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final

from multidict import CIMultiDictProxy

from kvitto.core.timestamps import minute_of, to_microseconds
from kvitto.receiver.urls import KEY_PATH, NO_AUTH_PATH
from kvitto.store.errors import StoreError
from kvitto.store.unauthorized_log import (
    MAX_SOURCES,
    ClientSource,
    RecordUnauthorized,
    RequestedPath,
)
from kvitto.store.write_requests import UnauthorizedCount, WriteResult
from kvitto.store.writer import Writer

_LONGEST_ADDRESS: Final = 64


class ClientSources:
    """The sources of unauthorized requests that are not in the store yet.

    Noted on the receiver's loop; `take`, `give_back` and `trust_forwarded_header` from any thread.

    Args:
        clock: the time, UTC.
        most: how many sources are kept; the one that was silent longest goes first.
    """

    def __init__(self, clock: Callable[[], datetime], most: int = MAX_SOURCES) -> None:
        self._clock = clock
        self._most = most
        self._trusted_header: str | None = None
        self._changing = threading.Lock()
        self._known: OrderedDict[str, ClientSource] = OrderedDict()

    @property
    def trusted_header(self) -> str | None:
        """The header of the tunnel from which addresses are taken; None for none."""
        return self._trusted_header

    def trust_forwarded_header(self, header: str | None) -> None:
        """Take a caller's address from this header of the tunnel from now on; None for none.

        Trusted only from this computer, where the tunnel's near end runs, and only the last
        address in it: what comes before was sent by the caller.
        """
        self._trusted_header = header

    def note(self, path: str, peer: str | None, headers: CIMultiDictProxy[str]) -> None:
        """Note a request for `path` from `peer`."""
        source = self._source(peer, headers)
        with self._changing:
            before = self._known.pop(source, None)
            requests = 1 if before is None else before.requests + 1
            self._known[source] = ClientSource(source, _place(path), requests, self._clock())
            if len(self._known) > self._most:
                self._known.popitem(last=False)

    def take(self) -> list[ClientSource]:
        """Return the sources, the latest last, and forget them here: they go to the store."""
        with self._changing:
            taken = list(self._known.values())
            self._known.clear()
        return taken

    def give_back(self, sources: Sequence[ClientSource]) -> None:
        """Keep what was taken and could not be stored, until it is taken again."""
        with self._changing:
            newer = list(self._known.values())
            self._known = OrderedDict((one.source, one) for one in sources)
            for one in newer:
                before = self._known.pop(one.source, None)
                earlier = 0 if before is None else before.requests
                self._known[one.source] = ClientSource(
                    one.source, one.at, earlier + one.requests, one.last
                )
            while len(self._known) > self._most:
                self._known.popitem(last=False)

    def _source(self, peer: str | None, headers: CIMultiDictProxy[str]) -> str:
        if self._trusted_header is not None and _is_loopback(peer):
            told = headers.getall(self._trusted_header, ())
            address = told[-1].rpartition(",")[2].strip() if told else ""
            if _parsed(address) is not None:
                return _without_scope(address)
        return "" if peer is None else _without_scope(peer)[:_LONGEST_ADDRESS]


def _place(path: str) -> RequestedPath:
    if path.startswith(KEY_PATH):
        return RequestedPath.KEY
    return RequestedPath.FRONT if path == NO_AUTH_PATH else RequestedPath.ELSEWHERE


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(_without_scope(address)[: _LONGEST_ADDRESS + 1])
    except ValueError:
        return None


def _without_scope(address: str) -> str:
    """Return an address without its scope id, which can be any text, of any length."""
    return address.partition("%")[0]


def _is_loopback(peer: str | None) -> bool:
    address = None if peer is None else _parsed(peer)
    if address is None:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return address.is_loopback if mapped is None else bool(mapped.is_loopback)


log = logging.getLogger(__name__)

_MOST_MINUTES: Final = 1_440
"""While the store is broken, a day of counts is kept apart; older ones are added to the next."""


class UnauthorizedCounter:
    """Requests with a wrong or missing key, or to another path, by the minute.

    However many such requests come, the store writes one row for each `flush`. Belongs to one loop.

    Attributes:
        total: how many came since the start.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.total = 0
        self._clock = clock
        self._by_minute: dict[int, int] = {}

    def count(self) -> None:
        """Count one request."""
        self.total += 1
        minute = minute_of(to_microseconds(self._clock()))
        self._by_minute[minute] = self._by_minute.get(minute, 0) + 1
        if len(self._by_minute) > _MOST_MINUTES:
            oldest, next_oldest = sorted(self._by_minute)[:2]
            self._by_minute[next_oldest] += self._by_minute.pop(oldest)

    async def flush(self, append: Callable[[UnauthorizedCount], Awaitable[WriteResult]]) -> bool:
        """Store what was counted; what can't be stored is kept for the next time.

        Returns:
            Whether anything was stored.
        """
        has_stored = False
        for minute, requests in list(self._by_minute.items()):
            try:
                await append(UnauthorizedCount(minute, requests))
            except StoreError as error:
                # Reports that can't be stored raise the alarm; a count alone need not.
                log.debug("Unauthorized requests are not stored yet: %s", type(error).__name__)
                break
            has_stored = True
            self._by_minute[minute] -= requests
            if not self._by_minute[minute]:
                del self._by_minute[minute]
        return has_stored


def save_sources(sources: ClientSources, writer: Writer) -> None:
    """Store who called with a wrong key; what can't be stored is kept for the next time."""
    taken = sources.take()
    if not taken:
        return
    try:
        writer.edit(RecordUnauthorized(taken)).result()
    except StoreError as error:
        # Reports that can't be stored raise the alarm; this alone need not.
        log.debug("Who called is not stored yet: %s", type(error).__name__)
        sources.give_back(taken)
