"""An result by colour, icon and word."""

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kvitto.core.status import Result
from kvitto.ui.services.preferences import ThemeChoice
from kvitto.ui.widgets.badge import ResultBadge
from kvitto.ui.widgets.copy_button import CopyButton
from kvitto.ui.widgets.payload_view import SHOWN_CHARACTERS, BodyView
from kvitto.ui.widgets.theme import DARK, LIGHT, Colours, apply_theme


def colours_in(widget: QWidget) -> set[str]:
    picture = widget.grab().toImage()
    return {
        picture.pixelColor(x, y).name()
        for x in range(picture.width())
        for y in range(picture.height())
    }


@pytest.mark.parametrize("result", list(Result))
def test_a_badge_has_the_tint_and_word_of_its_result(qtbot: QtBot, result: Result) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    badge = ResultBadge()
    qtbot.addWidget(badge)
    badge.show_result(result)
    badge.resize(badge.sizeHint())

    for choice, theme in ((ThemeChoice.DARK, DARK), (ThemeChoice.LIGHT, LIGHT)):
        apply_theme(application, choice)
        assert_painted(badge, theme, result)
    assert badge.accessibleName() == badge.word
    assert badge.toolTip()


def assert_painted(badge: ResultBadge, theme: Colours, result: Result) -> None:
    found = colours_in(badge)
    assert theme.results[result].tint.name() in found
    assert QColor(theme.results[result].text).name() in found


def test_a_code_is_shown_by_where_the_message_is(qtbot: QtBot) -> None:
    badge = ResultBadge()
    qtbot.addWidget(badge)

    badge.show_status(112, final=False)
    assert (badge.result, badge.word) == (Result.PENDING, "At carrier")

    badge.show_status(112, final=True)
    assert (badge.result, badge.word) == (Result.UNKNOWN, "Ended, unknown")

    badge.show_status(511, final=False)
    assert (badge.result, badge.word) == (Result.PENDING, "Retrying")

    badge.show_status(777, final=False)
    assert badge.result is Result.UNKNOWN


def test_a_longer_word_asks_for_more_room(qtbot: QtBot) -> None:
    badge = ResultBadge()
    qtbot.addWidget(badge)
    badge.show_status(102, final=False)
    short = badge.sizeHint().width()

    badge.show_status(114, final=False)

    assert badge.sizeHint().width() > short
    assert badge.minimumSizeHint().width() <= badge.sizeHint().width()


def test_a_copy_button_copies_and_says_so(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    button = CopyButton(parent)
    button.name_it("Copy the id")
    assert not button.isEnabled()
    before = button.icon().cacheKey()

    button.set_text_to_copy("5c61")
    button.click()

    assert QGuiApplication.clipboard().text() == "5c61"
    assert button.icon().cacheKey() != before
    assert button.accessibleName() == button.toolTip() == "Copy the id"


def test_a_long_body_is_cut_for_the_eye_and_copied_whole(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    view = BodyView(parent)
    text = "x" * (SHOWN_CHARACTERS + 5)

    view.show_text(text)
    button = view.findChild(CopyButton)
    assert button is not None
    button.click()

    assert QGuiApplication.clipboard().text() == text
    assert "5 more characters" in view.cut_text
    view.show_text("short")
    assert view.cut_text == ""


def test_the_same_text_again_moves_nothing(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    view = BodyView(parent)
    view.resize(200, 100)
    view.show_text("line\n" * 100)
    view.scroll_bar.setValue(20)

    view.show_text("line\n" * 100)
    QApplication.sendEvent(view, QEvent(QEvent.Type.LanguageChange))

    assert view.scroll_bar.value() == 20
