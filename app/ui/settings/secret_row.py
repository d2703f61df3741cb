"""One secret of the callback URL: its value, when it was made and used, and its end."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.store.secrets import CallbackSecret
from app.ui import words
from app.ui.copy_button import CopyButton
from app.ui.settings.page import faint_label
from app.ui.theme import STEP

HIDDEN: Final = "•" * 8
"""What is shown in a hidden secret's place: nothing of it, not even its length."""


class SecretRow(QWidget):
    """One secret: its value, when it was made and used, and its end.

    Signals:
        end_requested: the user wants to end it; a `CallbackSecret`.
    """

    end_requested = Signal(object)

    def __init__(self, secret: CallbackSecret, *, is_in_use: bool, parent: QWidget) -> None:
        """Show `secret`; one that is in a URL can't be ended before it is renewed."""
        super().__init__(parent)
        self.secret: Final = secret
        self._value = QLabel(HIDDEN, self)
        self._value.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._copy = CopyButton(self)
        self._copy.set_text_to_copy(secret.value)
        self.end: Final = QPushButton(self)
        self.end.setVisible(not is_in_use)
        self.end.clicked.connect(lambda: self.end_requested.emit(self.secret))
        self._use = faint_label(self)
        line = QHBoxLayout()
        line.setSpacing(2 * STEP)
        line.addWidget(self._value)
        line.addWidget(self._copy)
        line.addStretch()
        line.addWidget(self.end)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self._use)

    def show_secret(self, *, is_shown: bool) -> None:
        """Show the value, or hide it."""
        self._value.setText(self.secret.value if is_shown else HIDDEN)
        flags = Qt.TextInteractionFlag.TextSelectableByMouse
        self._value.setTextInteractionFlags(
            flags if is_shown else Qt.TextInteractionFlag.NoTextInteraction
        )

    def say(self, use: str) -> None:
        """Say everything in the language of now; `use` is all that there is to say of it."""
        made = words.exact_time(self.secret.created)
        self._use.setText(use)
        self._copy.name_it(self.tr("Copy the secret made {time}").format(time=made))
        self.end.setText(self.tr("End …"))
        self.end.setAccessibleName(self.tr("End the secret made {time}").format(time=made))
