"""Why a backup could not be made or put in its place, or nothing of a damaged one be saved."""

from pathlib import Path

from kvitto.store.errors import StoreError


class RestoreFailedError(StoreError):
    """A copy can't be put in its place."""

    file: Path
    folder: Path
    detail: str = ""
    english = (
        "{file} can't be put into {folder}: its disk is full, or may not be written. Everything is "
        "as it was. Make room, or give yourself the right to write there, then try again."
    )


class UnfinishedRestoreError(StoreError):
    """A copy could not be put in its place, nor what was there back."""

    folder: Path
    detail: str = ""
    english = (
        "The disk failed while a backup was put into {folder}. Nothing is lost: the next start of "
        "Kvitto finishes it. Check that the disk is connected and may be written."
    )


class MergeFailedError(StoreError):
    """Reports of another database can't be added."""

    file: Path
    folder: Path
    detail: str = ""
    english = (
        "Not all reports of {file} could be added to {folder}: its disk is full, or may not be "
        "written. What is there is whole. Make room, or give yourself the right to write there, "
        "then do it again: nothing is added twice."
    )


class NothingToSalvageError(StoreError):
    """There is nothing in a file that could be saved."""

    file: Path
    reason: str
    english = (
        "Nothing of {file} can be saved: {reason}. It was not changed. Choose another file, or "
        "restore a backup."
    )


class BackupNotAFileError(StoreError):
    """What has the name of the backup is a folder or a device, which is not replaced.

    Attributes:
        file: what was named.
    """

    file: Path
    english = (
        "{file} is there, and is not a file: it is not replaced. Choose another name for the "
        "backup."
    )
