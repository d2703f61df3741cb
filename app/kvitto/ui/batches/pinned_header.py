"""Which batch's row stays in view above its messages."""

from PySide6.QtCore import QModelIndex, QPoint, QRect
from PySide6.QtWidgets import QTreeView

from kvitto.ui.widgets.theme import ROW_HEIGHT


def pinned_header(view: QTreeView) -> tuple[QModelIndex, int]:
    """Return the batch whose row is shown above its messages, and where that begins.

    It is the one that the topmost message belongs to; the next batch pushes it out of view. An
    invalid index where the topmost row is a batch's.
    """
    batch = view.indexAt(QPoint(0, 0)).parent()
    if not batch.isValid():
        return QModelIndex(), 0
    following = batch.siblingAtRow(batch.row() + 1)
    below = view.visualRect(following) if following.isValid() else QRect()
    return batch, min(0, below.top() - ROW_HEIGHT) if below.isValid() else 0
