"""When the door was closed lately: from when to when, how long, why, and what came afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject

from app.core.door import ClosedBy, Closure
from app.door.faults import Fault
from app.ui import words
from app.ui.closure_words import cause_text, cause_word
from app.ui.columns import RIGHT, Column
from app.ui.door.fault_words import fault_word
from app.ui.two_level_model import Branch, TwoLevelModel


@dataclass(frozen=True)
class ClosureRow:
    """One closure, and what has come since.

    Attributes:
        closure: when and why.
        until: its end; of one that lasts, the time of now.
        came_late: how many reports of its time have come by a later try; None while it lasts.
    """

    closure: Closure
    until: datetime
    came_late: int | None

    @property
    def seconds(self) -> float:
        """How long it was."""
        return (self.until - self.closure.begin).total_seconds()

    @property
    def why(self) -> str:
        """Its cause in a few words."""
        fault = known_fault(self.closure.fault)
        is_known = self.closure.by is ClosedBy.TUNNEL and fault is not None
        word = fault_word(fault) if is_known and fault else cause_word(self.closure.by)
        return word[:1].upper() + word[1:]


def known_fault(value: str) -> Fault | None:
    """Return the fault that a closure names; None where this version does not know it."""
    return Fault(value) if value in list(Fault) else None


def _end_text(row: ClosureRow) -> str:
    if row.closure.end is None:
        return QCoreApplication.translate("ClosuresModel", "goes on")
    return words.exact_time(row.closure.end)


def _came_text(row: ClosureRow) -> str:
    return "–" if row.came_late is None else words.number(row.came_late)


_COLUMNS: Final = (
    Column[ClosureRow](
        QT_TRANSLATE_NOOP("ClosuresModel", "Why"),
        lambda row: row.why,
        tip=lambda row: cause_text(row.closure.by),
    ),
    Column[ClosureRow](
        QT_TRANSLATE_NOOP("ClosuresModel", "From"),
        lambda row: words.exact_time(row.closure.begin),
    ),
    Column[ClosureRow](QT_TRANSLATE_NOOP("ClosuresModel", "Until"), _end_text),
    Column[ClosureRow](
        QT_TRANSLATE_NOOP("ClosuresModel", "Length"),
        lambda row: words.duration(row.seconds),
        RIGHT,
    ),
    Column[ClosureRow](QT_TRANSLATE_NOOP("ClosuresModel", "Came late"), _came_text, RIGHT),
)


class ClosuresModel(TwoLevelModel[ClosureRow]):
    """Closures, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Show none until `show_closures`."""
        super().__init__(_COLUMNS, "ClosuresModel", parent)

    def show_closures(self, rows: Sequence[ClosureRow]) -> None:
        """Show these."""
        newest_first = sorted(rows, key=lambda row: row.closure.begin, reverse=True)
        self.show_branches(
            [Branch((row.closure.begin, row.closure.by), row, []) for row in newest_first]
        )
