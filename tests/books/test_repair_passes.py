"""Passes: what they are allowed, how they go on, and what ends them."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from kvitto.books.pass_result import WhyIncomplete
from kvitto.books.reconcile import LONGEST_LAG
from kvitto.simulator.books_faults import (
    BooksFaults,
    CannedAnswer,
    StatusForm,
    Trick,
)
from kvitto.store.asked_reader import AskedReader
from tests.books.asking import Time, server_of
from tests.books.misbehaviour import (
    BATCH_ID,
    MINI,
    MINI_ID,
    PLANNED,
    SMALL,
)
from tests.books.repairs import fill, known_campaign, pass_of, planned, repair, stored, writing_to

SEED = 2
"""Of a campaign of which six messages were refunded, and have lost the report of their end."""


async def test_a_history_that_is_refused_says_nothing_of_the_batch(mini: Path) -> None:
    """Its id may be of no form that the path or the books take: the batch is known all the same."""
    async with server_of(MINI, BooksFaults(statuses=StatusForm.EMPTY)) as server:
        server.next_answers.extend([None, None, *[CannedAnswer(status=400)] * 16])
        result = await repair(mini, server, MINI_ID)
    assert result.incomplete is WhyIncomplete.HISTORIES
    assert result.seen == 70


async def test_a_batch_that_is_not_stored_is_not_asked_about(folder: Path) -> None:
    async with server_of(SMALL) as server:
        result = await repair(folder, server, "0" * 24)
        assert server.asked == []
    assert result.incomplete is WhyIncomplete.NOT_ASKED


async def test_a_pass_has_a_budget_unless_the_user_waits(folder: Path) -> None:
    async with server_of(SMALL, BooksFaults(page_cap=2)) as server:
        result = await repair(folder, server, BATCH_ID)
        assert (result.incomplete, result.requests) == (WhyIncomplete.BUDGET, 60)
        assert len(server.asked) == 60


async def test_passes_by_themselves_go_on_until_the_store_is_as_the_plan(folder: Path) -> None:
    async with server_of(SMALL, BooksFaults(page_cap=2)) as server:
        with writing_to(folder) as (database, writer):
            one, client = pass_of(database, writer, server, Time())
            async with client:
                results = [await one.run(BATCH_ID)]
                while not results[-1].agrees and len(results) < 10:
                    results.append(await one.run(BATCH_ID))
    assert results[-1].agrees
    assert max(result.requests for result in results) <= 60
    assert stored(folder) == PLANNED


async def test_what_differs_is_told_whichever_of_the_passes_found_it(folder: Path) -> None:
    async with server_of(SMALL, BooksFaults(page_cap=2, price_nano=777_000_000)) as server:
        with writing_to(folder) as (database, writer):
            one, client = pass_of(database, writer, server, Time())
            async with client:
                results = [await one.run(BATCH_ID)]
                while results[-1].incomplete is WhyIncomplete.BUDGET and len(results) < 10:
                    results.append(await one.run(BATCH_ID))
            record = AskedReader(database).of_batch(1)
            (batch,) = AskedReader(database).batches()
    assert len(results) > 1
    assert results[-1].incomplete is None
    assert record is not None
    assert record.differing == results[-1].differing > 110
    assert batch.was_seen_whole
    assert not batch.is_confirmed


async def test_a_look_reads_messages_only_where_the_sums_are_others_or_old(folder: Path) -> None:
    time = Time()
    async with server_of(SMALL) as server:
        with writing_to(folder) as (database, writer):
            one, client = pass_of(database, writer, server, time)

            async def look() -> tuple[bool, int]:
                server.asked.clear()
                return await one.look(BATCH_ID) is not None, len(server.asked)

            async with client:
                assert await look() == (True, 2)
                record = AskedReader(database).of_batch(1)
                assert await look() == (False, 1)
                # Nothing is noted: what was said of it is as old as it was.
                assert AskedReader(database).of_batch(1) == record
                server.books.faults = BooksFaults(lagging=3)
                assert await look() == (True, 2)
                assert await look() == (False, 1)
                # The sums may follow late: the messages are read all the same, in the end.
                time.passed_s += LONGEST_LAG.total_seconds()
                assert await look() == (True, 2)
                server.next_answers.append(CannedAnswer(status=404))
                found = await one.look(BATCH_ID)
                assert found is not None
                assert found.incomplete is WhyIncomplete.NOT_FOUND


async def test_a_pass_that_is_cancelled_anywhere_can_go_on(folder: Path) -> None:
    """Cancelled at each of its requests, one after another."""
    async with server_of(SMALL, BooksFaults(page_cap=50)) as server:
        with writing_to(folder) as (database, writer):
            for requests in range(1, 4):
                server.asked.clear()
                server.next_answers.extend([*[None] * (requests - 1), Trick.SLOW_HEAD])
                one, client = pass_of(database, writer, server, Time())
                async with client:
                    task = asyncio.get_running_loop().create_task(one.run(BATCH_ID))
                    await asked_for(server, requests)
                    task.cancel()
                    with pytest.raises(asyncio.CancelledError):
                        await task
        assert (await repair(folder, server, BATCH_ID)).agrees
    assert stored(folder) == PLANNED


async def asked_for(server: Any, requests: int) -> None:
    while len(server.asked) < requests:
        server.was_asked.clear()
        await server.was_asked.wait()


@pytest.mark.slow
async def test_three_thousand_messages_take_twenty_requests(tmp_path: Path) -> None:
    """One for the size, 16 pages, and one for each message whose refund is all that a list says.

    How many those are is chance: in this campaign there are six, more than one pass asks for.
    """
    campaign = known_campaign(messages=3_000, seed=SEED)
    batch_id = campaign.batches[0].batch_id
    await asyncio.to_thread(fill, tmp_path, campaign)
    async with server_of(campaign) as server:
        results = [await repair(tmp_path, server, batch_id) for _ in range(2)]
    assert [one.incomplete for one in results] == [WhyIncomplete.BUDGET, None]
    assert all(one.requests <= 20 for one in results)
    assert results[-1].agrees
    assert stored(tmp_path) == planned(campaign)
