"""The list of those who did not get a message, as a table."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from typing_extensions import override

from kvitto.core.erased import is_token
from kvitto.core.follow_up import FollowUpGroup
from kvitto.core.invisible import plain_line
from kvitto.core.undelivered import FailureGroup
from kvitto.store.edit_audit import EditMark
from kvitto.store.failure_causes import Causes
from kvitto.store.follow_up_queries import FollowUpRow
from kvitto.ui.followup.follow_up_text import advice, mark_word, since_text, why
from kvitto.ui.text import formatting
from kvitto.ui.text.edit_text import edit_mark_text
from kvitto.ui.text.identifiers import batch_name, phone_number, reference_line
from kvitto.ui.text.masking import mask_all_numbers
from kvitto.ui.text.moment_text import day_text
from kvitto.ui.widgets.table_columns import CODE_ROLE, RESULT_ROLE, TableColumn, header_data

Index = QModelIndex | QPersistentModelIndex

_NO_PARENT: Final = QModelIndex()
_ID_LENGTH: Final = 13


@dataclass(frozen=True, slots=True)
class ListedMessage:
    """A row of the list.

    Attributes:
        then: the message as it was when the list was made.
        now: as it is now.
        clock: tells the time of now, UTC: advice given once does not hold for ever.
        is_masked: whether its number is shown masked, and what may be one in its reference.
        cause: the messages of its batch that did not arrive for the same reason; None for none.
        is_cause_read: whether that is known.
        code_notes: what the user calls codes.
        batch_names: what batches are called, by their keys; all rows have the same mapping.
    """

    then: FollowUpRow
    now: FollowUpRow
    clock: Callable[[], datetime]
    is_masked: bool
    cause: FailureGroup | None = None
    is_cause_read: bool = False
    code_notes: Mapping[int, str] = field(default_factory=dict)
    batch_names: Mapping[int, str] = field(default_factory=dict)

    @property
    def has_changed(self) -> bool:
        """Whether its status is another one than when the list was made."""
        return (self.then.code, self.then.is_ended) != (self.now.code, self.now.is_ended)


def _batch(row: ListedMessage) -> str:
    """Return what the table calls a row's batch; of one that is not known there, its id."""
    then = row.then
    named = row.batch_names.get(then.batch_key)
    return batch_name(then.batch_label, then.batch_id, _ID_LENGTH) if named is None else named


def _time_text(row: ListedMessage) -> str:
    changed = row.then.changed_at
    return f"{day_text(changed, row.clock())} {formatting.clock_time(changed, with_seconds=False)}"


def _to_do(row: ListedMessage) -> str:
    if row.has_changed:
        return since_text(row.now, row.clock())
    if is_token(row.then.recipient):
        return QCoreApplication.translate("FollowUp", "Nothing: the number was erased.")
    if not row.is_cause_read and row.then.group is FollowUpGroup.DID_NOT_ARRIVE:
        return "…"
    return advice(row.then, row.clock(), row.cause)


def _why(row: ListedMessage) -> str:
    told = [_to_do(row)]
    if not row.has_changed:
        told.append(why(row.cause, row.then.code, row.code_notes))
    return "\n".join(one for one in told if one)


def _result(row: ListedMessage) -> str:
    word = formatting.status_word(row.then.code, final=row.then.is_ended)
    note = row.code_notes.get(row.then.code)
    if note is None:
        return word
    return QCoreApplication.translate("FollowUp", "{status} (your note: {note})").format(
        status=word, note=plain_line(note)
    )


def _reference(row: ListedMessage) -> str:
    said = reference_line(row.then.reference)
    return mask_all_numbers(said) if row.is_masked else said


def _signed(said: str, by: EditMark | None) -> str:
    """Return what was said, and by whom and when, where a store has several users."""
    return said if by is None else f"{said} · {edit_mark_text(by)}"


NUMBER, RESULT, TIME, TO_DO, DONE, NOTE, REFERENCE, BATCH = range(8)
"""The places of the columns."""

COLUMNS: Final = (
    TableColumn[ListedMessage](
        QT_TRANSLATE_NOOP("FollowUp", "Number"),
        lambda row: phone_number(row.then.recipient, is_masked=row.is_masked),
    ),
    TableColumn[ListedMessage](
        QT_TRANSLATE_NOOP("FollowUp", "Result"),
        _result,
        tip=lambda row: formatting.status_meaning(row.then.code, final=row.then.is_ended),
    ),
    TableColumn[ListedMessage](
        QT_TRANSLATE_NOOP("FollowUp", "When"),
        _time_text,
        tip=lambda row: formatting.exact_time(row.then.changed_at),
    ),
    TableColumn[ListedMessage](QT_TRANSLATE_NOOP("FollowUp", "What to do"), _to_do, tip=_why),
    TableColumn[ListedMessage](
        QT_TRANSLATE_NOOP("FollowUp", "Done about it"),
        lambda row: _signed(mark_word(row.now.mark), row.now.marked_by),
    ),
    TableColumn[ListedMessage](
        QT_TRANSLATE_NOOP("FollowUp", "Note"),
        lambda row: plain_line(row.now.note or ""),
        tip=lambda row: _signed(plain_line(row.now.note or ""), row.now.noted_by),
    ),
    TableColumn[ListedMessage](QT_TRANSLATE_NOOP("FollowUp", "Reference"), _reference),
    TableColumn[ListedMessage](
        QT_TRANSLATE_NOOP("FollowUp", "Batch"),
        _batch,
        tip=lambda row: f"{_batch(row)}\n{plain_line(row.then.batch_id)}",
    ),
)


class FollowUpModel(QAbstractTableModel):
    """The messages of one group, the newest first. What becomes of them later is marked.

    Signals:
        note_edited: a message's key, and the note that the user typed.
    """

    note_edited = Signal(object, str)

    def __init__(self, clock: Callable[[], datetime], parent: QObject | None = None) -> None:
        """Show nothing until `begin`; `clock` tells the time of now, UTC."""
        super().__init__(parent)
        self._clock = clock
        self._rows: list[ListedMessage] = []
        self._places: dict[int, int] = {}
        self._is_masked = False
        self._code_notes: Mapping[int, str] = {}
        self._batch_names: dict[int, str] = {}

    @property
    def rows(self) -> Sequence[ListedMessage]:
        """All rows, in order."""
        return self._rows

    @property
    def keys(self) -> list[int]:
        """The messages' keys, in order."""
        return [row.then.key for row in self._rows]

    def row(self, index: Index) -> ListedMessage | None:
        """Return the message of an index, if there is one."""
        at = index.row()
        return self._rows[at] if index.isValid() and at < len(self._rows) else None

    def set_masked(self, *, is_masked: bool) -> None:
        """Show numbers masked, or in full."""
        self._is_masked = is_masked
        self._rows = [replace(row, is_masked=is_masked) for row in self._rows]
        self.retext()

    def set_code_notes(self, notes: Mapping[int, str]) -> None:
        """Show what the user calls codes."""
        if notes != self._code_notes:
            self._code_notes = notes
            self._rows = [replace(row, code_notes=notes) for row in self._rows]
            self.retext()

    def name_batches(self, names: Mapping[int, str]) -> None:
        """Say what batches are called from now on, by their keys."""
        if any(self._batch_names.get(key) != name for key, name in names.items()):
            self._batch_names.update(names)
            if self._rows:
                self.dataChanged.emit(self.index(0, BATCH), self.index(len(self._rows) - 1, BATCH))

    def begin(self) -> None:
        """Show nothing: the list is made anew."""
        if self._rows:
            self.beginRemoveRows(_NO_PARENT, 0, len(self._rows) - 1)
            self._rows.clear()
            self._places.clear()
            self.endRemoveRows()

    def add(self, rows: Sequence[FollowUpRow]) -> None:
        """Add messages at the end; what to do about them is said by `add_causes`."""
        if not rows:
            return
        first = len(self._rows)
        self.beginInsertRows(_NO_PARENT, first, first + len(rows) - 1)
        self._rows += [
            ListedMessage(
                row,
                row,
                self._clock,
                self._is_masked,
                code_notes=self._code_notes,
                batch_names=self._batch_names,
            )
            for row in rows
        ]
        self._places.update((row.key, place) for place, row in enumerate(rows, start=first))
        self.endInsertRows()

    def add_causes(self, causes: Causes) -> None:
        """Say what to do about the messages that were added since this was called last."""
        first = len(self._rows)
        while first and not self._rows[first - 1].is_cause_read:
            first -= 1
            row = self._rows[first]
            cause = causes.get((row.then.batch_key, row.then.code))
            self._rows[first] = replace(row, cause=cause, is_cause_read=True)
        if first < len(self._rows):
            last = self.index(len(self._rows) - 1, TO_DO)
            self.dataChanged.emit(self.index(first, TO_DO), last)

    def update_rows(self, rows: Iterable[FollowUpRow]) -> None:
        """Show what messages are now; those that are not listed are left out."""
        for now in rows:
            place = self._places.get(now.key)
            if place is None or self._rows[place].now == now:
                continue
            row = self._rows[place]
            self._rows[place] = replace(row, now=now)
            self.dataChanged.emit(self.index(place, 0), self.index(place, len(COLUMNS) - 1))

    def retext(self) -> None:
        """Say everything anew: the language, the locale or the masking is another one."""
        last = len(COLUMNS) - 1
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, last))

    # --- Qt's side ------------------------------------------------------------------------------

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Return how many messages are listed."""
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(COLUMNS)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        row = self.row(index)
        if row is None:
            return None
        if index.column() == RESULT:
            if role == RESULT_ROLE:
                return row.then.result.value
            if role == CODE_ROLE:
                return str(row.then.code)
        if index.column() == NOTE and role == Qt.ItemDataRole.EditRole:
            return row.now.note or ""
        return COLUMNS[index.column()].data(row, role)

    @override
    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a note that was typed; it is shown once it is kept."""
        row = self.row(index)
        if row is None or index.column() != NOTE or role != Qt.ItemDataRole.EditRole:
            return False
        note = str(value).strip()
        if note != (row.now.note or ""):
            self.note_edited.emit(row.then.key, note)
        return True

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let notes be typed in."""
        flags = super().flags(index)
        is_note = index.isValid() and index.column() == NOTE
        return flags | Qt.ItemFlag.ItemIsEditable if is_note else flags

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title."""
        return header_data(COLUMNS, "FollowUp", section, orientation, role)
