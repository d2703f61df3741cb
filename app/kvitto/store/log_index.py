"""Compare the log's index with the log: a page that is changed is found by it.

SQLite maps this file and believes what is in it: a reader that does not find a page there takes the
one of the database, and whoever writes builds on that. It is a header, twice, and for every 4096
frames of the log (4062 of the first) their pages, and a hash table of these
(https://www.sqlite.org/walformat.html). All of it follows from the log, down to the last bit, and
is computed here once more.

Whatever is overwritten stays so until SQLite makes all of it anew from the log, which it does not
while somebody writes. So it is enough to look behind each transaction.
"""

import sys
import threading
from array import array
from enum import Enum
from pathlib import Path
from struct import Struct
from typing import Final

from kvitto.store.file_guard import companions
from kvitto.store.log_copy import LogCopy
from kvitto.store.open_descriptors import descriptor_of, read_into

_HEADER: Final = Struct("=12xB3xII2I8s8x")
"""Whether it is made, last frame, pages of the database, checksums of that frame, salts; as this
computer orders bytes."""
_FOLDED_AT: Final = 96
"""Where it says how many frames are folded in."""
_TABLES_AT: Final = 136
_BLOCK: Final = 32768
_FRAMES: Final = 4096
"""Frames that a block is for; in the first of them the header takes the place of some."""
_MISSING: Final = _TABLES_AT // 4
_SLOTS: Final = 8192
_HASH: Final = 383
_TRIES: Final = 10
_PAUSE_S: Final = 0.005
"""Another program may be just writing into it."""


class _State(Enum):
    RIGHT = "right"
    AHEAD = "ahead"
    """It is right as far as the copy goes: somebody else has written."""
    WRONG = "wrong"


class LogIndex:
    """The index of one database's log. Belongs to the writer's thread.

    Not on Windows, where SQLite's own descriptor can't be read from.

    Args:
        database: the database.
        copy: holds the log.
    """

    def __init__(self, database: Path, copy: LogCopy) -> None:
        self._path: Final = companions(database)[1]
        self._copy: Final = copy
        self._descriptor: int | None = None
        self._header = b""
        self._frames = 0
        self._expected = bytearray(_BLOCK)
        self._found = bytearray()
        self._next_slots: dict[int, int] = {}

    def begin(self) -> None:
        """Look into the index that SQLite has opened."""
        self._descriptor = descriptor_of(self._path)
        self._header, self._frames = b"", 0

    def drop(self) -> None:
        """Look into none: SQLite closes it."""
        self._descriptor = None

    def frames(self) -> int:
        """Return how many frames the log has, as the index says; 0 where that is not known."""
        header = bytearray(_HEADER.size)
        return int(_HEADER.unpack(header)[1]) if self._read(header) else 0

    def is_right(self) -> bool:
        """Return whether the index says of each frame what the log does.

        What somebody else has written is copied.
        """
        for number in range(_TRIES):
            if number:
                threading.Event().wait(_PAUSE_S)
            state = self._compare()
            if state is _State.RIGHT:
                return True
            if state is _State.AHEAD:
                self._copy.follow()
        return False

    def _read(self, into: bytearray) -> bool:
        if self._descriptor is None:
            return False
        try:
            return read_into(self._descriptor, into) == len(into)
        except OSError:
            return False

    def _compare(self) -> _State:
        if self._descriptor is None:
            return _State.RIGHT
        self._follow()
        if len(self._found) != len(self._expected):
            self._found = bytearray(len(self._expected))
        if not self._read(self._found):
            return _State.WRONG
        found, size = self._found, _HEADER.size
        is_made, frames, pages, first, second, salts = _HEADER.unpack_from(found)
        if not is_made or found[:size] != found[size : 2 * size]:
            return _State.WRONG
        if not self._frames:
            return _State.AHEAD if frames else _State.RIGHT
        if not frames or salts != self._copy.salts:
            return self._begun_anew(is_empty=not frames)
        self._expected[:_TABLES_AT] = found[:_TABLES_AT]
        if found != self._expected and not self._is_right_so_far():
            return _State.WRONG
        last = (self._frames, self._copy.pages_of_database, self._copy.sums)
        if (frames, pages, (first, second)) != last:
            return _State.AHEAD if frames > self._frames else _State.WRONG
        folded = int.from_bytes(found[_FOLDED_AT : _FOLDED_AT + 4], sys.byteorder)
        return _State.RIGHT if self._may_be_folded(folded) else _State.WRONG

    def _begun_anew(self, *, is_empty: bool) -> _State:
        """Judge that somebody else has begun the log anew: rightly, once all is in the database."""
        if not self._copy.is_in_database(self._frames):
            return _State.WRONG
        if is_empty:
            self._copy.begin(0)
        return _State.AHEAD

    def _may_be_folded(self, frames: int) -> bool:
        """Return whether so many frames are in the database."""
        if frames > self._copy.folded:
            if frames > self._frames or not self._copy.is_in_database(frames):
                return False
            self._copy.folded = frames
        return True

    def _is_right_so_far(self) -> bool:
        """Return whether it is right but for frames that somebody else has written, or begun to."""
        begin = len(self._expected) - _BLOCK
        if self._found[:begin] != self._expected[:begin]:
            return False
        table, slots = begin + self._table_bytes(), begin + _FRAMES * 4
        held = (table - max(begin, _TABLES_AT)) // 4
        if self._found[begin:table] != self._expected[begin:table]:
            return False
        with (
            memoryview(self._found)[slots:].cast("H") as found,
            memoryview(self._expected)[slots:].cast("H") as expected,
            memoryview(self._found)[table:slots].cast("I") as more,
        ):
            others = sum(1 for number in found if number > held)
            return others == sum(1 for page in more if page) and all(
                number == right
                for number, right in zip(found, expected, strict=True)
                if number <= held or right
            )

    def _table_bytes(self) -> int:
        """Return how far the pages of the frames that are held reach in the last block."""
        return ((self._frames - 1 + _MISSING) % _FRAMES + 1) * 4

    def _follow(self) -> None:
        """Compute what is to stand there for the frames that were copied since."""
        copy = self._copy
        if copy.header != self._header or len(copy.pages) < self._frames:
            self._header, self._frames = copy.header, 0
            self._expected = bytearray(_BLOCK)
        if len(copy.pages) == self._frames:
            return
        while self._frames < len(copy.pages):
            self._add_to_block(copy.pages)

    def _add_to_block(self, pages: "array[int]") -> None:
        """Compute what follows from the next frames, as many as one block is for."""
        block, at = divmod(self._frames + _MISSING, _FRAMES)
        begin = block * _BLOCK
        if len(self._expected) == begin:
            self._expected += bytes(_BLOCK)
        missing = 0 if block else _MISSING
        if at == missing:
            self._next_slots = {}
        new = pages[self._frames : self._frames + _FRAMES - at]
        next_slots = self._next_slots
        with (
            memoryview(self._expected)[begin:].cast("I") as table,
            memoryview(self._expected)[begin + _FRAMES * 4 :].cast("H") as slots,
        ):
            table[at : at + len(new)] = new
            for number, page in enumerate(new, at + 1 - missing):
                hashed = page * _HASH % _SLOTS
                # Pages that each transaction changes have hundreds in a row.
                slot = next_slots.get(hashed, hashed)
                while slots[slot]:
                    slot = (slot + 1) % _SLOTS
                slots[slot] = number
                next_slots[hashed] = slot
        self._frames += len(new)
