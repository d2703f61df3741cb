"""The button that asks iP.1 about the batch that is shown. In view where there is a key."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QPushButton, QWidget
from typing_extensions import override

from kvitto.core.report import Origin
from kvitto.store.records import BatchRecord
from kvitto.store.rights import Right
from kvitto.ui.services.context import Context
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.theme import ICON_SIZE


class AskAction(QPushButton):
    """Asks about one batch."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        """Ask about nothing before `show_batch`."""
        super().__init__(parent)
        self._books = context.books
        self._batch: BatchRecord | None = None
        self.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self.clicked.connect(self._on_clicked)
        self._books.changed.connect(self._show)
        context.permissions.guard(Right.EDIT, self)
        self._show_icon()
        self._show()

    def show_batch(self, batch: BatchRecord | None) -> None:
        """Ask about this batch; None for none."""
        self._batch = batch
        self._show()

    def _on_clicked(self) -> None:
        if self._batch is not None:
            books = self._books.demo if self._is_demo else self._books
            books.ask(self._batch.batch_id)

    @property
    def _is_demo(self) -> bool:
        return self._batch is not None and self._batch.origin is Origin.DEMO

    def _show(self) -> None:
        state, batch = self._books.state, self._batch
        may_ask = batch is not None and batch.purged is None and not batch.is_archived
        demo, is_refused = self._books.demo, state.is_refused and not self._is_demo
        can_ask = state.has_key
        if batch is not None and self._is_demo:
            can_ask = demo.can_ask(batch.batch_id)
        is_asking = batch is not None and batch.batch_id in (*state.asking, *demo.asking)
        self.setVisible(can_ask and may_ask)
        self.setEnabled(not is_asking and not is_refused)
        self.setText(self.tr("Asking iP.1 …") if is_asking else self.tr("Ask iP.1"))
        self.setToolTip(
            self.tr("iP.1 refuses the key: see the settings.")
            if is_refused
            else self.tr("Asks iP.1 what became of each message, and fetches what is missing.")
        )

    def _show_icon(self) -> None:
        self.setIcon(icon("check"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._show()
        elif event.type() is QEvent.Type.PaletteChange:
            self._show_icon()
