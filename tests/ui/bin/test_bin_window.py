"""The window of the bin, over a real store."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QApplication, QLabel

from kvitto.clock import utc_now
from kvitto.store.bin import MoveToBin
from kvitto.ui.batches.batch_dialogs import DeleteDialog
from kvitto.ui.bin.bin_window import BinWindow
from kvitto.ui.services.context import Context
from kvitto.ui.services.languages import Languages
from kvitto.ui.services.preferences import Language
from tests.store.arrivals import a_report, arriving
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]


@dataclass
class Bin:
    context: Context
    window: BinWindow

    def names(self) -> list[str]:
        return [str(self.window.model.index(row, 0).data()) for row in range(self.rows())]

    def rows(self) -> int:
        return self.window.model.rowCount()

    def choose(self, row: int) -> None:
        """Select a row alone, whatever keys another test has left pressed."""
        flags = QItemSelectionModel.SelectionFlag
        index = self.window.model.index(row, 0)
        self.window.view.selectionModel().select(index, flags.ClearAndSelect | flags.Rows)

    def there(self) -> list[str]:
        return [one.batch_id for one in self.context.backend.reader.batches()]


@pytest.fixture
async def bin_(qapp: QApplication, context: Context) -> AsyncIterator[Bin]:
    for batch_id in ("a", "b", "c"):
        report = a_report("m", batch_id=batch_id, reference=f"Ref {batch_id}")
        await context.backend.append(arriving(report))
    edit = context.backend.edit(MoveToBin((1, 2), utc_now()))
    await context.tasks.in_thread(edit.result)
    del qapp
    window = BinWindow(context)
    window.show()
    context.feed.start()
    made = Bin(context, window)
    await until(lambda: made.names() == ["Ref b", "Ref a"])
    yield made
    window.close()
    window.deleteLater()


async def test_what_is_chosen_is_put_back_and_that_can_be_undone(bin_: Bin) -> None:
    assert [one.record.batch_id for one in bin_.window.chosen()] == ["b"], "the first is chosen"
    bin_.window.view.selectAll()
    bin_.window.back.click()
    await until(lambda: bin_.names() == [])
    assert bin_.there() == ["a", "b", "c"]
    assert not bin_.window.back.isEnabled()

    bin_.context.undo.take_back()
    await until(lambda: len(bin_.names()) == 2)
    assert bin_.there() == ["c"]


async def test_deleting_for_good_asks_and_says_what_will_be_gone(bin_: Bin) -> None:
    def asked() -> DeleteDialog:
        (found,) = (one for one in bin_.window.findChildren(DeleteDialog) if one.isVisible())
        return found

    bin_.window.view.selectAll()
    bin_.window.delete.click()
    dialog = asked()
    assert "2 message(s), 2 report(s)" in dialog.told.text()
    dialog.reject()
    assert len(bin_.names()) == 2

    bin_.choose(1)
    bin_.window.delete.click()
    asked().act.click()
    await until(lambda: bin_.names() == ["Ref b"])
    assert not bin_.context.undo.can_undo, "nobody promises to take that back"


async def test_names_are_masked_and_swedish_is_spoken(bin_: Bin, languages: Languages) -> None:
    report = a_report("m", batch_id="d", reference="0701234567")
    await bin_.context.backend.append(arriving(report))
    edit = bin_.context.backend.edit(MoveToBin((4,), utc_now()))
    await bin_.context.tasks.in_thread(edit.result)
    await until(lambda: bin_.rows() == 3)
    assert bin_.names()[0] == "0701234567"
    bin_.context.preferences.put("is_masked", True)
    assert "1234" not in bin_.names()[0]
    bin_.choose(0)
    bin_.window.delete.click()
    [dialog] = bin_.window.findChildren(DeleteDialog)
    said = [label.text() for label in dialog.findChildren(QLabel)]
    assert any("••••••••67" in one for one in said)
    assert not any("1234" in one for one in said)
    dialog.reject()

    languages.speak(Language.SWEDISH)
    await until(lambda: bin_.window.windowTitle() == "Papperskorg")
    assert bin_.window.back.text() == "Lägg tillbaka"
