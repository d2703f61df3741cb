"""Addresses other than the one in use, whether they lead here, and the batches of each."""

from collections.abc import Sequence
from typing import Final, assert_never

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject

from app.door.url_check import UrlStatus
from app.store.records import BatchRecord
from app.ui import identifiers, words
from app.ui.columns import RIGHT, Column
from app.ui.door.stakes import Stranded
from app.ui.two_level_model import Branch, Index, Leaf, TwoLevelModel

StrandedRow = Stranded | BatchRecord


def _name(row: StrandedRow) -> str:
    if isinstance(row, Stranded):
        return row.url
    return identifiers.batch_name(row.label, row.batch_id, 24)


def _last_seen(row: StrandedRow) -> str:
    batches = row.batches if isinstance(row, Stranded) else [row]
    return words.exact_time(max(batch.last_seen for batch in batches))


def _open(row: StrandedRow) -> str:
    open_ = row.messages if isinstance(row, Stranded) else row.messages - row.settled
    return words.number(open_)


def check_text(row: StrandedRow) -> str:
    """Return whether an address leads here, and when that was found out."""
    if not isinstance(row, Stranded):
        return ""
    match row.check.status:
        case UrlStatus.REACHABLE:
            text = QCoreApplication.translate("StrandedModel", "reachable, checked {clock}")
        case UrlStatus.UNREACHABLE:
            text = QCoreApplication.translate("StrandedModel", "not reachable, checked {clock}")
        case UrlStatus.UNKNOWN:
            return QCoreApplication.translate("StrandedModel", "not known")
        case _:
            assert_never(row.check.status)
    at = row.check.checked_at
    return text.format(clock="–" if at is None else words.exact_time(at))


_COLUMNS: Final = (
    Column[StrandedRow](QT_TRANSLATE_NOOP("StrandedModel", "Address and batch"), _name),
    Column[StrandedRow](QT_TRANSLATE_NOOP("StrandedModel", "Leads here"), check_text),
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
