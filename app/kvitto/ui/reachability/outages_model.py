"""Table of the latest outages: from when to when, how long, why, and what came afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject

from kvitto.core.outages import Outage, OutageCause
from kvitto.reachability.failures import CheckFailure
from kvitto.ui.reachability.failure_text import failure_word
from kvitto.ui.text import formatting
from kvitto.ui.text.outage_text import cause_text, cause_word
from kvitto.ui.widgets.table_columns import RIGHT, Column
from kvitto.ui.widgets.tree_model import Branch, TreeModel


@dataclass(frozen=True)
class OutageRow:
    """One outage, and what has come since.

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
        failure = known_failure(self.outage.fault)
        is_known = self.outage.by is OutageCause.TUNNEL and failure is not None
        word = failure_word(failure) if is_known and failure else cause_word(self.outage.by)
        return word[:1].upper() + word[1:]


def known_failure(value: str) -> CheckFailure | None:
    """Return the failure that an outage names; None where this version does not know it."""
    return CheckFailure(value) if value in list(CheckFailure) else None


def _end_text(row: OutageRow) -> str:
    if row.outage.end is None:
        return QCoreApplication.translate("OutagesModel", "goes on")
    return formatting.exact_time(row.outage.end)


def _came_text(row: OutageRow) -> str:
    return "–" if row.came_late is None else formatting.number(row.came_late)


_COLUMNS: Final = (
    Column[OutageRow](
        QT_TRANSLATE_NOOP("OutagesModel", "Why"),
        lambda row: row.why,
        tip=lambda row: cause_text(row.outage.by),
    ),
    Column[OutageRow](
        QT_TRANSLATE_NOOP("OutagesModel", "From"),
        lambda row: formatting.exact_time(row.outage.begin),
    ),
    Column[OutageRow](QT_TRANSLATE_NOOP("OutagesModel", "Until"), _end_text),
    Column[OutageRow](
        QT_TRANSLATE_NOOP("OutagesModel", "Length"),
        lambda row: formatting.duration(row.seconds),
        RIGHT,
    ),
    Column[OutageRow](QT_TRANSLATE_NOOP("OutagesModel", "Came late"), _came_text, RIGHT),
)


class OutagesModel(TreeModel[OutageRow]):
    """Outages, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Show none until `show_outages`."""
        super().__init__(_COLUMNS, "OutagesModel", parent)

    def show_outages(self, rows: Sequence[OutageRow]) -> None:
        """Show these."""
        newest_first = sorted(rows, key=lambda row: row.outage.begin, reverse=True)
        self.show_branches(
            [Branch((row.outage.begin, row.outage.by), row, []) for row in newest_first]
        )
