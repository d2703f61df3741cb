"""What is said of starting at log-in, where the store is on a server."""

import pytest
from pytestqt.qtbot import QtBot

from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.server_errors import StoreNotNamedError
from kvitto.ui.services.context import Context
from kvitto.ui.services.sleep_status import SleepStatus
from kvitto.ui.settings.closing_page import ClosingPage
from kvitto.ui.settings.purge_now import PurgeNow
from kvitto.ui.settings.settings_dialog import PageName, SettingsDialog
from tests.ui.settings.conftest import SwitchedByHand
from tests.ui.settings.finding import button, texts
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


@pytest.fixture
def on_server(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the window's store be one that was named with its password."""
    store = StoreUrl("postgresql://maria:s3cr3t@server.example/kvitto")
    monkeypatch.setattr(context.backend, "store", store)


@pytest.fixture
def page(
    qtbot: QtBot, on_server: None, context: Context, autostart: SwitchedByHand, awake: SleepStatus
) -> ClosingPage:
    made = ClosingPage(context, autostart, awake)
    qtbot.addWidget(made)
    return made


async def test_it_says_that_nothing_starts_as_long_as_nothing_is_received_here(
    page: ClosingPage, context: Context
) -> None:
    page.refresh()
    assert any("nothing starts" in one for one in texts(page))
    starts = button(page, "Start receiving")
    await until(starts.isEnabled)

    context.preferences.put("receives_here", True)
    page.refresh()
    assert not any("nothing starts" in one for one in texts(page))
    assert any("without a window" in one for one in texts(page))


async def test_a_store_that_can_not_be_named_again_is_not_started_and_it_is_said_why(
    qtbot: QtBot, on_server: None, context: Context, purging: PurgeNow, awake: SleepStatus
) -> None:
    dialog = SettingsDialog(context, purging, awake)
    qtbot.addWidget(dialog)
    dialog.show_page(PageName.CLOSING)
    page = dialog.page(PageName.CLOSING)

    assert not button(page, "Start receiving").isEnabled()
    assert str(StoreNotNamedError()) in texts(page)


async def test_it_says_that_another_store_is_received_at_log_in(
    qtbot: QtBot, context: Context, autostart: SwitchedByHand, awake: SleepStatus
) -> None:
    page = ClosingPage(context, autostart, awake)
    qtbot.addWidget(page)
    autostart.other_store = "/home/anna/another"
    page.refresh()
    await until(lambda: any("/home/anna/another" in one for one in texts(page)))
    assert not button(page, "Start receiving").isChecked()

    button(page, "Start receiving").click()
    await until(lambda: autostart.is_switched_on)
    await until(lambda: not any("/home/anna/another" in one for one in texts(page)))
