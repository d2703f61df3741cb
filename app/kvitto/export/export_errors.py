"""Why an export could not be done, each with a sentence for the person at the screen."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final


class ExportError(Exception):
    """The export can't be done, for a reason outside the program.

    Attributes:
        sentence: what happened, what it means and what to do, for the user.
        detail: the technical cause, for those who ask; may be empty.
    """

    def __init__(self, sentence: str, detail: str = "") -> None:
        """Keep the `sentence` and the `detail`."""
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail


class UnknownBatchError(ExportError):
    """No report about the batch has come."""

    def __init__(self, batch_id: str) -> None:
        """Name the batch."""
        super().__init__(
            f"No report about a batch {batch_id} has come. Check the id: an export of the batches "
            "lists all of them.",
        )


class NoBatchInQuarantineError(ExportError):
    """The refused bodies of one batch were asked for."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "Refused bodies belong to no batch. Leave the batch out to export the whole "
            "quarantine.",
        )


class TerminalError(ExportError):
    """An Excel file would go to a terminal."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "An Excel file is not text and can't be shown in a terminal. Name a file, or choose "
            "the format csv or jsonl.",
        )


class NoRoomError(ExportError):
    """The disk that takes the export is full."""

    def __init__(self, path: Path | None, detail: str = "") -> None:
        """Name the file; None stands for a stream."""
        if path is None:
            sentence = (
                "The disk that takes the export is full: what is there of it is not whole. Make "
                "room on it, then export again."
            )
        else:
            sentence = (
                f"The disk that holds {path.parent} is full. Nothing was exported, and an older "
                "file of that name is unchanged. Make room on it, or choose another folder."
            )
        super().__init__(sentence, detail)


class NotWritableError(ExportError):
    """The file may not be written."""

    def __init__(self, path: Path | None, detail: str = "") -> None:
        """Name the file; None stands for a stream."""
        super().__init__(
            f"{_named(path)} can't be written: the file, its folder or its disk is read-only, or "
            "another program such as Excel has it open. Close it there, give yourself the right "
            "to write, or choose another file.",
            detail,
        )


class NoFolderError(ExportError):
    """The folder of the file does not exist."""

    def __init__(self, path: Path, detail: str = "") -> None:
        """Name the file."""
        super().__init__(
            f"There is no folder {path.parent}. Make it, or choose another one.", detail
        )


class NotAFileError(ExportError):
    """A folder was named instead of a file."""

    def __init__(self, path: Path, detail: str = "") -> None:
        """Name the folder."""
        super().__init__(f"{path} is a folder. Name a file in it.", detail)


class IsADatabaseError(ExportError):
    """The export would replace a database."""

    def __init__(self, path: Path) -> None:
        """Name the file."""
        super().__init__(
            f"{path} is a database, and an export would replace it. Choose another file."
        )


class InDataFolderError(ExportError):
    """The export would be written among Kvitto's own files."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        super().__init__(
            f"{folder} is where Kvitto keeps what it receives: nothing else is written there. "
            "Choose another folder."
        )


class OutputFailedError(ExportError):
    """The disk or the system reports another error."""

    def __init__(self, path: Path | None, detail: str) -> None:
        """Name the file; None stands for a stream."""
        super().__init__(
            f"{_named(path)} can't be written: the disk or the system reports an error. Check "
            "that the disk is connected and healthy, or choose another one.",
            detail,
        )


def _named(path: Path | None) -> str:
    return "The export" if path is None else str(path)


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
