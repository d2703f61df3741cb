"""Why an export could not be done, each with a sentence for the person at the screen."""

import errno
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from typing_extensions import override

from kvitto.core.translatable import translatable
from kvitto.problem import ProblemError

_EXPORT: Final = translatable("Errors", "The export")
"""What is written to the standard output."""


class ExportError(ProblemError):
    """The export can't be done, for a reason outside the program."""


class UnknownBatchError(ExportError):
    """No report about the batch has come."""

    batch: str
    english = translatable(
        "Errors",
        "No report about a batch {batch} has come. Check the id: an export of the batches lists "
        "all of them.",
    )


class NoBatchInQuarantineError(ExportError):
    """The refused requests of one batch were asked for."""

    english = (
        "Refused requests belong to no batch. Leave the batch out to export the whole quarantine."
    )


class TerminalError(ExportError):
    """An Excel file would go to a terminal."""

    english = (
        "An Excel file is not text and can't be shown in a terminal. Name a file, or choose "
        "the format csv or jsonl."
    )


class NoRoomError(ExportError):
    """The disk that takes the export is full.

    Attributes:
        file: which; None for the standard output.
        detail: what the system says.
    """

    file: Path | None
    detail: str = ""
    english = translatable(
        "Errors",
        "The disk that holds {file.parent} is full. Nothing was exported, and an older file of "
        "that name is unchanged. Make room on it, or choose another folder.",
    )

    @override
    def template(self) -> str:
        if self.file is None:
            return (
                "The disk that takes the export is full: what is there of it is not whole. Make "
                "room on it, then export again."
            )
        return self.english


class NotWritableError(ExportError):
    """The file may not be written.

    Attributes:
        file: which; None for the standard output.
        detail: what the system says.
    """

    file: Path | None
    detail: str = ""
    english = translatable(
        "Errors",
        "{place} can't be written: the file, its folder or its disk is read-only, or another "
        "program such as Excel has it open. Close it there, give yourself the right to write, or "
        "choose another file.",
    )

    @override
    def values(self, translate: Callable[[str], str]) -> Mapping[str, object]:
        return {"place": self.file or translate(_EXPORT)}


class NoFolderError(ExportError):
    """The folder of the file does not exist."""

    file: Path
    detail: str = ""
    english = translatable(
        "Errors",
        "There is no folder {file.parent}. Make it, or choose another one.",
    )


class NotAFileError(ExportError):
    """A folder was named instead of a file."""

    file: Path
    detail: str = ""
    english = translatable("Errors", "{file} is a folder. Name a file in it.")


class IsADatabaseError(ExportError):
    """The export would replace a database."""

    file: Path
    english = translatable(
        "Errors",
        "{file} is a database, and an export would replace it. Choose another file.",
    )


class InDataFolderError(ExportError):
    """The export would be written among Kvitto's own files."""

    folder: Path
    english = translatable(
        "Errors",
        "{folder} is where Kvitto keeps what it receives: nothing else is written there. Choose "
        "another folder.",
    )


class OutputFailedError(ExportError):
    """The disk or the system reports another error.

    Attributes:
        file: which; None for the standard output.
        detail: what the system says.
    """

    file: Path | None
    detail: str
    english = translatable(
        "Errors",
        "{place} can't be written: the disk or the system reports an error. Check that the disk is "
        "connected and healthy, or choose another one.",
    )

    @override
    def values(self, translate: Callable[[str], str]) -> Mapping[str, object]:
        return {"place": self.file or translate(_EXPORT)}


_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ETXTBSY})


@contextmanager
def in_words(path: Path | None) -> Iterator[None]:
    """Turn what the system says about writing `path`, or a stream, into our own errors.

    Raises:
        ExportError: of the fitting kind. A broken pipe passes through: it is no failure.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _from_os(error, path) from error


def _from_os(error: OSError, path: Path | None) -> ExportError:
    detail = str(error)
    if error.errno in _NO_ROOM:
        return NoRoomError(path, detail)
    if error.errno in _FORBIDDEN:
        return NotWritableError(path, detail)
    if path is not None and error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return NoFolderError(path, detail)
    if path is not None and error.errno == errno.EISDIR:
        return NotAFileError(path, detail)
    return OutputFailedError(path, detail)
