"""The address, the callback URL and its secrets."""

import asyncio
import dataclasses
import socket
from pathlib import Path

import pytest
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from kvitto.paths import database_file
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.errors import DatabaseLockedError
from kvitto.ui.services.context import Context
from kvitto.ui.services.reachability_service import Reachability
from kvitto.ui.settings.keys_panel import KeysPanel
from kvitto.ui.settings.receiving_page import ReceivingPage, is_address
from kvitto.ui.settings.settings_dialog import PageName, SettingsDialog
from kvitto.ui.widgets.copy_button import CopyButton
from tests.helpers.posting import post, report_body
from tests.ui.sessions import BackendHere
from tests.ui.settings.finding import button, field, question, texts
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


@pytest.fixture
async def page(dialog: SettingsDialog) -> ReceivingPage:
    shown = dialog.page(PageName.RECEIVING)
    assert isinstance(shown, ReceivingPage)
    await until(lambda: bool(panel_of(shown).rows))
    return shown


def panel_of(page: QWidget) -> KeysPanel:
    [panel] = page.findChildren(KeysPanel)
    return panel


def named(parent: QWidget, name: str) -> QToolButton:
    [found] = [one for one in parent.findChildren(QToolButton) if one.toolTip() == name]
    return found


def everything_readable(widget: QWidget) -> str:
    """Return all that the screen and its readers get of a widget and those in it."""
    said = []
    for one in [widget, *widget.findChildren(QWidget)]:
        said += [one.toolTip(), one.accessibleName(), one.accessibleDescription()]
        if isinstance(one, QLabel | QLineEdit):
            said.append(one.text())
        interface = QAccessible.queryAccessibleInterface(one)
        if interface.isValid():
            said += [
                interface.text(kind)
                for kind in (
                    QAccessible.Text.Name,
                    QAccessible.Text.Value,
                    QAccessible.Text.Description,
                )
            ]
    return "\n".join(said)


# --- Secrets ------------------------------------------------------------------------------------


async def test_callback_keys_are_hidden_until_they_are_asked_for(
    context: Context, dialog: SettingsDialog, page: ReceivingPage
) -> None:
    [callback_key] = context.backend.valid_callback_keys()
    assert callback_key.value not in everything_readable(dialog)

    named(page, "Show the keys").click()
    assert everything_readable(dialog).count(callback_key.value) >= 2, "in the URL and in its row"

    named(page, "Hide the keys").click()
    assert callback_key.value not in everything_readable(dialog)


async def test_callback_keys_are_hidden_again_when_the_page_is_left(
    context: Context, dialog: SettingsDialog, page: ReceivingPage
) -> None:
    [callback_key] = context.backend.valid_callback_keys()
    named(page, "Show the keys").click()

    dialog.show_page(PageName.APPEARANCE)
    dialog.show_page(PageName.RECEIVING)

    assert callback_key.value not in everything_readable(dialog)


async def test_the_url_and_a_callback_key_can_be_copied_while_they_are_hidden(
    context: Context, page: ReceivingPage
) -> None:
    [callback_key] = context.backend.valid_callback_keys()

    named(page, "Copy the callback URL").click()
    assert QGuiApplication.clipboard().text() == context.backend.read_callback_url()
    panel_of(page).rows[0].findChildren(CopyButton)[0].click()
    assert QGuiApplication.clipboard().text() == callback_key.value


async def test_a_renewed_callback_key_works_beside_the_old_one_until_that_is_ended(
    context: Context,
    dialog: SettingsDialog,
    page: ReceivingPage,
    caplog: pytest.LogCaptureFixture,
) -> None:
    panel = panel_of(page)
    url_field = next(one for one in page.findChildren(QLineEdit) if one.isReadOnly())
    old_url = context.backend.read_callback_url()
    [old] = context.backend.valid_callback_keys()
    changed: list[bool] = []
    dialog.callback_keys_changed.connect(lambda: changed.append(True))
    renew(page)
    await until(lambda: len(panel.rows) == 2)

    new_row, old_row = panel.rows
    assert old_row.callback_key.key == old.key
    assert new_row.end.isHidden(), "the one in the URL is renewed before it is ended"
    new_url = context.backend.read_callback_url()
    assert new_row.callback_key.value in new_url
    assert url_field.text() == new_url.replace(new_row.callback_key.value, "•" * 8)
    assert (await answer(old_url), await answer(new_url)) == (200, 200)

    old_row.end.click()
    asked = question(page)
    button(asked, "Cancel").click()
    assert len(context.backend.valid_callback_keys()) == 2
    old_row.end.click()
    button(question(page), "End").click()
    await until(lambda: len(panel.rows) == 1)

    assert (await answer(old_url), await answer(new_url)) == (404, 200)
    assert len(changed) == 2
    assert old.value not in caplog.text
    assert new_row.callback_key.value not in caplog.text


async def test_a_new_key_is_not_made_before_the_user_has_said_so(
    context: Context, page: ReceivingPage
) -> None:
    button(page, "New key…").click()
    button(question(page), "Cancel").click()

    renew(page)
    await until(lambda: len(panel_of(page).rows) == 2)
    assert len(context.backend.valid_callback_keys()) == 2, "the first time made none"


async def test_a_renewed_callback_key_is_kept_for_the_batches_that_are_not_finished(
    context: Context, page: ReceivingPage
) -> None:
    assert await answer(context.backend.read_callback_url()) == 200

    renew(page)

    await until(lambda: any("kept for 1 batch" in text for text in texts(page)))
    panel_of(page).rows[1].end.click()
    asked = question(page)
    assert "1 batch(es) that are not finished report by it." in asked.informativeText()
    button(asked, "Cancel").click()


async def test_the_callback_key_of_a_public_url_is_listed_with_its_host(
    context: Context, page: ReceivingPage
) -> None:
    await context.tasks.in_thread(context.backend.read_public_url, "https://host.example")
    panel = panel_of(page)

    panel.refresh()

    await until(lambda: any(text.startswith("host.example") for text in texts(page)))
    assert not panel.rows[1].end.isHidden(), "the URL in use is the local one"


async def test_it_is_said_when_a_callback_key_was_used(
    context: Context, page: ReceivingPage
) -> None:
    panel = panel_of(page)
    assert any("none of the latest" in text for text in texts(page))

    assert await answer(context.backend.read_callback_url()) == 200
    panel.refresh()

    await until(lambda: any("last report by it" in text for text in texts(page)))


async def test_what_the_store_can_not_do_is_said_in_the_dialog(
    context: Context,
    dialog: SettingsDialog,
    page: ReceivingPage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = database_file(context.backend.folder)

    def fail(_key: int | None) -> None:
        raise DatabaseLockedError(path)

    monkeypatch.setattr(context.backend, "renew_callback_key", fail)

    renew(page)

    await until(lambda: "locked" in dialog.message)
    assert button(page, "New key…").isEnabled()


def renew(page: ReceivingPage) -> None:
    """Ask for a new key, and say yes."""
    button(page, "New key…").click()
    asked = question(page)
    assert "The old one stays valid" in asked.informativeText()
    button(asked, "New key").click()


async def answer(url: str) -> int:
    status, _body = await asyncio.to_thread(post, url, report_body("m1"))
    return status


# --- The address --------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1", "::", "localhost", "host.lan"])
async def test_an_address_is_taken(host: str) -> None:
    assert is_address(host)


@pytest.mark.parametrize(
    "host", ["", "127.0.0", "1.2.3.4.5", "a b", "-a", "a..b", "http://a", "å!"]
)
async def test_what_is_no_address_is_not(host: str) -> None:
    assert not is_address(host)


async def test_a_host_is_kept_once_it_is_right(context: Context, page: ReceivingPage) -> None:
    host = field(page, QLineEdit, "Host")
    wrong = "This is neither an IP address nor a name."
    assert wrong not in texts(page)
    host.selectAll()

    QTest.keyClicks(host, "0.0.0")
    host.editingFinished.emit()
    assert wrong in texts(page)
    assert not button(page, "Use it now").isEnabled()
    assert context.preferences.host == "127.0.0.1"

    QTest.keyClicks(host, ".0")
    host.editingFinished.emit()
    assert wrong not in texts(page)
    assert context.preferences.host == "0.0.0.0"


async def test_another_port_can_be_used_now(
    context: Context, dialog: SettingsDialog, page: ReceivingPage
) -> None:
    assert context.backend.listens_on is not None
    _host, port_in_use = context.backend.listens_on
    context.preferences.put("port", port_in_use)
    assert not button(page, "Use it now").isEnabled()

    field(page, QSpinBox, "Port").setValue(port_in_use - 1)

    assert context.preferences.port == port_in_use - 1
    asked: list[bool] = []
    dialog.restart_receiver_requested.connect(lambda: asked.append(True))
    button(page, "Use it now").click()
    assert asked


async def test_the_page_follows_the_receiver(context: Context, page: ReceivingPage) -> None:
    assert context.backend.listens_on is not None
    _host, before = context.backend.listens_on
    assert any(f"port {before}." in text for text in texts(page))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    await context.tasks.in_thread(context.backend.listen, "127.0.0.1", port)

    await until(lambda: any(f"port {port}." in text for text in texts(page)))
    url = next(one for one in page.findChildren(QLineEdit) if one.isReadOnly())
    await until(lambda: f":{port}/" in url.text())


async def test_a_receiver_that_was_started_elsewhere_is_shown_and_changed_as_any(
    qtbot: QtBot, context: Context, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    runtime = await context.tasks.in_thread(ReceiverRuntime, elsewhere, port=0)
    backend = await context.tasks.in_thread(BackendHere, elsewhere)
    reachability = Reachability(backend, context.tasks, context.preferences)
    watching = dataclasses.replace(context, backend=backend, reachability=reachability)
    page = ReceivingPage(watching)
    qtbot.addWidget(page)
    page.show()

    assert any(f"port {runtime.service.port}." in text for text in texts(page))
    await until(lambda: bool(panel_of(page).rows))
    renew(page)
    await until(lambda: len(panel_of(page).rows) == 2)
    page.hide()
    await context.tasks.in_thread(backend.close)
    await context.tasks.in_thread(runtime.close)
