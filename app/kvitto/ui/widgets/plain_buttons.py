"""Qt puts pictures of its own on the buttons of a dialog; ours has one family of icons."""

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox


def take_icons_off(dialog: QDialog) -> None:
    """Leave the words on the buttons of a dialog that are there now."""
    for box in dialog.findChildren(QDialogButtonBox):
        for button in box.buttons():
            button.setIcon(QIcon())
