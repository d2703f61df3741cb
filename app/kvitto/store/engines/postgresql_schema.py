"""The tables of a store on a PostgreSQL server: those of a file, said in PostgreSQL's SQL.

They have no foreign keys: all that is written is written by one transaction at a time, which knows
its rows, and a check of each of them costs more than the row. `kvitto check` looks for rows without
those that they belong to.
"""

import re
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, text

from kvitto.store.copy_errors import CopyUnfinishedError
from kvitto.store.migrations import NEWEST, v1, v1_erasure
from kvitto.store.server_errors import NoStoreError, StoreVersionError

SCHEMA: Final = "kvitto"
"""Where the tables are: beside those of other programs."""
COPYING: Final = "copy_progress"
"""The table that there is only while the store is being copied from another place."""
_REFERENCES: Final = re.compile(r" REFERENCES \w+ \(\w+\)")
_KEY: Final = re.compile(r"\bINTEGER NOT NULL PRIMARY KEY\b")
_SEARCH: Final = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    """
    CREATE TABLE message_fts (
        rowid BIGINT NOT NULL PRIMARY KEY,
        external_id TEXT COLLATE "C",
        recipient TEXT COLLATE "C",
        reference TEXT COLLATE "C",
        words TEXT COLLATE "C" GENERATED ALWAYS AS (
            lower(
                (
                    coalesce(external_id, '') || E'\\n' || coalesce(recipient, '') || E'\\n'
                    || coalesce(reference, '')
                ) COLLATE "und-x-icu"
            )
        ) STORED
    )
    """,
    "CREATE INDEX message_fts_words ON message_fts USING gin (words gin_trgm_ops)",
    """
    CREATE FUNCTION message_fts_follow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            DELETE FROM message_fts WHERE rowid = old.pk;
        ELSE
            UPDATE message_fts
            SET external_id = new.external_id, recipient = new.recipient, reference = new.reference
            WHERE rowid = new.pk;
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER message_fts_delete AFTER DELETE ON message
    FOR EACH ROW EXECUTE FUNCTION message_fts_follow()
    """,
    """
    CREATE TRIGGER message_fts_update AFTER UPDATE OF external_id, recipient, reference ON message
    FOR EACH ROW WHEN (
        (old.external_id, old.recipient, old.reference)
        IS DISTINCT FROM (new.external_id, new.recipient, new.reference)
    ) EXECUTE FUNCTION message_fts_follow()
    """,
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'erasure is append-only'; END $$
    """,
    """
    CREATE TRIGGER erasure_append_only BEFORE UPDATE OR DELETE ON erasure
    FOR EACH ROW EXECUTE FUNCTION refuse_change()
    """,
)
"""The search index, and the triggers. `words` is in small letters, whatever the alphabet."""


def make_store(connection: Connection) -> None:
    """Make all tables, in a transaction, in a database that has none of them.

    Raises:
        DBAPIError: they can't be made.
    """
    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    for statement in _statements():
        connection.exec_driver_sql(statement)


def version_of(connection: Connection) -> int:
    """Return the schema version of the store; 0 where there is none."""
    if not _is_there(connection, "schema_version"):
        return 0
    return int(connection.scalar(text("SELECT version FROM schema_version")) or 0)


def is_being_copied(connection: Connection) -> bool:
    """Return whether the store is not whole yet, since a copy into it has not ended."""
    return _is_there(connection, COPYING)


def _is_there(connection: Connection, table: str) -> bool:
    query = text("SELECT to_regclass(:name) IS NOT NULL")
    return bool(connection.scalar(query, {"name": f"{SCHEMA}.{table}"}))


def ensure_version(connection: Connection, place: str) -> None:
    """Check that the store at `place` is one that this program knows.

    Raises:
        NoStoreError: there is none.
        StoreVersionError: another version made it.
        CopyUnfinishedError: it is not whole yet.
    """
    found = version_of(connection)
    if not found:
        raise NoStoreError(place)
    if found != NEWEST:
        raise StoreVersionError(place, found, NEWEST)
    if is_being_copied(connection):
        raise CopyUnfinishedError(place)


def _statements() -> Iterator[str]:
    for statement in (*v1.TABLES, *v1_erasure.TABLES):
        if "CREATE TRIGGER" not in statement:
            yield _said_otherwise(statement)
    yield from _SEARCH
    yield "CREATE TABLE schema_version (version BIGINT NOT NULL)"
    yield f"INSERT INTO schema_version VALUES ({NEWEST})"  # noqa: S608 - a number


def _said_otherwise(statement: str) -> str:
    """Return a statement that makes a table of SQLite's, in PostgreSQL's SQL."""
    statement = statement.replace(" WITHOUT ROWID", "")
    statement = _REFERENCES.sub("", statement)
    statement = _KEY.sub("BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", statement)
    statement = re.sub(r"\bINTEGER\b", "BIGINT", statement)
    statement = re.sub(r"\bBLOB\b", "BYTEA", statement)
    statement = re.sub(r"\bTEXT\b", 'TEXT COLLATE "C"', statement)
    return statement.replace("GLOB '*[^0-9]*'", "~ '[^0-9]'")
