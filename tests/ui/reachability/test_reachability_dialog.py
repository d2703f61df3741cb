"""The dialog *Callback URL*, with a real store, receiver and monitor."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from kvitto.clock import utc_now
from kvitto.core.outages import OutageCause
from kvitto.reachability.tunnels.providers import TunnelProvider
from kvitto.store.mutations import RecordHeartbeat, RecordOutage
from kvitto.ui.reachability.outage_banners import OutageBanners
from kvitto.ui.reachability.reachability_dialog import ReachabilityDialog
from kvitto.ui.services.context import Context
from kvitto.ui.services.sleep_status import SleepStatus
from kvitto.ui.services.todo import Todo
from tests.helpers.posting import report_body
from tests.reachability.programs import Programs
from tests.ui.settings.finding import button, field, question
from tests.ui.waiting import until

pytestmark = [pytest.mark.qasync, pytest.mark.usefixtures("loopback_is_public")]
MINUTE = timedelta(minutes=1)
FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
OLD = "http://127.0.0.1:1"
"""An address behind which is nothing."""


@asynccontextmanager
async def on_screen(qtbot: QtBot, context: Context) -> AsyncIterator[ReachabilityDialog]:
    """Show the dialog, and run the monitor for as long as the test."""
    now = utc_now()
    backend, tasks = context.backend, context.tasks
    await tasks.in_thread(backend.edit(RecordHeartbeat(now - timedelta(days=2), now)).result)
    closed = RecordOutage(now - 48 * MINUTE, now - 10 * MINUTE, OutageCause.TUNNEL, "dns")
    await tasks.in_thread(backend.edit(closed).result)
    owner = QWidget()
    qtbot.addWidget(owner)
    alerts = OutageBanners(context, Todo(context.preferences, context.undo, owner), owner)
    awake = SleepStatus(context, owner)
    context.feed.start()
    context.reachability.begin()
    window = ReachabilityDialog(context, lambda: alerts.waiting, awake)
    qtbot.addWidget(window)
    window.show()
    try:
        yield window
    finally:
        window.close()
        await context.reachability.close()


def base_of(context: Context) -> str:
    return context.backend.read_callback_url().rpartition("/r/")[0]


async def test_its_models_keep_qt_s_rules_while_rows_come_and_go(
    qtbot: QtBot, context: Context
) -> None:
    async with on_screen(qtbot, context) as window:
        pages = (window.outages, window.unauthorized_counts, window.stale_url)
        testers = [QAbstractItemModelTester(page.model, FATAL) for page in pages]
        await until(lambda: window.outages.model.rowCount() == 1)
        async with aiohttp.ClientSession() as client:
            async with client.get(f"{base_of(context)}/wp-login.php") as answer:
                assert answer.status == 404
            url = await context.tasks.in_thread(context.backend.read_public_url, OLD)
            target = url.replace(OLD, base_of(context))
            async with client.post(target, data=report_body("m1")) as answer:
                assert answer.status == 200
        await until(lambda: not any(page.is_empty for page in pages))

        button(window.stale_url, "Archive its batches").click()
        await until(lambda: window.stale_url.is_empty)
        for page, health_check in zip(pages, testers, strict=True):
            page.retranslate()
            assert health_check.model() is page.model


async def test_it_begins_locally_and_turns_green_when_an_address_leads_here(
    qtbot: QtBot, context: Context
) -> None:
    async with on_screen(qtbot, context) as window:
        await until(lambda: "not connected" in window.state_panel.text)
        assert "no public address" in window.state_panel.text

        window.address.box.setEditText(base_of(context))
        button(window.address, "Connect").click()

        await until(lambda: "comes in here" in window.state_panel.text)
        await until(
            lambda: (
                window.share.url
                == context.reachability.callback_url
                != context.reachability.local_url
            )
        )
        button(window.share, "QR").click()
        assert window.share.picture.text == window.share.url


async def test_a_test_that_fails_says_why_and_what_to_do(qtbot: QtBot, context: Context) -> None:
    async with on_screen(qtbot, context) as window:
        window.address.box.setEditText(OLD)
        button(window.address, "Connect").click()

        await until(lambda: "Not reachable" in window.state_panel.text)
        text = window.state_panel.text
        assert "nothing is connected to 127.0.0.1" in text
        assert "Start the tunnel's program again" in text
        assert button(window.state_panel, "Test now").isEnabled()


async def test_a_tunnel_is_started_and_stopped_in_the_panel(
    qtbot: QtBot, context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = Programs(tmp_path / "programs")
    programs.install("ssh")
    monkeypatch.setenv("PATH", str(programs.folder))
    async with on_screen(qtbot, context) as window:
        await until(lambda: "not connected" in window.state_panel.text)
        field(window.tunnel, QLineEdit, "The server").setText("me@127.0.0.1")
        button(window.tunnel, "Start").click()

        await until(lambda: "ssh is running: http://127.0.0.1:" in window.tunnel.text)
        await until(lambda: "comes in here" in window.state_panel.text)
        assert context.reachability.state.kind is TunnelProvider.SSH
        button(window.tunnel, "Stop").click()
        await until(lambda: "Not reachable" in window.state_panel.text)
        assert "Start ssh again" in window.state_panel.text
        assert "ssh is stopped" in window.tunnel.text


async def test_outages_of_the_week_are_listed(qtbot: QtBot, context: Context) -> None:
    async with on_screen(qtbot, context) as window:
        await until(lambda: window.outages.model.rowCount() == 1)

        cells = [
            str(window.outages.model.index(0, column).data())
            for column in range(window.outages.model.columnCount())
        ]
        assert cells[0] == "Name not found"
        assert "38 min" in cells


async def test_unknown_callers_are_shown(qtbot: QtBot, context: Context) -> None:
    async with on_screen(qtbot, context) as window:
        async with aiohttp.ClientSession() as client:
            for _ in range(3):
                async with client.get(f"{base_of(context)}/wp-login.php") as answer:
                    assert answer.status == 404

        await until(lambda: window.unauthorized_counts.model.rowCount() == 1)
        assert window.unauthorized_counts.model.index(0, 0).data() == "127.0.0.1"
        await until(lambda: window.unauthorized_counts.chart.total == 3, 30)


async def test_batches_of_an_old_address_are_listed_and_put_away(
    qtbot: QtBot, context: Context
) -> None:
    async with on_screen(qtbot, context) as window:
        url = await context.tasks.in_thread(context.backend.read_public_url, OLD)
        async with aiohttp.ClientSession() as client:
            target = url.replace(OLD, base_of(context))
            async with client.post(target, data=report_body("m1", batch_id="Vinter")) as answer:
                assert answer.status == 200
        await until(lambda: window.stale_url.model.rowCount() == 1)
        assert window.stale_url.model.index(0, 0).data() == OLD

        button(window.stale_url, "Connect this address again").click()
        await until(lambda: context.reachability.state.public_url == OLD)
        await until(lambda: window.stale_url.is_empty)
        context.reachability.choose("", context.reachability.state.kind)
        await until(lambda: not window.stale_url.is_empty)
        button(window.stale_url, "Archive its batches").click()
        await until(lambda: window.stale_url.is_empty)
        assert all(batch.is_archived for batch in context.backend.reader.batches())


async def test_a_new_key_is_made_only_after_a_question(qtbot: QtBot, context: Context) -> None:
    async with on_screen(qtbot, context) as window:
        context.reachability.read_addresses()
        await until(lambda: bool(window.share.url))
        before = window.share.url

        button(window, "New key…").click()
        asked = question(window)
        button(asked, "Cancel").click()
        await until(lambda: not (isValid(asked) and asked.isVisible()))
        assert context.backend.read_callback_url() == before

        button(window, "New key…").click()
        button(question(window), "New key").click()
        await until(lambda: window.share.url not in {"", before})


async def test_it_speaks_the_language_of_now(qtbot: QtBot, context: Context) -> None:
    async with on_screen(qtbot, context) as window:
        QApplication.sendEvent(window, QEvent(QEvent.Type.LanguageChange))
        assert window.windowTitle() == "Callback URL"
