"""What may be wrong with the place of the database's files, in sentences for the user."""

from pathlib import Path

from kvitto.store.errors import StoreError


class FileLinkedError(StoreError):
    """A symbolic link is where a file of the database belongs: the other two are not found by it.

    Attributes:
        file: the link.
    """

    file: Path
    english = (
        "{file} is a symbolic link: through one, the files of the database that belong together "
        "are not found. New reports are refused for now, and wait at the SMS service for about 90 "
        "minutes. Put the file that it leads to in its place, or choose another folder with "
        "--data-dir."
    )
