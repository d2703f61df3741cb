"""What the store can't do, in the reader's language."""

from typing import TypeAlias, assert_never, cast

from PySide6.QtCore import QCoreApplication

from kvitto.store.errors import (
    AlreadyRunningError,
    BackupFailedError,
    BackupInDataFolderError,
    BackupThereError,
    ClockDoubtfulError,
    DailyLimitError,
    DatabaseBrokenError,
    DatabaseGoneError,
    DatabaseLockedError,
    DatabaseReadOnlyError,
    DatabaseTooNewError,
    DatabaseUnreadableError,
    DiskFullError,
    FilesReplacedError,
    FolderUnusableError,
    LogGoneError,
    LogLargeError,
    NetworkDriveError,
    NothingReceivedError,
    NotPermittedError,
    QueueFullError,
    ReportsLostError,
    StoreClosedError,
    StoreError,
    StoreInUseError,
    StoreStalledError,
    UnreleasedDatabaseError,
    UpgradeBlockedError,
    WindowSilentError,
)
from kvitto.store.file_errors import (
    DatabaseOverwrittenError,
    FileLinkedError,
    IndexCutError,
    OtherLogKeptError,
)
from kvitto.store.restore_errors import (
    BackupNotAFileError,
    MergeFailedError,
    NotABackupError,
    NothingToSalvageError,
    RestoreFailedError,
    UnfinishedRestoreError,
)

_Any: TypeAlias = (
    DiskFullError
    | DatabaseLockedError
    | DatabaseReadOnlyError
    | NotPermittedError
    | DatabaseOverwrittenError
    | IndexCutError
    | DatabaseBrokenError
    | DatabaseGoneError
    | FileLinkedError
    | LogGoneError
    | FilesReplacedError
    | OtherLogKeptError
    | ReportsLostError
    | DatabaseTooNewError
    | DatabaseUnreadableError
    | UnreleasedDatabaseError
    | NetworkDriveError
    | FolderUnusableError
    | NothingReceivedError
    | AlreadyRunningError
    | WindowSilentError
    | UpgradeBlockedError
    | QueueFullError
    | DailyLimitError
    | StoreStalledError
    | StoreClosedError
    | BackupFailedError
    | BackupInDataFolderError
    | BackupThereError
    | BackupNotAFileError
    | NotABackupError
    | StoreInUseError
    | ClockDoubtfulError
    | LogLargeError
    | RestoreFailedError
    | UnfinishedRestoreError
    | MergeFailedError
    | NothingToSalvageError
)


def store_error_text(error: StoreError) -> str:  # noqa: C901 - one match
    """Return the sentence of an error of the store in the reader's language."""
    translate = QCoreApplication.translate
    known = cast("_Any", error)
    match known:
        case DiskFullError(file=file):
            return translate(
                "Errors",
                "The disk that holds {folder} is full. New reports are refused for now, and wait "
                "at the SMS service for about 90 minutes. Make room on it: Kvitto goes on by "
                "itself.",
            ).format(folder=file.parent)
        case DatabaseLockedError(file=file):
            return translate(
                "Errors",
                "Another program keeps {file} locked. New reports are refused for now, and wait at "
                "the SMS service for about 90 minutes. Close programs that have the file open, "
                "such as a backup or a database viewer.",
            ).format(file=file)
        case DatabaseReadOnlyError(file=file):
            return translate(
                "Errors",
                "{file} can't be written: the file, its folder or its disk is read-only. New "
                "reports are refused for now, and wait at the SMS service for about 90 "
                "minutes. Give "
                "yourself the right to write there, or choose another folder with --data-dir.",
            ).format(file=file)
        case NotPermittedError(file=file):
            return translate(
                "Errors",
                "You may not use {folder}: the folder, or a file in it, belongs to another user of "
                "this computer. New reports are refused for now, and wait at the SMS service "
                "for about "
                "90 minutes. Start Kvitto as that user, or choose another folder with --data-dir.",
            ).format(folder=file.parent)
        case IndexCutError(file=file):
            return translate(
                "Errors",
                "{file}, or another file that Kvitto's receiver was reading, was cut or "
                "overwritten, and the system ended the receiver. It has started again at once, "
                "and goes on: all reports that it had answered are kept. What came meanwhile is "
                "sent again by the SMS service. For copies, use kvitto backup and kvitto restore.",
            ).format(file=file)
        case DatabaseOverwrittenError(file=file, kept=kept, count=count):
            return translate(
                "Errors",
                "{file} was overwritten while Kvitto was using it: it is damaged, or is not a "
                "file of this Kvitto any more. New reports are refused for now, and wait at the "
                "SMS service. What was received last ({count}) is saved in {kept}. Quit Kvitto "
                "and copy the whole folder to a safe place. Then kvitto restore puts a backup, or "
                "what kvitto salvage can read, in its place, and kvitto merge adds what is saved.",
            ).format(file=file, kept=kept, count=count)
        case DatabaseBrokenError(file=file):
            return translate(
                "Errors",
                "{file} is damaged, or is not a file of Kvitto. New reports are refused for now, "
                "and wait at the SMS service. Quit Kvitto and copy the whole folder to a safe "
                "place. "
                "Then kvitto salvage saves what can be read, and kvitto restore puts that, or a "
                "backup, in its place.",
            ).format(file=file)
        case DatabaseGoneError(file=file):
            return translate(
                "Errors",
                "{file} was moved, deleted or replaced while Kvitto was using it. New reports are "
                "refused for now, and wait at the SMS service for about 90 minutes. Put its "
                "folder back if you can: Kvitto saves what it still holds, so don't end it now.",
            ).format(file=file)
        case FileLinkedError(file=file):
            return translate(
                "Errors",
                "{file} is a symbolic link: through one, the files of the database that belong "
                "together are not found. New reports are refused for now, and wait at the SMS "
                "service for about 90 minutes. Put the file that it leads to in its place, or "
                "choose another folder with --data-dir.",
            ).format(file=file)
        case LogGoneError(file=file):
            return translate(
                "Errors",
                "A file beside {file} was deleted or replaced while Kvitto was using it. New "
                "reports are refused for now, and wait at the SMS service for about 90 "
                "minutes. Kvitto saves what it still holds: don't end it now.",
            ).format(file=file)
        case FilesReplacedError(file=file, kept=""):
            return translate(
                "Errors",
                "{file}, or its log, was touched while Kvitto was using it: deleted, replaced or "
                "cut. Kvitto has saved all that it had received, and goes on. For copies, use "
                "kvitto backup and kvitto restore.",
            ).format(file=file)
        case FilesReplacedError(file=file, kept=kept):
            return translate(
                "Errors",
                "{file}, or its log, was touched while Kvitto was using it: deleted, replaced or "
                "cut. Kvitto has saved all that it had received, and goes on. What was found in "
                "its place is {kept} now. For copies, use kvitto backup and kvitto restore.",
            ).format(file=file, kept=kept)
        case OtherLogKeptError(file=file, count=count, kept=kept):
            return translate(
                "Errors",
                "Another database and its log were written over {file} while Kvitto was using it, "
                "and {count} of the newest reports are lost: they were answered, and the SMS "
                "service does not send them again. What was changed in Kvitto since then may be "
                "lost, too. Kvitto goes on with that database, but not with its log: a part of the "
                "lost reports may be in that. It is kept as {kept}. For copies, use kvitto backup "
                "and kvitto restore.",
            ).format(file=file, count=count, kept=kept)
        case ReportsLostError(file=file, count=count):
            return translate(
                "Errors",
                "{file} was touched while Kvitto was using it, and {count} of the newest reports "
                "in it are lost: they were answered, and the SMS service does not send them again. "
                "What was changed in Kvitto since then may be lost, too. Kvitto goes on with what "
                "is left. For copies, use kvitto backup and kvitto restore.",
            ).format(file=file, count=count)
        case DatabaseTooNewError(file=file):
            return translate(
                "Errors",
                "{file} was made by a newer version of Kvitto. It was not changed. Install the "
                "newest version of Kvitto and start that.",
            ).format(file=file)
        case UnreleasedDatabaseError(file=file):
            return translate(
                "Errors",
                "{file} was made by a trial version of Kvitto from before its first release, and "
                "this version can't read it. It was not changed. Move it out of its folder, or "
                "choose another folder with --data-dir.",
            ).format(file=file)
        case DatabaseUnreadableError(file=file):
            return translate(
                "Errors",
                "{file} can't be read or written: the disk or the system reports an error. New "
                "reports are refused for now, and wait at the SMS service for about 90 "
                "minutes. Check that the disk is connected and healthy.",
            ).format(file=file)
        case NetworkDriveError(folder=folder):
            return translate(
                "Errors",
                "{folder} lies on a network drive. A database there can lose reports, so Kvitto "
                "does not use it. Choose a folder on a disk of this computer with --data-dir.",
            ).format(folder=folder)
        case FolderUnusableError(folder=folder):
            return translate(
                "Errors",
                "The folder {folder} can't be made or used. Choose another with --data-dir, or "
                "give yourself the right to write there.",
            ).format(folder=folder)
        case NothingReceivedError(folder=folder):
            return translate(
                "Errors",
                "Nothing has been received in {folder} yet: there is no database there. Start "
                "Kvitto first, or name the right folder with --data-dir.",
            ).format(folder=folder)
        case AlreadyRunningError(folder=folder, address=""):
            return translate(
                "Errors",
                "Kvitto is already running on {folder}. Use that one, stop it first, or choose "
                "another folder with --data-dir.",
            ).format(folder=folder)
        case AlreadyRunningError(folder=folder, address=address, pid=pid):
            return translate(
                "Errors",
                "Kvitto is already running on {folder}, at {address} (process {pid}). Use that "
                "one, stop it first, or choose another folder with --data-dir.",
            ).format(folder=folder, address=address, pid=pid)
        case WindowSilentError(folder=folder):
            return translate(
                "Errors",
                "Kvitto's window on {folder} is open already, but does not answer. Look for it on "
                "the screen and in the tray. If it is stuck, end its process, then try again.",
            ).format(folder=folder)
        case UpgradeBlockedError(file=file):
            return translate(
                "Errors",
                "{file} was made by an older version of Kvitto that is still running. It was not "
                "changed, and that one goes on receiving. Quit it, then try again.",
            ).format(file=file)
        case QueueFullError(waiting=waiting):
            return translate(
                "Errors",
                "Reports come faster than the disk can store them: {count} are waiting. The rest "
                "are refused for now, and the SMS service tries them again in ten minutes.",
            ).format(count=waiting)
        case DailyLimitError():
            return translate(
                "Errors",
                "More reports came by one callback URL today than Kvitto stores in a day. Those "
                "that still come by it are refused until midnight UTC, and each waits at the "
                "SMS service for about 90 minutes. If they are yours, let it store more; if not, "
                "end that key.",
            )
        case StoreStalledError():
            return translate(
                "Errors",
                "The disk has not answered for half a minute. New reports are refused for now, and "
                "wait at the SMS service for about 90 minutes. Look at the disk: Kvitto goes on by "
                "itself once it answers.",
            )
        case StoreClosedError():
            return translate(
                "Errors",
                "Kvitto is stopping. New reports wait at the SMS service for about 90 minutes.",
            )
        case BackupFailedError(file=file):
            return translate(
                "Errors",
                "The backup can't be written to {file}: its disk is full, or may not be written. "
                "There is no backup of that name now. Make room, or choose another folder.",
            ).format(file=file)
        case BackupInDataFolderError(folder=folder):
            return translate(
                "Errors",
                "{folder} is where Kvitto keeps what it receives: a backup there would be lost "
                "together with it. Choose another folder, best on another disk.",
            ).format(folder=folder)
        case BackupThereError(file=file):
            return translate(
                "Errors",
                "{file} is there already. It was not changed. Choose another name, or replace it "
                "with --force.",
            ).format(file=file)
        case BackupNotAFileError(file=file):
            return translate(
                "Errors",
                "{file} is there, and is not a file: it is not replaced. Choose another name for "
                "the backup.",
            ).format(file=file)
        case NotABackupError(file=file, fault=fault):
            return translate(
                "Errors",
                "{file} is not a whole backup of Kvitto: {reason}. Nothing was changed. Choose "
                "another file; of a damaged one, kvitto salvage saves what can be read.",
            ).format(file=file, reason=translate("Errors", fault.english))
        case StoreInUseError(file=file):
            return translate(
                "Errors",
                "Another program has {file} open, such as Kvitto's window. Nothing was changed. "
                "Quit it, then try again.",
            ).format(file=file)
        case ClockDoubtfulError(now=now):
            return translate(
                "Errors",
                "The computer's clock says {time}, which does not agree with what was received, or "
                "it was changed. Nothing old is deleted, and no key is revoked, until you confirm "
                "the date under Settings, Storage.",
            ).format(time=f"{now.astimezone():%Y-%m-%d %H:%M}")
        case LogLargeError(file=file, megabytes=count, readers=""):
            return translate(
                "Errors",
                "The log beside {file} has grown to {count} MB, since a program goes on reading "
                "the database. Reports are stored, but the disk fills up. Close programs that have "
                "the file open, such as a backup or a database viewer.",
            ).format(file=file, count=count)
        case LogLargeError(file=file, megabytes=count, readers=programs):
            return translate(
                "Errors",
                "The log beside {file} has grown to {count} MB, since a program goes on reading "
                "the database. These have it open: {programs}. Reports are stored, but the disk "
                "fills up. Close programs that have the file open, such as a backup or a database "
                "viewer.",
            ).format(file=file, count=count, programs=programs)
        case RestoreFailedError(file=file, folder=folder):
            return translate(
                "Errors",
                "{file} can't be put into {folder}: its disk is full, or may not be written. "
                "Everything is as it was. Make room, or give yourself the right to write there, "
                "then try again.",
            ).format(file=file, folder=folder)
        case UnfinishedRestoreError(folder=folder):
            return translate(
                "Errors",
                "The disk failed while a backup was put into {folder}. Nothing is lost: the next "
                "start of Kvitto finishes it. Check that the disk is connected and may be written.",
            ).format(folder=folder)
        case MergeFailedError(file=file, folder=folder):
            return translate(
                "Errors",
                "Not all reports of {file} could be added to {folder}: its disk is full, or may "
                "not be written. What is there is whole. Make room, or give yourself the right to "
                "write there, then do it again: nothing is added twice.",
            ).format(file=file, folder=folder)
        case NothingToSalvageError(file=file, fault=fault):
            return translate(
                "Errors",
                "Nothing of {file} can be saved: {reason}. It was not changed. Choose another "
                "file, or restore a backup.",
            ).format(file=file, reason=translate("Errors", fault.english))
        case _:
            assert_never(known)
