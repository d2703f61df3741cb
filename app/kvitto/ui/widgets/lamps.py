"""Three lamps: Kvitto runs, the internet reaches it, the SMS service uses it."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.ui.text.reachability_text import Light
from kvitto.ui.widgets.status_light import StatusLight
from kvitto.ui.widgets.theme import STEP

_SIDE: Final = 5 * STEP
_ARROW: Final = "→"


class _Lamp(NamedTuple):
    light: StatusLight
    name: QLabel
    state: QLabel


class Lamps(QWidget):
    """Shows how far a report gets, each step by a lamp, its name and its state in words."""

    def __init__(self, parent: QWidget) -> None:
        """Show that nothing is known yet."""
        super().__init__(parent)
        self._lamps: list[_Lamp] = []
        self._lights: Sequence[Light] = (Light.WAITING, Light.WAITING, Light.WAITING)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3 * STEP)
        for number in range(3):
            if number:
                arrow = QLabel(_ARROW, self)
                arrow.setForegroundRole(QPalette.ColorRole.PlaceholderText)
                row.addWidget(arrow)
            lamp = _Lamp(StatusLight(self, side=_SIDE), QLabel(self), QLabel(self))
            self._lamps.append(lamp)
            lamp.state.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            words = QVBoxLayout()
            words.setSpacing(0)
            words.addWidget(lamp.name)
            words.addWidget(lamp.state)
            row.addWidget(lamp.light, 0, Qt.AlignmentFlag.AlignVCenter)
            row.addLayout(words)
        row.addStretch()
        self._retranslate()

    @property
    def words(self) -> list[str]:
        """What is said of each lamp."""
        return [f"{one.name.text()}: {one.state.text()}" for one in self._lamps]

    @property
    def lights(self) -> list[Light]:
        """What the lamps show."""
        return [one.light.light for one in self._lamps]

    def show_lights(self, lights: Sequence[Light]) -> None:
        """Show how far a report gets."""
        self._lights = lights
        self._retranslate()

    def _retranslate(self) -> None:
        names = (
            self.tr("Kvitto runs"),
            self.tr("The internet reaches it"),
            self.tr("The SMS service uses it"),
        )
        states = (
            {
                Light.GOOD: self.tr("Receiving"),
                Light.LOCAL: self.tr("Receiving"),
                Light.WAITING: self.tr("Starting"),
                Light.BAD: self.tr("Not receiving"),
            },
            {
                Light.GOOD: self.tr("Yes, tested"),
                Light.LOCAL: self.tr("Not connected yet"),
                Light.WAITING: self.tr("Not known yet"),
                Light.BAD: self.tr("Not reachable"),
            },
            {
                Light.GOOD: self.tr("Reports come"),
                Light.LOCAL: self.tr("No report yet"),
                Light.WAITING: self.tr("No report yet"),
                Light.BAD: self.tr("No report yet"),
            },
        )
        for lamp, name, state, light in zip(self._lamps, names, states, self._lights, strict=True):
            lamp.light.show_light(light)
            lamp.name.setText(name)
            lamp.state.setText(state[light])
            lamp.light.setAccessibleName(f"{name}: {state[light]}")

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
