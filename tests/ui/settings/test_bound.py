"""Controls that show a preference, and change it at once."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kvitto.ui.services.preferences import Preferences, ThemeChoice
from kvitto.ui.settings.bound import Number, RadioChoice, Switch


@pytest.fixture
def preferences(qapp: QApplication, data_dir: Path) -> Preferences:
    del qapp
    return Preferences(data_dir)


@pytest.fixture
def around(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def test_a_switch_and_its_preference_follow_each_other(
    preferences: Preferences, around: QWidget
) -> None:
    preferences.put("is_masked", True)
    switch = Switch(preferences, "is_masked", around)
    assert switch.isChecked()

    switch.click()
    assert preferences.is_masked is False
    preferences.put("is_masked", True)
    assert switch.isChecked()


def test_a_choice_and_its_preference_follow_each_other(
    preferences: Preferences, around: QWidget
) -> None:
    choice = RadioChoice(preferences, "theme", ThemeChoice, around)
    assert choice.buttons[ThemeChoice.SYSTEM].isChecked()

    choice.buttons[ThemeChoice.DARK].click()
    assert preferences.theme is ThemeChoice.DARK
    preferences.put("theme", "light")
    assert choice.buttons[ThemeChoice.LIGHT].isChecked()


def test_a_number_is_kept_once_it_is_typed(preferences: Preferences, around: QWidget) -> None:
    number = Number(preferences, "retention_days", around, least=1, most=3650)
    around.show()
    number.selectAll()

    QTest.keyClicks(number, "1")
    assert preferences.retention_days == 90, "it may become 120"
    QTest.keyClicks(number, "20")
    QTest.keyClick(number, Qt.Key.Key_Return)

    assert preferences.retention_days == 120
    preferences.put("retention_days", 30)
    assert number.value() == 30


def test_a_number_says_its_unit_for_its_value(preferences: Preferences, around: QWidget) -> None:
    number = Number(
        preferences,
        "retention_days",
        around,
        least=1,
        most=3650,
        unit=lambda days: "day" if days == 1 else "days",
    )
    assert number.text() == "90\N{NO-BREAK SPACE}days"

    preferences.put("retention_days", 1)

    assert number.text() == "1\N{NO-BREAK SPACE}day"


def test_a_wheel_that_passes_by_changes_nothing(preferences: Preferences, around: QWidget) -> None:
    number = Number(preferences, "retention_days", around, least=1, most=3650)
    around.show()
    wheel = QWheelEvent(
        QPointF(5, 5),
        QPointF(number.mapToGlobal(QPoint(5, 5))),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    number.clearFocus()

    QApplication.sendEvent(number, wheel)

    assert preferences.retention_days == 90
    assert not wheel.isAccepted(), "the page scrolls instead"
