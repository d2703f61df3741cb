"""Which batch's row stays in view above its messages."""

from PySide6.QtCore import QModelIndex, QPoint
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
    # Asked for where it is seen only: to find a row far below, a view goes through all before it.
    below = view.indexAt(QPoint(0, ROW_HEIGHT - 1))
    if not below.isValid() or below.parent().isValid():
        return batch, 0
    return batch, min(0, view.visualRect(below).top() - ROW_HEIGHT)
