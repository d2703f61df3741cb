"""What else can be done about what iP.1 says of a batch: see it there, or forget it here."""

from typing import Final

from PySide6.QtCore import QEvent, QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QMenu, QToolButton, QWidget
from typing_extensions import override

from kvitto.core.report import Origin
from kvitto.store.records import BatchRecord
from kvitto.store.rights import Right
from kvitto.ui.services.context import Context

PORTAL: Final = QUrl("https://portal.ip1.net/")
"""Of one batch it has no address that is documented."""


class AskedMenu(QToolButton):
    """A menu about one batch. In view where there is a key, or something was asked."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        """Be about nothing before `show_batch`."""
        super().__init__(parent)
        self._books = context.books
        self._batch: BatchRecord | None = None
        self._is_asked = False
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self.portal: Final = QAction(self)
        self.forget: Final = QAction(self)
        menu.addActions([self.portal, self.forget])
        menu.setToolTipsVisible(True)
        context.permissions.guard(Right.EDIT, self.forget)
        self.setMenu(menu)
        self.portal.triggered.connect(lambda: QDesktopServices.openUrl(PORTAL))
        self.forget.triggered.connect(self._on_forget)
        self._books.changed.connect(self._show)
        self._retranslate()
        self._show()

    def show_batch(self, batch: BatchRecord | None, *, is_asked: bool) -> None:
        """Be about a batch; None for none.

        Args:
            batch: the batch.
            is_asked: whether anything was asked about it.
        """
        self._batch, self._is_asked = batch, is_asked
        self._show()

    def _on_forget(self) -> None:
        if self._batch is not None:
            self._books.forget(self._batch.key)

    def _show(self) -> None:
        batch = self._batch
        has_portal = (
            self._books.state.has_key and batch is not None and batch.origin is not Origin.DEMO
        )
        is_asking = batch is not None and batch.batch_id in self._books.state.asking
        self.portal.setVisible(has_portal)
        self.forget.setVisible(self._is_asked)
        self.forget.setEnabled(not is_asking)
        self.setVisible(batch is not None and (has_portal or self._is_asked))

    def _retranslate(self) -> None:
        self.setText(self.tr("More about iP.1"))
        self.portal.setText(self.tr("Open iP.1's portal"))
        self.forget.setText(self.tr("Forget what iP.1 said of this batch"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
