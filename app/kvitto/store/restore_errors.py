"""Why a backup could not be made or put in its place, or nothing of a damaged one be saved."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

from typing_extensions import override

from kvitto.core.translatable import translatable
from kvitto.store.errors import StoreError


class FileFault(StrEnum):
    """What is wrong with a file that should hold a store."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    A_FOLDER = "a_folder"
    NO_FILE = "no_file"
    IN_USE = "in_use"
    EMPTY = "empty"
    FOREIGN = "foreign"
    DAMAGED = "damaged"


_FILE_FAULTS: Final = {
    FileFault.MISSING: translatable("Errors", "there is no such file"),
    FileFault.UNREADABLE: translatable("Errors", "it may not be read"),
    FileFault.A_FOLDER: translatable("Errors", "it is a folder"),
    FileFault.NO_FILE: translatable("Errors", "it is not a file"),
    FileFault.IN_USE: translatable("Errors", "it is the database that is in use"),
    FileFault.EMPTY: translatable("Errors", "it is empty"),
    FileFault.FOREIGN: translatable("Errors", "it is not a file of Kvitto"),
    FileFault.DAMAGED: translatable("Errors", "it is damaged"),
}


class NotABackupError(StoreError):
    """A file is no whole store; of a damaged one, `detail` is what SQLite says."""

    file: Path
    fault: FileFault
    detail: str = ""
    english = translatable(
        "Errors",
        "{file} is not a whole backup of Kvitto: {reason}. Nothing was changed. Choose "
        "another file; of a damaged one, kvitto salvage saves what can be read.",
    )

    @override
    def values(self, translate: Callable[[str], str]) -> Mapping[str, object]:
        return vars(self) | {"reason": translate(_FILE_FAULTS[self.fault])}


class BackupFailedError(StoreError):
    """A copy of the store can't be written."""

    file: Path
    detail: str = ""
    english = translatable(
        "Errors",
        "The backup can't be written to {file}: its disk is full, or may not be written. There is "
        "no backup of that name now. Make room, or choose another folder.",
    )


class BackupInDataFolderError(StoreError):
    """A copy would lie among the store's own files."""

    folder: Path
    english = translatable(
        "Errors",
        "{folder} is where Kvitto keeps what it receives: a backup there would be lost together "
        "with it. Choose another folder, best on another disk.",
    )


class BackupThereError(StoreError):
    """There is a file of that name."""

    file: Path
    english = translatable(
        "Errors",
        "{file} is there already. It was not changed. Choose another name, or replace it with "
        "--force.",
    )


class StoreInUseError(StoreError):
    """Somebody has the database open."""

    file: Path
    detail: str = ""
    english = translatable(
        "Errors",
        "Another program has {file} open, such as Kvitto's window. Nothing was changed. Quit it, "
        "then try again.",
    )


class RestoreFailedError(StoreError):
    """A copy can't be put in its place."""

    file: Path
    folder: Path
    detail: str = ""
    english = translatable(
        "Errors",
        "{file} can't be put into {folder}: its disk is full, or may not be written. Everything "
        "is as it was. Make room, or give yourself the right to write there, then try again.",
    )


class UnfinishedRestoreError(StoreError):
    """A copy could not be put in its place, nor what was there back."""

    folder: Path
    detail: str = ""
    english = translatable(
        "Errors",
        "The disk failed while a backup was put into {folder}. Nothing is lost: the next start of "
        "Kvitto finishes it. Check that the disk is connected and may be written.",
    )


class MergeFailedError(StoreError):
    """Reports of another database can't be added."""

    file: Path
    folder: Path
    detail: str = ""
    english = translatable(
        "Errors",
        "Not all reports of {file} could be added to {folder}: its disk is full, or may not be "
        "written. What is there is whole. Make room, or give yourself the right to write there, "
        "then do it again: nothing is added twice.",
    )


class NothingToSalvageError(StoreError):
    """There is nothing in a file that could be saved."""

    file: Path
    fault: FileFault
    detail: str = ""
    english = translatable(
        "Errors",
        "Nothing of {file} can be saved: {reason}. It was not changed. Choose another "
        "file, or restore a backup.",
    )

    @override
    def values(self, translate: Callable[[str], str]) -> Mapping[str, object]:
        return vars(self) | {"reason": translate(_FILE_FAULTS[self.fault])}


class BackupNotAFileError(StoreError):
    """What has the name of the backup is a folder or a device, which is not replaced.

    Attributes:
        file: what was named.
    """

    file: Path
    english = translatable(
        "Errors",
        "{file} is there, and is not a file: it is not replaced. Choose another name for the "
        "backup.",
    )
