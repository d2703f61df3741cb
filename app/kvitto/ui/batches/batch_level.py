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
_FEW: Final = 8
"""So many batches come or go one by one; of more, all are put in order again."""
_MANY: Final = 200
"""So many rows tell of themselves; of more, all do."""


class BatchLevel(QObject):
    """All batches of the store, those that are shown among them, and their order.

    A batch that changes keeps its place, and a new one is put where the order has it. Nothing
    else moves a row but `sort` and `sort_again`.

    Signals:
        shown_changed: other batches are shown, or other numbers of messages.
        order_changed: the user asked for another order.
        pinned_changed: something else stays than before.

    Attributes:
        on_leave: is called when rows are shown no more, within the change.
    """

    shown_changed = Signal()
    order_changed = Signal()
    pinned_changed = Signal()

    def __init__(self, structure: RowStructure) -> None:
        """Start without batches; their rows are the top rows of `structure`, which keeps this."""
        super().__init__(structure)
        self._structure = structure
        self.on_leave: Callable[[], None] = _nothing
        self._all: dict[int, BatchRow] = {}
        self._shown: list[BatchRow] = []
        self._newest_first: list[BatchRow] | None = None
        self._has_kept_places = False
        self._is_arranging = False
        self._counts: dict[int, int] | None = None
        self._sent: SentRange | None = None
        self._meant = 0
        self._matches_shown: int | None = 0
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
        return self._meant

    def matches_shown(self) -> int:
        """Return how many messages the batches have that are shown."""
        if self._matches_shown is None:
            self._matches_shown = sum([row.matches for row in self._shown])
        return self._matches_shown

    def matches(self, row: BatchRow) -> int:
        """Return how many messages of a batch pass the filter, whether it is shown or not."""
        return row.messages if self._counts is None else self._counts.get(row.key, 0)

    def row_of(self, key: int) -> int:
        """Return the row of a batch; -1 where it is not shown."""
        row = self._all.get(key)
        return -1 if row is None else self._row(row)

    def _row(self, row: BatchRow) -> int:
        if not row.is_shown:
            return -1
        # In the middle of a change rows need not stand where they belong.
        at = len(self._shown) if self._is_arranging else self._where(self._standing(row))
        if at < len(self._shown) and self._shown[at] is row:
            return at
        return self._shown.index(row)

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
        moving: dict[int, BatchRow] = {}
        for key in removed:
            gone = self._all.pop(key, None)
            if gone is not None:
                self._newest_first = None
                self._meant -= gone.is_meant
                gone.is_meant = False
                if gone.is_shown:
                    moving[key] = gone
        for record in batches:
            row = self._take(record)
            if row.is_shown:
                self._count(row, self.matches(row))
            if self._is_wanted(row) is not row.is_shown:
                moving[row.key] = row
            elif row.is_shown:
                changed.append(row)
        self._move(moving.values())
        self.tell(changed)
        self.shown_changed.emit()

    def _take(self, record: BatchRecord) -> BatchRow:
        """Know a batch as it is now; return its row."""
        row = self._all.get(record.key)
        if row is None:
            row = self._all[record.key] = BatchRow(record)
            row.exposed = self._exposed.get(record.key, ())
            self._newest_first = None
        else:
            self._meant -= row.is_meant
            if record.first_seen != row.record.first_seen:
                self._newest_first = None
                if row.is_shown and row.place is None:
                    row.place = self._place(row.record)
                    self._has_kept_places = True
            row.set_record(record)
        row.is_meant = self._is_meant(record)
        row.is_in_time = self._sent is None or self._sent.holds(record.sent_at)
        self._meant += row.is_meant
        return row

    def set_meant(self, is_meant: Callable[[BatchRecord], bool]) -> None:
        """Show only batches for which `is_meant` holds: what the user prefers to see."""
        self._is_meant = is_meant
        for row in self._all.values():
            row.is_meant = is_meant(row.record)
        self._meant = sum([row.is_meant for row in self._all.values()])
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
        before, self._exposed = self._exposed, exposed
        changed = []
        for key in before.keys() | exposed.keys():
            row = self._all.get(key)
            spans = exposed.get(key, ())
            if row is not None and spans != row.exposed:
                row.exposed = spans
                changed.append(row)
        self.tell(row for row in changed if row.is_shown)

    def set_counts(self, counts: Mapping[int, int] | None) -> None:
        """Show only batches with matches of the filter.

        Args:
            counts: how many messages match, by batch; None where all do.
        """
        self._counts = None if counts is None else dict(counts)
        # Among fifty thousand batches, a call for each takes longer than all the rest: what is
        # not shown is not touched, and what leaves keeps the number that it had.
        if self._counts is None:
            changed = [row for row in self._shown if row.matches != row.messages]
        else:
            count = self._counts.get
            changed = [
                row for row in self._shown if (new := count(row.key)) and new != row.matches
            ]
        for row in changed:
            self._count(row, self.matches(row))
        self._arrange()
        self.tell(changed)
        self.shown_changed.emit()

    def update_counts(self, counts: Mapping[int, int], among: Iterable[int]) -> None:
        """Take the numbers of matches of some batches for what they are now; absent ones are 0."""
        if self._counts is None:
            return
        changed: list[BatchRow] = []
        moving: dict[int, BatchRow] = {}
        for key in among:
            least = 1 if key == self._pinned[0] else 0
            self._counts[key] = max(counts.get(key, 0), least)
            row = self._all.get(key)
            if row is None:
                continue
            if row.is_shown and row.matches != self._counts[key]:
                self._count(row, self._counts[key])
                changed.append(row)
            if self._is_wanted(row) is not row.is_shown:
                moving[key] = row
        self._move(moving.values())
        self.tell([row for row in changed if row.is_shown])
        self.shown_changed.emit()

    def would_show(self, key: int, matches: int) -> bool:
        """Tell whether a batch would be shown if so many of its messages matched."""
        row = self._all.get(key)
        is_kept = matches > 0 or key == self._pinned[0]
        return row is not None and row.is_meant and row.is_in_time and is_kept

    def _count(self, row: BatchRow, matches: int) -> None:
        """Take the number of matches of a batch that is shown for what it is now."""
        had_any, has_any = row.matches > 0, matches > 0
        if self._matches_shown is not None:
            self._matches_shown += matches - row.matches
        row.matches = matches
        if had_any is not has_any and row.keys is None and self._is_wanted(row):
            # It is closed: the one row that tells of others comes or goes.
            at = self._row(row)
            if has_any:
                self._structure.insert_below(at, 0, 1, _nothing)
            else:
                self._structure.remove_below(at, 0, 1, _nothing)

    def _is_wanted(self, row: BatchRow) -> bool:
        is_meant = row.is_meant and row.is_in_time
        return is_meant and (self._counts is None or self._counts.get(row.key, 0) > 0)

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

    def _standing(self, row: BatchRow) -> tuple[Any, ...]:
        """Return by what a row that is shown stands where it does."""
        return row.place or self._place(row.record)

    def _where(self, place: tuple[Any, ...]) -> int:
        """Return before which of the rows that are shown a place is."""
        low, high = 0, len(self._shown)
        while low < high:
            middle = (low + high) // 2
            there = self._standing(self._shown[middle])
            if there > place if self._is_descending else there < place:
                low = middle + 1
            else:
                high = middle
        return low

    def _move(self, moving: Collection[BatchRow]) -> None:
        """Show these batches, or no more, as is wanted now."""
        if len(moving) > _FEW:
            self._arrange()
            return
        for row in moving:
            if self._is_wanted(row) is row.is_shown:
                continue
            if row.is_shown:
                at = self._row(row)
                self._structure.remove_top(at, 1, partial(self._leave, at, 1))
            else:
                self._give_place(row)
                self._show(self._where(self._standing(row)), [row])

    def _arrange(self, *, afresh: bool = False) -> None:
        """Show the batches that are wanted, those that are shown already where they stand.

        Args:
            afresh: put those that are shown already to where they belong now, too.
        """
        self._is_arranging = True
        try:
            wanted = self._wanted_in_order(afresh=afresh)
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
        finally:
            self._is_arranging = False

    def _wanted_in_order(self, *, afresh: bool) -> list[BatchRow]:
        count = None if self._counts is None else self._counts.get
        among: Iterable[BatchRow] = self._all.values()
        is_sorted = False
        if self._counts is not None and len(self._counts) < len(self._all) // 2:
            among = [self._all[key] for key in self._counts if key in self._all]
        elif self._column == UNSORTED and (afresh or not self._has_kept_places):
            among, is_sorted = self._all_newest_first(), True
        wanted = [
            row
            for row in among
            if row.is_meant and row.is_in_time and (count is None or count(row.key))
        ]
        if afresh:
            self._has_kept_places = False
        if afresh or self._column != UNSORTED:
            for row in wanted:
                if afresh or not row.is_shown:
                    self._give_place(row)
        if not is_sorted:
            wanted.sort(key=self._standing, reverse=self._is_descending)
        return wanted

    def _all_newest_first(self) -> list[BatchRow]:
        if self._newest_first is None:
            rows = sorted(self._all.values(), key=attrgetter("key"), reverse=True)
            rows.sort(key=attrgetter("record.first_seen"), reverse=True)
            self._newest_first = rows
        return self._newest_first

    def _give_place(self, row: BatchRow) -> None:
        """Have a row stand where it belongs as it is now."""
        row.place = None if self._column == UNSORTED else self._place(row.record)

    def _show(self, at: int, come: Sequence[BatchRow]) -> None:
        if come:
            for row in come:
                row.matches = self.matches(row)
            rows = [row.rows for row in come]
            self._structure.insert_top(at, rows, partial(self._come, at, come))

    def _leave(self, at: int, rows: int) -> None:
        for row in self._shown[at : at + rows]:
            row.is_shown = False
            row.place = None
        del self._shown[at : at + rows]
        self._matches_shown = None
        self.on_leave()

    def _come(self, at: int, come: Sequence[BatchRow]) -> None:
        for row in come:
            row.is_shown = True
        self._shown[at:at] = come
        self._matches_shown = None

    def _reorder(self, order: "Order") -> None:
        self._shown = [self._shown[row] for row in order.tolist()]

    def tell(self, changed: Iterable[BatchRow]) -> None:
        """Tell views that these batches, which are shown, show something else."""
        told = list(changed)
        if len(told) > _MANY:
            self._structure.tell_rows(0, len(self._shown) - 1, QModelIndex())
        elif told:
            rows = [self._row(row) for row in told]
            self._structure.tell_rows(min(rows), max(rows), QModelIndex())


def _keys(rows: Sequence[BatchRow]) -> list[int]:
    return [row.key for row in rows]


def _nothing() -> None:
    """Change no facts: a row that tells of others stands for none of them."""
