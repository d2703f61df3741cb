"""The order in which the tab key goes through what is laid out."""

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QTabWidget, QWidget


def tab_in_reading_order(owner: QWidget) -> None:
    """Let the tab key go from place to place as the eye does, whatever was made first."""
    for before, after in pairwise(_stops(owner)):
        QWidget.setTabOrder(before, after)


def _stops(owner: QWidget) -> Iterator[QWidget]:
    if isinstance(owner, QTabWidget):
        yield owner.tabBar()
        for place in range(owner.count()):
            if (page := owner.widget(place)) is not None:
                yield from _stops(page)
        return
    if owner.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield owner
    if isinstance(owner, QScrollArea):
        if (inside := owner.widget()) is not None:
            yield from _stops(inside)
    elif not owner.focusPolicy() & Qt.FocusPolicy.TabFocus and (layout := owner.layout()):
        yield from _stops_of_layout(layout)


def _stops_of_layout(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        assert item is not None
        if (widget := item.widget()) is not None:
            yield from _stops(widget)
        elif (inner := item.layout()) is not None:
            yield from _stops_of_layout(inner)
