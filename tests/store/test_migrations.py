"""The schema: what migrations make is what the program expects, from every version on."""

import asyncio
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import Inspector

from kvitto.core.money import Money
from kvitto.core.status import Result
from kvitto.export.exporter import export
from kvitto.export.kinds import EXPORT_KINDS
from kvitto.paths import database_file
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.database import open_database
from kvitto.store.migrations import NEWEST
from kvitto.store.reader import Reader
from kvitto.store.schema import metadata
from kvitto.store.search import MessageFilter, MessageSearch
from tests.data.databases import make_edge_cases
from tests.helpers.made_up_versions import add_table, make_up_versions

FROZEN: Final = Path(__file__).parent.parent / "data" / "databases"
"""A database of each released schema version, as that version wrote it."""
EXPORTS: Final = Path(__file__).parent.parent / "data" / "exports"
"""What such databases hold, as it was exported before the first release's schema was made."""


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
        if not table.startswith("message_fts")
    }


def test_the_migrations_make_the_schema_that_the_program_expects(data_dir: Path) -> None:
    expected = create_engine("sqlite://")
    metadata.create_all(expected)
    with open_database(data_dir) as database:
        assert picture(inspect(database.reading)) == picture(inspect(expected))
    expected.dispose()


READABLE: Final = {"report.body", "quarantine.body"}
"""The only columns with bytes: what came, as it came."""


def test_every_column_can_be_read_by_a_person() -> None:
    columns = [column for table in metadata.tables.values() for column in table.columns]

    packed = {str(one) for one in columns if str(one.type) == "BLOB"}
    times = [one.name for one in columns if one.name.endswith("_us")]
    flags = [one.name for one in columns if str(one.type) == "BOOLEAN"]

    assert packed == READABLE
    assert {one for one in times if not one.endswith("_at_us")} == {"clock_steady_us"}
    assert [one for one in flags if not one.startswith("is_")] == []


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
            "SEK": Money(0, "SEK"),
        }
        assert batches["höstrea"].paid_back == {"SEK": Money(-450_000_000, "SEK")}
        assert MessageSearch(database).batches(MessageFilter(text="0701-23 45 67")) == {
            batches["höstrea"].key: 3
        }
        counts = reader.counts()
        assert (counts.reports, counts.repeats, counts.refused, counts.unauthorized_counts) == (
            9,
            2,
            2,
            12,
        )
        [callback_key, *_] = CallbackKeyStore(database).valid()
        assert {one.callback_key for one in batches.values()} == {callback_key.key}


# --- The exports before the first release -------------------------------------------------------

_OF_EACH: Final = {
    "outcome": "result",
    "created": "created_at",
    "created_is_arrival": "is_created_at_arrival",
    "arrived": "arrived_at",
    "reports": "report_count",
    "first_seen": "first_seen_at",
    "last_seen": "last_seen_at",
}
NEW_NAMES: Final = {
    "batches": {
        **_OF_EACH,
        **{one.value: f"{one.value}_count" for one in Result},
        "expected": "expected_count",
        "messages": "message_count",
        "settled": "finished_count",
        "segments": "segment_count",
        "reports_with_unread_fields": "reports_with_unread_fields_count",
        "done": "is_archived",
        "forgotten": "purged_at",
    },
    "messages": {**_OF_EACH, "settled": "is_finished", "first_created": "first_created_at"},
    "reports": {
        **_OF_EACH,
        "final": "is_final",
        "lag_seconds": "delay_seconds",
        "repeats": "repeat_count",
    },
    "quarantine": {**_OF_EACH, "times": "request_count", "size": "size_bytes"},
}
"""How columns are called now, by table."""


def make_sample(folder: Path) -> None:
    shutil.copyfile(FROZEN / "v1.db", database_file(folder))


def make_many(folder: Path) -> None:
    asyncio.run(make_edge_cases.main(folder))


@pytest.mark.parametrize(
    ("name", "make", "tables"),
    [
        ("sample", make_sample, EXPORT_KINDS),
        ("edge_cases", make_many, ("batches", "messages")),
    ],
    ids=["sample", "edge cases"],
)
def test_what_is_exported_is_what_was_exported_before(
    data_dir: Path, tmp_path: Path, name: str, make: Callable[[Path], None], tables: tuple[str, ...]
) -> None:
    make(data_dir)

    with open_database(data_dir) as database:
        for table in tables:
            target = tmp_path / f"{table}.jsonl"
            export(Reader(database), table, None, None, target)
            before = (EXPORTS / f"{name}_{table}.jsonl").read_text(encoding="utf-8")
            now = without_now(target.read_text(encoding="utf-8"))
            assert _ADDED.sub("", now) == renamed(before, table)


_ADDED = re.compile(r',"batch_origin":"webhook"(?=})')
"""A column that has come since, the last of a line."""


def renamed(lines: str, table: str) -> str:
    """Return JSON lines with their keys as they are called now, and all else byte for byte."""
    names = NEW_NAMES[table]
    return re.sub(r'(?<=[{,])"(\w+)":', lambda found: f'"{names.get(found[1], found[1])}":', lines)


def without_now(lines: str) -> str:
    """Return JSON lines without the end of a time that still goes on."""
    return re.sub(r'("reports_may_be_lost":"[^/"]*/)[^"]*"', r'\1now"', lines)


def rows_of(path: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


# --- Steps that fail ----------------------------------------------------------------------------


@pytest.mark.parametrize("version", [0, NEWEST])
def test_a_migration_that_fails_leaves_the_version_before_it(
    data_dir: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_connection: object) -> None:
        message = "in the middle"
        raise LookupError(message)

    with monkeypatch.context() as patch:
        if version:
            make_up_versions(patch, fail)
        else:
            patch.setattr("kvitto.store.migrations.runner.MIGRATIONS", (fail,))
        with pytest.raises(LookupError):
            open_database(data_dir)

    assert rows_of(database_file(data_dir), "PRAGMA user_version") == [(version,)]
    make_up_versions(monkeypatch, add_table)
    open_database(data_dir).close()
