"""A server that announces versions, as right or wrong as wanted."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Self

import msgspec
from aiohttp import web

from kvitto.updates.source import UpdateSource
from tests.helpers.signed_files import Signer


class Announcing:
    """What is served, and what was asked.

    Attributes:
        signer: who signs it.
        data, signature: what lies there.
        status: of the answers.
        asked: the headers of each question, with its path.
        goes_on: until it is set, answers stop after their first byte.
    """

    def __init__(self) -> None:
        self.signer: Final = Signer()
        self.data = self.signature = b""
        self.status = 200
        self.headers: dict[str, str] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.address = ""
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    @property
    def source(self) -> UpdateSource:
        """The place, and the key that is to be believed."""
        return UpdateSource(self.address, self.signer.public_key)

    def announce(self, version: str, **more: object) -> Self:
        """Serve an announcement of a version, well signed."""
        told = {"version": version, "date": "2026-11-29", "url": "https://kvitto.example/"} | more
        self.data = msgspec.json.encode(told)
        self.signature = self.signer.sign(self.data)
        return self

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        self.asked.append((request.path, dict(request.headers)))
        body = self.signature if request.path.endswith(".minisig") else self.data
        if self.goes_on.is_set():
            return web.Response(status=self.status, body=body, headers=self.headers)
        answer = web.StreamResponse(status=self.status)
        await answer.prepare(request)
        with contextlib.suppress(ConnectionError):
            await answer.write(body[:1])
            await self.goes_on.wait()
        return answer


@asynccontextmanager
async def announcing() -> AsyncIterator[Announcing]:
    """Serve on a free port of this computer."""
    made = Announcing()
    app = web.Application()
    app.router.add_get("/{path:.*}", made.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        made.address = f"http://{host}:{port}/latest.json"
        yield made
    finally:
        made.goes_on.set()
        await runner.cleanup()
