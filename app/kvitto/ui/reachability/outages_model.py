"""When the door was closed lately: from when to when, how long, why, and what came afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject

from kvitto.core.outages import Outage, OutageCause
from kvitto.reachability.failures import CheckFailure
from kvitto.ui.reachability.failure_text import fault_word
from kvitto.ui.text import formatting
from kvitto.ui.text.outage_text import cause_text, cause_word
from kvitto.ui.widgets.table_columns import RIGHT, Column
from kvitto.ui.widgets.tree_model import Branch, TreeModel


@dataclass(frozen=True)
class OutageRow:
    """One closure, and what has come since.

    Attributes:
        outage: when and why.
        until: its end; of one that lasts, the time of now.
        came_late: how many reports of its time have come by a later try; None while it lasts.
    """

    outage: Outage
    until: datetime
    came_late: int | None

    @property
    def seconds(self) -> float:
        """How long it was."""
        return (self.until - self.outage.begin).total_seconds()

    @property
    def why(self) -> str:
        """Its cause in a few words."""
        fault = known_fault(self.outage.fault)
        is_known = self.outage.by is OutageCause.TUNNEL and fault is not None
        word = fault_word(fault) if is_known and fault else cause_word(self.outage.by)
        return word[:1].upper() + word[1:]


def known_fault(value: str) -> CheckFailure | None:
    """Return the fault that a closure names; None where this version does not know it."""
    return CheckFailure(value) if value in list(CheckFailure) else None


def _end_text(row: OutageRow) -> str:
    if row.outage.end is None:
        return QCoreApplication.translate("ClosuresModel", "goes on")
    return formatting.exact_time(row.outage.end)


def _came_text(row: OutageRow) -> str:
    return "–" if row.came_late is None else formatting.number(row.came_late)


_COLUMNS: Final = (
    Column[OutageRow](
        QT_TRANSLATE_NOOP("ClosuresModel", "Why"),
        lambda row: row.why,
        tip=lambda row: cause_text(row.outage.by),
    ),
    Column[OutageRow](
        QT_TRANSLATE_NOOP("ClosuresModel", "From"),
        lambda row: formatting.exact_time(row.outage.begin),
    ),
    Column[OutageRow](QT_TRANSLATE_NOOP("ClosuresModel", "Until"), _end_text),
    Column[OutageRow](
        QT_TRANSLATE_NOOP("ClosuresModel", "Length"),
        lambda row: formatting.duration(row.seconds),
        RIGHT,
    ),
    Column[OutageRow](QT_TRANSLATE_NOOP("ClosuresModel", "Came late"), _came_text, RIGHT),
)


class OutagesModel(TreeModel[OutageRow]):
    """Closures, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Show none until `show_outages`."""
        super().__init__(_COLUMNS, "ClosuresModel", parent)

    def show_outages(self, rows: Sequence[OutageRow]) -> None:
        """Show these."""
        newest_first = sorted(rows, key=lambda row: row.outage.begin, reverse=True)
        self.show_branches(
            [Branch((row.outage.begin, row.outage.by), row, []) for row in newest_first]
        )
