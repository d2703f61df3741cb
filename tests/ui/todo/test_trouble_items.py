"""What keeps reports out is listed with when it began."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kvitto.store.spool_errors import SpoolWaitingError
from kvitto.ui.services.preferences import Preferences
from kvitto.ui.services.todo import Todo
from kvitto.ui.services.undo import Undo
from tests.store.arrivals import START


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def todo(owner: QWidget, tmp_path: Path) -> Todo:
    return Todo(Preferences(tmp_path), Undo(owner), owner, clock=lambda: START)


def test_reports_that_wait_once_more_wait_since_the_first_of_them_came(todo: Todo) -> None:
    for minute in (2, 5):
        since = START + timedelta(minutes=minute)
        todo.put_trouble("spool", SpoolWaitingError(count=3, since=since, place="here"))
        assert [one.since for one in todo.to_do()] == [since]


def test_a_store_that_is_away_before_any_report_waits_is_so_since_it_was_seen(todo: Todo) -> None:
    for minute in (2, 5):
        asked = START + timedelta(minutes=minute)
        todo.put_trouble("spool", SpoolWaitingError(count=0, since=asked, place="here"))
        assert [one.since for one in todo.to_do()] == [START]
