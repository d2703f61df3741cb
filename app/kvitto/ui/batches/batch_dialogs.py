"""What is asked before a batch is changed. Opened, never executed: the window stays alive."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QInputDialog, QLabel, QWidget

from kvitto.core.invisible import plain_line
from kvitto.store.records import BatchRecord
from kvitto.ui.text.batch_names import name_of
from kvitto.ui.widgets.irreversible_question import IrreversibleQuestion
from kvitto.ui.widgets.plain_buttons import take_icons_off
from kvitto.ui.widgets.theme import STEP

_LONGEST_LABEL: Final = 120
_MOST_MESSAGES: Final = 100_000_000
_WIDTH: Final = 100 * STEP


class LabelDialog(QInputDialog):
    """Asks what a batch is to be called.

    Signals:
        answered: the name; "" for its id alone.
    """

    answered = Signal(str)

    def __init__(self, batch: BatchRecord, parent: QWidget) -> None:
        """Ask about `batch`."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Rename batch"))
        self.setLabelText(self.tr("A name for batch {id}:").format(id=plain_line(batch.batch_id)))
        _show_plainly(self)
        self.setTextValue(batch.label or "")
        self.textValueSelected.connect(
            lambda text: self.answered.emit(text.strip()[:_LONGEST_LABEL])
        )
        self.resize(_WIDTH, self.sizeHint().height())
        take_icons_off(self)


class ExpectedDialog(QInputDialog):
    """Asks how many messages a batch is to have.

    Signals:
        answered: the number; None where it is not known.
    """

    answered = Signal(object)

    def __init__(self, batch: BatchRecord, parent: QWidget, *, is_masked: bool = False) -> None:
        """Ask about `batch`, with what may be a phone number masked where that `is_masked`."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Expected messages"))
        self.setLabelText(
            self.tr("How many messages were sent in {name}? 0 where that is not known.").format(
                name=name_of(batch, is_masked=is_masked)
            )
        )
        _show_plainly(self)
        self.setInputMode(QInputDialog.InputMode.IntInput)
        self.setIntRange(0, _MOST_MESSAGES)
        self.setIntValue(batch.messages if batch.expected_count is None else batch.expected_count)
        self.intValueSelected.connect(lambda count: self.answered.emit(count or None))
        self.resize(_WIDTH, self.sizeHint().height())
        take_icons_off(self)


def _show_plainly(dialog: QInputDialog) -> None:
    """Keep the question from being read as HTML: names from outside are in it."""
    for label in dialog.findChildren(QLabel):
        label.setTextFormat(Qt.TextFormat.PlainText)


class DeleteDialog(IrreversibleQuestion):
    """Asks whether batches are to be deleted for good, and says what will be gone."""

    def __init__(
        self, batches: Sequence[BatchRecord], parent: QWidget, *, is_masked: bool = False
    ) -> None:
        """Ask about `batches`; accepted, they are to be deleted.

        Args:
            batches: the batches.
            parent: the owner.
            is_masked: whether what may be a phone number is masked.
        """
        super().__init__(parent)
        self.ask(
            self.tr("Delete for good"),
            self._question(batches, is_masked=is_masked),
            "\n".join(self._what_will_be_gone(batches)),
            self.tr("Delete"),
        )
        self.setMinimumWidth(_WIDTH)

    def _question(self, batches: Sequence[BatchRecord], *, is_masked: bool) -> str:
        if len(batches) == 1:
            name = name_of(batches[0], is_masked=is_masked)
            return self.tr("Delete {name} for good?").format(name=name)
        return self.tr("Delete %Ln batch(es) for good?", "", len(batches))

    def _what_will_be_gone(self, batches: Sequence[BatchRecord]) -> list[str]:
        messages = self.tr("%n message(s)", "", sum(one.messages for one in batches))
        reports = self.tr("%n report(s)", "", sum(one.reports for one in batches))
        parts = [
            self.tr("Gone for good: {messages}, {reports} and their raw bodies.").format(
                messages=messages, reports=reports
            )
        ]
        if any(one.unfinished for one in batches):
            parts.append(
                self.tr(
                    "Not all are finished: a report that still comes makes the batch anew, without "
                    "these."
                )
            )
        return parts
