"""Copy a whole store to another place: from a data folder to a server, or the other way.

Everything is copied as it is, keys of rows and revisions included, so a reader can't tell the copy
from the original. Reports may come into the original meanwhile:

1. The large tables are copied in parts, by the keys of their rows. Each part and how far the copy
   is are one transaction of the copy's, so it can be interrupted at any point, and goes on.
2. What came or changed since is copied again and again, until nobody stores into the original.
3. The last transaction copies the rest, and all other tables, whole. It compares sums over every
   column of every table, and lets the copy be used.
"""

import hashlib
import threading
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import msgspec
from sqlalchemy import Table

from kvitto.store.copy_errors import (
    CopyDiffersError,
    CopyInterruptedError,
    CopyTargetUsedError,
    OtherCopyError,
)
from kvitto.store.copy_rows import StoreRows, Tuple, all_tables
from kvitto.store.copy_source import CopySource
from kvitto.store.copy_target import BULK, CopyTarget, Progress
from kvitto.store.copy_texts import new_values
from kvitto.store.errors import (
    DatabaseLockedError,
    DatabaseReadOnlyError,
    DatabaseUnreadableError,
    DiskFullError,
)
from kvitto.store.schema import batch, message, report, store_health, store_state
from kvitto.store.server_errors import (
    ServerFailedError,
    StoreBusyError,
    StoreFullError,
    StoreUnreachableError,
)

PART: Final = 50_000
"""Rows that are copied in one transaction."""
_LOOK_EVERY_S: Final = 2.0
_REVISION: Final = f"SELECT revision FROM {store_state.name}"
_AT_ONCE: Final = 10_000
_OF_PLACE: Final = {
    store_state.name: frozenset({"indexed_message_pk"}),
    # When this file was looked through for damage.
    store_health.name: frozenset({"checked_at_us"}),
}
"""Columns that say something of the place, and not of what is kept there."""
LEFT_OUT: Final = {
    "message_fts": "the search index is made of the messages",
    "store_lease": "whoever receives into the copy takes it anew",
    "schema_version": "the version is that of whoever makes the tables",
    "copy_progress": "there is none in a store that is whole",
}
"""The tables that are not copied, and why; by what their names begin with."""
_MADE_OF_TEXTS: Final = frozenset({"fingerprint", "body"})
"""What is another one where a text was changed."""


class Copied(msgspec.Struct, frozen=True):
    """What came of it.

    Attributes:
        revision: the one of the source that is copied.
        batches, messages, reports: how many there are in the copy.
        was_there: whether all of it was there before.
    """

    revision: int
    batches: int
    messages: int
    reports: int
    was_there: bool = False


class StoreCopy:
    """A copy of a store.

    Args:
        source: what is copied.
        target: where it is copied to.
        on_progress: is told how many messages and reports are there, of how many.
        on_waiting: is called when only what still comes in is left to be copied, and the last step
            has to wait until nobody stores into the source.
        part: how many rows are copied at once.
    """

    def __init__(
        self,
        source: CopySource,
        target: CopyTarget,
        *,
        on_progress: Callable[[int, int], None] = lambda _done, _all: None,
        on_waiting: Callable[[], None] = lambda: None,
        part: int = PART,
    ) -> None:
        self._source = source
        self._target = target
        self._on_progress = on_progress
        self._on_waiting = on_waiting
        self._part = part
        self._pause = threading.Event()

    def run(self, *, is_anew: bool = False) -> Copied:
        """Begin the copy, or go on with it, and finish it.

        Args:
            is_anew: whether an unfinished copy of anything is deleted first.

        Raises:
            StoreError: it can't be finished now, or not at all; of the kind that says why.
        """
        with as_interruption(self._target.place), self._target.in_words():
            if is_anew:
                self._target.discard()
            progress = self._target.progress()
            is_used = progress is None and not self._target.is_empty()
        with as_interruption(self._source.place):
            if is_used:
                return self._see_that_it_is_there()
            with self._source.snapshot() as rows:
                new = _progress_of(self._source.place, rows)
            return self._copy(progress, new)

    def _see_that_it_is_there(self) -> Copied:
        """Return that all is there already, as after a copy that was ended in its last moment."""
        with (
            self._source.snapshot() as rows,
            self._at_target(),
            self._target.finished() as there,
        ):
            if _different(rows, there, besides=_MADE_OF_TEXTS):
                raise CopyTargetUsedError(self._target.place)
            return _copied(rows, was_there=True)

    def _copy(self, progress: Progress | None, new: Progress) -> Copied:
        if progress is None:
            with self._at_target():
                self._target.begin(new)
            progress = new
        elif (progress.source, progress.first_key) != (
            new.source,
            new.first_key,
        ) or progress.revision > new.revision:
            raise OtherCopyError(self._target.place, progress.source)
        while self._add_part(progress):
            pass
        is_told = False
        while not self._source.is_left():
            if not is_told:
                self._on_waiting()
                is_told = True
            while self._add_part(progress):
                pass
            self._pause.wait(_LOOK_EVERY_S)
        return self._finish(progress)

    # --- What grows -----------------------------------------------------------------------------

    def _add_part(self, progress: Progress) -> bool:
        """Copy some more; return whether more is left."""
        with self._source.snapshot() as rows, self._writing(progress):
            self._follow(rows, progress)
            is_full = [self._add_new(rows, table, progress, self._part) for table in BULK]
            if not any(is_full) and not progress.is_bulk_done:
                self._target.end_bulk(progress)
                progress.is_bulk_done = True
            state = f"SELECT last_message_pk + last_report_pk FROM {store_state.name}"
            total = rows.number(state)
        self._on_progress(sum(progress.done.values()), total)
        return any(is_full)

    def _follow(self, rows: StoreRows, progress: Progress) -> None:
        """Delete and change what was deleted and changed since the last part."""
        revision = rows.number(_REVISION)
        if revision == progress.revision:
            return
        for table in BULK:
            self._delete_gone(rows, table, progress.done[table.name])
        changed = f"revision > {progress.revision} AND pk <= {progress.done[message.name]}"
        self._target.change(message, rows.rows(message, changed))
        progress.revision = revision

    def _add_new(
        self, rows: StoreRows, table: Table, progress: Progress, limit: int | None
    ) -> bool:
        """Add what is not there yet, up to a limit; return whether that was reached."""
        after = progress.done[table.name]
        count = 0

        def counted() -> Iterator[Tuple]:
            nonlocal count
            for row in rows.rows(table, f"pk > {after}", limit):
                count += 1
                progress.done[table.name] = row[0]
                yield row

        self._target.add(table, counted())
        if table is message and count:
            self._target.index_messages(after, progress.done[table.name])
        return count == limit

    def _delete_gone(self, rows: StoreRows, table: Table, upto: int) -> None:
        """Delete what the source does not have any more, of the keys up to one."""
        # All that is there was in the source once, and no key comes twice.
        query = f"SELECT count(*) FROM {table.name} WHERE pk <= {upto}"
        if rows.number(query) == self._target.rows.number(query):
            return
        gone, there = array("q"), rows.keys(table, upto)
        next_there = next(there, None)
        for key in self._target.rows.keys(table, upto):
            if key == next_there:
                next_there = next(there, None)
            else:
                gone.append(key)
        for first in range(0, len(gone), _AT_ONCE):
            self._target.delete(table, gone[first : first + _AT_ONCE])

    # --- The last step --------------------------------------------------------------------------

    def _finish(self, progress: Progress) -> Copied:
        with self._source.snapshot() as rows, self._writing(progress):
            self._follow(rows, progress)
            changed = f"revision > {progress.first_revision} AND pk <= {progress.done[report.name]}"
            if progress.revision != progress.first_revision:
                self._target.change(report, rows.rows(report, changed))
            for table in BULK:
                self._add_new(rows, table, progress, None)
            for table in all_tables():
                if table not in BULK:
                    self._target.empty(table)
                    self._target.add(table, self._of_target(rows, table, progress))
            progress.has_changed_texts |= self._target.has_changed_texts
            if progress.has_changed_texts:
                for table, column, values in new_values(rows):
                    self._target.set_values(table, column, values)
            besides: frozenset[str] = _MADE_OF_TEXTS if progress.has_changed_texts else frozenset()
            if differs := _different(rows, self._target.rows, besides=besides):
                raise CopyDiffersError(self._target.place, ", ".join(differs))
            copied = _copied(rows)
            erasures = rows.number("SELECT count(*) FROM erasure")
            self._target.prepare_publishing()
        with self._at_target():
            self._target.publish(has_erased=erasures != progress.erasures)
        return copied

    @staticmethod
    def _of_target(rows: StoreRows, table: Table, progress: Progress) -> Iterator[Tuple]:
        """Give the rows of a small table, but with what the copy says of itself."""
        own = {"indexed_message_pk": progress.done[message.name], "checked_at_us": None}
        names = [one.name for one in table.columns]
        places = [(names.index(one), own[one]) for one in _OF_PLACE.get(table.name, ())]
        for row in rows.rows(table):
            values = list(row)
            for at, value in places:
                values[at] = value
            yield tuple(values)

    @contextmanager
    def _writing(self, progress: Progress) -> Iterator[None]:
        with self._at_target(), self._target.transaction(progress):
            yield

    @contextmanager
    def _at_target(self) -> Iterator[None]:
        with as_interruption(self._target.place), self._target.in_words():
            yield


def _different(rows: StoreRows, there: StoreRows, *, besides: frozenset[str]) -> list[str]:
    """Return the names of the tables over whose columns, but for some, sums differ."""
    left_out = {table: besides | _OF_PLACE.get(table.name, frozenset()) for table in all_tables()}
    return [
        table.name
        for table, names in left_out.items()
        if rows.sums(table, besides=names) != there.sums(table, besides=names)
    ]


def _copied(rows: StoreRows, *, was_there: bool = False) -> Copied:
    batches, messages, reports = (
        rows.number(f"SELECT count(*) FROM {one.name}") for one in (batch, *BULK)
    )
    return Copied(rows.number(_REVISION), batches, messages, reports, was_there)


def _progress_of(place: str, rows: StoreRows) -> Progress:
    revision = rows.number(_REVISION)
    oldest = rows.row("SELECT min(value) FROM callback_key WHERE pk = 1")[0] or ""
    return Progress(
        source=place,
        first_key=hashlib.sha256(oldest.encode()).hexdigest(),
        revision=revision,
        first_revision=revision,
        erasures=rows.number("SELECT count(*) FROM erasure"),
        done={table.name: 0 for table in BULK},
    )


_MAY_PASS: Final = (
    DatabaseLockedError,
    DatabaseReadOnlyError,
    DatabaseUnreadableError,
    DiskFullError,
    ServerFailedError,
    StoreBusyError,
    StoreFullError,
    StoreUnreachableError,
)


@contextmanager
def as_interruption(place: str) -> Iterator[None]:
    """Say of what hinders one of the places what it means for a copy, and not for a receiver."""
    try:
        yield
    except _MAY_PASS as error:
        raise CopyInterruptedError(place, error.detail) from error
