"""The window is closed by its window manager while iP.1 is asked, and iP.1 never answers."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from kvitto.books.connection import BASE_VARIABLE
from kvitto.simulator.books_faults import BooksFaults, Trick
from kvitto.store.asked_edits import PENDING
from kvitto.store.asked_reader import AskedReader
from kvitto.store.database import open_database
from kvitto.store.lockfile import read_instance_info
from kvitto.ui.services.preferences import OnClose, Preferences
from tests.books.asking import server_of
from tests.books.repairs import fill, known_campaign, planned, repair, stored
from tests.helpers.program import END_S, START_S
from tests.journeys.patience import eventually
from tests.journeys.windows import Window

HAS_NO_SCREEN = any(shutil.which(tool) is None for tool in ("Xvfb", "openbox", "xdotool"))
pytestmark = [
    pytest.mark.no_cover,
    pytest.mark.skipif(HAS_NO_SCREEN, reason="needs a screen: see debian-test-packages.txt"),
]
PAGE = 50
CAMPAIGN = known_campaign(messages=130, seed=5)
BATCH_ID = CAMPAIGN.batches[0].batch_id
BEFORE = 2
"""Requests before the pass: the account, and the list of batches."""


@pytest.fixture
def display() -> Iterator[str]:
    """Give a screen of its own, with a window manager on it."""
    with ExitStack() as stack:
        reading, writing = os.pipe()
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
            pass_fds=[writing],
            stderr=subprocess.DEVNULL,
        )
        stack.callback(server.wait, END_S)
        stack.callback(server.terminate)
        os.close(writing)
        with os.fdopen(reading, encoding="ascii") as told:
            display = f":{told.readline().strip()}"
        manager = subprocess.Popen(
            ["openbox"], env={**os.environ, "DISPLAY": display}, stderr=subprocess.DEVNULL
        )
        stack.callback(manager.wait, END_S)
        stack.callback(manager.terminate)
        yield display


def hands(display: str, *arguments: str) -> str:
    """Move the hands; return what they found."""
    return subprocess.run(
        ["xdotool", *arguments],
        env={**os.environ, "DISPLAY": display},
        capture_output=True,
        encoding="utf-8",
        timeout=END_S,
        check=False,
    ).stdout.strip()


def close(display: str, window: Window) -> None:
    """Have the window manager close the window: it asks as its frame's button does."""

    def found() -> list[str]:
        options = ("--onlyvisible", "--pid", str(window.pid), "--name", "Kvitto")
        return hands(display, "search", *options).split()

    assert eventually(lambda: len(found()) == 1, START_S)
    hands(display, "windowactivate", "--sync", *found(), "key", "alt+F4")


@pytest.mark.parametrize("answers", [2, 3], ids=["the first page", "half-way"])
@pytest.mark.parametrize("trick", [Trick.SLOW_HEAD, Trick.SLOW_BODY])
async def test_closing_waits_for_no_answer_and_the_next_pass_goes_on(
    data_dir: Path, display: str, qapp: QApplication, trick: Trick, answers: int
) -> None:
    """It ends while the first request that got no answer is open: nothing was waited for."""
    arrived = datetime.now(UTC) - timedelta(minutes=10)
    await asyncio.to_thread(fill, data_dir, CAMPAIGN, arrived=arrived)
    preferences = Preferences(data_dir)
    preferences.put("on_close", OnClose.STOP.value)
    preferences.put("watches_books", True)
    preferences.flush()
    async with server_of(CAMPAIGN, BooksFaults(page_cap=PAGE)) as server:
        server.next_answers.extend([*[None] * (BEFORE + answers - 1), trick])
        screen = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", BASE_VARIABLE: server.base}
        with Window(data_dir, environment=screen) as window:
            while len(server.asked) < BEFORE + answers:
                server.was_asked.clear()
                await asyncio.wait_for(server.was_asked.wait(), START_S)
            await asyncio.to_thread(close, display, window)
            assert await asyncio.to_thread(window.wait) == 0, window.stderr
            assert window.complaints == []
        assert len(server.asked) == BEFORE + answers, "it has waited until the first gave up"
    assert read_instance_info(data_dir) is None
    with open_database(data_dir) as database:
        record = AskedReader(database).of_batch(1)
    told = None if record is None else record.incomplete
    assert told == (None if answers == 2 else PENDING)
    async with server_of(CAMPAIGN) as server:
        assert (await repair(data_dir, server, BATCH_ID)).agrees
    assert stored(data_dir) == planned(CAMPAIGN)
