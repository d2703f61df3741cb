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


class DatabaseBrokenError(StoreError):
    """The file is damaged, or is not a database of ours."""

    def __init__(self, path: Path, detail: str = "") -> None:
        """Name the database."""
        super().__init__(
            f"{path} is damaged, or is not a file of Kvitto. It was not changed. {_WAITING}. Copy "
            "the whole folder to a safe place, then put back a backup, or move the file away to "
            "start with an empty one.",
            detail,
        )


class DatabaseGoneError(StoreError):
    """The database was moved or deleted while it was in use."""

    def __init__(self, path: Path, detail: str = "") -> None:
        """Name the database."""
        super().__init__(
            f"{path} was moved, deleted or replaced while Kvitto was using it. {_WAITING} for "
            "about 90 minutes. Put it back if you can, then start Kvitto again.",
            detail,
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


class StoreClosedError(StoreError):
    """The store is closing or closed."""

    retry_helps = True

    def __init__(self) -> None:
        """Say so."""
        super().__init__("Kvitto is stopping. New reports wait at the sender for about 90 minutes.")
