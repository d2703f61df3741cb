"""Messages to one number, or to some, as a table."""

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QCoreApplication,
    QObject,
    Qt,
)
from typing_extensions import override

from kvitto.core.timestamps import from_microseconds
from kvitto.store.records import MessageRecord
from kvitto.ui.text import formatting
from kvitto.ui.text.identifiers import batch_name, phone_number, reference_line
from kvitto.ui.text.masking import mask_all_numbers
from kvitto.ui.widgets.rows_model import RowsModel
from kvitto.ui.widgets.table_columns import CODE_ROLE, RESULT_ROLE, RIGHT, TableColumn

_ID_LENGTH: Final = 13
_TEXT_ROLES: Final = frozenset({Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole})


def _price(row: MessageRecord) -> str:
    cost = row.state.cost
    return "–" if cost is None else formatting.money(cost)


NUMBER, SENT, BATCH, RESULT, SINCE, PARTS, PRICE, REFERENCE = range(8)
"""The places of the columns."""

COLUMNS: Final = (
    TableColumn[MessageRecord](
        QT_TRANSLATE_NOOP("Person", "Number"),
        lambda row: phone_number(
            None if row.state.recipient is None else row.state.recipient.value
        ),
    ),
    TableColumn[MessageRecord](
        QT_TRANSLATE_NOOP("Person", "Sent"),
        lambda row: formatting.exact_time(row.state.first_created),
    ),
    TableColumn[MessageRecord](
        QT_TRANSLATE_NOOP("Person", "Batch"),
        lambda row: batch_name(row.batch_label, row.batch_id, _ID_LENGTH),
        tip=lambda row: batch_name(row.batch_label, row.batch_id),
    ),
    TableColumn[MessageRecord](
        QT_TRANSLATE_NOOP("Person", "Result"),
        lambda row: formatting.status_word(row.state.code, final=row.state.is_finished),
        tip=lambda row: formatting.status_meaning(row.state.code, final=row.state.is_finished),
    ),
    TableColumn[MessageRecord](
        QT_TRANSLATE_NOOP("Person", "Since"),
        lambda row: formatting.exact_time(from_microseconds(row.state.rank.created_at_us)),
    ),
    TableColumn[MessageRecord](
        QT_TRANSLATE_NOOP("Person", "SMS parts"),
        lambda row: (
            "–" if row.state.segments is None else formatting.number(row.state.segments.value)
        ),
        RIGHT,
    ),
    TableColumn[MessageRecord](QT_TRANSLATE_NOOP("Person", "Cost"), _price, RIGHT),
    TableColumn[MessageRecord](
        QT_TRANSLATE_NOOP("Person", "Reference"),
        lambda row: reference_line(
            None if row.state.reference is None else row.state.reference.value
        ),
    ),
)


def column_title(place: int) -> str:
    """Return a column's title in the language of now."""
    return QCoreApplication.translate("Person", str(COLUMNS[place].title))


class PersonModel(RowsModel[MessageRecord]):
    """Messages, in the order in which they are given."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Show nothing until `show_rows`."""
        super().__init__(COLUMNS, "Person", parent)
        self._names: Mapping[int, str] = {}

    def name_batches(self, names: Mapping[int, str]) -> None:
        """Say what batches are called from now on, by their keys; of others, their ids are told."""
        if names != self._names:
            self._names = names
            self.retext()

    @override
    def key_of(self, row: MessageRecord) -> object:
        return row.key

    @override
    def cell(self, row: MessageRecord, column: int, role: int) -> Any:
        if column == RESULT and role == RESULT_ROLE:
            return row.state.result.value
        if column == RESULT and role == CODE_ROLE:
            return str(row.state.code)
        if column == BATCH and role == Qt.ItemDataRole.DisplayRole and row.batch_key in self._names:
            return self._names[row.batch_key]
        if column == NUMBER and role in _TEXT_ROLES and self.is_masked:
            recipient = row.state.recipient
            return phone_number(None if recipient is None else recipient.value, is_masked=True)
        said = super().cell(row, column, role)
        if column == REFERENCE and role in _TEXT_ROLES and self.is_masked and said:
            return mask_all_numbers(said)
        return said
