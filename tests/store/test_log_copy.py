"""The copy of the database's log, over a log that SQLite writes."""

import os
import sqlite3
import tracemalloc
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


def test_a_log_that_is_begun_anew_while_it_is_read_is_not_taken_for_one(
    tmp_path: Path, connection: sqlite3.Connection
) -> None:
    """SQLite writes the new beginning first: the frames behind it are those of the log before."""
    log = tmp_path / "a.db-wal"
    for value in range(3):
        connection.execute("INSERT INTO it VALUES (?)", (value,))
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
    before = log.read_bytes()
    connection.execute("INSERT INTO it VALUES (4)")
    header = log.read_bytes()[:32]
    assert header != before[:32]
    frames = (len(before) - 32) // (24 + int.from_bytes(before[8:12], "big"))
    copied = tmp_path / "b.db"
    copy = LogCopy(copied)
    try:
        for some in (header + before[32:], before[:32] + log.read_bytes()[32:]):
            copied.with_name("b.db-wal").write_bytes(some)
            assert not copy.begin(frames)
            assert copy.size == 0
        copied.with_name("b.db-wal").write_bytes(before)
        assert copy.begin(frames)
        assert copy.size == len(before)
    finally:
        copy.drop()


def test_a_large_log_is_read_in_pieces_and_most_of_it_held_in_a_file(
    tmp_path: Path, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOG_LIMIT_BYTES", "_SPARE"):
        monkeypatch.setattr(f"kvitto.store.log_copy.{name}", 64 << 10)
    log = tmp_path / "a.db-wal"
    for value in range(3):
        connection.execute("INSERT INTO it VALUES (?)", (f"{value}" * (1 << 20),))
    written = log.read_bytes()
    page_bytes = int.from_bytes(written[8:12], "big")
    copy = LogCopy(tmp_path / "a.db")
    try:
        tracemalloc.start()
        assert copy.begin((len(written) - 32) // (24 + page_bytes))
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
        assert copy.size == len(written)
        assert copy.is_same()
        connection.execute("INSERT INTO it VALUES (4)")
        assert copy.follow()
        written = log.read_bytes()
        copy.put_back()
        assert log.read_bytes() == written
    finally:
        tracemalloc.stop()
        copy.drop()


def test_a_log_is_copied_anew_only_where_it_is_another_or_a_longer_one(
    tmp_path: Path, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "a.db-wal"
    copy = LogCopy(tmp_path / "a.db")
    try:
        for frames in (1, 2):
            connection.execute("INSERT INTO it VALUES (?)", (frames,))
            assert copy.renew(frames)
            assert copy.size == log.stat().st_size
        with monkeypatch.context() as patch:
            patch.setattr(copy, "begin", pytest.fail)
            assert copy.renew(2)

        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for value in (3, 4):
            connection.execute("INSERT INTO it VALUES (?)", (value,))
        assert copy.renew(2)  # another one of as many frames
        assert copy.is_same()

        os.truncate(log, log.stat().st_size - 5_000)
        assert not copy.renew(2)
    finally:
        copy.drop()
