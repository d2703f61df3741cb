"""Serve the books of a campaign over HTTP, on this computer only: a stand-in for the API."""

import asyncio
import gzip
from collections import deque
from collections.abc import Callable
from typing import Any, Final, Self

import msgspec
from aiohttp import web

from kvitto.simulator.books_faults import CannedAnswer, LinkForm, Trick
from kvitto.simulator.books_world import ACCOUNT, Books

SIMULATED_KEY: Final = "simulated-key"
"""The key that these books want. It is no secret: they are invented."""
_DEFAULT_LIMIT: Final = 50
_BOMB_BYTES: Final = 20 * 1024 * 1024
_SLOW_S: Final = 3600.0
_HOST: Final = "127.0.0.1"


class BooksServer:
    """Answers the five questions that Kvitto asks, and the one that it must never ask.

    Args:
        books: what is answered.
        key: the key that is wanted.
        port: where it listens; 0 takes any free one.

    Attributes:
        asked: the path and query of each request, in order.
        was_asked: is set with the first.
        next_answers: what is answered instead to the next requests, in order; None for as usual.
    """

    def __init__(self, books: Books, *, key: str = SIMULATED_KEY, port: int = 0) -> None:
        self.books: Final = books
        self.asked: Final[list[str]] = []
        self.was_asked: Final = asyncio.Event()
        self.next_answers: Final[deque[CannedAnswer | Trick | None]] = deque()
        self._key: Final = key
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def base(self) -> str:
        """The address to be asked at."""
        return f"http://{_HOST}:{self._port}"

    async def __aenter__(self) -> Self:
        """Begin to listen.

        Raises:
            OSError: the port is taken.
        """
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, _HOST, self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    # --- Answers --------------------------------------------------------------------------------

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        self.was_asked.set()
        if self.next_answers and (instead := self.next_answers.popleft()) is not None:
            if isinstance(instead, CannedAnswer):
                return web.Response(
                    status=instead.status, body=instead.body, headers=dict(instead.headers)
                )
            return await _play(instead, request)
        if (refusal := self._refusal(request)) is not None:
            return refusal
        match request.path.strip("/").split("/"):
            case ["api", "me"]:
                return _json(self.books.account())
            case ["api", "me", "account"]:
                # The real answer holds the account's key in clear: never asked for.
                return _json({"Account": ACCOUNT, "Key": self._key})
            case ["v2", "batches"]:
                return self._page(request, self.books.batches, self.books.listed)
            case ["v2", "batches", batch_id, *rest]:
                return await self._of_batch(request, batch_id, rest)
            case _:
                return _problem(404, "Not Found")

    def _refusal(self, request: web.Request) -> web.Response | None:
        refused_after = self.books.faults.refused_after
        if request.headers.get("Authorization") != f"Bearer {self._key}":
            return _problem(401, "Unauthorized")
        if refused_after is not None and len(self.asked) > refused_after:
            return _problem(403, "Forbidden")
        return None if request.method == "GET" else _problem(405, "Method Not Allowed")

    async def _of_batch(
        self, request: web.Request, batch_id: str, rest: list[str]
    ) -> web.StreamResponse:
        books = self.books
        batch, unknown_after = books.batch_of(batch_id), books.faults.unknown_after
        is_gone = unknown_after is not None and len(self.asked) > unknown_after
        if batch is None or is_gone:
            return _problem(404, "Message or batch not found")
        match rest:
            case []:
                loop = asyncio.get_running_loop()
                try:
                    return _json(await loop.run_in_executor(None, books.batch, batch))
                except InterruptedError:
                    return _problem(503, "Service Unavailable")
            case ["messages"]:
                return self._page(
                    request,
                    batch.size,
                    lambda place: books.message(batch.first + place, is_whole=False),
                )
            case ["messages", message_id]:
                number = books.number_of(batch, message_id)
                if number is not None:
                    return _json(books.message(number, is_whole=True))
            case _:
                pass
        return _problem(404, "Message or batch not found")

    def _page(
        self, request: web.Request, total: int, item: Callable[[int], dict[str, Any]]
    ) -> web.Response:
        """Return a page of a list with so many items, of which `item` makes one by its place."""
        faults = self.books.faults
        start = int(request.query.get("start", 0))
        limit = min(int(request.query.get("limit", _DEFAULT_LIMIT)), faults.page_cap)
        places = list(range(total))
        is_first = start == 0
        if request.query.get("order") == "DESC":
            places.reverse()
        if faults.loses is not None and not is_first:
            del places[faults.loses : faults.loses + 1]
        if faults.grows:
            # What is there at the first request lacks as many as are still to come.
            hidden = max(0, total // 2 - len(self.asked))
            places = places[hidden:] if places and places[0] else places[: total - hidden]
        first = 0 if faults.endless else max(0, start + (0 if is_first else faults.offset))
        wanted = places[first : first + limit]
        items: list[Any] = [item(place) for place in wanted]
        if faults.bad_item in wanted:
            items[wanted.index(faults.bad_item)] |= {"statuses": "none", "price": []}
        response = _json(items)
        links = [(start, "self"), (0, "first")]
        if first + limit < len(places) or faults.endless:
            links.append((start + limit, "next"))
        if faults.link is not LinkForm.NONE:
            separator = "; " if faults.link is LinkForm.SEMICOLON else " "
            response.headers["Link"] = ", ".join(
                f"<https://api.ip1sms.com{request.path}?start={at}&limit={limit}>"
                f'{separator}rel="{name}"'
                for at, name in links
            )
        return response


def _json(told: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(told), content_type="application/json")


def _problem(status: int, title: str) -> web.Response:
    """Return an error as ASP.NET writes it (RFC 7807)."""
    return web.Response(
        status=status,
        body=msgspec.json.encode({"title": title, "status": status}),
        content_type=_PROBLEM,
    )


_PROBLEM: Final = "application/problem+json"


async def _play(trick: Trick, request: web.Request) -> web.StreamResponse:
    """Give an answer that is none."""
    match trick:
        case Trick.SLOW_HEAD:
            await asyncio.sleep(_SLOW_S)
            return web.Response()
        case Trick.LOGIN:
            return web.Response(text="<html>Please log in</html>", content_type="text/html")
        case Trick.REDIRECT:
            return web.Response(status=302, headers={"Location": "http://127.0.0.2:9/v2/batches"})
        case Trick.BOMB:
            bomb = gzip.compress(b" " * _BOMB_BYTES, 1)
            return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})
        case Trick.SLOW_BODY | Trick.CUT:
            response = web.StreamResponse(headers={"Content-Type": "application/json"})
            response.content_length = 1_000
            await response.prepare(request)
            await response.write(b'[{"price": 0.')
            if trick is Trick.SLOW_BODY:
                await asyncio.sleep(_SLOW_S)
            assert request.transport is not None
            request.transport.close()
            return response
