"""Find controls as a user does: by what is written on them."""

from typing import TypeVar

from PySide6.QtWidgets import QAbstractButton, QLabel, QMessageBox, QWidget

W = TypeVar("W", bound=QWidget)


def button(parent: QWidget, text: str) -> QAbstractButton:
    """Return the button in view whose text begins so."""
    found = [
        one
        for one in parent.findChildren(QAbstractButton)
        if one.text().replace("&", "").startswith(text) and one.isVisibleTo(parent)
    ]
    assert len(found) == 1, [one.text() for one in parent.findChildren(QAbstractButton)]
    return found[0]


def field(parent: QWidget, kind: type[W], label: str) -> W:
    """Return the control that a label in view belongs to."""
    for one in parent.findChildren(QLabel):
        buddy = one.buddy()
        if one.text() == label and isinstance(buddy, kind):
            return buddy
    raise AssertionError(label)


def texts(parent: QWidget) -> list[str]:
    """Return all texts in view."""
    return [
        one.text() for one in parent.findChildren(QLabel) if one.isVisibleTo(parent) and one.text()
    ]


def question(parent: QWidget) -> QMessageBox:
    """Return the question that is asked now."""
    [asked] = [one for one in parent.findChildren(QMessageBox) if one.isVisible()]
    return asked
