"""The whole window asks simulated books: by the button, by the menu, and when it is due."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLineEdit, QPushButton, QSpinBox

from kvitto.books import ask_runner
from kvitto.books.connection import BASE_VARIABLE
from kvitto.core.report import Origin
from kvitto.simulator.books_faults import CannedAnswer, Trick
from kvitto.simulator.books_server import BooksServer
from kvitto.simulator.books_world import Books
from kvitto.simulator.campaign import Campaign
from kvitto.simulator.campaign_runner import SendingManner
from kvitto.simulator.retry_queue import AtOnce
from kvitto.store.askable import AddUnreported
from kvitto.store.asked_reader import AskedReader
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.database import open_database
from kvitto.store.write_requests import ReportRequest
from kvitto.ui.dialogs import demo
from kvitto.ui.dialogs.demo import Demo
from kvitto.ui.reachability.reachability_dialog import ReachabilityDialog
from kvitto.ui.services.preferences import Language
from kvitto.ui.settings.settings_dialog import SettingsDialog
from tests.books.repairs import fill, planned, stored, writing_to
from tests.simulator.campaigns import a_campaign
from tests.store.arrivals import a_report
from tests.ui.stage import Stage, on_stage
from tests.ui.waiting import until

LIST = "/v2/batches?start=0&limit=200&order=DESC"
Button = TypeVar("Button", bound=QAbstractButton)

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
    await until(lambda: stage.context.books.state.has_list)


def confirmed(stage: Stage) -> int:
    return sum(one.is_confirmed for one in AskedReader(stage.backend.database).batches())


async def test_the_button_asks_about_the_batch_and_the_receipt_says_what_came_of_it(
    data_dir: Path, campaign: Campaign, server: BooksServer
) -> None:
    await asyncio.to_thread(fill, data_dir, campaign)
    async with on_stage(data_dir, environment=environment(server)) as stage:
        await begin(stage)
        await until(lambda: stage.rows() == 3)
        # It was silent for months: nothing is due but the account, and the list of batches.
        assert server.asked == ["/api/me", LIST]
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
        assert len(server.asked) == 3
        assert stage.context.books.state.is_refused


@pytest.mark.parametrize("trick", [Trick.SLOW_HEAD, Trick.SLOW_BODY])
async def test_closing_waits_for_no_answer(
    data_dir: Path, campaign: Campaign, server: BooksServer, trick: Trick
) -> None:
    await asyncio.to_thread(fill, data_dir, campaign)
    async with on_stage(data_dir, environment=environment(server)) as stage:
        await begin(stage)
        server.next_answers.extend([None, trick])
        stage.action("Ask iP.1 about all batches").trigger()
        await until(lambda: len(server.asked) == 4)
        # The answer takes an hour, and the client's own limit is 30 seconds. Promised is one.
        async with asyncio.timeout(20):
            await stage.context.books.close()
        batch = stage.backend.reader.batches()[0]
        assert AskedReader(stage.backend.database).of_batch(batch.key) is None


# --- Batches that never reported ------------------------------------------------------------------


async def test_a_batch_that_never_reported_is_listed_and_fetched(data_dir: Path) -> None:
    sent = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    campaign = a_campaign(start=sent)
    await asyncio.to_thread(make_key, data_dir, sent - timedelta(days=1))
    books = Books(campaign, callback_url=["https://crm.example.net/dlr", "", ""])
    async with (
        BooksServer(books) as server,
        on_stage(data_dir, environment=environment(server)) as stage,
    ):
        await begin(stage)
        stage.action("Callback URL…").trigger()
        (dialog,) = stage.window.findChildren(ReachabilityDialog)
        page = dialog.unreported
        await until(lambda: page.model.rowCount() == 3)
        rows = [
            [str(page.model.index(row, column).data()) for column in (1, 2)] for row in range(3)
        ]
        sizes = [str(campaign.batches[number].size) for number in (2, 1, 0)]
        assert rows == [
            [sizes[0], "no callback URL"],
            [sizes[1], "no callback URL"],
            [sizes[2], "to an address that is not yours: crm.example.net"],
        ]
        await stage.speak(Language.SWEDISH)
        assert page.title() == "Aldrig rapporterat"
        assert page.model.index(0, 2).data() == "ingen rapportadress"
        page.tree.setCurrentIndex(page.model.index(2, 0))
        page.fetch.click()
        await until(lambda: bool(stage.banner("done")))
        assert page.model.rowCount() == 2
        (batch,) = await asyncio.to_thread(stage.backend.reader.batches)
        assert (batch.batch_id, batch.reports) == (campaign.batches[0].batch_id, 0)
        await until(lambda: stage.rows() == 1)
        assert stage.text("Last report") == "–"
        assert stage.text("Marks") == "aldrig rapporterat"
        stage.window.batches.view.select(stage.window.batches.model.index(0, 0))
        details = stage.window.details.batch_page
        await until(lambda: "iP.1 bekräftar: " in details.form.fact("asked"))
        assert "Ingen rapport" in details.form.remarks
        receipt = details.receipt()
        assert receipt is not None
        assert any(row == ("Rapporter", "ingen har kommit") for row in receipt.sections[1].rows)
        dialog.close()
    told = planned(campaign)
    assert stored(data_dir) == {key: told[key] for key in told if key[0] == batch.batch_id}


async def test_a_batch_that_reports_at_last_is_listed_no_more(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask_runner, "LOOK_EVERY", timedelta(seconds=1))
    sent = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    campaign = a_campaign(start=sent)
    await asyncio.to_thread(make_key, data_dir, sent - timedelta(days=1))
    async with (
        BooksServer(Books(campaign)) as server,
        on_stage(data_dir, environment=environment(server)) as stage,
    ):
        await begin(stage)
        assert len(stage.context.books.state.unreported) == 3
        report = campaign.script(0).reports[0]
        await stage.backend.append(ReportRequest(report, b"{}", datetime.now(UTC)))
        await until(lambda: len(stage.context.books.state.unreported) == 2)


def make_key(folder: Path, made: datetime) -> None:
    """Let there have been an address: of what was sent before, nobody here expects to hear."""
    with open_database(folder) as database:
        CallbackKeyStore(database).make(made)


async def test_without_a_tunnel_new_batches_are_found_and_asked_about(data_dir: Path) -> None:
    sent = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    campaign = a_campaign(start=sent)
    await asyncio.to_thread(make_key, data_dir, sent - timedelta(days=1))
    async with (
        BooksServer(Books(campaign)) as server,
        on_stage(data_dir, environment=environment(server)) as stage,
    ):
        stage.context.preferences.put("watches_books", True)
        await begin(stage)
        await until(lambda: confirmed(stage) == 3)
        assert stage.context.books.state.unreported == ()
    assert stored(data_dir) == planned(campaign)


async def test_without_a_key_the_list_says_what_one_would_give(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        stage.context.books.begin()
        stage.action("Callback URL…").trigger()
        (dialog,) = stage.window.findChildren(ReachabilityDialog)
        assert "With a key of iP.1's API" in dialog.unreported.nothing()
        dialog.close()


# --- What iP.1 says of a batch --------------------------------------------------------------------


async def test_names_text_and_operators_are_shown_and_forgotten(
    data_dir: Path, campaign: Campaign, server: BooksServer
) -> None:
    await asyncio.to_thread(fill, data_dir, campaign)
    async with on_stage(data_dir, environment=environment(server)) as stage:
        await begin(stage)
        await until(lambda: stage.rows() == 3)
        panel = stage.window.batches
        panel.view.select(panel.model.index(0, 0))
        page = stage.window.details.batch_page
        await until(lambda: page.ask_action.isVisible())
        page.ask_action.click()
        await until(lambda: "Kliniken" in page.form.fact("named"))
        assert "simulated" in page.form.fact("named")
        assert page.form.fact("text") == "Your appointment is {when}."
        assert page.form.fact("operators").startswith("Telia (240-1): ")
        assert page.batch is not None
        key = page.batch.key
        record = AskedReader(stage.backend.database).of_batch(key)
        assert record is not None
        assert record.text == "", "it is shown, and not kept"

        stage.context.preferences.put("keeps_texts", True)
        await until(lambda: page.ask_action.isEnabled())
        page.ask_action.click()
        reader = AskedReader(stage.backend.database)
        await until(lambda: (found := reader.of_batch(key)) is not None and bool(found.text))
        stage.context.preferences.put("keeps_texts", False)
        await until(lambda: (found := reader.of_batch(key)) is not None and not found.text)

        await until(lambda: page.ask_action.isEnabled())
        assert page.asked_menu.forget.isVisible()
        page.asked_menu.forget.trigger()
        await until(lambda: page.form.fact("asked") == "")
        assert reader.of_batch(key) is None
        assert not page.asked_menu.forget.isVisible()


async def test_the_portal_is_opened_in_the_browser(
    data_dir: Path, campaign: Campaign, server: BooksServer
) -> None:
    browser = Browser()
    QDesktopServices.setUrlHandler("https", browser, "open")  # type: ignore[arg-type]
    try:
        await asyncio.to_thread(fill, data_dir, campaign)
        async with on_stage(data_dir, environment=environment(server)) as stage:
            await begin(stage)
            await until(lambda: stage.rows() == 3)
            stage.window.batches.view.select(stage.window.batches.model.index(0, 0))
            menu = stage.window.details.batch_page.asked_menu
            await until(menu.isVisible)
            menu.portal.trigger()
            assert browser.opened == ["https://portal.ip1.net/"]
            assert len(server.asked) == 2
    finally:
        QDesktopServices.unsetUrlHandler("https")


class Browser(QObject):
    """Takes the addresses that are to be opened."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


async def test_a_balance_that_does_not_last_is_told(data_dir: Path, server: BooksServer) -> None:
    at = datetime.now(UTC) - timedelta(minutes=1)
    dear = a_report(code=201, final=True, price_nano=500 * 10**9, currency="SEK")
    cheap = a_report(batch_id="b", code=201, final=True, price_nano=10**9, currency="SEK")
    with writing_to(data_dir) as (_, writer):
        writer.edit(AddUnreported("unreported", at)).result(30)
        await writer.append(ReportRequest(cheap, b"{}", at))
    async with on_stage(data_dir, environment=environment(server)) as stage:
        await begin(stage)
        await until(lambda: "left" in stage.window.strip.balance)
        assert stage.banner("balance") == ""
        await stage.backend.append(ReportRequest(dear, b"{}", at))
        await until(lambda: bool(stage.banner("balance")))
        assert "the next batch like the last costs 500.00" in stage.banner("balance")
        await until(lambda: "the next batch" in stage.window.strip.balance)


# --- The demo -------------------------------------------------------------------------------------


async def test_a_demo_with_lost_reports_is_repaired_without_a_key(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "SendingManner", partial(SendingManner, pace=AtOnce()))
    async with on_stage(data_dir) as stage:
        stage.context.preferences.put("shows_demo", True)
        stage.action("Send a demo campaign…").trigger()
        (dialog,) = stage.window.findChildren(Demo)
        send, loses = named(dialog, QPushButton, "Send"), named(dialog, QCheckBox, "Lose some")
        await until(send.isEnabled)
        dialog.findChildren(QSpinBox)[0].setValue(60)
        loses.setChecked(True)
        send.click()
        await until(lambda: not dialog.is_running and stage.rows() == 1)
        dialog.close()
        await until(lambda: stage.rows() == 1)
        stage.window.batches.view.select(stage.window.batches.model.index(0, 0))
        page = stage.window.details.batch_page
        await until(lambda: page.ask_action.isVisible())
        (before,) = await asyncio.to_thread(stage.backend.reader.batches)
        assert before.messages == 57

        page.ask_action.click()
        await until(lambda: "iP.1 agrees: 60 of 60 messages" in page.form.fact("asked"))
        (after,) = await asyncio.to_thread(stage.backend.reader.batches)
        assert (after.messages, after.origin) == (60, Origin.DEMO)
        assert "never" not in stage.banner("failed")
        assert not stage.context.books.state.has_key
        await until(lambda: page.ask_action.isEnabled())
        await stage.context.books.demo.close()
        await until(lambda: not page.ask_action.isVisible())


def named(parent: QObject, kind: type[Button], text: str) -> Button:
    return next(one for one in parent.findChildren(kind) if one.text().startswith(text))
