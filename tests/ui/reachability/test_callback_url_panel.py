"""The callback URL given away: on the clipboard, and as a picture."""

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from kvitto.ui.reachability.callback_url_panel import CallbackUrlPanel, json_line
from tests.ui.settings.finding import button

URL = "https://kvitto.example.net/r/0123456789abcdef0123456789abcdef"


def panel_of(qtbot: QtBot, url: str, *, is_public: bool = True) -> CallbackUrlPanel:
    panel = CallbackUrlPanel()
    qtbot.addWidget(panel)
    panel.show_url(url, is_public=is_public)
    panel.show()
    return panel


def test_it_is_copied_as_it_is_as_a_line_and_as_a_command(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, URL)
    clipboard = QGuiApplication.clipboard()

    copy, as_json, as_curl = (
        button(panel, name) for name in ("QR", "Copy as JSON", "Copy as curl")
    )
    as_json.click()
    assert clipboard.text() == json_line(URL)
    assert as_json.text() == "Copied"
    as_curl.click()
    assert clipboard.text() == panel.curl
    assert URL in panel.curl
    assert copy.isEnabled()


def test_the_code_is_made_when_it_is_asked_for_and_gone_when_it_is_not(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, URL)
    assert not panel.picture.modules

    button(panel, "QR").click()
    assert panel.picture.text == URL
    assert panel.picture.isVisible()
    panel.hide()
    assert not panel.picture.modules


def test_a_local_address_says_that_the_sender_cannot_reach_it(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, "http://127.0.0.1:8370/r/00", is_public=False)

    assert "can't reach it" in panel.hint


def test_without_an_address_nothing_can_be_given_away(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, "")

    assert "no callback URL" in panel.hint
    assert not any(button(panel, name).isEnabled() for name in ("QR", "Copy as JSON"))
