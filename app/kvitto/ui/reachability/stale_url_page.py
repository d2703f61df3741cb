"""Batches on an earlier address, and what can be done about them."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget
from typing_extensions import override

from kvitto.ui.reachability.impact import StaleUrlBatches
from kvitto.ui.reachability.list_page import ListPage
from kvitto.ui.reachability.stale_url_model import StaleUrlModel
from kvitto.ui.settings.settings_page import faint_label
from kvitto.ui.widgets.theme import STEP


class StaleUrlPage(ListPage):
    """Addresses other than the one in use, each with its batches.

    Signals:
        restore_requested: use the address of a `StaleUrlBatches` again.
        done_requested: mark the batches of a `StaleUrlBatches` as done.
    """

    restore_requested = Signal(object)
    done_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show none yet."""
        self.addresses = StaleUrlModel()
        super().__init__(self.addresses, parent)
        self.addresses.setParent(self)
        self._hint = faint_label(self)
        self._restore, self._done = QPushButton(self), QPushButton(self)
        for button, signal in (
            (self._restore, self.restore_requested),
            (self._done, self.done_requested),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, one=signal: self._ask(one))
        row = QHBoxLayout()
        row.setSpacing(2 * STEP)
        row.addStretch()
        row.addWidget(self._restore)
        row.addWidget(self._done)
        self.column.insertWidget(0, self._hint)
        self.column.addLayout(row)
        self.tree.selectionModel().currentChanged.connect(self._show_buttons)
        self.retranslate()
        self._show_buttons()

    def show_stale_url(self, found: Sequence[StaleUrlBatches]) -> None:
        """Show these."""
        self.addresses.show_stale_url(found)
        if found and not self.tree.currentIndex().isValid():
            self.tree.setCurrentIndex(self.addresses.index(0, 0))
        self.tree.expandAll()
        self._hint.setVisible(bool(found))
        self._show_buttons()

    def _ask(self, signal: Signal) -> None:
        chosen = self.addresses.address_of(self.tree.currentIndex())
        if chosen is not None:
            signal.emit(chosen)  # type: ignore[attr-defined]  # bound: PySide's stubs say unbound

    def _show_buttons(self) -> None:
        has_chosen = self.addresses.address_of(self.tree.currentIndex()) is not None
        for button in (self._restore, self._done):
            button.setEnabled(has_chosen)
            button.setVisible(not self.is_empty)

    @override
    def title(self) -> str:
        """Return the page's name."""
        return self.tr("Batches on an earlier address")

    @override
    def nothing(self) -> str:
        """Return that no batch reports to an earlier address."""
        return self.tr("No unfinished batch reports to an earlier address.")

    @override
    def retranslate(self) -> None:
        """Say everything in the language of now."""
        super().retranslate()
        self._hint.setText(
            self.tr(
                "The SMS service keeps to the address that a batch was sent with. What leads here "
                "arrives, whichever is connected. Where one is not reachable, let a tunnel lead "
                "from it to this computer again, then connect it here; a quick tunnel's address is "
                "gone for good. Reports of archived batches are not waited for."
            )
        )
        self._restore.setText(self.tr("Connect this address again"))
        self._done.setText(self.tr("Archive its batches"))
