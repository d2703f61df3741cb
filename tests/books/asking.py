"""A client of the books whose time passes as soon as it waits, and simulated books to ask."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from kvitto.books.client import AskingPace, BooksClient
from kvitto.books.key import SIMULATED_KEY, ApiKey
from kvitto.books.transport import Transport
from kvitto.simulator.books_faults import BooksFaults
from kvitto.simulator.books_server import BooksServer
from kvitto.simulator.books_world import Books
from kvitto.simulator.campaign import Campaign
from tests.simulator.campaigns import a_campaign

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Time:
    """A clock that goes on by what is waited."""

    def __init__(self) -> None:
        self.passed_s = 0.0
        self.waits: list[float] = []

    def clock(self) -> float:
        return self.passed_s

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed_s)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.passed_s += seconds
        await asyncio.sleep(0)


def server_of(
    campaign: Campaign | None = None,
    faults: BooksFaults | None = None,
    *,
    callback_url: str | Sequence[str] = "https://reports.example.com/r/0123456789abcdef",
) -> BooksServer:
    """Return a server of the books of a campaign: start it with `async with`."""
    books = Books(campaign or a_campaign(), faults, callback_url=callback_url)
    return BooksServer(books)


def client_of(
    server: BooksServer,
    time: Time | None = None,
    *,
    key: str = SIMULATED_KEY,
    pace: AskingPace | None = None,
    whole_s: float = 30.0,
) -> BooksClient:
    """Return a client of simulated books, whose waiting takes no time."""
    time = time or Time()
    an_api_key = ApiKey(key)
    return BooksClient(
        an_api_key,
        pace=pace or AskingPace(),
        transport=Transport(an_api_key, server.base, whole_s=whole_s),
        clock=time.clock,
        sleep=time.sleep,
        now=time.now,
    )
