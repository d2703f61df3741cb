"""The schema: what migrations make is what the program expects, from every version on."""

import itertools
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import Inspector

from kvitto.core.money import Money
from kvitto.paths import database_file
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.database import open_database
from kvitto.store.ingest import IngestGroup
from kvitto.store.migrations import MIGRATIONS, NEWEST
from kvitto.store.reader import Reader
from kvitto.store.schema import metadata
from kvitto.store.search import MessageFilter, MessageSearch
from kvitto.store.write_requests import ReportRequest, WriteResult
from tests.helpers.ledger import Ledger

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


# --- Version 5: all is folded anew --------------------------------------------------------------

EDGE_CASES: Final = FROZEN / "v4_edge_cases.db"
LATER: Final = datetime(2026, 10, 27, tzinfo=UTC)


def test_what_was_counted_by_other_rules_is_counted_anew(data_dir: Path) -> None:
    shutil.copyfile(EDGE_CASES, database_file(data_dir))

    with open_database(data_dir) as database:
        result = check(database)
        marks = {one.batch_id: one.marks for one in Reader(database).batches()}

    assert (result.differences, result.batches, result.reports) == ([], 2, 360)
    assert marks["whole"].keys() == marks["forgotten"].keys() == {"created"}


def test_the_sums_of_deleted_messages_stay_as_they_are(data_dir: Path) -> None:
    """The sums are those of the deleted messages, and those of the ones that are there."""
    path = database_file(data_dir)
    shutil.copyfile(EDGE_CASES, path)
    before = sums_of(path)

    with open_database(data_dir) as database:
        reader = Reader(database)
        purged = reader.batch("forgotten")
        assert purged is not None
        known = purged_ids(path)
        reports = [
            one.received
            for one in reader.stream_reports(purged.key)
            if one.received.report.message_id not in known
        ]

    counted = Ledger(reports).sums["forgotten"]
    counted.drop_zeros()
    now = sums_of(path)
    of_deleted = {code: tuple(-one for one in sums) for code, sums in left_over(EDGE_CASES).items()}
    assert plus(before, of_deleted) == plus(
        now,
        {
            code: (-one.messages, -one.settled, -one.segments)
            for code, one in counted.statuses.items()
        },
    )


def test_reports_go_on_coming_after_it(data_dir: Path) -> None:
    shutil.copyfile(EDGE_CASES, database_file(data_dir))
    with open_database(data_dir) as database, database.writing.connect() as connection:
        known = [one.received.report for one in Reader(database).stream_reports()]
        later = [
            msgspec.structs.replace(one, code=code, created=None)
            for code, one in zip(itertools.cycle((103, 104, 201, 511)), known, strict=False)
        ]
        arrivals = [ReportRequest(one, b"{}", LATER) for one in [*later, *known]]
        with connection.begin():
            receipts = IngestGroup(connection).store(arrivals)

        assert WriteResult.STORED in receipts
        assert set(receipts[len(later) :]) == {WriteResult.DUPLICATE}
        assert check(database).differences == []


def test_reports_that_differ_in_impossible_times_only_become_one(data_dir: Path) -> None:
    path = database_file(data_dir)
    shutil.copyfile(EDGE_CASES, path)
    with sqlite3.connect(path) as connection:
        connection.execute(
            """
            INSERT INTO report
            SELECT 1000, message_pk, 17, code, final, created_us - 1, arrived_us + 5, recipient,
                segments, price_nano, currency, reference, body, secret_pk, origin, 2, revision
            FROM report WHERE created_us < 0 LIMIT 1
            """
        )
        connection.execute("UPDATE meta SET last_report = 1000, repeats = repeats + 2")
    connection.close()

    with open_database(data_dir) as database:
        assert check(database).differences == []
        counts = Reader(database).counts()
    assert counts.reports == 360
    assert counts.repeats == 3


Sums = dict[int, tuple[int, ...]]


def plus(one: Sums, other: Sums) -> Sums:
    """Add up sums; codes at which nothing is left are left out."""
    nothing = (0, 0, 0)
    added = {
        code: tuple(map(sum, zip(one.get(code, nothing), other.get(code, nothing), strict=True)))
        for code in {*one, *other}
    }
    return {code: sums for code, sums in added.items() if any(sums)}


def rows_of(path: Path, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute(query).fetchall()
    connection.close()
    return rows


def sums_of(path: Path) -> Sums:
    """Return messages, settled ones and segments by code of the half forgotten batch."""
    query = "SELECT code, messages, settled, segments FROM batch_status WHERE batch_pk = 2"
    return {code: tuple(sums) for code, *sums in rows_of(path, query)}


def purged_ids(path: Path) -> set[str]:
    return {one for (one,) in rows_of(path, "SELECT message_id FROM forgotten")}


def left_over(path: Path) -> Sums:
    """Return what the messages that are left add to `sums_of` by the rules of version 4."""
    query = """
        SELECT code, count(*), sum(final OR code = 201), coalesce(sum(segments), 0) FROM message
        WHERE batch_pk = 2 AND message_id NOT IN (SELECT message_id FROM forgotten)
        GROUP BY code
    """
    return {code: tuple(sums) for code, *sums in rows_of(path, query)}


@pytest.mark.parametrize("version", range(NEWEST))
def test_a_migration_that_fails_leaves_the_version_before_it(
    data_dir: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_connection: object) -> None:
        message = "in the middle"
        raise LookupError(message)

    steps = (*MIGRATIONS[:version], fail, *MIGRATIONS[version + 1 :])
    monkeypatch.setattr("kvitto.store.migrations.runner.MIGRATIONS", steps)

    with pytest.raises(LookupError):
        open_database(data_dir)

    connection = sqlite3.connect(database_file(data_dir))
    assert connection.execute("PRAGMA user_version").fetchone() == (version,)
    connection.close()
    monkeypatch.undo()
    open_database(data_dir).close()
