"""Tooltips with text that came from outside."""

from PySide6.QtGui import Qt


def plain_tip(text: str) -> str:
    """Return a tooltip that shows `text` as it is: Qt would obey what looks like HTML in it."""
    return Qt.convertFromPlainText(text) if Qt.mightBeRichText(text) else text
