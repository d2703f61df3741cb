"""Controls that show a preference and change it at once, whoever else changes it."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QRadioButton, QSpinBox, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.ui.services.preferences import Preferences
from kvitto.ui.widgets.theme import STEP

_LEAST_NUMBER_WIDTH: Final = 96


class Switch(QCheckBox):
    """A preference that is on or off."""

    def __init__(self, preferences: Preferences, name: str, parent: QWidget) -> None:
        """Show the preference `name`, a property of `preferences`."""
        super().__init__(parent)
        self._preferences = preferences
        self._name = name
        self._show(name)
        self.toggled.connect(self._on_toggled)
        preferences.changed.connect(self._show)

    def _on_toggled(self, is_on: bool) -> None:
        self._preferences.put(self._name, is_on)

    def _show(self, name: str) -> None:
        if name == self._name:
            self.setChecked(bool(getattr(self._preferences, name)))


class Number(QSpinBox):
    """A preference that is a whole number: kept once it is typed, not while it is being typed."""

    def __init__(
        self,
        preferences: Preferences,
        name: str,
        parent: QWidget,
        *,
        least: int,
        most: int,
        unit: Callable[[int], str] = lambda _number: "",
    ) -> None:
        """Show the preference `name`, from `least` to `most`, with a unit for its value."""
        super().__init__(parent)
        self._preferences = preferences
        self._name = name
        self._unit = unit
        self.setRange(least, most)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumWidth(_LEAST_NUMBER_WIDTH)
        self._show(name)
        self.valueChanged.connect(self._on_changed)
        preferences.changed.connect(self._show)

    def retranslate(self) -> None:
        """Say the unit again."""
        unit = self._unit(self.value())
        self.setSuffix(f"\N{NO-BREAK SPACE}{unit}" if unit else "")

    def _on_changed(self, number: int) -> None:
        self._preferences.put(self._name, number)
        self.retranslate()

    def _show(self, name: str) -> None:
        if name == self._name:
            self.setValue(int(getattr(self._preferences, name)))
            self.retranslate()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page, unless the number is being edited: a passing wheel changes nothing."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class RadioChoice(QWidget):
    """A preference that is one of a few, each a radio button."""

    def __init__(
        self, preferences: Preferences, name: str, members: type[StrEnum], parent: QWidget
    ) -> None:
        """Show the preference `name`, whose values are `members`."""
        super().__init__(parent)
        self._preferences = preferences
        self._name = name
        self._group = QButtonGroup(self)
        self.buttons: Final = {member: QRadioButton(self) for member in members}
        """The buttons by their value; their texts are the page's to say."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        for member, button in self.buttons.items():
            self._group.addButton(button)
            column.addWidget(button)
            button.toggled.connect(
                lambda is_on, value=member.value: self._on_toggled(value, is_on=is_on)
            )
        self._show(name)
        preferences.changed.connect(self._show)

    def _on_toggled(self, value: str, *, is_on: bool) -> None:
        if is_on:
            self._preferences.put(self._name, value)

    def _show(self, name: str) -> None:
        if name == self._name:
            self.buttons[getattr(self._preferences, name)].setChecked(True)
