"""The upper level of the table: which batches are shown, and in what order."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal

from kvitto.core.outages import TimeRange
from kvitto.core.sending_period import SentRange
from kvitto.store.records import BatchRecord
from kvitto.ui.batches.columns import COLUMNS
from kvitto.ui.batches.row import UNKNOWN, BatchRow
from kvitto.ui.batches.structure import RowStructure

if TYPE_CHECKING:
    from kvitto.ui.batches.structure import Order

UNSORTED: Final = -1
"""The column of the order that holds where none is asked for: the newest batch first."""


class BatchLevel(QObject):
    """All batches of the store, those that are shown among them, and their order.

    A batch that changes keeps its place, and a new one is put where the order has it. Nothing
    else moves a row but `sort` and `sort_again`.

    Signals:
        shown_changed: other batches are shown, or other numbers of messages.
        order_changed: the user asked for another order.
        pinned_changed: something else stays than before.

    Attributes:
        on_leave: is called with rows that are about to be shown no more, within the change.
    """

    shown_changed = Signal()
    order_changed = Signal()
    pinned_changed = Signal()

    def __init__(self, structure: RowStructure) -> None:
        """Start without batches; their rows are the top rows of `structure`, which keeps this."""
        super().__init__(structure)
        self._structure = structure
        self.on_leave: Callable[[Sequence[BatchRow]], None] = lambda _rows: None
        self._all: dict[int, BatchRow] = {}
        self._shown: list[BatchRow] = []
        self._rows: dict[int, int] | None = {}
        self._counts: dict[int, int] | None = None
        self._sent: SentRange | None = None
        self._meant: int | None = None
        self._is_meant: Callable[[BatchRecord], bool] = lambda _batch: True
        self._column = UNSORTED
        self._is_descending = True
        self._pinned = (UNKNOWN, UNKNOWN)
        self._exposed: Mapping[int, Sequence[TimeRange]] = {}

    # --- What is there --------------------------------------------------------------------------

    @property
    def shown(self) -> Sequence[BatchRow]:
        """The batches that are shown, in their order."""
        return self._shown

    @property
    def known(self) -> Collection[BatchRow]:
        """All batches of the store, shown or not."""
        return self._all.values()

    def batch(self, key: int) -> BatchRow | None:
        """Return a batch by its key, shown or not."""
        return self._all.get(key)

    def meant(self) -> int:
        """Return how many batches would be shown without a filter."""
        if self._meant is None:
            self._meant = sum([row.is_meant for row in self._all.values()])
        return self._meant

    def row_of(self, key: int) -> int:
        """Return the row of a batch; -1 where it is not shown."""
        if self._rows is None:
            self._rows = {row.key: at for at, row in enumerate(self._shown)}
        return self._rows.get(key, -1)

    @property
    def pinned(self) -> tuple[int, int]:
        """The batch and the message that stay though changes take them out of the filter."""
        return self._pinned

    def pin(self, batch_key: int, message_key: int = UNKNOWN) -> None:
        """Let this batch and message stay: they are what the user looks at."""
        self._pinned = (batch_key, message_key)
        self.pinned_changed.emit()

    # --- What changes ---------------------------------------------------------------------------

    def apply(self, batches: Iterable[BatchRecord], removed: Iterable[int] = ()) -> None:
        """Show batches as they are now, and those no more that were deleted."""
        changed: list[BatchRow] = []
        differs = False
        self._meant = None
        for key in removed:
            gone = self._all.pop(key, None)
            differs |= gone is not None and gone.is_shown
        for record in batches:
            row = self._all.get(record.key)
            if row is None:
                row = self._all[record.key] = BatchRow(record)
                row.exposed = self._exposed.get(record.key, ())
            else:
                row.set_record(record)
            row.is_meant = self._is_meant(record)
            row.is_in_time = self._sent is None or self._sent.holds(record.sent_at)
            self._count(row, self._matches(row))
            if self._is_wanted(row) is not row.is_shown:
                differs = True
            elif row.is_shown:
                changed.append(row)
        if differs:
            self._arrange()
        self.tell(changed)
        self.shown_changed.emit()

    def set_meant(self, is_meant: Callable[[BatchRecord], bool]) -> None:
        """Show only batches for which `is_meant` holds: what the user prefers to see."""
        self._is_meant, self._meant = is_meant, None
        for row in self._all.values():
            row.is_meant = is_meant(row.record)
        self._arrange()
        self.shown_changed.emit()

    def set_sent(self, sent: SentRange | None) -> None:
        """Show only batches that were sent in a time; None for any."""
        if sent == self._sent:
            return
        self._sent = sent
        for row in self._all.values():
            row.is_in_time = sent is None or sent.holds(row.record.sent_at)
        self._arrange()
        self.shown_changed.emit()

    def set_exposed(self, exposed: Mapping[int, Sequence[TimeRange]]) -> None:
        """Say of which times reports about each batch may be lost, by its key."""
        self._exposed = exposed
        changed = []
        for row in self._all.values():
            spans = exposed.get(row.key, ())
            if spans != row.exposed:
                row.exposed = spans
                changed.append(row)
        self.tell(row for row in changed if row.is_shown)

    def set_counts(self, counts: Mapping[int, int] | None) -> None:
        """Show only batches with matches of the filter.

        Args:
            counts: how many messages match, by batch; None where all do.
        """
        self._counts = None if counts is None else dict(counts)
        self._recount(self._all.values())

    def update_counts(self, counts: Mapping[int, int], among: Iterable[int]) -> None:
        """Take the numbers of matches of some batches for what they are now; absent ones are 0."""
        if self._counts is None:
            return
        rows = []
        for key in among:
            least = 1 if key == self._pinned[0] else 0
            self._counts[key] = max(counts.get(key, 0), least)
            if key in self._all:
                rows.append(self._all[key])
        self._recount(rows)

    def would_show(self, key: int, matches: int) -> bool:
        """Tell whether a batch would be shown if so many of its messages matched."""
        row = self._all.get(key)
        is_kept = matches > 0 or key == self._pinned[0]
        return row is not None and row.is_meant and row.is_in_time and is_kept

    def _recount(self, rows: Iterable[BatchRow]) -> None:
        # Among ten thousand batches, a call for each takes longer than all the rest.
        if self._counts is None:
            changed = [row for row in rows if row.matches != row.messages]
        else:
            count = self._counts.get
            changed = [row for row in rows if row.matches != count(row.key, 0)]
        for row in changed:
            if row.is_shown:
                self._count(row, self._matches(row))
            else:
                row.matches = self._matches(row)
        if any(self._is_wanted(row) is not row.is_shown for row in changed):
            self._arrange()
        self.tell([row for row in changed if row.is_shown])
        self.shown_changed.emit()

    def _matches(self, row: BatchRow) -> int:
        return row.messages if self._counts is None else self._counts.get(row.key, 0)

    def _count(self, row: BatchRow, matches: int) -> None:
        """Take the number of a batch's matches for what it is now."""
        had_any, has_any = row.matches > 0, matches > 0
        row.matches = matches
        if had_any is not has_any and row.is_shown and row.keys is None and self._is_wanted(row):
            # It is closed: the one row that tells of others comes or goes.
            at = self.row_of(row.key)
            if has_any:
                self._structure.insert_below(at, 0, 1, _nothing)
            else:
                self._structure.remove_below(at, 0, 1, _nothing)

    def _is_wanted(self, row: BatchRow) -> bool:
        is_meant = row.is_meant and row.is_in_time
        return is_meant and (self._counts is None or row.matches > 0)

    # --- Order ----------------------------------------------------------------------------------

    def sort(self, column: int, order: Qt.SortOrder) -> None:
        """Put the batches, and the messages in each, into the order of a column; see `UNSORTED`."""
        self._column = column
        self._is_descending = order is Qt.SortOrder.DescendingOrder or column == UNSORTED
        self._arrange(afresh=True)
        self.order_changed.emit()

    def sort_again(self) -> None:
        """Put the batches where they belong as they are now."""
        self._arrange(afresh=True)

    @property
    def is_descending(self) -> bool:
        """Whether the greatest comes first."""
        return self._is_descending

    @property
    def sort_column(self) -> int:
        """The column that sorts, or `UNSORTED`."""
        return self._column

    def _place(self, record: BatchRecord) -> tuple[Any, ...]:
        if self._column == UNSORTED:
            return (record.first_seen, record.key)
        return (COLUMNS[self._column].batch_key(record), record.first_seen, record.key)

    def _arrange(self, *, afresh: bool = False) -> None:
        """Show the batches that are wanted, those that are shown already where they stand.

        Args:
            afresh: put those that are shown already to where they belong now, too.
        """
        is_all = self._counts is None
        wanted = [
            row
            for row in self._all.values()
            if row.is_meant and row.is_in_time and (is_all or row.matches)
        ]
        for row in wanted:
            if afresh or not row.is_shown:
                row.place = self._place(row.record)
        wanted.sort(key=attrgetter("place"), reverse=self._is_descending)
        if not self._shown:
            self._show(0, wanted)
            return
        from kvitto.ui.batches import row_diff

        for step in row_diff.steps_between(_keys(self._shown), _keys(wanted)):
            match step:
                case row_diff.Removal(at, rows):
                    self._structure.remove_top(at, rows, partial(self._leave, at, rows))
                case row_diff.Insertion(at, keys):
                    self._show(at, [self._all[key] for key in keys.tolist()])
                case row_diff.Permutation(order):
                    self._structure.permute_top(order, partial(self._reorder, order))

    def _show(self, at: int, come: Sequence[BatchRow]) -> None:
        if come:
            self._structure.insert_top(
                at, [row.rows for row in come], partial(self._come, at, come)
            )

    def _leave(self, at: int, rows: int) -> None:
        self.on_leave(self._shown[at : at + rows])
        for row in self._shown[at : at + rows]:
            row.is_shown = False
            row.set_keys(None)
        del self._shown[at : at + rows]
        self._rows = None

    def _come(self, at: int, come: Sequence[BatchRow]) -> None:
        for row in come:
            row.is_shown = True
        self._shown[at:at] = come
        self._rows = None

    def _reorder(self, order: "Order") -> None:
        self._shown = [self._shown[row] for row in order.tolist()]
        self._rows = None

    def tell(self, changed: Iterable[BatchRow]) -> None:
        """Tell views that these batches show something else."""
        rows = [self.row_of(row.key) for row in changed]
        if rows:
            self._structure.tell_rows(min(rows), max(rows), QModelIndex())


def _keys(rows: Sequence[BatchRow]) -> list[int]:
    return [row.key for row in rows]


def _nothing() -> None:
    """Change no facts: a row that tells of others stands for none of them."""
