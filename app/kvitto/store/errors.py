"""What the world can do to the store, each with a sentence for the person at the screen.

Every error says what happened, what it means for the reports, and what to do. They are raised by
the store and caught where something useful can be done; what we did wrong is not among them.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from typing_extensions import override

from kvitto.core.translatable import translatable
from kvitto.problem import ProblemError


class StoreError(ProblemError):
    """The store can't do what was asked, for a reason outside the program."""


class DiskFullError(StoreError):
    """There is no room for more reports."""

    goes_on_by_itself = True
    file: Path
    detail: str = ""
    english = translatable(
        "Errors",
        "The disk that holds {file.parent} is full. New reports are refused for now, and wait at "
        "the SMS service for about 90 minutes. Make room on it: Kvitto goes on by itself.",
    )


class DatabaseLockedError(StoreError):
    """Another program holds the database."""

    file: Path
    detail: str = ""
    english = translatable(
        "Errors",
        "Another program keeps {file} locked. New reports are refused for now, and wait at the "
        "SMS service for about 90 minutes. Close programs that have the file open, such as a "
        "backup or a database viewer.",
    )


class DatabaseReadOnlyError(StoreError):
    """The database may not be written."""

    file: Path
    detail: str = ""
    english = translatable(
        "Errors",
        "{file} can't be written: the file, its folder or its disk is read-only. New reports are "
        "refused for now, and wait at the SMS service for about 90 minutes. Give yourself the "
        "right to write there, or choose another folder with --data-dir.",
    )


class NotPermittedError(StoreError):
    """The database or its folder belongs to another user."""

    file: Path
    detail: str = ""
    english = translatable(
        "Errors",
        "You may not use {file.parent}: the folder, or a file in it, belongs to another user of "
        "this computer. New reports are refused for now, and wait at the SMS service for about 90 "
        "minutes. Start Kvitto as that user, or choose another folder with --data-dir.",
    )


class DatabaseBrokenError(StoreError):
    """The file is damaged, or is not a database of ours."""

    file: Path
    detail: str = ""
    english = translatable(
        "Errors",
        "{file} is damaged, or is not a file of Kvitto. New reports are refused for now, and wait "
        "at the SMS service. Quit Kvitto and copy the whole folder to a safe place. Then kvitto "
        "salvage saves what can be read, and kvitto restore puts that, or a backup, in its place.",
    )


class DatabaseGoneError(StoreError):
    """The database was moved or deleted while it was in use."""

    file: Path
    detail: str = ""
    english = translatable(
        "Errors",
        "{file} was moved, deleted or replaced while Kvitto was using it. New reports are refused "
        "for now, and wait at the SMS service for about 90 minutes. Put its folder back if you "
        "can: Kvitto saves what it still holds, so don't end it now.",
    )


class LogGoneError(StoreError):
    """The log of the database was deleted or replaced, and can't be saved yet."""

    file: Path
    detail: str = ""
    english = translatable(
        "Errors",
        "A file beside {file} was deleted or replaced while Kvitto was using it. New reports are "
        "refused for now, and wait at the SMS service for about 90 minutes. Kvitto saves what it "
        "still holds: don't end it now.",
    )


class FilesReplacedError(StoreError):
    """The database or its log was touched by somebody, and is whole again.

    Attributes:
        file: the database.
        kept: what the other one's file is kept as; "" where none was.
    """

    file: Path
    kept: str
    english = translatable(
        "Errors",
        "{file}, or its log, was touched while Kvitto was using it: deleted, replaced or cut. "
        "Kvitto has saved all that it had received, and goes on. For copies, use kvitto backup and "
        "kvitto restore.",
    )
    _with_kept = translatable(
        "Errors",
        "{file}, or its log, was touched while Kvitto was using it: deleted, replaced or cut. "
        "Kvitto has saved all that it had received, and goes on. What was found in its place is "
        "{kept} now. For copies, use kvitto backup and kvitto restore.",
    )

    @override
    def template(self) -> str:
        return self._with_kept if self.kept else self.english


class ReportsLostError(StoreError):
    """Somebody destroyed a part of what was received: `count` reports."""

    file: Path
    count: int
    english = translatable(
        "Errors",
        "{file} was touched while Kvitto was using it, and {count} of the newest reports in it "
        "are lost: they were answered, and the SMS service does not send them again. What was "
        "changed in Kvitto since then may be lost, too. Kvitto goes on with what is left. For "
        "copies, use kvitto backup and kvitto restore.",
    )


class DatabaseTooNewError(StoreError):
    """A newer Kvitto wrote this database.

    Attributes:
        file: the database.
        found: the version of its schema.
        known: the newest version that this program knows.
    """

    file: Path
    found: int
    known: int
    english = translatable(
        "Errors",
        "{file} was made by a newer version of Kvitto. It was not changed. Install the newest "
        "version of Kvitto and start that.",
    )

    def __post_init__(self) -> None:
        """Tell the versions to those who ask."""
        self.detail = f"schema version {self.found}; this program knows versions up to {self.known}"


class UnreleasedDatabaseError(StoreError):
    """A Kvitto from before the first release wrote this database."""

    file: Path
    english = translatable(
        "Errors",
        "{file} was made by a trial version of Kvitto from before its first release, and this "
        "version can't read it. It was not changed. Move it out of its folder, or choose another "
        "folder with --data-dir.",
    )


class DatabaseUnreadableError(StoreError):
    """The database can't be opened or read for a reason that the disk or system gives."""

    file: Path
    detail: str = ""
    english = translatable(
        "Errors",
        "{file} can't be read or written: the disk or the system reports an error. New reports "
        "are refused for now, and wait at the SMS service for about 90 minutes. Check that the "
        "disk is connected and healthy.",
    )


class NetworkDriveError(StoreError):
    """The data folder lies on a network drive."""

    folder: Path
    file_system: str
    english = translatable(
        "Errors",
        "{folder} lies on a network drive. A database there can lose reports, so Kvitto does not "
        "use it. Choose a folder on a disk of this computer with --data-dir.",
    )

    def __post_init__(self) -> None:
        """Tell the file system to those who ask."""
        self.detail = f"file system {self.file_system}"


class FolderUnusableError(StoreError):
    """The data folder can't be made or used."""

    folder: Path
    detail: str
    english = translatable(
        "Errors",
        "The folder {folder} can't be made or used. Choose another with --data-dir, or give "
        "yourself the right to write there.",
    )


class NothingReceivedError(StoreError):
    """There is no database to read."""

    folder: Path
    english = translatable(
        "Errors",
        "Nothing has been received in {folder} yet: there is no database there. Start Kvitto "
        "first, or name the right folder with --data-dir.",
    )


class AlreadyRunningError(StoreError):
    """Another Kvitto has this data folder.

    Attributes:
        folder: the data folder.
        address: where the other one receives; "" where that is not known.
        pid: the number of its process, where the address is known.
    """

    folder: Path
    address: str = ""
    pid: int = 0
    english = translatable(
        "Errors",
        "Kvitto is already running on {folder}. Use that one, stop it first, or choose another "
        "folder with --data-dir.",
    )
    _with_address = translatable(
        "Errors",
        "Kvitto is already running on {folder}, at {address} (process {pid}). Use that one, stop "
        "it first, or choose another folder with --data-dir.",
    )

    @override
    def template(self) -> str:
        return self._with_address if self.address else self.english


class WindowSilentError(StoreError):
    """Another process has a window on this data folder, and can't be reached."""

    folder: Path
    detail: str
    english = translatable(
        "Errors",
        "Kvitto's window on {folder} is open already, but does not answer. Look for it on the "
        "screen and in the tray. If it is stuck, end its process, then try again.",
    )


class UpgradeBlockedError(StoreError):
    """An older Kvitto still uses the database that this one would change."""

    file: Path
    english = translatable(
        "Errors",
        "{file} was made by an older version of Kvitto that is still running. It was not changed, "
        "and that one goes on receiving. Quit it, then try again.",
    )


class OutdatedDatabaseError(UpgradeBlockedError):
    """An older Kvitto made this database, and whoever receives has not upgraded it."""

    version: int

    def __post_init__(self) -> None:
        """Tell the version to those who ask."""
        self.detail = f"schema version {self.version}"


class QueueFullError(StoreError):
    """More reports are waiting for the disk than we are willing to keep in memory."""

    waiting: int
    english = translatable(
        "Errors",
        "Reports come faster than the disk can store them: {waiting} are waiting. The rest are "
        "refused for now, and the SMS service tries them again in ten minutes.",
    )


class DailyLimitError(StoreError):
    """A key has stored as much as it may in a day."""

    english = translatable(
        "Errors",
        "More reports came by one callback URL today than Kvitto stores in a day. Those that "
        "still come by it are refused until midnight UTC, and each waits at the SMS service for "
        "about 90 minutes. If they are yours, let it store more; if not, end that key.",
    )


class StoreStalledError(StoreError):
    """The disk does not answer, or the writer has ended."""

    goes_on_by_itself = True
    english = translatable(
        "Errors",
        "The disk has not answered for half a minute. New reports are refused for now, and wait "
        "at the SMS service for about 90 minutes. Look at the disk: Kvitto goes on by itself once "
        "it answers.",
    )


class StoreClosedError(StoreError):
    """The store is closing or closed."""

    english = translatable(
        "Errors",
        "Kvitto is stopping. New reports wait at the SMS service for about 90 minutes.",
    )


class ClockDoubtfulError(StoreError):
    """The computer's clock may be wrong, and what is to be done can't be undone.

    Attributes:
        now: what the clock says.
        detail: why that is not believed.
    """

    now: datetime
    detail: str
    english = translatable(
        "Errors",
        "The computer's clock says {time}, which does not agree with what was received, or it was "
        "changed. Nothing old is deleted, and no key is revoked, until you confirm the date under "
        "Settings, Storage.",
    )

    @override
    def values(self, translate: Callable[[str], str]) -> Mapping[str, object]:
        return {"time": f"{self.now.astimezone():%Y-%m-%d %H:%M}"}


class LogLargeError(StoreError):
    """The log can't be folded in and grows, since somebody goes on reading.

    Attributes:
        file: the database.
        megabytes: the size of its log.
        readers: the programs that have it open; "" where none is known.
    """

    file: Path
    megabytes: int
    readers: str
    english = translatable(
        "Errors",
        "The log beside {file} has grown to {megabytes} MB, since a program goes on reading the "
        "database. Reports are stored, but the disk fills up. Close programs that have the file "
        "open, such as a backup or a database viewer.",
    )
    _with_readers = translatable(
        "Errors",
        "The log beside {file} has grown to {megabytes} MB, since a program goes on reading the "
        "database. These have it open: {readers}. Reports are stored, but the disk fills up. Close "
        "programs that have the file open, such as a backup or a database viewer.",
    )

    @override
    def template(self) -> str:
        return self._with_readers if self.readers else self.english
