"""Banners: one for each subject, with words and buttons."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from kvitto.ui.services.undo import Undo
from kvitto.ui.widgets.banner import Banners, Weight


def test_a_subject_has_one_banner(qtbot: QtBot) -> None:
    banners = Banners()
    qtbot.addWidget(banners)
    banners.show_banner("disk", "The disk is full.", weight=Weight.DANGER)
    banners.show_banner("disk", "The disk is still full.")
    banners.show_banner("tunnel", "The tunnel is down.")

    assert banners.sentences() == {
        "disk": "The disk is still full.",
        "tunnel": "The tunnel is down.",
    }
    banners.close_banner("disk")
    banners.close_banner("disk")
    assert list(banners.sentences()) == ["tunnel"]


def test_a_button_does_what_it_says(qtbot: QtBot) -> None:
    banners = Banners()
    qtbot.addWidget(banners)
    pressed: list[str] = []
    banners.show_banner("x", "Words.", actions=[("Go", lambda: pressed.append("go"))])

    [button] = banners.findChildren(QPushButton)
    button.click()

    assert pressed == ["go"]


def test_details_are_shown_on_request_and_markup_is_text(qtbot: QtBot) -> None:
    banners = Banners()
    qtbot.addWidget(banners)
    banners.show()
    banners.show_banner("x", "A <b>name</b> & more", detail="errno 28", can_close=True)

    [detail] = [label for label in banners.findChildren(QLabel) if label.text() == "errno 28"]
    assert not detail.isVisible()
    next(one for one in banners.findChildren(QPushButton) if one.text() == "Details").click()
    assert detail.isVisible()
    assert banners.sentences()["x"] == "A <b>name</b> & more"
    next(one for one in banners.findChildren(QPushButton) if one.text() == "Close").click()
    assert banners.sentences() == {}


def test_in_another_language_a_banner_is_said_anew_if_it_can_be(qtbot: QtBot) -> None:
    banners = Banners()
    qtbot.addWidget(banners)

    def say() -> None:
        banners.show_banner("disk", words.pop(0), again=say)

    words = ["The disk is full.", "Disken är full."]
    say()
    banners.show_banner("done", "Written.")

    QCoreApplication.sendEvent(banners, QEvent(QEvent.Type.LanguageChange))

    assert banners.sentences() == {"disk": "Disken är full.", "done": "Written."}


def test_a_sentence_that_changes_keeps_the_buttons_and_the_details_that_are_open(
    qtbot: QtBot,
) -> None:
    banners = Banners()
    qtbot.addWidget(banners)
    banners.show()
    pressed: list[int] = []

    def say(minutes: int) -> None:
        banners.show_banner(
            "clock",
            f"Another {minutes} min.",
            detail="errno 111",
            actions=[("Go", lambda: pressed.append(minutes))],
        )

    say(12)
    buttons = banners.findChildren(QPushButton)
    buttons[0].click()
    say(11)

    assert banners.sentences() == {"clock": "Another 11 min."}
    assert banners.findChildren(QPushButton) == buttons
    assert any(
        one.text() == "errno 111" and one.isVisible() for one in banners.findChildren(QLabel)
    )
    buttons[1].click()
    assert pressed == [11]


def test_one_is_shown_at_a_time_the_gravest_and_of_these_the_newest(qtbot: QtBot) -> None:
    banners = Banners()
    qtbot.addWidget(banners)
    banners.show()

    def seen() -> list[str]:
        labels = banners.findChildren(QLabel)
        return [one.text() for one in labels if one.text() and one.isVisible()]

    banners.show_banner("a", "One.", can_close=True)
    banners.show_banner("b", "Two.", can_close=True)
    assert seen() == ["Two."]
    banners.show_done("Done.")
    assert seen() == ["Two."], "what failed is not covered by what is done"
    banners.close_banner("b")
    assert seen() == ["One."]
    banners.close_banner("a")
    assert seen() == ["Done."]


def test_what_was_done_is_taken_back_by_its_button(qtbot: QtBot) -> None:
    banners, undo, back = Banners(), Undo(), list[str]()
    qtbot.addWidget(banners)
    banners.follow(undo)
    undo.offer("A is archived.", lambda: back.append("a"))
    undo.offer("B is archived.", lambda: back.append("b"))

    assert banners.sentences() == {"undo": "B is archived."}
    next(one for one in banners.findChildren(QPushButton) if one.text() == "Undo").click()
    assert back == ["b"]
    assert banners.sentences() == {}, "the button of what is gone would take back another thing"
    undo.take_back()
    undo.take_back()
    assert back == ["b", "a"]


def test_what_was_written_can_be_opened_and_stays_until_it_is_closed(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr("kvitto.ui.widgets.banner._open", opened.append)
    monkeypatch.setattr("kvitto.ui.widgets.banner._NOTE_MS", 0)
    banners = Banners()
    qtbot.addWidget(banners)
    file = tmp_path / "a.xlsx"
    banners.show_file("3 rows written to a.xlsx", file)
    [banner] = banners.findChildren(QFrame, options=Qt.FindChildOption.FindDirectChildrenOnly)
    banners.show_done("Something else")
    qtbot.waitUntil(lambda: "done" not in banners.sentences())
    assert list(banners.sentences().values()) == ["3 rows written to a.xlsx"]

    buttons = {one.text(): one for one in banner.findChildren(QPushButton)}
    buttons["Open"].click()
    buttons["Show in folder"].click()
    assert opened == [file, tmp_path]
    buttons["Close"].click()
    assert not banners.sentences()
