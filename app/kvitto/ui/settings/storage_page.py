"""Where reports are kept, how much that is, and how long."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget
from shiboken6 import isValid
from typing_extensions import override

from kvitto.store.errors import StoreError
from kvitto.ui.services.context import Context
from kvitto.ui.settings.purge_now import PurgeNow
from kvitto.ui.settings.retention_panel import RetentionPanel
from kvitto.ui.settings.settings_page import SettingsPage
from kvitto.ui.settings.store_place_panel import StorePlacePanel
from kvitto.ui.text import formatting
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.theme import STEP, number_font

_UNKNOWN: Final = "…"
_LEAST_WIDTH = 120


class ElidedPath(QLabel):
    """Shows a path, as far as there is room; its accessible name is the whole."""

    def __init__(self, path: str, parent: QWidget) -> None:
        """Show `path`."""
        super().__init__(parent)
        self._path = path
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setToolTip(path)
        self.setAccessibleName(path)
        self.setMinimumWidth(_LEAST_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._elide()

    @override
    def sizeHint(self) -> QSize:
        """Ask for room for the whole."""
        hint = super().sizeHint()
        hint.setWidth(self.fontMetrics().horizontalAdvance(self._path))
        return hint

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(
            self._path, Qt.TextElideMode.ElideMiddle, self.contentsRect().width()
        )
        self.setText(shown)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Elide for the new width."""
        super().resizeEvent(event)
        self._elide()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._elide()


class StoragePage(SettingsPage):
    """Where the data is, and what is forgotten of it.

    Signals:
        restart_requested: another store was chosen: the window is to start again.
        receiving_requested: reports are to be received on this computer.
    """

    restart_requested = Signal()
    receiving_requested = Signal()

    icon_name = "database-outline"

    def __init__(self, context: Context, purging: PurgeNow, parent: QWidget | None = None) -> None:
        """Build it; `purging` is the window's."""
        super().__init__(context, parent)
        self._place_heading = self._add_heading()
        self._place = StorePlacePanel(context, self)
        self._place.failed.connect(self.failed)
        self._place.switched.connect(self.restart_requested)
        self._place.receiving_requested.connect(self.receiving_requested)
        self.column.addWidget(self._place)
        self._heading = self._add_heading()
        self._folder_label = QLabel(self)
        self._folder = ElidedPath(str(context.backend.folder), self)
        self._open = QPushButton(self)
        self._open.clicked.connect(self._on_open)
        row = QHBoxLayout()
        row.setSpacing(2 * STEP)
        row.addWidget(self._folder, 1)
        row.addWidget(self._open)
        self._size_label, self._size = QLabel(self), self._figure()
        self._reports_label, self._reports = QLabel(self), self._figure()
        form = QFormLayout()
        form.setHorizontalSpacing(4 * STEP)
        form.setVerticalSpacing(2 * STEP)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self._folder_label, row)
        if context.backend.store is None:
            form.addRow(self._size_label, self._size)
        else:
            # The server's disk is not ours to measure.
            for label in (self._size_label, self._size):
                label.hide()
        form.addRow(self._reports_label, self._reports)
        self.column.addLayout(form)
        self._hint = self._add_hint()
        self._retention_heading = self._add_heading()
        self._retention = RetentionPanel(context, purging, self)
        self._retention.failed.connect(self.failed)
        self.column.addWidget(self._retention)
        self.column.addStretch()
        purging.ended.connect(self.refresh)
        self._retranslate()

    def _figure(self) -> QLabel:
        label = QLabel(_UNKNOWN, self)
        label.setFont(number_font(self.font()))
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        return label

    @override
    def title(self) -> str:
        """Return the page's name."""
        return self.tr("Storage")

    @override
    def refresh(self) -> None:
        """Measure again."""
        self.context.tasks.start_latest(self._measure(), "storage")
        self._retention.refresh()

    async def _measure(self) -> None:
        backend, tasks = self.context.backend, self.context.tasks
        size_bytes = await tasks.in_thread(_size_of, backend.folder)
        if not isValid(self):
            return
        self._size.setText(formatting.data_size(size_bytes))
        try:
            with_demo = self.context.preferences.shows_demo
            counts = await tasks.in_thread(backend.reader.counts, with_demo=with_demo)
        except StoreError as error:
            if isValid(self):
                self.failed.emit(error_text(error))
            return
        if isValid(self):
            text = self.tr("{reports} in {batches}").format(
                reports=self.tr("%Ln report(s)", "", counts.reports),
                batches=self.tr("%Ln batch(es)", "", counts.batches),
            )
            self._reports.setText(text)

    def _on_open(self) -> None:
        folder = self.context.backend.folder
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.failed.emit(
                self.tr("This desktop can't open folders. The path is {folder}.").format(
                    folder=folder
                )
            )

    @override
    def _retranslate(self) -> None:
        self._place_heading.setText(self.tr("Where data is kept"))
        self._place.retranslate()
        self._heading.setText(self.tr("Data folder"))
        self._folder_label.setText(self.tr("Path"))
        self._open.setText(self.tr("Open"))
        self._open.setToolTip(self.tr("Open the folder in the file manager"))
        self._size_label.setText(self.tr("Size on disk"))
        self._reports_label.setText(self.tr("Content"))
        self._hint.setText(
            self.tr("Another folder is chosen when Kvitto is started, with --data-dir.")
        )
        self._retention_heading.setText(self.tr("How long reports are kept"))


def _size_of(folder: Path) -> int:
    """Return what the files of a folder take, in bytes."""
    size = 0
    for file in folder.rglob("*"):
        try:
            if file.is_file():
                size += file.stat().st_size
        except OSError:
            continue  # gone meanwhile
    return size
