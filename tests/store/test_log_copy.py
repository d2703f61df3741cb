"""The copy of the database's log, over a log that SQLite writes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kvitto.store.log_copy import LogCopy


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("CREATE TABLE it (value)")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        yield connection


@pytest.mark.parametrize("is_there", [True, False])
def test_a_log_in_which_nothing_is_yet_is_followed_from_its_first_transaction_on(
    tmp_path: Path, connection: sqlite3.Connection, *, is_there: bool
) -> None:
    log = tmp_path / "a.db-wal"
    copy = LogCopy(tmp_path / ("a.db" if is_there else "none.db"))
    try:
        assert copy.begin(0)
        assert not copy.follow()
        connection.execute("INSERT INTO it VALUES (1)")
        assert copy.follow() is is_there
        assert copy.size == (log.stat().st_size if is_there else 0)
        assert not copy.follow()
    finally:
        copy.drop()
