"""Where an export goes: a file that is there whole or not at all, or somebody's stream."""

import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from app.export.errors import IsADatabaseError, NotAFileError, in_words

_BUFFER: Final = 1 << 20
_MAGIC: Final = b"SQLite format 3\0"
_LONGEST_PREFIX: Final = 40


def destination(out: Path | BinaryIO) -> AbstractContextManager[BinaryIO]:
    """Give the stream that an export is written to.

    A file's contents are gathered in a temporary file beside it, for the user alone (mode 0600),
    and moved into place when they are whole and on the disk: whatever happens, there is either the
    new file or what was there before. A stream, which may be a pipe, is flushed and left open. If
    nobody reads on at its other end, that ends the export without an error.

    Raises:
        ExportError: it can't be written, on entering, inside or on leaving.
    """
    return _new_file(out) if isinstance(out, Path) else _lent(out)


def roomiest_folder(out: Path | BinaryIO) -> Path:
    """Return where temporary files have the most room: beside the file or where the system says."""
    folders = [Path(tempfile.gettempdir())]
    if os.name == "posix":
        # Unlike /tmp, never in memory.
        folders.append(Path("/var/tmp"))
    if isinstance(out, Path):
        folders.append(_real(out).parent)
    return max(folders, key=_free_bytes)


def _free_bytes(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free if os.access(folder, os.W_OK) else -1
    except OSError:
        return -1


def _real(path: Path) -> Path:
    """Return where a path leads, so that a link to a file survives that file's replacement."""
    return Path(os.path.realpath(path))


@contextmanager
def _lent(stream: BinaryIO) -> Iterator[BinaryIO]:
    with in_words(None):
        try:
            yield stream
            stream.flush()
        except BrokenPipeError:
            _drop_the_rest(stream)


def _drop_the_rest(stream: BinaryIO) -> None:
    """Lead a broken pipe into nothing: the rest of its buffer would fail again at the very end."""
    try:
        descriptor = stream.fileno()
    except (AttributeError, io.UnsupportedOperation):
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, descriptor)
    os.close(nothing)


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    with in_words(path):
        place = _real(path)
        if place.is_dir():
            raise NotAFileError(path)
        if place.exists() and not place.is_file():
            # A device or a named pipe: nothing to put in its place.
            with place.open("wb") as stream, _lent(stream):
                yield stream
            return
        _refuse_to_replace(place)
        descriptor, name = tempfile.mkstemp(
            prefix=f".{place.name[:_LONGEST_PREFIX]}.", suffix=".part", dir=place.parent
        )
        part = Path(name)
        try:
            with os.fdopen(descriptor, "wb", buffering=_BUFFER) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(place)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _keep_name(place.parent)


def _refuse_to_replace(place: Path) -> None:
    """Find out before the work begins that a file can't or must not be replaced.

    Raises:
        OSError: it is read-only, or on Windows, open in another program.
        IsADatabaseError: it is one, perhaps our own.
    """
    try:
        with place.open("r+b") as older:
            if older.read(len(_MAGIC)) == _MAGIC:
                raise IsADatabaseError(place)
    except FileNotFoundError:
        pass


def _keep_name(folder: Path) -> None:
    """Bring the new name of the file to the disk, where the system knows how."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
