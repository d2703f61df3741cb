"""Nothing from outside reads as something else: marks that can't be seen are shown."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from kvitto.core.rejection import RejectionReason
from kvitto.core.state import OrderKey, Sourced
from kvitto.store.search import MessageFilter
from kvitto.ui.batches import cell_text
from kvitto.ui.batches.batch_dialogs import DeleteDialog, LabelDialog
from kvitto.ui.batches.cell_text import TextManner
from kvitto.ui.batches.filter_bar import SearchField
from kvitto.ui.batches.placeholder import ShownWords
from kvitto.ui.details.id_line import IdLine
from kvitto.ui.details.message_header import MessageHeader
from kvitto.ui.text.payload_format import readable
from kvitto.ui.text.rejection_text import reason_text
from kvitto.ui.text.tooltips import plain_tip
from kvitto.ui.widgets.copy_button import CopyButton
from kvitto.ui.widgets.payload_view import BodyView
from tests.ui.batches.records import START, a_batch, a_message

RLO = "\N{RIGHT-TO-LEFT OVERRIDE}"
REVERSED = f"{RLO}76543210764"
SHOWN = "⟨U+202E⟩76543210764"
TAG = "<b>6"


@pytest.fixture
def widget(qapp: QApplication, qtbot: QtBot) -> QWidget:
    del qapp
    made = QWidget()
    qtbot.addWidget(made)
    return made


def known(text: str) -> Sourced[str]:
    return Sourced(text, OrderKey(0, 0, 0, 0, 1))


def test_in_the_table() -> None:
    manner = TextManner(START)
    batch = msgspec.structs.replace(a_batch(1), batch_id=REVERSED, notes=f"a\n{RLO}b")
    for field in ("label", "reference"):
        named = msgspec.structs.replace(batch, **{field: REVERSED})
        assert cell_text.batch_name(named, manner) == SHOWN
    assert cell_text.batch_tip(batch).endswith(f"{SHOWN}\na\n⟨U+202E⟩b")
    message = a_message(1)
    message = msgspec.structs.replace(
        message,
        message_id=REVERSED,
        state=msgspec.structs.replace(
            message.state, recipient=known(REVERSED), reference=known(REVERSED)
        ),
    )
    for is_masked in (False, True):
        manner = TextManner(START, is_masked)
        for cell in (
            cell_text.recipient_text(message, manner),
            cell_text.whole_recipient(message, manner),
            cell_text.recipient_tip(message, manner),
            cell_text.reference_text(message, manner),
        ):
            assert RLO not in cell


def test_an_id_is_shown_with_its_marks_and_copied_as_it_is(widget: QWidget) -> None:
    line = IdLine(widget)
    line.show_id(REVERSED)
    assert line.text == SHOWN
    line.findChildren(CopyButton)[0].click()
    assert QGuiApplication.clipboard().text() == REVERSED


def test_so_is_a_reference_in_the_details(widget: QWidget) -> None:
    message = a_message(1)
    state = msgspec.structs.replace(
        message.state, recipient=known("4670\u05d01"), reference=known(REVERSED)
    )
    header = MessageHeader(widget)
    shown = msgspec.structs.replace(message, state=state, batch_label=REVERSED)
    header.show_message(shown, START, is_masked=False)
    assert header.recipient == "4670⟨U+05D0⟩1"
    assert header.fact("reference") == header.fact("label") == SHOWN
    copies = {one.toolTip(): one for one in header.findChildren(CopyButton)}
    copies["Copy the reference"].click()
    assert QGuiApplication.clipboard().text() == REVERSED


def test_a_body_is_shown_and_copied_with_its_marks(widget: QWidget) -> None:
    view = BodyView(widget)
    view.show_text(readable(f'{{"a": "{REVERSED}\u2028", "b": "\\u202e"}}'.encode()))
    assert view.text == f'{{\n  "a": "{SHOWN}⟨U+2028⟩",\n  "b": "\\u202e"\n}}'


def test_what_is_pasted_into_the_search_field_is_shown_and_sought_as_it_is(
    widget: QWidget,
) -> None:
    field = SearchField(widget)
    field.setText(REVERSED)
    assert field.text() == SHOWN
    assert field.wanted_text() == REVERSED
    nothing = ShownWords(widget).nothing_text(MessageFilter(text=REVERSED))
    assert SHOWN in nothing


def test_a_reason_that_nobody_knows_is_shown_with_its_marks() -> None:
    assert reason_text(RejectionReason(f"It is {RLO}a reason.")) == "It is ⟨U+202E⟩a reason."


def test_no_name_is_read_as_html(widget: QWidget) -> None:
    batch = msgspec.structs.replace(a_batch(1), batch_id=TAG, reference=TAG)
    assert plain_tip(TAG) != TAG
    assert plain_tip(TAG) == "<p>&lt;b&gt;6</p>"
    assert plain_tip("a < b") == "a < b"
    line = IdLine(widget)
    line.show_id(TAG)
    assert "&lt;b" in line.findChildren(QLabel)[0].toolTip()
    for dialog in (LabelDialog(batch, widget), DeleteDialog([batch], widget)):
        named = [one for one in dialog.findChildren(QLabel) if TAG in one.text()]
        assert [one.textFormat() for one in named] == [Qt.TextFormat.PlainText]
