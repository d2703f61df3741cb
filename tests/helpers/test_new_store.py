import stat
from contextlib import closing
from pathlib import Path

import pytest

from kvitto.paths import database_file
from kvitto.store.database import Database, open_database
from tests.helpers.new_store import lay_new_database, open_new_database


def contents(database: Database) -> list[str]:
    """Return the database as SQL, with what the file says of itself."""
    pragmas = ("user_version", "application_id", "journal_mode", "page_size", "auto_vacuum")
    with database.reading.connect() as connection:
        said = [
            f"{one}={connection.exec_driver_sql(f'PRAGMA {one}').scalar_one()}" for one in pragmas
        ]
        with closing(connection.connection.driver_connection.cursor()) as cursor:  # type: ignore[union-attr]
            return said + list(cursor.connection.iterdump())


def test_it_is_what_is_made_where_there_is_none(tmp_path: Path) -> None:
    with open_new_database(tmp_path / "laid") as laid, open_database(tmp_path / "made") as made:
        assert contents(laid) == contents(made)
        assert len(contents(laid)) > 20


def test_it_is_the_users_alone(tmp_path: Path) -> None:
    folder = lay_new_database(tmp_path / "laid")

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(database_file(folder).stat().st_mode) == 0o600


def test_one_that_is_there_is_left_alone(tmp_path: Path) -> None:
    with open_new_database(tmp_path), pytest.raises(FileExistsError):
        lay_new_database(tmp_path)
