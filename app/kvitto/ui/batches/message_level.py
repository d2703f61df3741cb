"""The lower level of the table: the messages of the batches that are open."""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QTimer, Signal

from kvitto.store.records import MessageRecord
from kvitto.store.search import MessageOrder
from kvitto.ui.batches.batch_level import BatchLevel
from kvitto.ui.batches.columns import COLUMNS
from kvitto.ui.batches.highlight import Highlight
from kvitto.ui.batches.record_cache import Reading
from kvitto.ui.batches.row import UNKNOWN, BatchRow
from kvitto.ui.batches.shown_rows import UNSORTED
from kvitto.ui.batches.structure import RowStructure

if TYPE_CHECKING:
    from kvitto.ui.batches.structure import Order


class MessageLevel(QObject):
    """The messages of open batches, as far as they are looked at.

    Of an open batch the keys of all messages are held, in order, and the messages themselves as
    they are wanted. So the scroll bar tells the truth for 100,000 messages, and each row keeps its
    identity. Nothing is asked here: it says what it lacks, and is given it.

    Attributes:
        fading: which messages have just changed.
        is_opening: whether rows come because somebody wants to show them: they come with the rest
            of the batch, in the middle of its layout.

    Signals:
        messages_wanted: the key of a batch whose messages' keys are wanted: `set_page`, `set_keys`.
        records_wanted: the keys of messages that are looked at: `put_records`.
    """

    messages_wanted = Signal(int)
    records_wanted = Signal(object)

    def __init__(self, structure: RowStructure, batches: BatchLevel) -> None:
        """Start with none; their rows are those below the batches' in `structure`."""
        super().__init__(structure)
        self._structure = structure
        self._batches = batches
        batches.rows.on_leave = self._leave
        self.is_opening = False
        self.fading = Highlight(parent=self)
        self._reading = Reading(self)
        self._reading.wanted.connect(self.records_wanted)
        self._open: dict[int, BatchRow] = {}
        self._overdue: set[int] = set()
        # Not within a change of the selection, which may be part of one of the rows.
        self._parting = QTimer(self, singleShot=True, interval=0)
        self._parting.timeout.connect(self._part)
        batches.pinned_changed.connect(self._parting.start)

    # --- What is there --------------------------------------------------------------------------

    @property
    def message_order(self) -> tuple[MessageOrder, bool]:
        """What messages are sorted by, and whether the greatest comes first."""
        column = self._batches.sort_column
        if column == UNSORTED:
            return MessageOrder.ARRIVAL, False
        return COLUMNS[column].order, self._batches.is_descending

    @property
    def open_batches(self) -> list[int]:
        """The keys of the batches whose messages are shown."""
        return list(self._open)

    # --- Opening and closing --------------------------------------------------------------------

    def may_open(self, row: BatchRow) -> bool:
        """Tell whether a batch is closed, has messages, and can be opened now."""
        return row.keys is None and row.matches > 0 and self._structure.may_open()

    def open_batch(self, row: BatchRow) -> None:
        """Open a batch: its rows are there at once, what they are comes when it is read."""
        if not self.may_open(row):
            return
        row.set_keys(array("q", [UNKNOWN]))
        self._open[row.key] = row
        self.is_opening = True
        try:
            self._insert_messages(row, 1, array("q", [UNKNOWN]) * (row.matches - 1))
        finally:
            self.is_opening = False
        self.messages_wanted.emit(row.key)

    def close_batch(self, key: int) -> None:
        """Forget which messages a batch has until it is opened again."""
        row = self._opened(key)
        if row is None or row.keys is None:
            return
        spare = len(row.keys) - min(row.matches, 1)
        if spare > 0:
            self._remove_messages(row, len(row.keys) - spare, spare)
        elif spare < 0:
            self._insert_messages(row, 0, array("q", [UNKNOWN]))
        self._forget((row,))

    def _leave(self) -> None:
        self._forget([row for row in self._open.values() if not row.is_shown])

    def _forget(self, rows: Collection[BatchRow]) -> None:
        """Know no more which messages these batches have."""
        for row in rows:
            row.set_keys(None)
            del self._open[row.key]
        if rows:
            self._reading.purge([row.key for row in rows])

    # --- What is read ---------------------------------------------------------------------------

    def set_page(self, batch_key: int, records: Sequence[MessageRecord]) -> None:
        """Show these messages first in a batch that was just opened, until `set_keys`."""
        row = self._opened(batch_key)
        if row is None or row.keys is None:
            return
        for record in records:
            self._reading.put(record)
        if _known_length(row.keys) == 0:
            page = array("q", [record.key for record in records])
            self._set_keys(row, page + row.keys[len(page) :])

    def set_keys(self, batch_key: int, keys: "array[int]") -> None:
        """Show exactly these messages in an open batch, in this order."""
        row = self._opened(batch_key)
        if row is not None:
            self._overdue.clear()
            self._set_keys(row, keys)

    def put_records(self, records: Iterable[MessageRecord]) -> None:
        """Show messages as they are now."""
        read: defaultdict[int, list[int]] = defaultdict(list)
        for record in records:
            self._reading.put(record)
            read[record.batch_key].append(record.key)
        for batch_key, keys in read.items():
            self._tell_messages(batch_key, keys)

    def ask_again(self) -> None:
        """Ask again for what was asked for and not given, when it is looked at."""
        self._reading.ask_again()

    def distrust_records(self) -> None:
        """Read again what is shown, as soon as it is looked at."""
        self._reading.distrust()
        self.tell_messages()

    def tell_messages(self) -> None:
        """Tell views that what they show of messages may be another text."""
        for batch_key in self.open_batches:
            self._tell_messages(batch_key, self._reading.keys())

    def update_messages(
        self, touched: Collection[int], matching: Iterable[MessageRecord]
    ) -> set[int]:
        """Take up that messages have changed: each is shown as it is now, where it stands.

        Args:
            touched: the keys of all messages that changed.
            matching: those of them that pass the filter, as they are now.

        Returns:
            The keys of the open batches that have new messages whose place is not known here.
        """
        new: defaultdict[int, list[int]] = defaultdict(list)
        changed: defaultdict[int, list[int]] = defaultdict(list)
        seen: set[int] = set()
        for record in matching:
            seen.add(record.key)
            row = self._opened(record.batch_key)
            if row is None:
                continue
            if not row.holds(record.key):
                new[record.batch_key].append(record.key)
                self._reading.put(record)
                continue
            self._overdue.discard(record.key)
            if (before := self._reading.get(record.key)) is not None:
                # Those that nobody looks at are read when somebody does.
                if before.state.rank != record.state.rank:
                    self.fading.start((record.key,))
                self._reading.put(record)
                changed[record.batch_key].append(record.key)
        self._remove_unmatched([key for key in touched if key not in seen])
        unplaced = {key for key, keys in new.items() if not self._append(key, sorted(keys))}
        for keys in new.values():
            self.fading.start(keys)
        for batch_key, keys in changed.items():
            self._tell_messages(batch_key, keys)
        return unplaced

    def _append(self, batch_key: int, keys: list[int]) -> bool:
        """Put new messages where they belong, if that is at the end or at the beginning."""
        row = self._opened(batch_key)
        order, is_descending = self.message_order
        if row is None or row.keys is None or order is not MessageOrder.ARRIVAL:
            return False
        if is_descending:
            if row.keys and row.keys[0] > keys[0]:
                return False
            self._insert_messages(row, 0, array("q", reversed(keys)))
        else:
            if row.keys and not UNKNOWN < row.keys[-1] < keys[0]:
                return False
            self._insert_messages(row, len(row.keys), array("q", keys))
        return True

    def _remove_unmatched(self, keys: Collection[int]) -> None:
        """Show these messages no more, where they are shown: they left the filter."""
        pinned_batch, pinned = self._batches.pinned
        if pinned in keys:
            self._overdue.add(pinned)
            self._reading.distrust((pinned,))
            self._tell_messages(pinned_batch, (pinned,))
        for batch_key in self.open_batches:
            row = self._opened(batch_key)
            if row is None or row.keys is None:
                continue
            gone = {key for key in keys if row.holds(key) and key != pinned}
            if gone:
                self._set_keys(row, array("q", [key for key in row.keys if key not in gone]))

    def _part(self) -> None:
        """Show what left the filter while the user looked at it no more."""
        overdue, self._overdue = self._overdue, set()
        if overdue:
            self._remove_unmatched(overdue)

    # --- Rows -----------------------------------------------------------------------------------

    def _opened(self, batch_key: int) -> BatchRow | None:
        row = self._batches.batch(batch_key)
        return row if row is not None and row.keys is not None else None

    def _set_keys(self, row: BatchRow, keys: "array[int]") -> None:
        assert row.keys is not None
        known = row.keys[: _known_length(row.keys)]
        if keys[: len(known)] == known:
            # What is not known yet takes its key where it stands.
            spare = len(row.keys) - len(keys)
            if spare > 0:
                self._remove_messages(row, len(keys), spare)
            elif spare < 0:
                self._insert_messages(row, len(row.keys), keys[spare:])
            missed = row.missed
            row.set_keys(keys)
            if missed is not None and missed[0] < len(keys):
                last = min(missed[1], len(keys) - 1)
                self._structure.tell_rows(missed[0], last, self._top(row))
        else:
            self._rearrange(row, keys)

    def _rearrange(self, row: BatchRow, keys: "array[int]") -> None:
        from kvitto.ui.batches import row_diff

        assert row.keys is not None
        for step in row_diff.steps_between(row.keys, keys):
            match step:
                case row_diff.Removal(at, rows):
                    self._remove_messages(row, at, rows)
                case row_diff.Insertion(at, come):
                    self._insert_messages(row, at, array("q", come.tobytes()))
                case row_diff.Permutation(order):
                    self._reorder_messages(row, order, row_diff.reordered(row.keys, order))

    def _insert_messages(self, row: BatchRow, at: int, keys: "array[int]") -> None:
        if keys:
            top = self._batches.row_of(row.key)
            self._structure.insert_below(top, at, len(keys), lambda: row.insert_keys(at, keys))

    def _remove_messages(self, row: BatchRow, at: int, rows: int) -> None:
        top = self._batches.row_of(row.key)
        self._structure.remove_below(top, at, rows, lambda: row.remove_keys(at, rows))

    def _reorder_messages(self, row: BatchRow, order: "Order", reordered: "array[int]") -> None:
        top = self._batches.row_of(row.key)
        self._structure.permute_below(top, order, lambda: row.set_keys(reordered))

    def _tell_messages(self, batch_key: int, keys: Collection[int]) -> None:
        """Tell views that messages of an open batch show something else."""
        row = self._opened(batch_key)
        if row is None or row.keys is None:
            return
        from kvitto.ui.batches.row_diff import extent

        rows = extent(row.keys, keys)
        if rows is not None:
            self._structure.tell_rows(*rows, self._top(row))

    def _top(self, row: BatchRow) -> QModelIndex:
        return self._structure.top(self._batches.row_of(row.key))

    def message(self, row: BatchRow, at: int) -> MessageRecord | None:
        """Return a message that is looked at, as far as it is known."""
        if row.keys is None:
            return None
        if row.keys[at] == UNKNOWN:
            row.miss(at)
            return None
        return self._reading.look(row.keys, at)


def _known_length(keys: "array[int]") -> int:
    """Return how many keys are known; the unknown ones are at the end."""
    low, high = 0, len(keys)
    while low < high:
        middle = (low + high) // 2
        if keys[middle] == UNKNOWN:
            high = middle
        else:
            low = middle + 1
    return low
