"""What is looked at stays where it is on the screen, whatever comes or goes above it."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPersistentModelIndex, QPoint
from PySide6.QtWidgets import QTreeView


class ScrollAnchor:
    """Keeps what a tree shows in its place while rows come and go.

    That is the current row if it is to be seen, else the first row that is. At the very top, with
    nothing selected there, rows are not kept from moving: new ones would never be seen.
    """

    def __init__(self, tree: QTreeView) -> None:
        """Keep the place of `tree`, which scrolls by pixels."""
        self._tree = tree
        self._held: tuple[QPersistentModelIndex, int] | None = None
        self._is_holding = True

    def hold(self) -> None:
        """Remember where what is looked at is, before rows change."""
        if self._held is not None or not self._is_holding:
            return
        tree = self._tree
        index = tree.currentIndex()
        where = tree.visualRect(index)
        if not index.isValid() or not tree.viewport().rect().intersects(where):
            if tree.verticalScrollBar().value() == 0:
                return
            index = tree.indexAt(QPoint(0, 0))
            where = tree.visualRect(index)
        if index.isValid():
            self._held = QPersistentModelIndex(index), where.top()

    def restore(self) -> None:
        """Scroll so that it is there again, after the rows were laid out."""
        held, self._held = self._held, None
        if held is not None and held[0].isValid():
            moved = self._tree.visualRect(held[0]).top() - held[1]
            if moved:
                bar = self._tree.verticalScrollBar()
                bar.setValue(bar.value() + moved)

    @contextmanager
    def moving(self) -> Iterator[None]:
        """Let rows move within this context."""
        self._is_holding = False
        self._held = None
        try:
            yield
        finally:
            self._is_holding = True
