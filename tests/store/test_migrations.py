"""The schema: what migrations make is what the program expects, from every version on."""

import shutil
import sqlite3
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import Inspector

from app.core.money import Money
from app.paths import database_file
from app.store.check import check
from app.store.database import open_database
from app.store.finding import Finder, MessageFilter
from app.store.migrations import MIGRATIONS, NEWEST
from app.store.reader import Reader
from app.store.schema import metadata
from app.store.secrets import SecretStore

FROZEN: Final = Path(__file__).parent.parent / "data" / "databases"
"""A database of each released schema version, as that version wrote it."""


def picture(inspector: Inspector) -> dict[str, object]:
    """Return what a schema is, without how it was written down, and without the search index."""
    return {
        table: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"])
                for column in inspector.get_columns(table)
            },
            "key": inspector.get_pk_constraint(table)["constrained_columns"],
            "unique": sorted(
                tuple(one["column_names"]) for one in inspector.get_unique_constraints(table)
            ),
            "foreign": sorted(
                (tuple(one["constrained_columns"]), one["referred_table"])
                for one in inspector.get_foreign_keys(table)
            ),
            "indexes": sorted(
                (one["name"] or "", tuple(one["column_names"]))
                for one in inspector.get_indexes(table)
            ),
        }
        for table in inspector.get_table_names()
        if not table.startswith("message_text")
    }


def test_the_migrations_make_the_schema_that_the_program_expects(data_dir: Path) -> None:
    expected = create_engine("sqlite://")
    metadata.create_all(expected)
    with open_database(data_dir) as database:
        assert picture(inspect(database.reading)) == picture(inspect(expected))
    expected.dispose()


@pytest.mark.parametrize("version", range(1, NEWEST + 1))
def test_a_database_of_every_version_opens_with_all_that_is_in_it(
    data_dir: Path, version: int
) -> None:
    shutil.copyfile(FROZEN / f"v{version}.db", database_file(data_dir))

    with open_database(data_dir) as database:
        reader = Reader(database)
        assert check(database).differences == []
        batches = {one.batch_id: one for one in reader.batches()}
        assert set(batches) == {"5c613848879973045cf39ac3", "höstrea"}
        assert batches["höstrea"].messages == 3
        assert batches["höstrea"].cost == {
            "EUR": Money(164_000_000, "EUR"),
            "SEK": Money(-450_000_000, "SEK"),
        }
        assert Finder(database).batches(MessageFilter(text="0701-23 45 67")) == {
            batches["höstrea"].key: 3
        }
        counts = reader.counts()
        assert (counts.reports, counts.repeats, counts.refused, counts.knocks) == (9, 2, 2, 12)
        [secret, *_] = SecretStore(database).valid()
        assert {one.secret for one in batches.values()} == {secret.key}


@pytest.mark.parametrize("version", range(NEWEST))
def test_a_migration_that_fails_leaves_the_version_before_it(
    data_dir: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_connection: object) -> None:
        message = "in the middle"
        raise LookupError(message)

    steps = (*MIGRATIONS[:version], fail, *MIGRATIONS[version + 1 :])
    monkeypatch.setattr("app.store.upgrading.MIGRATIONS", steps)

    with pytest.raises(LookupError):
        open_database(data_dir)

    connection = sqlite3.connect(database_file(data_dir))
    assert connection.execute("PRAGMA user_version").fetchone() == (version,)
    connection.close()
    monkeypatch.undo()
    open_database(data_dir).close()
