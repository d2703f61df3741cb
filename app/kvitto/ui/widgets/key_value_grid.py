"""Facts in two columns: what it is, in a lighter tone, and what it says."""

import re
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget
from typing_extensions import override

from kvitto.ui.widgets.theme import STEP, number_font

FIELD_EDGE: Final = STEP
"""How far a field's text lies inside it: what stands in line with it is moved in as far."""
_BEFORE_UNIT: Final = re.compile(r"(?<=\d) (?=(?:%|[A-Z]{3}\b|(?:d|h|min|s)\b))")
_ACCENTS: Final = 2
"""What stands on capital letters is higher than some fonts say."""


class TextLabel(QLabel):
    """A text that is never wrapped between a number and its unit, as in `95 %`."""

    def __init__(self, parent: QWidget) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._given = ""

    @override
    def setText(self, text: str) -> None:
        self._given = text
        super().setText(_BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", text))

    @override
    def text(self) -> str:
        """Return the text as it was given."""
        return self._given


def text_label(parent: QWidget, *, is_faint: bool = False) -> QLabel:
    """Return a label for text that came from outside: plain and wrapped.

    It can't be selected: a label that can cuts off what stands on capital letters, as in Östersund.
    """
    label = TextLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setContentsMargins(0, _ACCENTS, 0, 0)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    if is_faint:
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


class KeyValueGrid(QWidget):
    """Rows of a name and a value; a row without a value is not shown."""

    def __init__(self, parent: QWidget) -> None:
        """Start without rows."""
        super().__init__(parent)
        self._names: dict[str, QLabel] = {}
        self._values: dict[str, QWidget] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(3 * STEP - FIELD_EDGE)
        self._grid.setVerticalSpacing(STEP - _ACCENTS)
        self._grid.setColumnStretch(1, 1)

    def add(self, key: str, widget: QWidget | None = None, *, is_field: bool = False) -> None:
        """Add a row at the end.

        Args:
            key: the row's key.
            widget: shows the value; None for a text, which `say` sets.
            is_field: whether it is a field, whose text lies `FIELD_EDGE` inside it.
        """
        row = len(self._names)
        name = QLabel(self)
        name.setContentsMargins(0, _ACCENTS, 0, 0)
        name.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        top = Qt.AlignmentFlag.AlignTop
        value: QWidget
        if widget is None:
            label = text_label(self)
            label.setFont(number_font(label.font()))
            label.setContentsMargins(FIELD_EDGE, _ACCENTS, 0, 0)
            name.setBuddy(label)
            value = label
            self._grid.addWidget(name, row, 0, top)
            self._grid.addWidget(value, row, 1, top)
        else:
            value = widget
            name.setBuddy(widget)
            self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignVCenter)
            place = QHBoxLayout()
            place.setContentsMargins(0 if is_field else FIELD_EDGE, 0, 0, 0)
            place.addWidget(value)
            self._grid.addLayout(place, row, 1)
        self._names[key] = name
        self._values[key] = value

    def name(self, key: str, text: str) -> None:
        """Say what a row is about."""
        self._names[key].setText(text)
        self._values[key].setAccessibleName(text)

    def say(self, key: str, text: str, tip: str = "") -> None:
        """Set a row's value; without one the row is hidden."""
        label = self._values[key]
        if isinstance(label, QLabel):
            if label.text() != text:
                label.setText(text)
            label.setToolTip(tip)
        self.show_row(key, is_shown=bool(text))

    def show_row(self, key: str, *, is_shown: bool) -> None:
        """Show or hide a row."""
        self._names[key].setVisible(is_shown)
        self._values[key].setVisible(is_shown)

    def text(self, key: str) -> str:
        """Return a row's value as it is shown; "" where the row is hidden."""
        label = self._values[key]
        if not isinstance(label, QLabel) or label.isHidden():
            return ""
        return label.text()
