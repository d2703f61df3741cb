"""The charts' place in the window: they are loaded once the table has been filled.

What draws them takes a fifth of a second to load, and nobody looks at them before they have seen
the table. What makes classes of Qt's is loaded by the window's thread, in pieces, between which it
does what else there is to do: `kvitto.ui.services.from_threads` says why.
"""

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.store.search_conditions import ShownScope
from kvitto.ui.charts.plain_pyqtgraph import load_pyqtgraph
from kvitto.ui.services.context import Context, Selection
from kvitto.ui.widgets.theme import STEP

if TYPE_CHECKING:
    from kvitto.ui.charts.charts_panel import ChartsPanel

_LEAST_HEIGHT: Final = 40 * STEP
_PLAIN: Final = ("numpy", "kvitto.store.timeseries")
"""What makes no class of Qt's; half of it all."""
_PIECES: Final = ("time_chart", "reports_chart", "image_saver", "toolbar", "charts_panel")
"""Of this package, each with what it needs and the ones before it did not."""


class LazyChartsPanel(QWidget):
    """Holds a :class:`~kvitto.ui.charts.charts_panel.ChartsPanel` from the first change on.

    Belongs to the window's thread.

    Signals:
        failed, done: as of the panel.
    """

    failed = Signal(str)
    done = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Be empty at first."""
        super().__init__(parent)
        self._context = context
        self._panel: ChartsPanel | None = None
        self._selection = Selection()
        self._shown: ShownScope | None = None
        self._is_loading = False
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.setMinimumHeight(_LEAST_HEIGHT)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        context.feed.changed.connect(self._load)

    @property
    def panel(self) -> "ChartsPanel":
        """The charts; they are made now where they are not yet."""
        return self._made()

    def _made(self) -> "ChartsPanel":
        if self._panel is None:
            load_pyqtgraph()
            from kvitto.ui.charts.charts_panel import ChartsPanel

            self._context.feed.changed.disconnect(self._load)
            self._panel = ChartsPanel(self._context, self)
            self._panel.failed.connect(self.failed)
            self._panel.done.connect(self.done)
            self._panel.restore_state()
            self._panel.show_selection(self._selection)
            self._panel.show_scope(self._shown)
            self._column.addWidget(self._panel)
            self._take_turn(self._panel)
        return self._panel

    def _take_turn(self, panel: QWidget) -> None:
        """Let the tab key come here when it is the pane's turn, not after all else."""
        before = self.previousInFocusChain()
        while before is not None and before is not self and not _is_stop(before):
            before = before.previousInFocusChain()
        if before is None:
            return
        for one in filter(_is_stop, panel.findChildren(QWidget)):
            self.setTabOrder(before, one)
            before = one

    def show_selection(self, selection: Selection) -> None:
        """Show what is selected: a batch, that of a message, or all where nothing is."""
        self._selection = selection
        if self._panel is not None:
            self._panel.show_selection(selection)

    def show_scope(self, shown: ShownScope | None) -> None:
        """Show, where nothing is selected, what the table shows only; None for all."""
        self._shown = shown
        if self._panel is not None:
            self._panel.show_scope(shown)

    def save_state(self) -> None:
        """Keep how the charts are left in the preferences, if they were seen at all."""
        if self._panel is not None:
            self._panel.save_state()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Load the charts, where the table is filled already."""
        super().showEvent(event)
        if self._context.feed.has_read:
            self._load()

    def _load(self) -> None:
        if self._panel is None and not self._is_loading and self.isVisible():
            self._is_loading = True
            self._context.tasks.start(self._make(), "charts are loaded")

    async def _make(self) -> None:
        for plain in _PLAIN:
            await self._context.tasks.in_thread(import_module, plain)
        load_pyqtgraph()
        for piece in _PIECES:
            await asyncio.sleep(0)
            import_module(f"kvitto.ui.charts.{piece}")
        await asyncio.sleep(0)
        self._made()


def _is_stop(widget: QWidget) -> bool:
    """Tell whether the tab key stops at a widget."""
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
