"""A token that has the place of an erased number or reference is seen in no column of any list."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from kvitto.core.erased import PREFIX, token
from kvitto.store.follow_up_queries import FollowUpRow
from kvitto.ui.batches import cell_text
from kvitto.ui.details.message_header import MessageHeader
from kvitto.ui.followup.follow_up_model import FollowUpModel
from kvitto.ui.person.person_model import PersonModel
from tests.ui.batches.records import a_message

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
NUMBER, REFERENCE = token(bytes(32), "number"), token(bytes(32), "reference")
ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)


def _cells(model: FollowUpModel | PersonModel) -> list[str]:
    places = [(0, column) for column in range(model.columnCount())]
    return [
        str(model.data(model.index(row, column, QModelIndex()), role) or "")
        for row, column in places
        for role in ROLES
    ]


@pytest.mark.parametrize("is_masked", [False, True])
def test_lists_have_a_word_in_its_place(qtbot: QtBot, is_masked: bool) -> None:
    del qtbot
    people, undelivered = PersonModel(), FollowUpModel(lambda: NOW)
    people.show_rows([a_message(1, recipient=NUMBER, reference=REFERENCE)], is_masked=is_masked)
    undelivered.set_masked(is_masked=is_masked)
    undelivered.add([FollowUpRow(1, 1, "b", None, NUMBER, REFERENCE, 511, True, NOW, None, None)])

    assert "Nothing: the number was erased." in _cells(undelivered)
    for model in (people, undelivered):
        cells = _cells(model)
        assert cells.count("erased") >= 2
        assert not any(PREFIX in cell for cell in cells)


@pytest.mark.parametrize("is_masked", [False, True])
def test_the_table_and_a_messages_page_have_a_word_too(qtbot: QtBot, is_masked: bool) -> None:
    message = a_message(1, recipient=NUMBER, reference=REFERENCE)
    manner = cell_text.TextManner(NOW, is_masked)

    assert cell_text.recipient_text(message, manner) == "erased"
    assert cell_text.whole_recipient(message, manner) == "erased"
    assert cell_text.reference_text(message, manner) == "erased"
    header = MessageHeader(None)  # type: ignore[arg-type]
    qtbot.addWidget(header)
    header.show_message(message, NOW, is_masked=is_masked)
    assert (header.recipient, header.fact("reference")) == ("erased", "erased")
    assert header.person.isHidden(), "there is no number to ask for"
