"""What the question says that closing the window asks."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kvitto.store.records import BatchRecord
from kvitto.ui.dialogs.close_choice import CloseDialog
from tests.store.arrivals import START
from tests.ui.services.batch_records import a_batch

NOW = START + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _english() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))


def said(qtbot: QtBot, *waiting: BatchRecord, minutes: float = 88) -> str:
    loss_at = NOW + timedelta(minutes=minutes)
    dialog = CloseDialog(has_tray=True, waiting=waiting, now=NOW, loss_at=loss_at)
    qtbot.addWidget(dialog)
    return dialog.findChildren(QLabel)[0].text()


def test_expected_messages_that_were_not_heard_of_are_counted(qtbot: QtBot) -> None:
    batches = (a_batch(1, {201: 5}, expected_count=8), a_batch(2, {112: 2, 201: 1}))

    assert "2 batch(es) are waited for, 5 message(s) without a result." in said(qtbot, *batches)


def test_it_says_by_when_kvitto_is_to_be_started_again(qtbot: QtBot) -> None:
    text = said(qtbot, a_batch(1, {112: 1}), minutes=8)

    clock = (NOW + timedelta(minutes=8)).astimezone()
    assert f"is not started again by {clock:%H:%M}, the SMS service deletes reports" in text


def test_where_reports_may_be_lost_already_no_time_is_promised(qtbot: QtBot) -> None:
    text = said(qtbot, a_batch(1, {112: 1}), minutes=-3)

    assert text.startswith("1 batch(es) are waited for, 1 message(s) without a result. ")
    assert "may be deleting reports about them already" in text
    assert "again by" not in text
