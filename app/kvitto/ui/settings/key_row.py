"""One secret of the callback URL: its value, when it was made and used, and its end."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from kvitto.store.callback_keys import CallbackKey
from kvitto.ui.settings.settings_page import faint_label
from kvitto.ui.text import formatting
from kvitto.ui.widgets.copy_button import CopyButton
from kvitto.ui.widgets.theme import STEP

HIDDEN: Final = "•" * 8
"""What is shown in a hidden secret's place: nothing of it, not even its length."""


class KeyRow(QWidget):
    """One secret: its value, when it was made and used, and its end.

    Signals:
        end_requested: the user wants to end it; a `CallbackKey`.
    """

    end_requested = Signal(object)

    def __init__(self, callback_key: CallbackKey, *, is_in_use: bool, parent: QWidget) -> None:
        """Show `callback_key`; one that is in a URL can't be ended before it is renewed."""
        super().__init__(parent)
        self.callback_key: Final = callback_key
        self._value = QLabel(HIDDEN, self)
        self._value.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._copy = CopyButton(self)
        self._copy.set_text_to_copy(callback_key.value)
        self.end: Final = QPushButton(self)
        self.end.setVisible(not is_in_use)
        self.end.clicked.connect(lambda: self.end_requested.emit(self.callback_key))
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

    def show_callback_key(self, *, is_shown: bool) -> None:
        """Show the value, or hide it."""
        self._value.setText(self.callback_key.value if is_shown else HIDDEN)
        flags = Qt.TextInteractionFlag.TextSelectableByMouse
        self._value.setTextInteractionFlags(
            flags if is_shown else Qt.TextInteractionFlag.NoTextInteraction
        )

    def say(self, use: str) -> None:
        """Say everything in the language of now; `use` is all that there is to say of it."""
        made = formatting.exact_time(self.callback_key.created)
        self._use.setText(use)
        self._copy.name_it(self.tr("Copy the key made {time}").format(time=made))
        self.end.setText(self.tr("End …"))
        self.end.setAccessibleName(self.tr("End the key made {time}").format(time=made))
