"""What the user types about a batch is written, and never lost."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kvitto.clock import utc_now
from kvitto.store.edit_audit import Signature
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.records import BatchRecord
from kvitto.ui.details.batch_form import BatchForm
from kvitto.ui.details.details_panel import DetailsPanel
from kvitto.ui.services.context import Context, Selection
from tests.ui.details.arriving import a_body, arrive, arriving, at, begin, the_batch, told
from tests.ui.sessions import runtime_of
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


async def shown(context: Context, qtbot: QtBot) -> tuple[DetailsPanel, BatchForm]:
    await begin(context)
    await arrive(context, arriving(a_body()), arriving(a_body(batchId="batch-b")))
    panel = DetailsPanel(context, now=lambda: at(120))
    qtbot.addWidget(panel)
    panel.resize(380, 680)
    panel.show()
    panel.activateWindow()
    panel.show_selection(Selection(the_batch(context)))
    await until(panel.isActiveWindow)
    return panel, panel.batch_page.form


def stored(context: Context, batch_id: str = "batch-a") -> BatchRecord:
    return the_batch(context, batch_id)


async def test_a_batch_is_renamed_in_its_place(context: Context, qtbot: QtBot) -> None:
    _panel, form = await shown(context, qtbot)
    assert form.label.placeholderText() == "Höstrea"

    form.label.setFocus()
    QTest.keyClicks(form.label, "  Autumn sale ")
    QTest.keyClick(form.label, Qt.Key.Key_Return)

    await until(lambda: stored(context).label == "Autumn sale")
    await until(lambda: form.label.text() == "Autumn sale")


async def test_a_batch_without_a_label_goes_by_its_id(context: Context, qtbot: QtBot) -> None:
    _panel, form = await shown(context, qtbot)
    context.backend.edit(ChangeBatch(stored(context).key, BatchChange(label="x"))).result(60)
    await until(lambda: form.label.text() == "x")

    form.label.setFocus()
    QTest.keyClick(form.label, Qt.Key.Key_Delete)
    QTest.keyClick(form.label, Qt.Key.Key_Backspace)
    QTest.keyClick(form.label, Qt.Key.Key_Return)

    await until(lambda: stored(context).label is None)


async def test_esc_drops_what_was_typed(context: Context, qtbot: QtBot) -> None:
    _panel, form = await shown(context, qtbot)
    form.label.setFocus()
    QTest.keyClicks(form.label, "wrong")

    QTest.keyClick(form.label, Qt.Key.Key_Escape)

    assert form.label.text() == ""
    assert form.label.draft.is_settled


async def test_the_expected_number_is_set_and_taken_back(context: Context, qtbot: QtBot) -> None:
    panel, form = await shown(context, qtbot)
    form.expected.setFocus()
    QTest.keyClicks(form.expected, "1 500 pcs")
    QTest.keyClick(form.expected, Qt.Key.Key_Return)

    await until(lambda: stored(context).expected_count == 1500)
    await until(lambda: form.expected.text() == "1,500")
    assert form.fact("progress") == "0 of 1,500 expected (0 %); 1 seen"

    form.expected.selectAll()
    QTest.keyClick(form.expected, Qt.Key.Key_Delete)
    form.notes.setFocus()

    await until(lambda: stored(context).expected_count is None)
    assert panel.page is panel.batch_page


async def test_notes_are_written_when_the_user_pauses(context: Context, qtbot: QtBot) -> None:
    _panel, form = await shown(context, qtbot)
    form.notes.setFocus()

    QTest.keyClicks(form.notes, "Call Asa")

    await until(lambda: stored(context).notes == "Call Asa")
    assert form.notes.hasFocus()


async def test_notes_are_written_when_another_batch_is_selected(
    context: Context, qtbot: QtBot
) -> None:
    panel, form = await shown(context, qtbot)
    form.notes.setFocus()
    QTest.keyClicks(form.notes, "first")

    panel.show_selection(Selection(stored(context, "batch-b")))

    assert form.notes.toPlainText() == ""
    await until(lambda: stored(context).notes == "first")
    assert stored(context, "batch-b").notes is None


async def test_notes_are_written_when_the_window_is_left(context: Context, qtbot: QtBot) -> None:
    panel, form = await shown(context, qtbot)
    form.notes.setFocus()
    QTest.keyClicks(form.notes, "last word")

    panel.save_state()

    await until(lambda: stored(context).notes == "last word")


async def test_what_arrives_does_not_disturb_who_types(context: Context, qtbot: QtBot) -> None:
    _panel, form = await shown(context, qtbot)
    form.notes.setFocus()
    QTest.keyClicks(form.notes, "one three")
    for _ in "three":
        QTest.keyClick(form.notes, Qt.Key.Key_Left)
    at_position = form.notes.textCursor().position()

    key = stored(context).key
    context.backend.edit(ChangeBatch(key, BatchChange(notes="somebody else's"))).result(60)
    await arrive(context, arriving(a_body("message-2")))
    await until(lambda: form.fact("progress") == "0 of 2 seen (0 %)")
    QTest.keyClicks(form.notes, "two ")

    assert at_position == len("one ")
    assert form.notes.toPlainText() == "one two three"
    await until(lambda: stored(context).notes == "one two three")


async def test_what_somebody_else_writes_is_shown_to_who_does_not_type(
    context: Context, qtbot: QtBot
) -> None:
    _panel, form = await shown(context, qtbot)

    change = BatchChange(label="Theirs", notes="Their notes", expected_count=7)
    context.backend.edit(ChangeBatch(stored(context).key, change)).result(60)
    await told(context)

    await until(lambda: form.notes.toPlainText() == "Their notes")
    assert form.label.text() == "Theirs"
    assert form.expected.text() == "7"


async def test_what_cannot_be_written_is_told_and_stays_typed(
    context: Context, qtbot: QtBot
) -> None:
    panel, form = await shown(context, qtbot)
    other = stored(context, "batch-b")
    sentences: list[str] = []
    panel.failed.connect(sentences.append)
    runtime_of(context.backend).writer.close()
    form.notes.setFocus()
    QTest.keyClicks(form.notes, "kept")

    panel.show_selection(Selection(other))
    await until(lambda: bool(sentences))
    panel.show_selection(Selection(stored(context)))

    assert form.notes.toPlainText() == "kept"


async def test_names_and_notes_that_were_typed_are_taken_back_one_after_the_other(
    context: Context, qtbot: QtBot
) -> None:
    _panel, form = await shown(context, qtbot)
    said: list[str] = []
    context.undo.offered.connect(said.append)
    for text, whole in (("first", "first"), (" second", "first second")):
        form.notes.setFocus()
        QTest.keyClicks(form.notes, text)
        form.label.setFocus()
        await until(lambda whole=whole: stored(context).notes == whole)  # type: ignore[misc]
    QTest.keyClicks(form.label, "Autumn")
    QTest.keyClick(form.label, Qt.Key.Key_Return)
    await until(lambda: len(said) == 2)
    assert said == ["The notes on Höstrea were changed.", "Höstrea has another name."]

    context.undo.take_back()
    await until(lambda: form.label.text() == "")
    assert stored(context).notes == "first second", "only the last is taken back"
    context.undo.take_back()
    await until(lambda: stored(context).notes is None)
    await until(lambda: form.notes.toPlainText() == "")


async def test_who_changed_a_field_last_is_shown(context: Context, qtbot: QtBot) -> None:
    context.backend.database.editor = "Maria <b>"
    _panel, form = await shown(context, qtbot)
    context.backend.edit(
        ChangeBatch(stored(context).key, BatchChange(label="x", notes="n"))
    ).result(60)

    await until(lambda: any("Maria <b>, " in one.text() for one in form.findChildren(QLabel)))
    await until(lambda: "Maria" in form.label.toolTip())


async def test_what_another_changes_meanwhile_is_told_and_not_overwritten(
    context: Context, qtbot: QtBot
) -> None:
    panel, form = await shown(context, qtbot)
    told: list[str] = []
    panel.failed.connect(told.append)
    form.label.setFocus()
    QTest.keyClicks(form.label, "Autumn")
    context.backend.database.editor = "Bo"
    signature = Signature("Maria", utc_now())
    change = ChangeBatch(stored(context).key, BatchChange(label="Winter"), signature=signature)
    runtime_of(context.backend).writer.edit(change).result(60)
    await until(lambda: stored(context).label == "Winter")

    QTest.keyClick(form.label, Qt.Key.Key_Return)

    await until(lambda: bool(told))
    assert "Maria changed this at " in told[0]
    assert form.label.text() == "Autumn"
    assert stored(context).label == "Winter"
    QTest.keyClick(form.label, Qt.Key.Key_Escape)
    await until(lambda: form.label.text() == "Winter")
    form.label.selectAll()
    QTest.keyClicks(form.label, "Spring")
    QTest.keyClick(form.label, Qt.Key.Key_Return)
    await until(lambda: stored(context).label == "Spring")
