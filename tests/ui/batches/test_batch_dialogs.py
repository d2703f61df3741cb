"""What the questions about batches say."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kvitto.store.records import BatchRecord
from kvitto.ui.batches.batch_dialogs import DeleteDialog
from tests.ui.services.batch_records import a_batch


@pytest.mark.parametrize(
    ("batch", "is_unfinished"),
    [
        (a_batch(1, {201: 5}), False),
        (a_batch(1, {201: 5, 112: 1}), True),
        (a_batch(1, {201: 5}, expected_count=8), True),
    ],
)
def test_deleting_says_where_reports_may_still_come(
    qtbot: QtBot, batch: BatchRecord, is_unfinished: bool
) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)

    dialog = DeleteDialog([batch], owner)

    assert ("Not all are finished" in dialog.told.text()) is is_unfinished
