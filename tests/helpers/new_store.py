"""A new database, without the time that making one takes: more than most tests have to do."""

import tempfile
from functools import cache
from pathlib import Path

from kvitto.paths import database_file
from kvitto.store.database import FileDatabase, open_database


def lay_new_database(folder: Path) -> Path:
    """Put a database as Kvitto makes it into a data folder that has none; return the folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = database_file(folder)
    file.touch(mode=0o600, exist_ok=False)
    file.write_bytes(_new_database())
    return folder


def open_new_database(folder: Path) -> FileDatabase:
    """Open a new database in a data folder that has none."""
    return open_database(lay_new_database(folder))


@cache
def _new_database() -> bytes:
    """Return what Kvitto itself makes: once for each process that runs tests."""
    with tempfile.TemporaryDirectory() as folder:
        open_database(Path(folder)).close()
        return database_file(Path(folder)).read_bytes()
