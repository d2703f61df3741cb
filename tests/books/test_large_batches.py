"""Very large batches, empty ones, and how many requests each takes: without a network."""

import re
from collections.abc import Collection, Mapping, Sequence

import msgspec
import pytest
from typing_extensions import override

from kvitto.books.asking import (
    AskedMessages,
    AskedStore,
    Operator,
    OperatorCount,
    Pass,
    histories_for,
)
from kvitto.books.client import PAGE_ITEMS, BooksClient, Pace
from kvitto.books.key import ApiKey
from kvitto.books.pass_result import PassResult
from kvitto.books.shapes import Batch
from kvitto.books.transport import RawAnswer, Transport
from kvitto.core.report import DeliveryReport
from tests.books.asking import Time


@pytest.mark.parametrize(
    ("size", "requests"), [(None, 20), (0, 20), (3_000, 20), (7_000, 60), (100_000, 520)]
)
def test_a_pass_by_itself_leaves_some_histories_to_the_next(
    size: int | None, requests: int
) -> None:
    pages = 0 if size is None else -(-size // (PAGE_ITEMS - 1))
    assert 1 + pages + histories_for(size) <= requests


class EndlessPaper(Transport):
    """Answers for a large batch, without a network.

    Args:
        size: how many messages it has.
        least: how many a page holds at least, whatever is asked for.
    """

    def __init__(self, size: int, *, least: int = 0) -> None:
        super().__init__(ApiKey("k"), "http://127.0.0.1:9")
        self.size = size
        self.least = least

    @override
    async def get(self, path: str) -> RawAnswer:
        asked = re.search(r"start=(\d+)&limit=(\d+)", path)
        if asked is None:
            summary = {"201": {"messages": self.size, "sms": self.size}}
            return RawAnswer(200, msgspec.json.encode({"id": "b", "messageSummary": summary}))
        start, limit = int(asked[1]), max(self.least, int(asked[2]))
        status = {"code": 201, "duration": 1, "created": "2026-03-01T10:00:00Z"}
        items = [
            {"id": f"{number:024x}", "segments": 1, "statuses": [status]}
            for number in range(start, min(self.size, start + limit))
        ]
        return RawAnswer(200, msgspec.json.encode(items))


class Forgetful(AskedStore):
    """A store that knows nothing, and counts what it is given."""

    def __init__(self) -> None:
        self.messages = 0
        self.most = 0

    @override
    async def may_ask(self, batch_id: str) -> bool:
        return True

    @override
    async def known(
        self, batch_id: str, message_ids: Collection[str]
    ) -> Mapping[str, Sequence[DeliveryReport]]:
        return {}

    @override
    async def add(self, asked: AskedMessages) -> None:
        self.messages += len(asked.plans)
        self.most = max(self.most, len(asked.plans))

    @override
    async def count_others(self, batch_id: str, message_ids: Collection[str]) -> int:
        return 0

    @override
    async def finish(
        self, result: PassResult, batch: Batch | None, operators: Mapping[Operator, OperatorCount]
    ) -> None:
        pass


async def pass_over(paper: EndlessPaper) -> tuple[PassResult, Forgetful]:
    time, store = Time(), Forgetful()
    client = BooksClient(
        ApiKey("k"),
        transport=paper,
        pace=Pace(per_hour=10_000),
        clock=time.clock,
        sleep=time.sleep,
        now=time.now,
    )
    return await Pass(client, store, time.now).run("b", is_unlimited=True), store


@pytest.mark.slow
async def test_a_hundred_thousand_messages_come_page_by_page_in_520_requests() -> None:
    result, store = await pass_over(EndlessPaper(100_000))
    assert result.agrees
    assert result.requests <= 520
    assert (store.messages, store.most) == (100_000, 200)


async def test_a_batch_without_messages_is_complete_at_once() -> None:
    result, store = await pass_over(EndlessPaper(0))
    assert result.agrees
    assert (result.there, result.seen, store.messages) == (0, 0, 0)
    assert result.requests <= 2


async def test_a_page_that_holds_more_than_was_asked_for_is_taken_in_parts() -> None:
    result, store = await pass_over(EndlessPaper(2_500, least=2_000))
    assert result.agrees
    assert (store.messages, store.most) == (2_500, 200)
