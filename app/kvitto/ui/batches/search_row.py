"""The row above the table: search field, chips, the count of what is shown, and Follow."""

from collections.abc import Callable, Collection
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from kvitto.store.records import BatchRecord
from kvitto.ui.batches.filter_bar import Chips, SearchField
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.theme import ICON_SIZE, STEP, number_font

_ONE_ROW: Final = 250 * STEP
"""From this width on everything has room side by side."""
_BUSY_WIDTH: Final = 16 * STEP
_WIDEST_FIELD: Final = 100 * STEP


class SearchRow(QWidget):
    """Lays out the search field, the chips and the count: in one row where there is room.

    Attributes:
        field: the search field.
        chips: the chips.
        count: says what is shown.
        follow: the switch that keeps the newest in view.
    """

    def __init__(self, batches: Callable[[], Collection[BatchRecord]], parent: QWidget) -> None:
        """Offer what occurs in `batches` to filter by."""
        super().__init__(parent)
        self.field = SearchField(self)
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.chips = Chips(batches, self)
        self._busy = QProgressBar(self)
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setFixedSize(_BUSY_WIDTH, STEP)
        policy = self._busy.sizePolicy()
        policy.setRetainSizeWhenHidden(False)
        self._busy.setSizePolicy(policy)
        self._busy.hide()
        self.count = QLabel(self)
        self.count.setFont(number_font(self.font()))
        self.follow = QToolButton(self)
        self.follow.setCheckable(True)
        self.follow.setAutoRaise(True)
        self.follow.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self.follow.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(3 * STEP, 2 * STEP, 3 * STEP, 2 * STEP)
        self._grid.setHorizontalSpacing(2 * STEP)
        self._grid.setVerticalSpacing(STEP)
        self._is_one_row: bool | None = None
        self._lay_out(is_one_row=True)
        self._retranslate()
        self._recolour()

    @property
    def is_busy(self) -> bool:
        """Whether it shows that a search is running."""
        return not self._busy.isHidden()

    def set_busy(self, is_busy: bool) -> None:
        """Show that a search is running."""
        self._busy.setVisible(is_busy)

    def _lay_out(self, *, is_one_row: bool) -> None:
        if is_one_row is self._is_one_row:
            return
        self._is_one_row = is_one_row
        grid = self._grid
        for widget in (self.field, self.chips, self._busy, self.count, self.follow):
            grid.removeWidget(widget)
        grid.addWidget(self.field, 0, 0)
        self.field.setMaximumWidth(_WIDEST_FIELD if is_one_row else self.maximumWidth())
        if is_one_row:
            grid.addWidget(self.chips, 0, 1)
        else:
            grid.addWidget(self.chips, 1, 0, 1, 5)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1 if is_one_row else 0)
        grid.addWidget(self._busy, 0, 2)
        grid.addWidget(self.count, 0, 3)
        grid.addWidget(self.follow, 0, 4)

    @override
    def minimumSizeHint(self) -> QSize:
        """Return the room for two rows: with less width they are laid out so."""
        hint = super().minimumSizeHint()
        narrow = max(self.chips.minimumSizeHint().width(), self.field.minimumWidth())
        return QSize(min(hint.width(), narrow + 6 * STEP), hint.height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take two rows where one is too narrow."""
        super().resizeEvent(event)
        self._lay_out(is_one_row=event.size().width() >= _ONE_ROW)
        self._grid.activate()

    def _retranslate(self) -> None:
        self.follow.setText(self.tr("Follow"))
        self.follow.setToolTip(self.tr("Keep the newest in view"))
        self._busy.setAccessibleName(self.tr("Searching"))

    def _recolour(self) -> None:
        self.follow.setIcon(icon("arrow-collapse-down"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self._recolour()
