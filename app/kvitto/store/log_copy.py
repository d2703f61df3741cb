"""Keep a copy of the log, so that one that somebody cuts or overwrites can be put back.

It is in memory; of a log that somebody's long reading has made large, most is in a file without a
name.

The log is a header and frames, one for each page that a transaction wrote; a frame with the size of
the database ends a transaction (https://www.sqlite.org/fileformat2.html#the_write_ahead_log). Once
all of it is folded into the database, the next transaction begins it anew, with the next salts.

SQLite takes no locks on the log, unlike on the database and the log's index: it may be opened here.
"""

import logging
import os
import sys
from array import array
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from pathlib import Path
from shutil import copyfileobj
from struct import Struct
from tempfile import TemporaryFile
from typing import IO, Final

from kvitto.store.engines.sqlite import LOG_LIMIT_BYTES
from kvitto.store.file_guard import companions
from kvitto.store.log_index import LogIndex
from kvitto.store.replacing import flush

log = logging.getLogger(__name__)

_HEADER: Final = Struct(">8I")
"""Magic, version, page size, sequence, two salts, two checksums."""
_FRAME: Final = Struct(">6I")
"""Page, size of the database where the frame ends a transaction, two salts, two checksums."""
_MAGIC: Final = 0x377F0682
"""Or one more, where the words of the checksums are big-endian."""
_MOST_RESTARTS: Final = 1000
"""As often may others have begun the log anew between two looks at it."""
_AHEAD: Final = 64 << 10
"""Bytes that are read at once, at least: what most transactions write."""
_GROW: Final = 128 << 10
"""Bytes by which the memory of the copy grows."""
_SPARE: Final = 6 << 20
"""Bytes of memory that are kept for the next log: it is folded in at less than this size."""
_COMPARED: Final = 256 << 10
"""Bytes that are compared at once."""


class LogCopy:
    """The log of one database as the writer's transactions left it. Belongs to the writer's thread.

    Attributes:
        size: how many bytes of the log are in use; the file may be longer.
        is_complete: whether all of them are held: not where the disk took no more of a large one.
        pages: the number of the page that each frame holds.
        salts: stand in each frame, and are another log's no more.
    """

    def __init__(self, database: Path, index: LogIndex | None = None) -> None:
        """Copy the log of `database`; nothing yet.

        Args:
            database: the database.
            index: the log's; by it a log is known that SQLite has begun anew after another program
                has cut it.
        """
        self._index: Final = index
        self._path: Final = companions(database)[0]
        self._file: FileIO | None = None
        self._header = b""
        self._last = b""
        self.salts: tuple[int, ...] = (0, 0)
        self._frame_bytes = 0
        self._held = bytearray()
        self._held_from = 0  # where in the log the first of these bytes is
        self._spool: IO[bytes] | None = None  # has those before
        self._ahead = _AHEAD
        self.size = 0
        self.is_complete = True
        self.pages: array[int] = array("I")

    def begin(self, frames: int) -> bool:
        """Copy a log that SQLite has just opened; return whether it was read as one.

        It was not where another connection has begun it anew meanwhile: what is read is then in
        part the log before.

        Args:
            frames: how many frames it has.
        """
        self.drop()
        self.reopen()
        if not frames:
            return True
        header = self._read(0, _HEADER.size)
        if len(header) < _HEADER.size:
            return False
        self._restart(header)
        at_once = max(1, _SPARE // self._frame_bytes)
        for first in range(0, frames, at_once):
            count = min(at_once, frames - first) * self._frame_bytes
            if self._read_ahead(count) < count or not self._is_of_one_log(count):
                self.drop()
                return False
            self._append(self.size + count)
        return True

    def renew(self, frames: int) -> bool:
        """Copy a log that SQLite may have begun anew, as `begin` does, unless all of it is held.

        Args:
            frames: how many frames it has.
        """
        self.reopen()
        is_held = self.is_complete and len(self.pages) == frames and not self.is_begun_anew()
        return (is_held and self.is_in_place()) or self.begin(frames)

    def drop(self) -> None:
        """Hold nothing: the log is about to be another, or none."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._header = self._last = b""
        self._held = bytearray()
        self._drop_spool()
        self.size = 0
        self.is_complete = True
        self.pages = array("I")

    def is_begun_anew(self) -> bool:
        """Return whether the log is another one than what is held, or gone."""
        return self._read(0, _HEADER.size) != self._header

    def is_in_place(self) -> bool:
        """Return whether the log still begins and ends as it did, or has been begun anew.

        That takes some microseconds, and notices all that cuts it.
        """
        header = self._read(0, _HEADER.size)
        if header == self._header:
            if not self._last or self._read(self._last_at, _FRAME.size) == self._last:
                return True
            header = self._read(0, _HEADER.size)  # it may have been begun anew just now
        return header != self._header and self._is_next(header)

    def is_same(self) -> bool:
        """Return whether the log has every byte that is in memory, or has been begun anew."""
        if not self.is_complete:
            return self.is_in_place()
        found = bytearray(_COMPARED)
        with memoryview(self._held) as held:
            for begin in range(0, self.size - self._held_from, _COMPARED):
                at = self._held_from + begin
                count = min(_COMPARED, self.size - at)
                del found[count:]
                if self._read_into(at, found) < count or found != held[begin : begin + count]:
                    header = self._read(0, _HEADER.size)
                    return header != self._header and self._is_next(header)
        return self._spool is None or self.is_in_place()

    def reopen(self) -> None:
        """Go on with the log that lies there now: it is the same, in another file."""
        if self._file is not None:
            self._file.close()
            self._file = None
        with suppress(OSError):
            self._file = FileIO(self._path)

    def follow(self) -> bool:
        """Copy what was committed since; return whether there is any, and all is in its place."""
        if self._file is None:
            self.reopen()
        header = self._read(0, _HEADER.size)
        if not header:  # nothing was committed yet
            return False
        if header != self._header:
            if not (self._is_next(header) or self._is_first(header)):
                return False
            self._restart(header)
        if self._last and self._read(self._last_at, _FRAME.size) != self._last:
            return False
        ahead = self._ahead
        while True:
            count = self._read_ahead(ahead)
            end, is_last = self._end_of_commits(self.size + count)
            if is_last or count < ahead:
                break
            ahead *= 4
        # The next transaction is likely to be about as large: it is read in one go, too.
        self._ahead = max(_AHEAD, end - self.size + 2 * self._frame_bytes)
        if end == self.size:
            return False
        self._append(end)
        return True

    def put_back(self, release: Callable[[], str] = lambda: "") -> str:
        """Put what is held in the place of the log.

        Args:
            release: closes all connections, once nothing can fail any more.

        Returns:
            What that returns.

        Raises:
            OSError: it can't be written.
        """
        new = self._path.with_name(f"{self._path.name}.new")
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            if self._spool is not None:
                self._spool.seek(0)
                copyfileobj(self._spool, out)
            with memoryview(self._held) as held:
                out.write(held[: self.size - self._held_from])
            out.flush()
            os.fsync(out.fileno())
        found = release()
        if self._file is not None:
            self._file.close()
            self._file = None
        new.replace(self._path)
        flush(self._path.parent)
        return found

    @property
    def _last_at(self) -> int:
        return self.size - self._frame_bytes

    def _read(self, at: int, count: int) -> bytes:
        if self._file is None:
            return b""
        try:
            self._file.seek(at)
            return self._file.read(count)
        except OSError:
            return b""

    def _read_into(self, at: int, into: bytearray | memoryview) -> int:
        """Read what is there from `at` on; return how many bytes."""
        if self._file is None:
            return 0
        try:
            self._file.seek(at)
            return self._file.readinto(into) or 0
        except OSError:
            return 0

    def _read_ahead(self, count: int) -> int:
        """Read so many bytes behind what is held, where there are as many; return how many."""
        begin = self.size - self._held_from
        if len(self._held) < begin + count:
            self._held += bytes(begin + count - len(self._held) + _GROW)
        with memoryview(self._held) as held:
            return self._read_into(self.size, held[begin : begin + count])

    def _is_next(self, header: bytes) -> bool:
        """Return whether a header can be that of the log which follows this one."""
        if not _is_header(header):
            return False
        if not self._header:
            return True
        salt: int = _HEADER.unpack(header)[4]
        before: int = _HEADER.unpack(self._header)[4]
        return 0 < (salt - before) % (1 << 32) <= _MOST_RESTARTS

    def _is_first(self, header: bytes) -> bool:
        """Return whether a header is that of the first log which SQLite begins here.

        Where another program has cut the log before, that has any salts; its index has the same.
        """
        if not _is_header(header) or self._index is None:
            return False
        _, _, _, sequence, *salts = _HEADER.unpack(header)[:6]
        return not sequence and self._index.names(*salts)

    def _restart(self, header: bytes) -> None:
        values = _HEADER.unpack(header)
        self._header, self._last = header, b""
        self.salts = values[4:6]
        self._frame_bytes = _FRAME.size + values[2]
        self._drop_spool()
        del self._held[_SPARE:]
        self._held[: _HEADER.size] = header
        self.size = _HEADER.size
        self.is_complete = True
        self.pages = array("I")

    def _is_of_one_log(self, count: int) -> bool:
        """Return whether so many bytes behind what is held are frames of a log with its header."""
        first = self.size - self._held_from
        begins = range(first, first + count, self._frame_bytes)
        return self._read(0, _HEADER.size) == self._header and all(
            _FRAME.unpack_from(self._held, begin)[2:4] == self.salts for begin in begins
        )

    def _append(self, end: int) -> None:
        """Hold what was read, up to where a transaction ends."""
        begin, last = self.size - self._held_from, end - self._frame_bytes - self._held_from
        pages = array("I")
        with memoryview(self._held)[begin : end - self._held_from] as new, new.cast("I") as words:
            pages.frombytes(words[:: self._frame_bytes // 4].tobytes())
        if sys.byteorder == "little":
            pages.byteswap()
        self.pages.extend(pages)
        self._last = bytes(self._held[last : last + _FRAME.size])
        self.size = end
        if end - self._held_from > LOG_LIMIT_BYTES or not self.is_complete:
            self._move_to_spool()

    def _move_to_spool(self) -> None:
        try:
            if self.is_complete:
                self._spool = self._spool or TemporaryFile(dir=self._path.parent)  # noqa: SIM115
                self._spool.seek(self._held_from)
                with memoryview(self._held) as held:
                    self._spool.write(held[: self.size - self._held_from])
                self._spool.flush()
        except OSError as error:
            log.warning("The log is too large to keep a copy of it: %s", error)
            self.is_complete = False
            self._drop_spool()
        self._held_from = self.size
        del self._held[_SPARE:]

    def _drop_spool(self) -> None:
        self._held_from = 0
        if self._spool is not None:
            with suppress(OSError):
                self._spool.close()
            self._spool = None

    def _end_of_commits(self, until: int) -> tuple[int, bool]:
        """Return where the last transaction that was read ends, and whether it is surely the last.

        Behind it may lie what a transaction wrote that was undone, or what another connection is
        writing: the first is ours, or one before it; of those behind it each frame is computed.

        Args:
            until: where in the log ends what was read behind what is held.
        """
        held, first = self._held, self.size - self._held_from
        frame_bytes, salts, end = self._frame_bytes, self.salts, first
        last = until - self._held_from - frame_bytes
        for begin in range(first, last + 1, frame_bytes):
            page, pages, salt, other, _, _ = _FRAME.unpack_from(held, begin)
            if not page or (salt, other) != salts:
                return end + self._held_from, True
            if end > first and not self._continues(begin):
                return end + self._held_from, True
            if pages:
                end = begin + frame_bytes
        return end + self._held_from, False

    def _continues(self, at: int) -> bool:
        """Return whether the frame at a place of what is held follows the one before it."""
        held = self._held
        before = _FRAME.unpack_from(held, at - self._frame_bytes)[4:]
        content = bytes(held[at : at + 8] + held[at + _FRAME.size : at + self._frame_bytes])
        magic = _HEADER.unpack(self._header)[0]
        return _checksum(content, before, magic) == _FRAME.unpack_from(held, at)[4:]


def _is_header(header: bytes) -> bool:
    if len(header) < _HEADER.size:
        return False
    magic, *_, first, second = _HEADER.unpack(header)
    sums = _checksum(header[:24], (0, 0), magic)
    return bool(magic & ~1 == _MAGIC and sums == (first, second))


def _checksum(data: bytes, sums: tuple[int, ...], magic: int) -> tuple[int, ...]:
    """Return SQLite's checksum of `data`, behind what has the checksums `sums`."""
    words = array("I", data)
    if bool(magic & 1) != (sys.byteorder == "big"):
        words.byteswap()
    first, second = sums
    for one, other in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + other + first) & 0xFFFFFFFF
    return first, second
