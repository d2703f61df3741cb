"""Compare the log's index with the log: by the index SQLite finds a page's newest state.

Whoever overwrites that file lets SQLite read old pages, and fold wrong ones into the database. It
begins with a header; then, in each block, stands the page number of each frame of the log, in its
order (https://www.sqlite.org/walformat.html#the_wal_index_file_format).
"""

import os
import sys
from array import array
from contextlib import suppress
from pathlib import Path
from struct import Struct
from typing import Final

from kvitto.store.file_guard import companions

_HEADER_BYTES: Final = 136
_BLOCK_BYTES: Final = 32 << 10
_WORD_BYTES: Final = 4
_PLACES: Final = 4096
"""Page numbers in a block; in the first one the header takes the place of some."""
_NEWEST: Final = 128
"""Page numbers at the end of each block by which one that was overwritten is known."""

_COUNT: Final = Struct("=I")
_SALTS: Final = Struct(">2I")
"""As they stand in the log."""


class LogIndex:
    """Reads the index of one database's log. Belongs to the writer's thread.

    The file stays open as long as this process has any connection to the database: POSIX takes all
    of a process's locks on a file away when the process closes it. Nothing is read on Windows,
    whose programs can't overwrite what another one has locked.

    Args:
        database: the database.
    """

    def __init__(self, database: Path) -> None:
        self._path: Final = companions(database)[1]
        self._descriptors: list[int] = []

    def reopen(self) -> None:
        """Read what lies there now: SQLite has opened it."""
        if sys.platform != "win32":
            with suppress(OSError):
                if self._descriptors:
                    before = os.fstat(self._descriptors[-1])
                    if os.path.samestat(before, self._path.lstat()):
                        return
                    if not before.st_nlink:  # it was deleted, and nobody has a lock on it any more
                        os.close(self._descriptors.pop())
                self._descriptors.append(os.open(self._path, os.O_RDONLY | os.O_CLOEXEC))

    def has(self, pages: "array[int]", *, newest: int = _PLACES) -> bool:
        """Return whether the index begins with the frames of these pages; it may have more.

        Args:
            pages: the page of each frame.
            newest: how many of each block to compare.
        """
        header = _HEADER_BYTES // _WORD_BYTES
        for block, begin in enumerate(range(-header, len(pages), _PLACES)):
            end = min(begin + _PLACES, len(pages))
            first = max(begin, 0, end - newest)
            wanted = pages[first:end].tobytes()
            at = block * _BLOCK_BYTES + (first - begin) * _WORD_BYTES
            found = self._read(len(wanted), at)
            if found != wanted:
                return found is None  # then nothing is known
        return True

    def has_newest(self, pages: "array[int]") -> bool:
        """Return the same where the whole file may have been overwritten; in some microseconds.

        An older state of the index lacks what is newest in at least one of its blocks.
        """
        return self.has(pages, newest=_NEWEST)

    def leads_to(self, frames: int, salts: tuple[int, ...]) -> bool:
        """Return whether the header names the log with these salts, and no fewer frames of it."""
        header = self._header() if frames else b""
        return (
            not header
            or header[:48] != header[48:96]  # somebody is writing it
            or (
                _COUNT.unpack_from(header, 16)[0] >= frames
                and _SALTS.unpack_from(header, 32) == salts
            )
        )

    def names(self, *salts: int) -> bool:
        """Return whether the header surely names the log with these salts."""
        header = self._header()
        return bool(header) and _SALTS.unpack_from(header, 32) == salts

    def _header(self) -> bytes:
        """Return the header; empty where it can't be read."""
        header = self._read(_HEADER_BYTES, 0)
        return header if header and len(header) == _HEADER_BYTES else b""

    def _read(self, count: int, at: int) -> bytes | None:
        """Return so many bytes, or fewer at the end; None where they can't be read."""
        if not self._descriptors:
            return None
        if sys.platform != "win32":
            with suppress(OSError):
                return os.pread(self._descriptors[-1], count, at)
        return None

    def leave_to(self, heir: "LogIndex | None") -> None:
        """Close the file, or leave that to another one that has the same database open."""
        if heir is not None:
            heir._descriptors[:0] = self._descriptors  # noqa: SLF001 - of the same class
        else:
            for descriptor in self._descriptors:
                os.close(descriptor)
        self._descriptors = []
