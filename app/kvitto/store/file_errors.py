"""What may be wrong with the database's files, or is done to them, in sentences for the user."""

from pathlib import Path

from kvitto.core.translatable import translatable
from kvitto.store.errors import DatabaseBrokenError, ReportsLostError, StoreError


class FileLinkedError(StoreError):
    """A symbolic link is where a file of the database belongs: the other two are not found by it.

    Attributes:
        file: the link.
    """

    file: Path
    english = translatable(
        "Errors",
        "{file} is a symbolic link: through one, the files of the database that belong together "
        "are not found. New reports are refused for now, and wait at the SMS service for about 90 "
        "minutes. Put the file that it leads to in its place, or choose another folder with "
        "--data-dir.",
    )


class BeingRewrittenError(StoreError):
    """A receipt did not come in time, since the database is being written anew, or is about to."""

    goes_on_by_itself = True
    english = translatable(
        "Errors",
        "A person is being erased: the database is written anew, so that no trace is left in it. "
        "With many messages that may take some minutes. New reports are refused for now, and wait "
        "at the SMS service for about 90 minutes. Kvitto goes on by itself.",
    )


class OtherLogKeptError(ReportsLostError):
    """Another database was written over ours together with its log, which is not read.

    Attributes:
        kept: the name under which that log is kept.
    """

    kept: str = ""
    english = translatable(
        "Errors",
        "Another database and its log were written over {file} while Kvitto was using it, and "
        "{count} of the newest reports are lost: they were answered, and the SMS service does not "
        "send them again. What was changed in Kvitto since then may be lost, too. Kvitto goes on "
        "with that database, but not with its log: a part of the lost reports may be in that. It "
        "is kept as {kept}. For copies, use kvitto backup and kvitto restore.",
    )


class ContentsChangedError(StoreError):
    """Somebody has changed what is in the database; nobody knows how much is lost by that."""

    file: Path
    english = translatable(
        "Errors",
        "Another program has changed what is in {file} while Kvitto was using it. What Kvitto had "
        "received may be lost in part, and is not sent again by the SMS service. Kvitto goes on "
        "with what is left; kvitto check tells whether that agrees. For copies, use kvitto backup "
        "and kvitto restore.",
    )


def reports_lost(file: Path, count: int, other_log: str) -> StoreError:
    """Return how to tell that reports are lost.

    Args:
        file: the database.
        count: how many are lost, as far as that is known.
        other_log: the name under which the log of another database is kept; "" for none.
    """
    if other_log:
        return OtherLogKeptError(file, count, other_log)
    return ReportsLostError(file, count) if count else ContentsChangedError(file)


class IndexCutError(StoreError):
    """The system has ended the receiver, since a file that it had mapped was cut; it is back.

    Attributes:
        file: the index of the log.
    """

    file: Path
    english = translatable(
        "Errors",
        "{file}, or another file that Kvitto's receiver was reading, was cut or overwritten, and "
        "the system ended the receiver. It has started again at once, and goes on: all reports "
        "that it had answered are kept. What came meanwhile is sent again by the SMS service. For "
        "copies, use kvitto backup and kvitto restore.",
    )


class DatabaseEmptiedError(DatabaseBrokenError):
    """Somebody has emptied the database's file; the newest reports are saved.

    Attributes:
        kept: the database that they are saved in.
        count: how many there are, with the refused requests.
    """

    kept: Path = Path()
    count: int = 0
    english = translatable(
        "Errors",
        "{file} was emptied while Kvitto was using it: nothing in it can be saved. New reports are "
        "refused for now, and wait at the SMS service. What was received last ({count}) is saved. "
        "Quit Kvitto. If you have a backup, put it in its place with kvitto restore, then add what "
        "is saved: kvitto merge {kept}. If you have none: kvitto restore {kept}.",
    )


class DatabaseOverwrittenError(DatabaseBrokenError):
    """What somebody wrote over the database is of no use; the newest reports are saved.

    Attributes:
        kept: the database that they are saved in.
        count: how many there are, with the refused requests.
    """

    kept: Path = Path()
    count: int = 0
    english = translatable(
        "Errors",
        "{file} was overwritten while Kvitto was using it: it is damaged, or is not a file of "
        "this Kvitto any more. New reports are refused for now, and wait at the SMS service. What "
        "was received last ({count}) is saved in {kept}. Quit Kvitto and copy the whole folder to "
        "a safe place. Then kvitto restore puts a backup, or what kvitto salvage can read, in its "
        "place, and kvitto merge adds what is saved.",
    )


class OthersFileError(StoreError):
    """A file in the data folder belongs to another user, and can't be used."""

    file: Path
    english = translatable(
        "Errors",
        "{file} belongs to another user of this computer, and you may not use it. Start Kvitto as "
        "that user, choose another folder with --data-dir, or have the file given to you.",
    )


class WrongTextError(StoreError):
    """A text in the database is not UTF-8."""

    english = translatable(
        "Errors",
        "The database has a text that can't be read, since it is not UTF-8: somebody has changed "
        "it with another program. A backup can be put in its place: kvitto restore.",
    )


class WrongValueError(StoreError):
    """A column has a value that it can't have, such as a text where a number belongs.

    Attributes:
        column: the names of its table and of the column.
        row: the row's key, as SQL has it.
    """

    column: str
    row: str
    english = translatable(
        "Errors",
        "The database has a value that can't be read, in {column} of the row with {row}: somebody "
        "has changed it with another program. kvitto check names all that are like it. A backup "
        "can be put in its place: kvitto restore.",
    )
