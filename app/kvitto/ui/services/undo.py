"""What the user has done and can take back, the latest first."""

from collections.abc import Callable
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Signal

_MOST: Final = 50
"""What was done longer ago can't be taken back."""


class _Step(NamedTuple):
    """What was done, what takes it back, and of which thing it is."""

    sentence: str
    take_back: Callable[[], None]
    of: str


class Undo(QObject):
    """Keeps what can be taken back until the window is closed. Belongs to the window's thread.

    Signals:
        offered: a sentence: something was done that can be taken back now.
        undone: the latest was taken back.
        changed: `can_undo` may be another one.
    """

    offered = Signal(str)
    undone = Signal()
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Start with nothing done."""
        super().__init__(parent)
        self._steps: list[_Step] = []

    @property
    def can_undo(self) -> bool:
        """Whether anything can be taken back."""
        return bool(self._steps)

    def offer(self, sentence: str, take_back: Callable[[], None], *, of: str = "") -> None:
        """Tell that something was done.

        Args:
            sentence: what was done.
            take_back: makes it as it was before.
            of: what is typed piece by piece has a name here: what was done to it in a row is one
                step, and told once.
        """
        if of and self._steps and self._steps[-1].of == of:
            return
        self._steps.append(_Step(sentence, take_back, of))
        del self._steps[:-_MOST]
        self.changed.emit()
        self.offered.emit(sentence)

    def take_back(self) -> None:
        """Take back what was done last, if anything was."""
        if not self._steps:
            return
        step = self._steps.pop()
        step.take_back()
        self.changed.emit()
        self.undone.emit()
