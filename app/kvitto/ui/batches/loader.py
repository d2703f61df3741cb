"""Gives the model what it lacks, and what changes: the only part of the table that reads messages.

Everything is read on other threads and shown on the window's.
"""

from array import array
from collections.abc import Callable, Coroutine, Hashable, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from PySide6.QtCore import QObject, Signal

from kvitto.store.errors import StoreError
from kvitto.store.reader import Changes
from kvitto.store.records import MessageRecord
from kvitto.store.search import MessageFilter, MessageOrder, MessageSearch
from kvitto.ui.batches.batch_model import BatchModel
from kvitto.ui.services.background_tasks import Tasks
from kvitto.ui.services.change_feed import Reading
from kvitto.ui.services.context import Context
from kvitto.ui.services.throttle import Throttle
from kvitto.ui.text.error_text import error_text

PAGE: Final = 100
"""Messages that are shown first; which the others are is read after that."""
_PLACING_REST_MS: Final = 500
Work = Callable[[], Coroutine[Any, Any, None]]


class LoadTurns:
    """Runs pieces of work in turn. Belongs to the window's thread."""

    def __init__(self, tasks: Tasks, name: str) -> None:
        """Run them as a task of this name."""
        self._tasks = tasks
        self._name = name
        self._waiting: dict[Hashable, Work] = {}
        self._is_running = False

    @property
    def is_running(self) -> bool:
        """Whether something is being done, or waits."""
        return self._is_running

    def take(self, what: Hashable, work: Work) -> None:
        """Do `work` in its turn. What waits already under the same key stands for it too."""
        self._waiting.setdefault(what, work)
        if not self._is_running:
            self._is_running = True
            self._tasks.start(self._run(), self._name)

    async def _run(self) -> None:
        try:
            while self._waiting:
                work = self._waiting.pop(next(iter(self._waiting)))
                await work()
        finally:
            self._is_running = False


class _Question(NamedTuple):
    """Which messages are shown, and in what order."""

    wanted: MessageFilter
    order: MessageOrder
    is_descending: bool


class _Changed(NamedTuple):
    """Messages that have changed.

    Attributes:
        wanted, among: the filter, and the batches, by which they were read; None for any.
        keys: all of them.
        records: those that pass, as they are now.
    """

    wanted: MessageFilter
    among: frozenset[int] | None
    keys: Sequence[int]
    records: Sequence[MessageRecord]


class Loader(QObject):
    """Reads for one model. Belongs to the window's thread.

    Signals:
        failed: the sentence of a `StoreError`.
        touched: the keys of the batches that have changed.
        matched: in how many messages batches match that had no match before, and their keys.
    """

    failed = Signal(str)
    touched = Signal(object)
    matched = Signal(object, object)

    def __init__(self, context: Context, model: BatchModel, parent: QObject | None = None) -> None:
        """Read from the store of `context` for `model`, and follow its feed."""
        super().__init__(parent)
        self._tasks = context.tasks
        self._reader = context.backend.reader
        self._finder = MessageSearch(context.backend.database)
        self._model = model
        self._wanted = MessageFilter()
        self._turns = LoadTurns(context.tasks, "messages")
        self._looks = LoadTurns(context.tasks, "messages that are looked at")
        self._changed: dict[int, None] = {}
        self._looked_at: Sequence[int] = ()
        self._unplaced: set[int] = set()
        self._placing = Throttle(
            context.tasks, self._place, "placing", rest_ms=_PLACING_REST_MS, parent=self
        )
        model.messages.messages_wanted.connect(self.read_messages)
        model.messages.records_wanted.connect(self._on_records_wanted)
        model.batches.order_changed.connect(self.read_open_batches)
        context.feed.changed.connect(self._on_changed)
        context.feed.add_part(self._plan, self._on_read)
        context.feed.recovered.connect(self.read_open_batches)

    def set_wanted(self, wanted: MessageFilter) -> None:
        """Read only messages that pass a filter, from now on."""
        self._wanted = wanted

    # --- The messages of a batch ----------------------------------------------------------------

    def read_messages(self, batch_key: int) -> None:
        """Read which messages an open batch has, in the order of the model."""
        self._take(("messages", batch_key), partial(self._read_messages, batch_key))

    def read_open_batches(self) -> None:
        """Read again which messages the open batches have: the filter or the order is another."""
        for key in self._model.messages.open_batches:
            self.read_messages(key)

    async def _read_messages(self, batch_key: int) -> None:
        asked = self._question()
        page, keys = await self._tasks.in_thread(self._first, batch_key, asked)
        # If something else is asked by now, that waits for its turn already.
        if asked != self._question():
            return
        self._model.messages.set_page(batch_key, page)
        if keys is None:
            keys = await self._tasks.in_thread(self._keys, batch_key, asked)
        if asked == self._question():
            self._model.messages.set_keys(batch_key, keys)

    def _first(
        self, batch_key: int, asked: _Question
    ) -> tuple[list[MessageRecord], "array[int] | None"]:
        """Read the messages that are seen first, and all keys where they come as quickly."""
        if asked.order is MessageOrder.ARRIVAL:
            keys = self._keys(batch_key, asked)
            read = {one.key: one for one in self._reader.messages_by_key(keys[:PAGE])}
            return [read[key] for key in keys[:PAGE] if key in read], keys
        page = self._finder.page(
            batch_key,
            asked.wanted,
            order=asked.order,
            is_descending=asked.is_descending,
            limit=PAGE,
        )
        is_all = len(page) < PAGE
        return page, array("q", [one.key for one in page]) if is_all else None

    def _keys(self, batch_key: int, asked: _Question) -> "array[int]":
        return self._finder.keys(
            batch_key, asked.wanted, order=asked.order, is_descending=asked.is_descending
        )

    def _question(self) -> _Question:
        return _Question(self._wanted, *self._model.messages.message_order)

    # --- Messages that are looked at ------------------------------------------------------------

    def _on_records_wanted(self, keys: Sequence[int]) -> None:
        self._looked_at = keys
        self._looks.take("looked at", self._read_records)

    async def _read_records(self) -> None:
        try:
            records = await self._tasks.in_thread(self._reader.messages_by_key, self._looked_at)
        except StoreError as error:
            self._model.messages.ask_again()
            self.failed.emit(error_text(error))
        else:
            self._model.messages.put_records(records)

    # --- What changes ---------------------------------------------------------------------------

    def _on_changed(self, changes: Changes) -> None:
        if changes.is_empty:
            return
        self._model.batches.apply(changes.batches, changes.removed)
        batches = [batch.key for batch in changes.batches]
        self.touched.emit(batches)
        open_batches = self._model.messages.open_batches
        if not changes.is_complete and (open_batches or not self._wanted.is_of_batches):
            # More than was told: what is shown is read anew, quietly.
            self._model.messages.distrust_records()
            self._place_later(set(batches).intersection(open_batches))

    def _plan(self) -> Reading | None:
        """Read what became of the messages that are shown, of the same moment as their batches."""
        wanted = self._wanted
        # A filter can be met in any batch; without one, only open batches care.
        among = frozenset(self._model.messages.open_batches) if wanted.is_of_batches else None
        if among is not None and not among:
            return None

        def read(changes: Changes) -> _Changed:
            keys = changes.messages
            records = self._finder.matching(keys, wanted, among=among) if keys else []
            return _Changed(wanted, among, keys, records)

        return read

    def _on_read(self, read: _Changed) -> None:
        if not read.keys or read.wanted is not self._wanted:
            return
        opened = (
            set() if read.among is None else set(self._model.messages.open_batches) - read.among
        )
        if opened or self._turns.is_running:
            # What is being read may be older: it is told of these once more when it is there.
            self._changed.update(dict.fromkeys(read.keys))
            self._take("changes", self._take_up)
        self._show_changes(read.keys, read.records)

    async def _take_up(self) -> None:
        keys = list(self._changed)
        self._changed.clear()
        wanted = self._wanted
        among = self._model.messages.open_batches if wanted.is_of_batches else None
        records = await self._tasks.in_thread(self._finder.matching, keys, wanted, among=among)
        if wanted is self._wanted:
            self._show_changes(keys, records)

    def _show_changes(self, keys: Sequence[int], records: Sequence[MessageRecord]) -> None:
        self._show_batches_of(records)
        self._place_later(self._model.messages.update_messages(keys, records))

    def _show_batches_of(self, records: Sequence[MessageRecord]) -> None:
        """Show batches that had no match before; how many they have is counted later."""
        if self._wanted.is_of_batches:
            return
        new: dict[int, int] = {}
        for record in records:
            row = self._model.batches.batch(record.batch_key)
            if row is not None and not self._model.batches.matches(row):
                new[record.batch_key] = new.get(record.batch_key, 0) + 1
        if new:
            self.matched.emit(new, new)

    # --- New messages whose place only the store knows ------------------------------------------

    def _place_later(self, batches: set[int]) -> None:
        if batches:
            self._unplaced |= batches
            self._placing.want()

    async def _place(self) -> None:
        for key in self._unplaced:
            self._take(("place", key), partial(self._place_in, key))
        self._unplaced = set()

    async def _place_in(self, batch_key: int) -> None:
        """Read where new messages of a batch belong; those that stand stay where they are."""
        asked = self._question()
        row = self._model.batches.batch(batch_key)
        if row is None or row.keys is None:
            return
        standing = row.keys[:]

        def read() -> "array[int]":
            from kvitto.ui.batches.row_diff import merged

            return merged(standing, self._keys(batch_key, asked))

        keys = await self._tasks.in_thread(read)
        if asked == self._question():
            self._model.messages.set_keys(batch_key, keys)

    # --- Turns ----------------------------------------------------------------------------------

    def _take(self, what: object, work: Work) -> None:
        """Do work that changes a batch's messages in its turn."""

        async def told() -> None:
            try:
                await work()
            except StoreError as error:
                self.failed.emit(error_text(error))

        self._turns.take(what, told)
