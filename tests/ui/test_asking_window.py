"""The whole window asks simulated books: by the button, by the menu, and when it is due."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit

from kvitto.books.connection import BASE_VARIABLE
from kvitto.simulator.books_faults import CannedAnswer, Trick
from kvitto.simulator.books_server import BooksServer
from kvitto.simulator.books_world import Books
from kvitto.simulator.campaign import Campaign
from kvitto.store.asked_reader import AskedReader
from kvitto.ui.settings.settings_dialog import SettingsDialog
from tests.books.repairs import fill, planned, stored
from tests.simulator.campaigns import a_campaign
from tests.ui.stage import Stage, on_stage
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("as_before", "loopback_is_public"),
    pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True),
]


@pytest.fixture
def campaign() -> Campaign:
    return a_campaign()


@pytest.fixture
async def server(campaign: Campaign) -> AsyncIterator[BooksServer]:
    async with BooksServer(Books(campaign)) as one:
        yield one


def environment(server: BooksServer) -> dict[str, str]:
    return {BASE_VARIABLE: server.base}


async def begin(stage: Stage) -> None:
    """Let it find its key, as the program does."""
    stage.context.books.begin()
    await until(lambda: stage.context.books.state.account is not None)


def confirmed(stage: Stage) -> int:
    return sum(one.is_confirmed for one in AskedReader(stage.backend.database).batches())


async def test_the_button_asks_about_the_batch_and_the_receipt_says_what_came_of_it(
    data_dir: Path, campaign: Campaign, server: BooksServer
) -> None:
    await asyncio.to_thread(fill, data_dir, campaign)
    async with on_stage(data_dir, environment=environment(server)) as stage:
        await begin(stage)
        await until(lambda: stage.rows() == 3)
        # It was silent for months: nothing is due, and only the account was asked.
        assert server.asked == ["/api/me"]
        panel = stage.window.batches
        panel.view.select(panel.model.index(0, 0))
        page = stage.window.details.batch_page
        await until(lambda: page.ask_action.isVisible())
        assert page.form.fact("asked") == ""

        page.ask_action.click()
        assert page.ask_action.text() == "Asking iP.1 …"
        await until(lambda: "iP.1 agrees: " in page.form.fact("asked"))
        await until(lambda: page.ask_action.text() == "Ask iP.1")
        assert "iP.1 agrees about" in stage.banner("done")
        assert confirmed(stage) == 1
        await until(lambda: stage.window.strip.balance == "412.50\N{NO-BREAK SPACE}SEK left")
        receipt = page.receipt()
        assert receipt is not None
        assert any("iP.1 agrees" in value for one in receipt.sections for _, value in one.rows)


async def test_the_menu_asks_about_all_and_the_store_is_as_the_plan(
    data_dir: Path, campaign: Campaign, server: BooksServer
) -> None:
    await asyncio.to_thread(fill, data_dir, campaign)
    assert stored(data_dir) != planned(campaign)
    async with on_stage(data_dir, environment=environment(server)) as stage:
        await begin(stage)
        stage.action("Ask iP.1 about all batches").trigger()
        await until(lambda: bool(stage.banner("done")))
        assert confirmed(stage) == 3
        asked = len(server.asked)
        stage.action("Ask iP.1 about all batches").trigger()
        await until(lambda: "confirmed every batch" in stage.banner("done"))
        assert len(server.asked) == asked
    assert stored(data_dir) == planned(campaign)


async def test_without_a_key_the_menu_leads_to_where_one_is_pasted(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        stage.action("Ask iP.1 about all batches").trigger()
        (dialog,) = stage.window.findChildren(SettingsDialog)
        fields = [one for one in dialog.findChildren(QLineEdit) if one.isVisible()]
        assert [one.placeholderText() for one in fields] == ["Paste the key here"]
        assert not stage.window.details.batch_page.ask_action.isVisible()
        assert stage.window.strip.balance == ""


async def test_a_batch_that_looks_finished_is_asked_about_by_itself(
    data_dir: Path, server: BooksServer, campaign: Campaign
) -> None:
    arrived = datetime.now(UTC) - timedelta(minutes=10)
    await asyncio.to_thread(fill, data_dir, campaign, arrived=arrived)
    async with on_stage(data_dir, environment=environment(server)) as stage:
        before = await asyncio.to_thread(stage.backend.reader.batches)
        finished = sum(one.is_finished for one in before)
        assert finished
        await begin(stage)
        await until(lambda: confirmed(stage) == finished)
        assert stage.banner("done") == ""


async def test_why_it_cannot_be_said_is_said(
    data_dir: Path, campaign: Campaign, server: BooksServer
) -> None:
    await asyncio.to_thread(fill, data_dir, campaign)
    async with on_stage(data_dir, environment=environment(server)) as stage:
        await begin(stage)
        server.next_answers.append(CannedAnswer(status=403))
        stage.action("Ask iP.1 about all batches").trigger()
        await until(lambda: "iP.1 refuses the key" in stage.banner("failed"))
        assert len(server.asked) == 2
        assert stage.context.books.state.is_refused


async def test_closing_waits_for_no_answer(
    data_dir: Path, campaign: Campaign, server: BooksServer
) -> None:
    await asyncio.to_thread(fill, data_dir, campaign)
    async with on_stage(data_dir, environment=environment(server)) as stage:
        await begin(stage)
        server.next_answers.extend([None, Trick.SLOW_HEAD])
        stage.action("Ask iP.1 about all batches").trigger()
        await until(lambda: len(server.asked) == 3)
        # The answer takes an hour, and the client's own limit is longer than this.
        async with asyncio.timeout(20):
            await stage.context.books.close()
        batch = stage.backend.reader.batches()[0]
        assert AskedReader(stage.backend.database).of_batch(batch.key) is None
