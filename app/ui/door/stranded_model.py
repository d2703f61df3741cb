"""Addresses that do not lead here any more, and the batches that still report to them."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QObject

from app.store.records import BatchRecord
from app.ui import words
from app.ui.columns import RIGHT, Column
from app.ui.door.stakes import Stranded
from app.ui.two_level_model import Branch, Index, Leaf, TwoLevelModel

StrandedRow = Stranded | BatchRecord


def _name(row: StrandedRow) -> str:
    if isinstance(row, Stranded):
        return row.url
    return row.label or words.short_id(row.batch_id, 24)


def _last_seen(row: StrandedRow) -> str:
    batches = row.batches if isinstance(row, Stranded) else [row]
    return words.exact_time(max(batch.last_seen for batch in batches))


def _open(row: StrandedRow) -> str:
    open_ = row.messages if isinstance(row, Stranded) else row.messages - row.settled
    return words.number(open_)


_COLUMNS: Final = (
    Column[StrandedRow](QT_TRANSLATE_NOOP("StrandedModel", "Address and batch"), _name),
    Column[StrandedRow](QT_TRANSLATE_NOOP("StrandedModel", "Last report"), _last_seen),
    Column[StrandedRow](QT_TRANSLATE_NOOP("StrandedModel", "Not settled"), _open, RIGHT),
)


class StrandedModel(TwoLevelModel[StrandedRow]):
    """Addresses, and below each the batches that report to it."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Show none until `show_stranded`."""
        super().__init__(_COLUMNS, "StrandedModel", parent)

    def show_stranded(self, stranded: Sequence[Stranded]) -> None:
        """Show these."""
        self.show_branches(
            [
                Branch(one.secret, one, [Leaf(batch.key, batch) for batch in one.batches])
                for one in stranded
            ]
        )

    def address_of(self, index: Index) -> Stranded | None:
        """Return the address of a row; of a batch's row, the one above it."""
        row = self.row(index)
        if isinstance(row, BatchRecord):
            row = self.row(self.parent(index))
        return row if isinstance(row, Stranded) else None
