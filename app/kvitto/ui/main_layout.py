"""Where the parts of the main window stand."""

from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from kvitto.ui.services.preferences import Preferences
from kvitto.ui.widgets.away_veil import AwayVeil


class Parts(NamedTuple):
    """The parts: lines above, and below them the work, or what teaches how it begins."""

    strip: QWidget
    todo: QWidget
    banners: QWidget
    table: QWidget
    charts: QWidget
    details: QWidget
    empty_state: QWidget


class MainFrame(QWidget):
    """Holds the parts of the main window; the user moves the lines between them."""

    def __init__(self, parts: Parts, parent: QWidget) -> None:
        """Take the parts; show the work."""
        super().__init__(parent)
        self._down = QSplitter(Qt.Orientation.Vertical, self)
        self._down.addWidget(parts.table)
        self._down.addWidget(parts.charts)
        self._across = QSplitter(Qt.Orientation.Horizontal, self)
        self._across.addWidget(self._down)
        self._across.addWidget(parts.details)
        self._empty_state = parts.empty_state
        for splitter, first, second in ((self._down, 3, 2), (self._across, 3, 1)):
            splitter.setStretchFactor(0, first)
            splitter.setStretchFactor(1, second)
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(1)
        self._down.setSizes([500, 280])
        self._across.setSizes([916, 364])
        self._work_or_empty_state = QStackedWidget(self)
        self._work_or_empty_state.addWidget(self._across)
        self._work_or_empty_state.addWidget(parts.empty_state)
        self._veil = AwayVeil(self._work_or_empty_state)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(parts.strip)
        column.addWidget(parts.todo)
        column.addWidget(parts.banners)
        column.addWidget(self._work_or_empty_state, 1)

    def show_work(self, *, is_any: bool) -> None:
        """Show the table, the charts and the details; where there is no work, the welcome."""
        shown = self._across if is_any else self._empty_state
        if self._work_or_empty_state.currentWidget() is not shown:
            self._work_or_empty_state.setCurrentWidget(shown)

    def show_away(self, *, is_away: bool) -> None:
        """Grey the work while the store can't be read: what is shown is of before."""
        self._veil.show_away(is_away=is_away)

    def save_state(self, preferences: Preferences) -> None:
        """Keep where the lines between the parts are."""
        preferences.put_state("across", self._across.saveState())
        preferences.put_state("down", self._down.saveState())

    def restore_state(self, preferences: Preferences) -> None:
        """Put the lines between the parts where they were kept."""
        for name, splitter in (("across", self._across), ("down", self._down)):
            state = preferences.state(name)
            if not state.isEmpty():
                splitter.restoreState(state)
