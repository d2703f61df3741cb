"""A batch's messages by result, and below each result by status code."""

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QObject, Qt
from typing_extensions import override

from kvitto.core.aggregates import StatusSum
from kvitto.ui.details.breakdown import BreakdownRow, Costs, breakdown
from kvitto.ui.text import formatting
from kvitto.ui.widgets.table_columns import CODE_ROLE, RESULT_ROLE, RIGHT, TableColumn
from kvitto.ui.widgets.tree_model import Branch, Index, Leaf, TreeModel

_UNKNOWN_COST: Final = "…"


def _cost_text(row: BreakdownRow) -> str:
    if row.costs is None:
        return _UNKNOWN_COST
    first, *others = formatting.sums(row.costs, separator="\n").split("\n")
    return f"{first} · …" if others else first or "–"


def _cost_tip(row: BreakdownRow) -> str:
    return "" if row.costs is None else formatting.costs(row.costs, separator="\n")


_COLUMNS: Final = (
    TableColumn[BreakdownRow](
        QT_TRANSLATE_NOOP("BreakdownModel", "Result"),
        lambda row: row.word,
        tip=lambda row: row.meaning,
    ),
    TableColumn[BreakdownRow](
        QT_TRANSLATE_NOOP("BreakdownModel", "Messages"),
        lambda row: formatting.number(row.messages),
        RIGHT,
    ),
    TableColumn[BreakdownRow](
        QT_TRANSLATE_NOOP("BreakdownModel", "Share"),
        lambda row: formatting.part_percent(row.share, is_some=bool(row.messages)),
        RIGHT,
    ),
    TableColumn[BreakdownRow](
        QT_TRANSLATE_NOOP("BreakdownModel", "SMS parts"),
        lambda row: formatting.number(row.segments),
        RIGHT,
    ),
    TableColumn[BreakdownRow](
        QT_TRANSLATE_NOOP("BreakdownModel", "Cost"), _cost_text, RIGHT, tip=_cost_tip
    ),
)
COST_COLUMN: Final = 4
SPARE_COLUMNS: Final = (3, 2)
"""The columns that a narrow place can do without: segments first, then the share."""


class BreakdownModel(TreeModel[BreakdownRow]):
    """Results in stacking order, codes below them in order of their numbers.

    An result of which only one code occurs shows that, and has nothing below it.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        """Show nothing until `show_sums`."""
        super().__init__(_COLUMNS, "BreakdownModel", parent)

    def show_sums(
        self,
        statuses: Mapping[int, StatusSum],
        costs: Mapping[tuple[int, bool], Costs] | None,
        unseen: int = 0,
    ) -> None:
        """Show sums by code.

        Args:
            statuses: the messages by code.
            costs: what they cost by code, whether they are finished, and currency; None where that
                is not known.
            unseen: how many more messages are expected.
        """
        self.show_branches(
            [
                Branch(group.row.result, group.row, [Leaf(row.code, row) for row in group.codes])
                for group in breakdown(statuses, costs, unseen)
            ]
        )

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows: the first one a status."""
        if not index.column():
            row = self.row(index)
            if role == RESULT_ROLE and row is not None:
                return row.result.value
            if role == CODE_ROLE and row is not None and row.code is not None:
                return str(row.code)
        return super().data(index, role)
