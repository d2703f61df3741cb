"""A store that has missed some of a campaign's reports, and the truth to compare it with."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from typing_extensions import override

from kvitto.books.asked_store import DatabaseAskedStore
from kvitto.books.asking import Pass
from kvitto.books.pass_result import PassResult
from kvitto.core.state import MessageState, ReceivedReport
from kvitto.simulator.books_faults import BooksFaults
from kvitto.simulator.books_server import BooksServer
from kvitto.simulator.campaign import Campaign
from kvitto.simulator.message_scripts import MessageScript
from kvitto.simulator.plan import Plan
from kvitto.store.check import check
from kvitto.store.database import Database, open_database
from kvitto.store.reader import Reader
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.books.asking import START, Time, client_of
from tests.helpers.ledger import Ledger
from tests.simulator.campaigns import a_campaign

NEVER = 3
"""Messages of which no report comes."""
LOST = 0.05


class KnownCampaign(Campaign):
    """A campaign that makes what is posted about a message once: these tests ask often."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._scripts: Final[dict[int, MessageScript]] = {}

    @override
    def script(self, message: int) -> MessageScript:
        if message not in self._scripts:
            self._scripts[message] = super().script(message)
        return self._scripts[message]


def known_campaign(*, messages: int, seed: int) -> Campaign:
    """Return a campaign of one batch."""
    return KnownCampaign(a_campaign(messages=messages, batches=1, seed=seed).plan)


def truth_of(campaign: Campaign) -> Ledger:
    """Return the states and sums of all that the plan says."""
    ledger = Ledger()
    sequence = 0
    for message in range(campaign.plan.messages):
        for report in campaign.script(message).reports:
            sequence += 1
            ledger.fold(ReceivedReport(report, sequence, START))
    return ledger


def fill(folder: Path, campaign: Campaign, *, seed: int = 1, arrived: datetime = START) -> None:
    """Store what is posted of a campaign, but a part that is lost."""
    with writing_to(folder) as (_, writer):
        fill_by(writer, campaign, seed=seed, arrived=arrived)


def fill_by(
    writer: Writer, campaign: Campaign, *, seed: int = 1, arrived: datetime = START
) -> None:
    """Store by a writer what is posted of a campaign, but a part that is lost."""
    chance = random.Random(seed)
    never = set(chance.sample(range(1, campaign.plan.messages), NEVER))
    requests = [
        ReportRequest(report, b"{}", arrived)
        for message in range(campaign.plan.messages)
        if message not in never
        for report in campaign.script(message).reports
        if chance.random() >= LOST
    ]
    asyncio.run(_append(writer, requests))


async def _append(writer: Writer, requests: list[ReportRequest]) -> None:
    for first in range(0, len(requests), 500):
        await asyncio.gather(*map(writer.append, requests[first : first + 500]))


@contextmanager
def writing_to(folder: Path) -> Iterator[tuple[Database, Writer]]:
    with open_database(folder) as database:
        writer = Writer(database)
        writer.start()
        try:
            yield database, writer
        finally:
            writer.close()


def pass_of(
    database: Database, writer: Writer, server: BooksServer, time: Time, **options: Any
) -> tuple[Pass, Any]:
    """Return a pass, and its client, to be closed."""
    client = client_of(server, time, **options)
    store = DatabaseAskedStore(database, lambda edit: writer.edit(edit).result(30))
    return Pass(client, store, time.now), client


async def repair(
    folder: Path,
    server: BooksServer,
    batch_id: str,
    *,
    is_unlimited: bool = False,
    **options: Any,
) -> PassResult:
    """Make one pass over a batch."""
    with writing_to(folder) as (database, writer):
        one, client = pass_of(database, writer, server, Time(), **options)
        async with client:
            return await one.run(batch_id, is_unlimited=is_unlimited)


def shown(state: MessageState) -> tuple[Any, ...]:
    """Return what must be as in the plan: the history between may be lost for good."""
    return (
        state.code,
        state.final,
        state.result,
        None if state.segments is None else state.segments.value,
        state.cost,
    )


def stored(folder: Path) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Return what is shown of every stored message; the store is checked, too."""
    with open_database(folder) as database:
        assert check(database).differences == []
        messages = Reader(database).stream_messages()
        return {(one.batch_id, one.message_id): shown(one.state) for one in messages}


def planned(campaign: Campaign) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Return what is shown of every message by the plan."""
    return {key: shown(state) for key, state in truth_of(campaign).states.items()}


__all__ = [
    "BooksFaults",
    "fill",
    "known_campaign",
    "pass_of",
    "planned",
    "repair",
    "stored",
    "writing_to",
]
