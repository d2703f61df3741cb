"""The batches that are shown, in their order: how rows come, go and move."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QModelIndex

from kvitto.store.records import BatchRecord
from kvitto.ui.batches.columns import COLUMNS
from kvitto.ui.batches.row import BatchRow
from kvitto.ui.batches.structure import RowStructure

if TYPE_CHECKING:
    from kvitto.ui.batches.structure import Order

UNSORTED: Final = -1
"""The column of the order that holds where none is asked for: the newest batch first."""
_MANY: Final = 200
"""So many rows tell of themselves; of more, all do."""
_MOST_RUNS: Final = 32
"""So many separate runs of rows come and go where they stand; more are gathered."""


class ShownRows:
    """Keeps them along with the top rows of a structure.

    Of fifty thousand rows, a look at each takes longer than all that Qt does. So what few rows
    need is done for these alone.

    Attributes:
        rows: the batches.
        on_leave: is called when rows are shown no more, within the change.
        column: the column by which they are ordered, or `UNSORTED`.
        is_descending: whether the greatest comes first.
    """

    def __init__(self, structure: RowStructure) -> None:
        """Start with none."""
        self._structure = structure
        structure.rows_below = lambda row: self.rows[row].rows
        structure.is_open = lambda row: self.rows[row].keys is not None
        self.rows: list[BatchRow] = []
        self.on_leave: Callable[[], None] = _nothing
        self.column = UNSORTED
        self.is_descending = True
        self._is_arranging = False
        self._matches = 0
        self._keys: frozenset[int] | None = None

    # --- What is there --------------------------------------------------------------------------

    def keys(self) -> frozenset[int]:
        """Return the keys of all."""
        if self._keys is None:
            self._keys = frozenset(_keys(self.rows))
        return self._keys

    def matches(self) -> int:
        """Return how many messages they have that pass the filter."""
        return self._matches

    def row_of(self, row: BatchRow) -> int:
        """Return where a batch is; -1 where it is not shown."""
        if not row.is_shown:
            return -1
        # In the middle of a change rows need not stand where they belong.
        at = len(self.rows) if self._is_arranging else self._where(self.standing(row), self.rows)
        if at < len(self.rows) and self.rows[at] is row:
            return at
        return self.rows.index(row)

    def _where(self, place: tuple[Any, ...], among: Sequence[BatchRow]) -> int:
        """Return before which of some rows, which are in order, a place is."""
        low, high = 0, len(among)
        while low < high:
            middle = (low + high) // 2
            there = self.standing(among[middle])
            if there > place if self.is_descending else there < place:
                low = middle + 1
            else:
                high = middle
        return low

    # --- Places ---------------------------------------------------------------------------------

    def standing(self, row: BatchRow) -> tuple[Any, ...]:
        """Return by what a row is sorted."""
        return row.place or self._place(row.record)

    def give_place(self, row: BatchRow) -> None:
        """Have a row belong where the order has it as it is now."""
        row.place = None if self.column == UNSORTED else self._place(row.record)

    def keep_place(self, row: BatchRow) -> None:
        """Have a row stand where it does, whatever it is going to be."""
        row.place = self.standing(row)

    def _place(self, record: BatchRecord) -> tuple[Any, ...]:
        if self.column == UNSORTED:
            return (record.first_seen, record.key)
        return (COLUMNS[self.column].batch_key(record), record.first_seen, record.key)

    # --- Changes --------------------------------------------------------------------------------

    def count(self, row: BatchRow, matches: int, *, stays: bool) -> None:
        """Take the number of matches of a batch that is shown for what it is now.

        Args:
            row: the batch.
            matches: the number.
            stays: whether it is going to be shown.
        """
        had_any, has_any = row.matches > 0, matches > 0
        is_differing = stays and had_any is not has_any and row.keys is None
        at = self.row_of(row) if is_differing else -1
        if is_differing:
            self._structure.settle(at)
        self._matches += matches - row.matches
        row.matches = matches
        if is_differing:
            # It is closed: the one row that tells of others comes or goes.
            if has_any:
                self._structure.insert_below(at, 0, 1, _nothing)
            else:
                self._structure.remove_below(at, 0, 1, _nothing)

    def show(self, row: BatchRow) -> None:
        """Show one more batch, where it belongs."""
        self.give_place(row)
        self._insert(self._where(self.standing(row), self.rows), [row])

    def hide(self, row: BatchRow) -> None:
        """Show a batch no more."""
        at = self.row_of(row)
        self._remove(at, at + 1)

    def arrange(
        self,
        wanted: Sequence[BatchRow],
        known: Mapping[int, BatchRow],
        staying: Sequence[BatchRow] | None,
    ) -> None:
        """Show exactly these batches.

        Args:
            wanted: the batches in their order.
            known: all batches, by their keys.
            staying: those of them that are shown already, in the order that they have; None where
                they may get another one.
        """
        if wanted == self.rows:
            return
        if staying is not None and self._arrange_around(wanted, staying):
            return
        self._is_arranging = True
        try:
            self._arrange_all(wanted, known)
        finally:
            self._is_arranging = False

    def _arrange_around(self, wanted: Sequence[BatchRow], staying: Sequence[BatchRow]) -> bool:
        """Show these batches, where others come and go in few runs.

        Args:
            wanted: the batches in their order.
            staying: those of them that are shown already, in the order that they have.

        Returns:
            False where nothing was done, since there are more runs.
        """
        if len(staying) > _MANY:
            return False
        gone = _gaps([self._where(self.standing(row), self.rows) for row in staying], self.rows)
        come = _gaps([self._where(self.standing(row), wanted) for row in staying], wanted)
        if len(gone) + len(come) > _MOST_RUNS:
            return False
        for at, end in reversed(gone):
            self._remove(at, end)
        for at, end in come:
            self._insert(at, wanted[at:end])
        return True

    def _arrange_all(self, wanted: Sequence[BatchRow], known: Mapping[int, BatchRow]) -> None:
        from kvitto.ui.batches import row_diff

        for step in row_diff.steps_between(_keys(self.rows), _keys(wanted)):
            match step:
                case row_diff.Removal(at, rows):
                    self._remove(at, at + rows)
                case row_diff.Insertion(at, keys):
                    self._insert(at, [known[key] for key in keys.tolist()])
                case row_diff.Permutation(order):
                    self._structure.permute_top(order, partial(self._reorder, order))

    def _insert(self, at: int, come: Sequence[BatchRow]) -> None:
        if come:
            self._structure.insert_top(at, len(come), partial(self._come, at, come))

    def _remove(self, at: int, end: int) -> None:
        if at < end:
            self._structure.remove_top(at, end - at, partial(self._leave, at, end))

    def _come(self, at: int, come: Sequence[BatchRow]) -> None:
        for row in come:
            row.is_shown = True
        self.rows[at:at] = come
        self._keys = None
        self._matches += _matches(come)

    def _leave(self, at: int, end: int) -> None:
        self._matches -= _matches(self.rows[at:end])
        for row in self.rows[at:end]:
            row.is_shown = False
            row.matches = row.messages
            row.place = None
        del self.rows[at:end]
        self._keys = None
        self.on_leave()

    def _reorder(self, order: "Order") -> None:
        self.rows = [self.rows[row] for row in order.tolist()]

    def tell(self, changed: Iterable[BatchRow]) -> None:
        """Tell views that these batches show something else; those that are not shown don't."""
        told = [row for row in changed if row.is_shown]
        if len(told) > _MANY:
            self._structure.tell_rows(0, len(self.rows) - 1, QModelIndex())
            return
        for first, last in _runs([self.row_of(row) for row in told]):
            self._structure.tell_rows(first, last, QModelIndex())


def arrival(row: BatchRow) -> tuple[datetime, int]:
    """Return by what batches are sorted that are not sorted by a column."""
    return row.record.first_seen, row.key


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """Return where the unbroken runs of some rows begin, and where they end."""
    runs: list[tuple[int, int]] = []
    for row in sorted(rows):
        if runs and row <= runs[-1][1] + 1:
            runs[-1] = runs[-1][0], row
        else:
            runs.append((row, row))
    return runs


def _gaps(places: list[int], rows: Sequence[BatchRow]) -> list[tuple[int, int]]:
    """Return from where until where there are rows between some places."""
    edges = [-1, *places, len(rows)]
    gaps = [(before + 1, after) for before, after in pairwise(edges)]
    return [(at, end) for at, end in gaps if at < end]


def _keys(rows: Sequence[BatchRow]) -> list[int]:
    return [row.key for row in rows]


def _matches(rows: Sequence[BatchRow]) -> int:
    return sum([row.matches for row in rows])


def _nothing() -> None:
    """Change no facts: a row that tells of others stands for none of them."""
