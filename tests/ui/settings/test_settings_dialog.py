"""The dialog: its sidebar, its simple pages, and that everything follows at once."""

import re

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTranslator
from PySide6.QtGui import QAccessible, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QLabel,
    QLineEdit,
    QListWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot
from typing_extensions import override

from kvitto.ui.services.context import Context
from kvitto.ui.services.preferences import OnClose, ThemeChoice
from kvitto.ui.services.sleep_status import SleepStatus
from kvitto.ui.settings.purge_now import PurgeNow
from kvitto.ui.settings.settings_dialog import PageName, SettingsDialog
from kvitto.ui.widgets.theme import apply_theme
from tests.ui.settings.conftest import SwitchedByHand
from tests.ui.settings.finding import button, field, texts
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


async def test_pages_are_reached_by_the_keyboard(dialog: SettingsDialog) -> None:
    [sidebar] = dialog.findChildren(QListWidget)
    assert [sidebar.item(row).text() for row in range(sidebar.count())] == [
        "Receiving",
        "Storage",
        "Appearance",
        "Closing and starting",
        "Notifications",
        "iP.1",
    ]
    sidebar.setFocus()

    QTest.keyClick(sidebar, Qt.Key.Key_Down)

    assert dialog.page(PageName.STORAGE).isVisible()
    assert not dialog.page(PageName.RECEIVING).isVisible()


async def test_escape_and_the_button_close_it(dialog: SettingsDialog) -> None:
    QApplication.setQuitOnLastWindowClosed(False)
    try:
        button(dialog, "Close").click()
        assert not dialog.isVisible()
        dialog.show()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()
    finally:
        QApplication.setQuitOnLastWindowClosed(True)


async def test_appearance_is_changed_at_once(context: Context, dialog: SettingsDialog) -> None:
    page = dialog.page(PageName.APPEARANCE)
    dialog.show_page(PageName.APPEARANCE)

    button(page, "Dark").click()
    button(page, "Svenska").click()
    for switch in ("Mask phone", "Show archived", "Show demo"):
        button(page, switch).click()

    preferences = context.preferences
    assert preferences.theme is ThemeChoice.DARK
    assert preferences.language.value == "sv"
    assert (preferences.is_masked, preferences.shows_done, preferences.shows_demo) == (True,) * 3
    preferences.put("is_masked", False)
    assert not button(page, "Mask phone").isChecked()


async def test_closing_is_chosen(context: Context, dialog: SettingsDialog) -> None:
    page = dialog.page(PageName.CLOSING)
    dialog.show_page(PageName.CLOSING)
    assert button(page, "Ask").isChecked()

    button(page, "Keep receiving").click()

    assert context.preferences.on_close is OnClose.TRAY


async def test_starting_with_the_computer_is_switched(
    dialog: SettingsDialog, autostart: SwitchedByHand
) -> None:
    page = dialog.page(PageName.CLOSING)
    dialog.show_page(PageName.CLOSING)
    starts = button(page, "Start receiving")
    await until(starts.isEnabled)
    assert not starts.isChecked()

    starts.click()
    await until(lambda: autostart.is_switched_on)
    autostart.is_switched_on = False
    page.refresh()
    await until(lambda: not starts.isChecked())


async def test_where_starting_cannot_be_switched_it_is_said_and_left(
    dialog: SettingsDialog, autostart: SwitchedByHand, caplog: pytest.LogCaptureFixture
) -> None:
    page = dialog.page(PageName.CLOSING)
    dialog.show_page(PageName.CLOSING)
    starts = button(page, "Start receiving")
    await until(starts.isEnabled)
    autostart.failure = PermissionError(13, "Permission denied")

    with caplog.at_level("WARNING"):
        starts.click()
        await until(lambda: not starts.isChecked())

    assert "Permission denied" in dialog.message
    dialog.show_page(PageName.STORAGE)
    assert dialog.message == ""


async def test_keeping_awake_is_switched_and_how_it_stands_is_said(
    context: Context, dialog: SettingsDialog
) -> None:
    page = dialog.page(PageName.CLOSING)
    dialog.show_page(PageName.CLOSING)
    switch = button(page, "Keep this computer awake")
    assert switch.isChecked()
    assert "Nothing is waited for now: the computer may sleep." in texts(page)

    switch.click()

    assert not context.preferences.keeps_awake
    await until(lambda: not any(text.startswith("Nothing is waited") for text in texts(page)))


async def test_notifications_are_chosen(context: Context, dialog: SettingsDialog) -> None:
    page = dialog.page(PageName.NOTIFICATIONS)
    dialog.show_page(PageName.NOTIFICATIONS)
    share = field(page, QAbstractSpinBox, "Share of failures above")
    silence = field(page, QAbstractSpinBox, "Silence of at least")
    assert share.isEnabled()
    assert not silence.isEnabled()

    button(page, "Nothing is heard").click()
    button(page, "Many messages").click()
    silence.selectAll()
    QTest.keyClicks(silence, "45")
    QTest.keyClick(silence, Qt.Key.Key_Return)

    assert dialog.isVisible(), "Return belongs to the field"
    assert not share.isEnabled()
    preferences = context.preferences
    assert (preferences.tells_silence, preferences.silence_minutes) == (True, 45)
    assert (preferences.tells_failures, preferences.tells_settled) == (False, True)


class _Shouting(QTranslator):
    """Another language, of which everything is known."""

    @override
    def translate(
        self,
        context: str,
        sourceText: str,
        disambiguation: str | None = None,
        n: int = -1,
    ) -> str:
        del context, disambiguation, n
        return re.sub(r"[^{}%]+(?![^{]*})", lambda part: part[0].upper(), sourceText)

    @override
    def isEmpty(self) -> bool:
        return False


async def test_everything_is_said_in_another_language_at_once(
    context: Context, dialog: SettingsDialog
) -> None:
    context.preferences.put("forgets", True)
    for page in PageName:
        dialog.show_page(page)
    translator = _Shouting()
    QCoreApplication.installTranslator(translator)
    try:
        QApplication.sendEvent(dialog, QEvent(QEvent.Type.LanguageChange))
        assert dialog.windowTitle() == "SETTINGS"
        for page in PageName:
            dialog.show_page(page)
            left = [one for one in _texts_of(dialog.page(page)) if one != one.upper()]
            names = {"English", "Svenska"}
            assert {one for one in left if "/" not in one} <= names, "but for paths and URLs"
    finally:
        QCoreApplication.removeTranslator(translator)


def _texts_of(page: QWidget) -> list[str]:
    shown = texts(page)
    shown += [one.text() for one in page.findChildren(QAbstractButton) if one.text()]
    shown += [one.toolTip() for one in page.findChildren(QAbstractButton) if one.toolTip()]
    shown += [one.accessibleName() for one in page.findChildren(QWidget) if one.accessibleName()]
    return [one for one in shown if any(letter.isalpha() for letter in one)]


async def test_every_control_can_be_reached_and_has_a_name(dialog: SettingsDialog) -> None:
    await until(lambda: bool(dialog.page(PageName.RECEIVING).findChildren(QLabel)))
    for which in PageName:
        page = dialog.page(which)
        dialog.show_page(which)
        for one in page.findChildren(QWidget):
            if not isinstance(one, QAbstractButton | QAbstractSpinBox | QLineEdit):
                continue
            if not one.isVisibleTo(page) or one.objectName().startswith("qt_"):
                continue
            interface = QAccessible.queryAccessibleInterface(one)
            name = interface.text(QAccessible.Text.Name)
            assert name, f"{which}: {one}"
            assert one.focusPolicy() & Qt.FocusPolicy.TabFocus, f"{which}: {name}"


def _is_dark(dialog: SettingsDialog) -> bool:
    picture = dialog.grab().toImage()
    return picture.pixelColor(picture.width() - 4, picture.height() // 2).lightness() < 128


@pytest.mark.parametrize("theme", [ThemeChoice.LIGHT, ThemeChoice.DARK])
async def test_it_follows_the_theme(
    qapp: QApplication, dialog: SettingsDialog, theme: ThemeChoice
) -> None:
    before = QPalette(qapp.palette())
    style = qapp.style().name()
    try:
        apply_theme(qapp, theme)
        for which in PageName:
            dialog.show_page(which)
            await until(lambda: _is_dark(dialog) is (theme is ThemeChoice.DARK))
    finally:
        qapp.setPalette(before)
        qapp.setStyle(style)
        qapp.styleHints().unsetColorScheme()


async def test_what_fails_while_it_is_closed_is_told_to_the_window(
    qtbot: QtBot, context: Context, purging: PurgeNow, awake: SleepStatus
) -> None:
    dialog = SettingsDialog(context, purging, awake)
    qtbot.addWidget(dialog)
    failed: list[str] = []
    dialog.failed.connect(failed.append)

    purging.failed.emit("The disk is full.")

    assert failed == ["The disk is full."]
    assert dialog.message == ""
