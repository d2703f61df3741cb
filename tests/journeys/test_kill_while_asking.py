"""The receiver is killed while `kvitto ask` has it store what iP.1 says: nothing is half done."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kvitto.books.connection import BASE_VARIABLE
from kvitto.core.rejection import RejectionKind
from kvitto.simulator.books_faults import BooksFaults
from kvitto.simulator.books_server import BooksServer
from kvitto.store.asked_edits import PENDING
from kvitto.store.asked_reader import AskedReader
from kvitto.store.database import open_database
from kvitto.store.reader import Reader
from tests.books.asking import server_of
from tests.books.repairs import fill, known_campaign, planned, stored
from tests.helpers.program import END_S, PROJECT, START_S, Program, assert_check_agrees

pytestmark = pytest.mark.no_cover

PAGE = 50
CAMPAIGN = known_campaign(messages=230, seed=5)
BATCH_ID = CAMPAIGN.batches[0].batch_id


def asking(folder: Path, server: BooksServer) -> subprocess.Popen[str]:
    """Start `kvitto ask`."""
    return subprocess.Popen(
        [sys.executable, "-m", "kvitto", "ask", "--data-dir", folder, "--batch", BATCH_ID],
        cwd=PROJECT,
        env={**os.environ, BASE_VARIABLE: server.base},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


@pytest.mark.parametrize("requests", [2, 3, 5], ids=["first page", "second page", "fourth page"])
async def test_the_store_is_whole_and_the_next_pass_goes_on(data_dir: Path, requests: int) -> None:
    arrived = datetime.now(UTC) - timedelta(minutes=30)
    await asyncio.to_thread(fill, data_dir, CAMPAIGN, arrived=arrived)
    faults = BooksFaults(page_cap=PAGE, bad_item=10)
    with Program(data_dir) as receiver:
        await asyncio.to_thread(lambda: receiver.url)
        async with server_of(CAMPAIGN, faults) as server:
            command = asking(data_dir, server)
            try:
                while len(server.asked) < requests:
                    server.was_asked.clear()
                    await asyncio.wait_for(server.was_asked.wait(), START_S)
                await asyncio.to_thread(receiver.kill)
                said, complaint = await asyncio.to_thread(command.communicate, None, END_S)
            finally:
                command.kill()
        assert (command.returncode, said) == (2, "")
        assert complaint.startswith("kvitto: "), complaint
        assert "Traceback" not in complaint
    assert_check_agrees(data_dir)
    if requests > 2:
        # A page is on the disk before the next one is asked for.
        with open_database(data_dir) as database:
            record = AskedReader(database).of_batch(1)
            kept = [one.kind for one in Reader(database).stream_quarantine()]
        assert record is not None
        assert record.incomplete == PENDING
        assert kept == [RejectionKind.API]

    with Program(data_dir) as receiver:
        await asyncio.to_thread(lambda: receiver.url)
        async with server_of(CAMPAIGN, BooksFaults(page_cap=PAGE)) as server:
            command = asking(data_dir, server)
            try:
                said, complaint = await asyncio.to_thread(command.communicate, None, END_S)
            finally:
                command.kill()
        assert (command.returncode, complaint) == (0, ""), said
        assert "iP.1 agrees: 230 of 230" in said
        assert await asyncio.to_thread(receiver.stop) == 0
    assert stored(data_dir) == planned(CAMPAIGN)
    assert_check_agrees(data_dir)
