"""A message that can't be read costs itself alone, and is kept for whoever is to find out why."""

import asyncio
from pathlib import Path

import pytest

from kvitto.books.pass_result import WhyIncomplete
from kvitto.core.rejection import RejectionKind
from kvitto.simulator.books_faults import BooksFaults
from kvitto.store.database import open_database
from kvitto.store.reader import Reader
from kvitto.store.records import QuarantineRecord
from tests.books.asking import server_of
from tests.books.repairs import fill, known_campaign, planned, repair, stored

CAMPAIGN = known_campaign(messages=130, seed=5)
BATCH_ID = CAMPAIGN.batches[0].batch_id


def quarantined(folder: Path) -> list[QuarantineRecord]:
    with open_database(folder) as database:
        return list(Reader(database).stream_quarantine())


@pytest.mark.parametrize("place", [49, 100], ids=["where pages overlap", "in a page"])
async def test_each_pass_counts_it_once(data_dir: Path, place: int) -> None:
    await asyncio.to_thread(fill, data_dir, CAMPAIGN)
    for _ in range(2):
        async with server_of(CAMPAIGN, BooksFaults(page_cap=50, bad_item=place)) as server:
            result = await repair(data_dir, server, BATCH_ID)
            assert result.incomplete is WhyIncomplete.UNREADABLE
    (kept,) = quarantined(data_dir)
    assert (kept.kind, kept.times) == (RejectionKind.API, 2)
    assert kept.reason.english == "The field statuses can't be read."
    assert b'"statuses":"none"' in kept.body
    for dropped in (b"body", b"sender", b"owner"):
        assert dropped not in kept.body

    async with server_of(CAMPAIGN) as server:
        assert (await repair(data_dir, server, BATCH_ID)).agrees
    assert stored(data_dir) == planned(CAMPAIGN)
    assert quarantined(data_dir) == [kept], "what was wrong can still be looked at"


async def test_nothing_is_kept_where_all_can_be_read(data_dir: Path) -> None:
    await asyncio.to_thread(fill, data_dir, CAMPAIGN)
    async with server_of(CAMPAIGN) as server:
        assert (await repair(data_dir, server, BATCH_ID)).agrees
    assert quarantined(data_dir) == []
