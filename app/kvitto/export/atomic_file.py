"""Where an export goes: a file that is there whole or not at all, or somebody's stream."""

import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

from kvitto.export.export_errors import InDataFolderError, IsADatabaseError, NotAFileError, in_words
from kvitto.export.leftovers import noted, part_of
from kvitto.paths import is_data_folder, is_file_of, is_in_folder

_BUFFER: Final = 1 << 20
_MAGIC: Final = b"SQLite format 3\0"
_BINARY: Final[int] = getattr(os, "O_BINARY", 0)


def destination(
    out: Path | BinaryIO, data_folder: Path | None = None
) -> AbstractContextManager[BinaryIO]:
    """Give the stream that an export is written to.

    A file's contents are gathered in a temporary file beside it, for the user alone (mode 0600),
    and moved into place when they are whole and on the disk: whatever happens, there is either the
    new file or what was there before. What goes to a stream, which may be a pipe, is gathered, too,
    and passed on at the end; the stream is flushed and left open. That nobody reads it to its end
    is no error.

    Args:
        out: the file or stream.
        data_folder: Kvitto's own: no file in it is ever touched.

    Raises:
        ExportError: it can't be written, on entering, inside or on leaving.
    """
    _refuse_own_files(out, data_folder)
    return _new_file(out, data_folder) if isinstance(out, Path) else _spooled(out)


def _refuse_own_files(out: Path | BinaryIO, data_folder: Path | None) -> None:
    """Refuse to write among the files of a data folder, before anything is opened.

    To open and close a database that SQLite has open in this process would take its locks away.

    Raises:
        InDataFolderError: it is one of them.
    """
    if isinstance(out, Path):
        if data_folder is not None and is_in_folder(out, data_folder):
            raise InDataFolderError(data_folder)
        if is_data_folder(_real(out).parent):
            raise InDataFolderError(out.parent)
    elif data_folder is not None:
        try:
            found = os.fstat(out.fileno())
        except (AttributeError, OSError, io.UnsupportedOperation):
            return
        if is_file_of((found.st_dev, found.st_ino), data_folder):
            raise InDataFolderError(data_folder)


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
def _spooled(stream: BinaryIO) -> Iterator[BinaryIO]:
    """Gather what goes to a stream in a file without a name, and pass it on when it is whole.

    Whoever reads at the other end may stand still for a night. The database's log could not be
    folded in while the export went on reading, and would grow all the time.
    """
    with in_words(None), tempfile.TemporaryFile(dir=roomiest_folder(stream)) as spool:
        yield cast("BinaryIO", spool)  # on Windows it is one in a wrapper
        spool.seek(0)
        try:
            shutil.copyfileobj(spool, stream, _BUFFER)
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
def _new_file(path: Path, data_folder: Path | None) -> Iterator[BinaryIO]:
    with in_words(path):
        place = _real(path)
        if place.is_dir():
            raise NotAFileError(path)
        if place.exists() and not place.is_file():
            # A device or a named pipe: nothing to put in its place.
            with place.open("wb") as stream, _spooled(stream) as spool:
                yield spool
            return
        _refuse_to_replace(place)
        part = part_of(place)
        with noted(data_folder, part, roomiest_folder(path)):
            descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
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
