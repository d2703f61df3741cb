"""What may be wrong with the place of the database's files, in sentences for the user."""

from pathlib import Path

from kvitto.core.translatable import translatable
from kvitto.store.errors import DatabaseBrokenError, StoreError


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
