"""Very large batches, empty ones, and how many requests each takes: without a network."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import msgspec
import pytest
from typing_extensions import override

from kvitto.books.asking import (
    AskedMessages,
    AskedStore,
    Operator,
    OperatorCount,
    Pass,
)
from kvitto.books.client import PAGE_ITEMS, AskingPace, BooksClient
from kvitto.books.key import ApiKey
from kvitto.books.pass_limits import histories_for
from kvitto.books.pass_result import PassResult, WhyIncomplete
from kvitto.books.schedule import BatchFacts, Facts, due
from kvitto.books.shapes import BooksBatch
from kvitto.books.transport import RawAnswer, Transport
from kvitto.store.asked_reader import AskableBatch, KnownMessage, OtherMessages
from tests.books.asking import START, Time


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

    Attributes:
        shift: how many items have vanished from its head.
        most: how many a page holds at most.
        busy_from: from which place on there is no answer; None for nowhere.
    """

    def __init__(self, size: int, *, least: int = 0) -> None:
        super().__init__(ApiKey("k"), "http://127.0.0.1:9")
        self.size = size
        self.least = least
        self.shift = 0
        self.most = 10**6
        self.busy_from: int | None = None

    @override
    async def get(self, path: str) -> RawAnswer:
        asked = re.search(r"start=(\d+)&limit=(\d+)", path)
        if asked is None:
            summary = {"201": {"messages": self.size, "sms": self.size}}
            return RawAnswer(200, msgspec.json.encode({"id": "b", "messageSummary": summary}))
        start, limit = int(asked[1]), max(self.least, int(asked[2]))
        if self.busy_from is not None and start >= self.busy_from:
            return RawAnswer(503, b"")
        start, limit = start + self.shift, min(limit, self.most)
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
        self.reports = 0

    @override
    async def may_ask(self, batch_id: str) -> bool:
        return True

    @override
    async def known(
        self, batch_id: str, message_ids: Collection[str]
    ) -> Mapping[str, KnownMessage]:
        return {}

    @override
    async def report_count(self, batch_id: str) -> int:
        return self.reports

    @override
    async def add(self, asked: AskedMessages) -> None:
        self.messages += len(asked.plans)
        self.most = max(self.most, len(asked.plans))

    @override
    async def count_others(
        self, batch_id: str, message_ids: Collection[str], settled: datetime
    ) -> OtherMessages:
        return OtherMessages()

    @override
    async def finish(
        self,
        result: PassResult,
        batch: BooksBatch | None,
        operators: Mapping[Operator, OperatorCount],
    ) -> None:
        pass


def pass_of(
    paper: EndlessPaper, store: Forgetful, pace: AskingPace | None = None, time: Time | None = None
) -> Pass:
    time = time or Time()
    client = BooksClient(
        ApiKey("k"),
        transport=paper,
        pace=pace or AskingPace(),
        clock=time.clock,
        sleep=time.sleep,
        now=time.now,
    )
    return Pass(client, store, time.now)


async def pass_over(paper: EndlessPaper) -> tuple[PassResult, Forgetful]:
    store = Forgetful()
    one = pass_of(paper, store, AskingPace(per_hour=10_000))
    return await one.run("b", is_unlimited=True), store


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


async def test_passes_by_themselves_complete_twenty_thousand_messages() -> None:
    store = Forgetful()
    one = pass_of(EndlessPaper(20_000), store)
    first, second = await one.run("b"), await one.run("b")
    assert (first.incomplete, first.requests) == (WhyIncomplete.BUDGET, 60)
    assert not first.agrees
    assert second.agrees
    assert (second.seen, store.messages) == (20_000, 20_000)
    assert second.requests <= 60
    # The next one begins anew.
    assert (await one.run("b")).incomplete is WhyIncomplete.BUDGET


@pytest.mark.parametrize("size", [30_000, pytest.param(100_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("opened", [timedelta(), timedelta(days=3)])
async def test_what_is_due_confirms_a_large_batch_however_late_the_window_is_opened(
    size: int, opened: timedelta
) -> None:
    store, time = Forgetful(), Time()
    one = pass_of(EndlessPaper(size), store, time=time)
    last_seen = time.now() - opened
    results: list[PassResult] = []
    while not results or not results[-1].agrees:
        last = results[-1] if results else None
        asked_at, why = (None, None) if last is None else (last.asked_at, last.incomplete)
        batch = AskableBatch("b", 1, last_seen, last_seen, size, size, asked_at, why, size)
        known = BatchFacts(batch, is_finished=True, passes=len(results))
        found = due(Facts(batches=[known], lists_at=time.now()), time.now())
        if found.batches:
            results.append(await one.run("b"))
        else:
            assert found.next_at is not None, "it is never asked about again"
            time.passed_s += (found.next_at - time.now()).total_seconds()
    assert (results[-1].seen, store.messages) == (size, size)
    assert all(result.requests <= 60 for result in results)
    assert time.now() - START < timedelta(hours=3)


async def test_a_batch_in_small_pages_is_confirmed_where_the_user_waits() -> None:
    paper = EndlessPaper(5_000)
    paper.most = 50
    result, _ = await pass_over(paper)
    assert result.agrees


async def test_the_users_pass_goes_on_after_the_hours_limit_and_others_keep_their_own() -> None:
    store, time = Forgetful(), Time()
    one = pass_of(EndlessPaper(20_000), store, AskingPace(per_hour=30), time)
    first = await one.run("b", is_unlimited=True)
    assert (first.incomplete, first.requests) == (WhyIncomplete.OWN_LIMIT, 30)
    assert first.again_at is not None
    time.passed_s += 3_600
    second = await one.run("b", is_unlimited=True)
    assert (second.incomplete, second.seen) == (WhyIncomplete.OWN_LIMIT, store.messages)
    assert second.seen > first.seen
    store, time = Forgetful(), Time()
    one = pass_of(EndlessPaper(40_000), store, AskingPace(per_hour=70), time)
    assert (await one.run("b", is_unlimited=True)).incomplete is WhyIncomplete.OWN_LIMIT
    time.passed_s += 3_600
    by_itself = await one.run("b")
    assert (by_itself.incomplete, by_itself.requests) == (WhyIncomplete.BUDGET, 60)


@pytest.mark.parametrize("what", ["sums", "reports", "the user"])
async def test_a_pass_goes_on_only_where_nothing_has_changed(what: str) -> None:
    store, paper = Forgetful(), EndlessPaper(20_000)
    one = pass_of(paper, store)
    first = await one.run("b")
    assert store.messages == first.seen
    paper.size += what == "sums"
    store.reports += what == "reports"
    second = await one.run("b", is_unlimited=what == "the user")
    assert second.agrees == (what == "the user")
    assert store.messages == first.seen + second.seen


async def test_what_the_list_lost_between_two_passes_is_noticed() -> None:
    store, paper = Forgetful(), EndlessPaper(20_000)
    one = pass_of(paper, store)
    await one.run("b")
    paper.shift = 5
    second = await one.run("b")
    assert not second.agrees


async def test_where_the_service_was_busy_the_next_pass_goes_on() -> None:
    store, paper, time = Forgetful(), EndlessPaper(6_000), Time()
    one = pass_of(paper, store, time=time)
    paper.busy_from = 4_000
    first = await one.run("b")
    assert first.incomplete is WhyIncomplete.BUSY
    paper.busy_from = None
    assert first.again_at is not None
    time.passed_s += (first.again_at - time.now()).total_seconds()
    second = await one.run("b")
    assert second.agrees
    assert store.messages == 6_000
    assert second.requests < 20
