"""Addresses other than the one in use, whether they lead here, and the batches of each."""

from collections.abc import Sequence
from typing import Final, assert_never

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject

from kvitto.reachability.url_check import UrlStatus
from kvitto.store.records import BatchRecord
from kvitto.ui.reachability.impact import StaleUrlBatches
from kvitto.ui.text import formatting, identifiers
from kvitto.ui.widgets.table_columns import RIGHT, Column
from kvitto.ui.widgets.tree_model import Branch, Index, Leaf, TreeModel

StaleUrlRow = StaleUrlBatches | BatchRecord


def _name(row: StaleUrlRow) -> str:
    if isinstance(row, StaleUrlBatches):
        return row.url
    return identifiers.batch_name(row.label, row.batch_id, 24)


def _last_seen(row: StaleUrlRow) -> str:
    batches = row.batches if isinstance(row, StaleUrlBatches) else [row]
    return formatting.exact_time(max(batch.last_seen for batch in batches))


def _open(row: StaleUrlRow) -> str:
    open_ = row.messages if isinstance(row, StaleUrlBatches) else row.messages - row.settled
    return formatting.number(open_)


def check_text(row: StaleUrlRow) -> str:
    """Return whether an address leads here, and when that was found out."""
    if not isinstance(row, StaleUrlBatches):
        return ""
    match row.check.status:
        case UrlStatus.REACHABLE:
            text = QCoreApplication.translate("StaleUrlModel", "reachable, checked {clock}")
        case UrlStatus.UNREACHABLE:
            text = QCoreApplication.translate("StaleUrlModel", "not reachable, checked {clock}")
        case UrlStatus.UNKNOWN:
            return QCoreApplication.translate("StaleUrlModel", "not known")
        case _:
            assert_never(row.check.status)
    at = row.check.checked_at
    return text.format(clock="–" if at is None else formatting.exact_time(at))


_COLUMNS: Final = (
    Column[StaleUrlRow](QT_TRANSLATE_NOOP("StaleUrlModel", "Address and batch"), _name),
    Column[StaleUrlRow](QT_TRANSLATE_NOOP("StaleUrlModel", "Leads here"), check_text),
    Column[StaleUrlRow](QT_TRANSLATE_NOOP("StaleUrlModel", "Last report"), _last_seen),
    Column[StaleUrlRow](QT_TRANSLATE_NOOP("StaleUrlModel", "Not finished"), _open, RIGHT),
)


class StaleUrlModel(TreeModel[StaleUrlRow]):
    """Addresses, and below each the batches that report to it."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Show none until `show_stale_url`."""
        super().__init__(_COLUMNS, "StaleUrlModel", parent)

    def show_stale_url(self, stale_url: Sequence[StaleUrlBatches]) -> None:
        """Show these."""
        self.show_branches(
            [
                Branch(one.callback_key, one, [Leaf(batch.key, batch) for batch in one.batches])
                for one in stale_url
            ]
        )

    def address_of(self, index: Index) -> StaleUrlBatches | None:
        """Return the address of a row; of a batch's row, the one above it."""
        row = self.row(index)
        if isinstance(row, BatchRecord):
            row = self.row(self.parent(index))
        return row if isinstance(row, StaleUrlBatches) else None
