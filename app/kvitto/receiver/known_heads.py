"""Heads of requests that have come before: the same bytes mean the same again.

A sender's requests differ in their bodies, and hardly in their heads. Once aiohttp has parsed one,
and the report behind it was stored, the next with that very head need not be parsed: what follows
it is the body of a report, so many bytes long. That takes a quarter of the time.
"""

from collections.abc import Coroutine
from typing import Any, Final, NamedTuple, TypeAlias

from aiohttp import hdrs, web
from aiohttp.http import HttpVersion11

from kvitto.receiver.key_search import Authorization
from kvitto.receiver.responses import Reply

Again: TypeAlias = tuple[Authorization, Coroutine[Any, Any, Reply]]
"""Who sends a report behind a head that is known, and what stores it and returns the reply."""

_MOST: Final = 1024
_LONGEST: Final = 1024
"""Bytes: of all heads together, a megabyte is kept."""
_END: Final = b"\r\n\r\n"
_WITH_MEANING: Final = (
    hdrs.CONTENT_ENCODING,
    hdrs.EXPECT,
    hdrs.TRANSFER_ENCODING,
    hdrs.UPGRADE,
)
"""Headers that ask for more than that a body is read and answered."""


class KnownHead(NamedTuple):
    """What a head says.

    Attributes:
        target: the target of the request.
        length: how many bytes its body has.
    """

    target: str
    length: int


class KnownHeads:
    """The heads of a receiver. Belongs to its loop.

    Only what has a valid key is kept, so that nobody else can fill it. Whether the key is valid
    must be looked up each time.
    """

    def __init__(self) -> None:
        """Know none yet."""
        self._heads: dict[bytes, KnownHead] = {}

    def __len__(self) -> int:
        """Return how many are kept."""
        return len(self._heads)

    def target_and_body(self, data: bytes) -> tuple[str, bytes] | None:
        """Return the target and the body of a request; None unless its head is known.

        Args:
            data: what came between two requests. It must be that request, and no more.
        """
        end = data.find(_END, 0, _LONGEST) + len(_END)
        known = self._heads.get(data[:end])
        if known is None or known.length != len(data) - end:
            return None
        return known.target, data[end:]

    def note(self, data: bytes, request: web.BaseRequest) -> None:
        """Keep the head of a report that was stored, if it may be known by its bytes.

        Args:
            data: all that came between the request before and the end of this one, in one piece.
            request: what aiohttp has made of it.
        """
        end = data.find(_END, 0, _LONGEST) + len(_END)
        head = data[:end]
        if (
            end < len(_END)
            or request.content_length != len(data) - end
            # Only so is it sure that this is the end of the head, by whatever reading.
            or not head.count(b"\r") == head.count(b"\n") == head.count(b"\r\n")
            or request.version != HttpVersion11
            or not request.keep_alive
            or any(name in request.headers for name in _WITH_MEANING)
        ):
            return
        if len(self._heads) >= _MOST:
            self._heads.clear()
        self._heads[head] = KnownHead(request.raw_path, len(data) - end)
