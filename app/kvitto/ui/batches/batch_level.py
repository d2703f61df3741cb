"""The upper level of the table: which batches are shown, and in what order."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal

from kvitto.core.outages import TimeRange
from kvitto.core.sending_period import SentRange
from kvitto.store.records import BatchRecord
from kvitto.ui.batches.row import UNKNOWN, BatchRow
from kvitto.ui.batches.shown_rows import UNSORTED, ShownRows, arrival
from kvitto.ui.batches.structure import RowStructure

_FEW: Final = 8
"""So many batches come or go one by one; of more, all are put in order again."""


class BatchLevel(QObject):
    """All batches of the store, those that are shown among them, and their order.

    A batch that changes keeps its place, and a new one is put where the order has it. Nothing
    else moves a row but `sort` and `sort_again`.

    Signals:
        shown_changed: other batches are shown, or other numbers of messages.
        order_changed: the user asked for another order.
        pinned_changed: something else stays than before.

    Attributes:
        rows: those that are shown.
    """

    shown_changed = Signal()
    order_changed = Signal()
    pinned_changed = Signal()

    def __init__(self, structure: RowStructure) -> None:
        """Start without batches; their rows are the top rows of `structure`, which keeps this."""
        super().__init__(structure)
        self.rows: Final = ShownRows(structure)
        self._all: dict[int, BatchRow] = {}
        self._candidates: list[BatchRow] | None = None
        """The newest last: in front of fifty thousand others, each would move them all."""
        self._has_kept_places = False
        self._counts: dict[int, int] | None = None
        self._sent: SentRange | None = None
        self._meant = 0
        self._is_meant: Callable[[BatchRecord], bool] = lambda _batch: True
        self._pinned = (UNKNOWN, UNKNOWN)
        self._exposed: Mapping[int, Sequence[TimeRange]] = {}

    # --- What is there --------------------------------------------------------------------------

    @property
    def shown(self) -> Sequence[BatchRow]:
        """The batches that are shown, in their order."""
        return self.rows.rows

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

    def matches(self, row: BatchRow) -> int:
        """Return how many messages of a batch pass the filter, whether it is shown or not."""
        return row.messages if self._counts is None else self._counts.get(row.key, 0)

    def row_of(self, key: int) -> int:
        """Return the row of a batch; -1 where it is not shown."""
        row = self._all.get(key)
        return -1 if row is None else self.rows.row_of(row)

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
                self._candidates = None
                self._meant -= gone.is_meant
                gone.is_meant = False
                if gone.is_shown:
                    moving[key] = gone
        for record in batches:
            row = self._take(record)
            if row.is_shown:
                self.rows.count(row, self.matches(row), stays=self._is_wanted(row))
            if self._is_wanted(row) is not row.is_shown:
                moving[row.key] = row
            elif row.is_shown:
                changed.append(row)
        self._move(moving.values())
        self.rows.tell(changed)
        self.shown_changed.emit()

    def _take(self, record: BatchRecord) -> BatchRow:
        """Know a batch as it is now; return its row."""
        is_meant = self._is_meant(record)
        is_in_time = self._sent is None or self._sent.holds(record.sent_at)
        row = self._all.get(record.key)
        if row is None:
            row = self._all[record.key] = BatchRow(record)
            row.exposed = self._exposed.get(record.key, ())
            row.is_meant = row.is_in_time = False
        elif record.first_seen != row.record.first_seen:
            self._candidates = None
            if row.is_shown and row.place is None:
                self.rows.keep_place(row)
                self._has_kept_places = True
        row.set_record(record)
        if not row.is_shown:
            row.matches = row.messages
        was_candidate = row.is_meant and row.is_in_time
        self._meant += is_meant - row.is_meant
        row.is_meant, row.is_in_time = is_meant, is_in_time
        if (is_meant and is_in_time) is not was_candidate and self._candidates is not None:
            is_newest = not was_candidate and (
                not self._candidates or arrival(row) > arrival(self._candidates[-1])
            )
            if is_newest:
                self._candidates.append(row)
            else:
                self._candidates = None
        return row

    def set_meant(self, is_meant: Callable[[BatchRecord], bool]) -> None:
        """Show only batches for which `is_meant` holds: what the user prefers to see."""
        self._is_meant = is_meant
        for row in self._all.values():
            row.is_meant = is_meant(row.record)
        self._meant = sum([row.is_meant for row in self._all.values()])
        self._candidates = None
        self._arrange()
        self.shown_changed.emit()

    def set_sent(self, sent: SentRange | None) -> None:
        """Show only batches that were sent in a time; None for any."""
        if sent == self._sent:
            return
        self._sent = sent
        for row in self._all.values():
            row.is_in_time = sent is None or sent.holds(row.record.sent_at)
        self._candidates = None
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
        self.rows.tell(changed)

    def set_counts(self, counts: Mapping[int, int] | None) -> None:
        """Show only batches with matches of the filter.

        Args:
            counts: how many messages match, by batch; None where all do.
        """
        self._counts = None if counts is None else dict(counts)
        # Of fifty thousand batches, those that leave are not counted first, nor one by one.
        if self._counts is None:
            changed = [row for row in self.shown if row.matches != row.messages]
        else:
            changed = [
                row
                for key, matches in self._counts.items()
                if matches
                and (row := self._all.get(key)) is not None
                and row.is_shown
                and row.matches != matches
            ]
        for row in changed:
            self.rows.count(row, self.matches(row), stays=self._is_wanted(row))
        self._arrange()
        self.rows.tell(changed)
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
                self.rows.count(row, self._counts[key], stays=self._is_wanted(row))
                changed.append(row)
            if self._is_wanted(row) is not row.is_shown:
                moving[key] = row
        self._move(moving.values())
        self.rows.tell(changed)
        self.shown_changed.emit()

    def would_show(self, key: int, matches: int) -> bool:
        """Tell whether a batch would be shown if so many of its messages matched."""
        row = self._all.get(key)
        is_kept = matches > 0 or key == self._pinned[0]
        return row is not None and row.is_meant and row.is_in_time and is_kept

    def _is_wanted(self, row: BatchRow) -> bool:
        is_meant = row.is_meant and row.is_in_time
        return is_meant and (self._counts is None or self._counts.get(row.key, 0) > 0)

    # --- Order ----------------------------------------------------------------------------------

    def sort(self, column: int, order: Qt.SortOrder) -> None:
        """Put the batches, and the messages in each, into the order of a column; see `UNSORTED`."""
        self.rows.column = column
        self.rows.is_descending = order is Qt.SortOrder.DescendingOrder or column == UNSORTED
        self._arrange(afresh=True)
        self.order_changed.emit()

    def sort_again(self) -> None:
        """Put the batches where they belong as they are now."""
        self._arrange(afresh=True)

    @property
    def is_descending(self) -> bool:
        """Whether the greatest comes first."""
        return self.rows.is_descending

    @property
    def sort_column(self) -> int:
        """The column that sorts, or `UNSORTED`."""
        return self.rows.column

    def _move(self, moving: Collection[BatchRow]) -> None:
        """Show these batches, or no more, as is wanted now."""
        if len(moving) > _FEW:
            self._arrange()
            return
        for row in moving:
            if self._is_wanted(row) is row.is_shown:
                continue
            if row.is_shown:
                self.rows.hide(row)
            else:
                row.matches = self.matches(row)
                self.rows.show(row)

    def _arrange(self, *, afresh: bool = False) -> None:
        """Show the batches that are wanted, those that are shown already where they stand.

        Args:
            afresh: put those that are shown already to where they belong now, too.
        """
        wanted = self._wanted_in_order(afresh=afresh)
        if self._counts is not None:
            for row in wanted:
                if not row.is_shown:
                    row.matches = self._counts.get(row.key, 0)
        staying = None
        if not afresh and len(self.shown) < len(wanted):
            staying = [row for row in self.shown if self._is_wanted(row)]
        elif not afresh:
            staying = [row for row in wanted if row.is_shown]
        self.rows.arrange(wanted, self._all, staying)

    def _wanted_in_order(self, *, afresh: bool) -> list[BatchRow]:
        candidates = self._all_candidates()
        is_in_order = self.rows.column == UNSORTED and (afresh or not self._has_kept_places)
        if self._counts is None:
            wanted = candidates
        elif len(self._counts) < len(candidates) // 2:
            known = (self._all.get(key) for key, count in self._counts.items() if count)
            wanted = [row for row in known if row is not None and row.is_meant and row.is_in_time]
            is_in_order = False
        else:
            count = self._counts.get
            wanted = [row for row in candidates if count(row.key)]
        if afresh:
            self._has_kept_places = False
        if afresh or self.rows.column != UNSORTED:
            for row in wanted:
                if afresh or not row.is_shown:
                    self.rows.give_place(row)
        if is_in_order:
            return wanted
        return sorted(wanted, key=self.rows.standing, reverse=self.rows.is_descending)

    def _all_candidates(self) -> list[BatchRow]:
        """Return the batches that would be shown if all had matches, the newest first."""
        if self._candidates is None:
            rows = [row for row in self._all.values() if row.is_meant and row.is_in_time]
            self._candidates = sorted(rows, key=arrival)
        return self._candidates[::-1]
