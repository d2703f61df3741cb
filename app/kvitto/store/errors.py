"""What the world can do to the store, each with a sentence for the person at the screen.

Every error says what happened, what it means for the reports, and what to do. They are raised by
the store and caught where something useful can be done; what we did wrong is not among them.
"""

from pathlib import Path
from typing import ClassVar


class StoreError(Exception):
    """The store can't do what was asked, for a reason outside the program.

    Attributes:
        sentence: what happened, what it means for the reports and what to do, for the user.
        detail: the technical cause, for those who ask; may be empty.
        retry_helps: whether the same may work a moment later without anybody doing anything here.
    """

    retry_helps: ClassVar[bool] = False

    def __init__(self, sentence: str, detail: str = "") -> None:
        """Keep the `sentence` and the `detail`."""
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail


_WAITING = "New reports are refused for now, and wait at the sender"


class DiskFullError(StoreError):
    """There is no room for more reports."""

    retry_helps = True

    def __init__(self, path: Path, detail: str = "") -> None:
        """Name the folder that is full."""
        super().__init__(
            f"The disk that holds {path.parent} is full. {_WAITING} for about 90 minutes. "
            "Make room on it: Kvitto goes on by itself.",
            detail,
        )


class DatabaseLockedError(StoreError):
    """Another program holds the database."""

    retry_helps = True

    def __init__(self, path: Path, detail: str = "") -> None:
        """Name the database."""
        super().__init__(
            f"Another program keeps {path} locked. {_WAITING} for about 90 minutes. "
            "Close programs that have the file open, such as a backup or a database viewer.",
            detail,
        )


class DatabaseReadOnlyError(StoreError):
    """The database may not be written."""

    retry_helps = True

    def __init__(self, path: Path, detail: str = "") -> None:
        """Name the database."""
        super().__init__(
            f"{path} can't be written: the file, its folder or its disk is read-only. {_WAITING} "
            "for about 90 minutes. Give yourself the right to write there, or choose another "
            "folder with --data-dir.",
            detail,
        )


class NotPermittedError(StoreError):
    """The database or its folder belongs to another user."""

    retry_helps = True

    def __init__(self, path: Path, detail: str = "") -> None:
        """Name the folder."""
        super().__init__(
            f"You may not use {path.parent}: the folder, or a file in it, belongs to another user "
            f"of this computer. {_WAITING} for about 90 minutes. Start Kvitto as that user, or "
            "choose another folder with --data-dir.",
            detail,
        )


class DatabaseBrokenError(StoreError):
    """The file is damaged, or is not a database of ours."""

    def __init__(self, path: Path, detail: str = "") -> None:
        """Name the database."""
        super().__init__(
            f"{path} is damaged, or is not a file of Kvitto. {_WAITING}. Quit Kvitto and copy the "
            "whole folder to a safe place. Then kvitto salvage saves what can be read, and kvitto "
            "restore puts that, or a backup, in its place.",
            detail,
        )


class DatabaseGoneError(StoreError):
    """The database was moved or deleted while it was in use."""

    def __init__(self, path: Path, detail: str = "") -> None:
        """Name the database."""
        super().__init__(
            f"{path} was moved, deleted or replaced while Kvitto was using it. {_WAITING} for "
            "about 90 minutes. Put its folder back if you can: Kvitto saves what it still holds, "
            "so don't end it now.",
            detail,
        )


class LogGoneError(StoreError):
    """The log of the database was deleted or replaced, and can't be saved yet."""

    retry_helps = True

    def __init__(self, path: Path, detail: str = "") -> None:
        """Name the database."""
        super().__init__(
            f"A file beside {path} was deleted or replaced while Kvitto was using it. {_WAITING} "
            "for about 90 minutes. Kvitto saves what it still holds: don't end it now.",
            detail,
        )


class FilesReplacedError(StoreError):
    """The database or its log was touched by somebody, and is whole again."""

    def __init__(self, path: Path, kept: str) -> None:
        """Name the database, and what the other one's file is `kept` as; "" where none was."""
        found = f" What was found in its place is {kept} now." if kept else ""
        super().__init__(
            f"{path}, or its log, was touched while Kvitto was using it: deleted, replaced or cut. "
            f"Kvitto has saved all that it had received, and goes on.{found} For copies, use "
            "kvitto backup and kvitto restore.",
        )


class ReportsLostError(StoreError):
    """Somebody destroyed a part of what was received."""

    def __init__(self, path: Path, count: int) -> None:
        """Name the database, and how many reports are lost."""
        super().__init__(
            f"{path} was touched while Kvitto was using it, and {count} of the newest reports in "
            "it are lost: they were answered, and the sender does not send them again. What was "
            "changed in Kvitto since then may be lost, too. Kvitto goes on with what is left. For "
            "copies, use kvitto backup and kvitto restore.",
        )


class DatabaseTooNewError(StoreError):
    """A newer Kvitto wrote this database."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        """Name the database, the version `found` in it, and the newest `known` here."""
        super().__init__(
            f"{path} was made by a newer version of Kvitto. It was not changed. Install the "
            "newest version of Kvitto and start that.",
            f"schema version {found}; this program knows versions up to {known}",
        )


class UnreleasedDatabaseError(StoreError):
    """A Kvitto from before the first release wrote this database."""

    def __init__(self, path: Path) -> None:
        """Name the database."""
        super().__init__(
            f"{path} was made by a trial version of Kvitto from before its first release, and this "
            "version can't read it. It was not changed. Move it out of its folder, or choose "
            "another folder with --data-dir."
        )


class DatabaseUnreadableError(StoreError):
    """The database can't be opened or read for a reason that the disk or system gives."""

    retry_helps = True

    def __init__(self, path: Path, detail: str = "") -> None:
        """Name the database."""
        super().__init__(
            f"{path} can't be read or written: the disk or the system reports an error. {_WAITING} "
            "for about 90 minutes. Check that the disk is connected and healthy.",
            detail,
        )


class NetworkDriveError(StoreError):
    """The data folder lies on a network drive."""

    def __init__(self, folder: Path, file_system: str) -> None:
        """Name the folder and its file system."""
        super().__init__(
            f"{folder} lies on a network drive. A database there can lose reports, so Kvitto does "
            "not use it. Choose a folder on a disk of this computer with --data-dir.",
            f"file system {file_system}",
        )


class FolderUnusableError(StoreError):
    """The data folder can't be made or used."""

    def __init__(self, folder: Path, detail: str) -> None:
        """Name the folder."""
        super().__init__(
            f"The folder {folder} can't be made or used. Choose another with --data-dir, or give "
            "yourself the right to write there.",
            detail,
        )


class NothingReceivedError(StoreError):
    """There is no database to read."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        super().__init__(
            f"Nothing has been received in {folder} yet: there is no database there. Start "
            "Kvitto first, or name the right folder with --data-dir.",
        )


class AlreadyRunningError(StoreError):
    """Another Kvitto has this data folder."""

    def __init__(self, folder: Path, where: str) -> None:
        """Name the folder, and `where` the other one is: its address and process, if known."""
        super().__init__(
            f"Kvitto is already running on {folder}{where}. Use that one, stop it first, or "
            "choose another folder with --data-dir.",
        )


class UpgradeBlockedError(StoreError):
    """An older Kvitto still uses the database that this one would change."""

    retry_helps = True

    def __init__(self, path: Path) -> None:
        """Name the database."""
        super().__init__(
            f"{path} was made by an older version of Kvitto that is still running. It was not "
            "changed, and that one goes on receiving. Quit it, then try again.",
        )


class OutdatedDatabaseError(UpgradeBlockedError):
    """An older Kvitto made this database, and whoever receives has not upgraded it."""

    def __init__(self, path: Path, version: int) -> None:
        """Name the database and its `version`."""
        super().__init__(path)
        self.detail = f"schema version {version}"


class QueueFullError(StoreError):
    """More reports are waiting for the disk than we are willing to keep in memory."""

    retry_helps = True

    def __init__(self, waiting: int) -> None:
        """Tell how many are `waiting`."""
        super().__init__(
            f"Reports come faster than the disk can store them: {waiting} are waiting. The rest "
            "are refused for now, and the sender tries them again in ten minutes.",
        )


class DailyLimitError(StoreError):
    """A key has stored as much as it may in a day."""

    retry_helps = True

    def __init__(self) -> None:
        """Say how it goes on."""
        super().__init__(
            "More reports came by one callback URL today than Kvitto stores in a day. Those that "
            "still come by it are refused until midnight UTC, and each waits at the sender for "
            "about 90 minutes. If they are yours, let it store more; if not, end that key."
        )


class StoreStalledError(StoreError):
    """The disk does not answer, or the writer has ended."""

    retry_helps = True

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "The disk has not answered for half a minute. New reports are refused for now, and "
            "wait at the sender for about 90 minutes. Look at the disk: Kvitto goes on by itself "
            "once it answers."
        )


class StoreClosedError(StoreError):
    """The store is closing or closed."""

    retry_helps = True

    def __init__(self) -> None:
        """Say so."""
        super().__init__("Kvitto is stopping. New reports wait at the sender for about 90 minutes.")


class BackupFailedError(StoreError):
    """A copy of the store can't be written."""

    def __init__(self, target: Path, detail: str = "") -> None:
        """Name the file."""
        super().__init__(
            f"The backup can't be written to {target}: its disk is full, or may not be written. "
            "There is no backup of that name now. Make room, or choose another folder.",
            detail,
        )


class BackupInDataFolderError(StoreError):
    """A copy would lie among the store's own files."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        super().__init__(
            f"{folder} is where Kvitto keeps what it receives: a backup there would be lost "
            "together with it. Choose another folder, best on another disk."
        )


class BackupThereError(StoreError):
    """There is a file of that name."""

    def __init__(self, target: Path) -> None:
        """Name the file."""
        super().__init__(
            f"{target} is there already. It was not changed. Choose another name, or replace it "
            "with --force."
        )


class NotABackupError(StoreError):
    """A file is no whole store."""

    def __init__(self, file: Path, detail: str) -> None:
        """Name the file, and say in `detail` what is wrong with it."""
        super().__init__(
            f"{file} is not a whole backup of Kvitto: {detail}. Nothing was changed. Choose "
            "another file; of a damaged one, kvitto salvage saves what can be read.",
            detail,
        )


class StoreInUseError(StoreError):
    """Somebody has the database open."""

    def __init__(self, path: Path, detail: str = "") -> None:
        """Name the database."""
        super().__init__(
            f"Another program has {path} open, such as Kvitto's window. Nothing was changed. Quit "
            "it, then try again.",
            detail,
        )


class ClockDoubtfulError(StoreError):
    """The computer's clock may be wrong, and what is to be done can't be undone."""

    def __init__(self, now: str, detail: str) -> None:
        """Tell what the clock says, `now`, and in `detail` why that is not believed."""
        super().__init__(
            f"The computer's clock says {now}, which does not agree with what was received, or it "
            "was changed. Nothing old is deleted, and no key is revoked, until you confirm the "
            "date under Settings, Storage.",
            detail,
        )


class LogLargeError(StoreError):
    """The log can't be folded in and grows, since somebody goes on reading."""

    def __init__(self, path: Path, megabytes: int, readers: str) -> None:
        """Name the database, the size of its log, and the `readers`: "" where none is known."""
        who = f" These have it open: {readers}." if readers else ""
        super().__init__(
            f"The log beside {path} has grown to {megabytes} MB, since a program goes on reading "
            f"the database.{who} Reports are stored, but the disk fills up. Close programs that "
            "have the file open, such as a backup or a database viewer.",
        )
