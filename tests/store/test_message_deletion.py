"""Parts of a batch's messages, deleted."""

import sqlite3
from contextlib import closing

import pytest

from kvitto.store.database import Database, FileDatabase
from kvitto.store.deletions import DeleteBatches, is_any_pending
from kvitto.store.message_deletion import first_messages
from kvitto.store.reader import Reader
from kvitto.store.writer import Writer
from tests.store.arrivals import a_report, append_all, arriving


async def test_a_part_does_not_sort_the_whole_batch(writer: Writer, database: Database) -> None:
    await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(5)])
    told: list[str] = []
    with database.writing.connect() as connection, connection.begin():
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.set_trace_callback(told.append)
        keys, is_left = first_messages(connection, 1, 2)
        raw.set_trace_callback(None)
        (first, *_) = (one for one in told if one.startswith("SELECT message.pk"))
        plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {first}")]
    assert (len(keys), is_left) == (2, True)
    assert plan
    assert not any("TEMP B-TREE" in step for step in plan), plan


async def test_the_index_is_merged_as_before_once_all_is_deleted(
    writer: Writer,
    reader: Reader,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kvitto.store.ingest.INDEXED_AT_ONCE", 1)
    monkeypatch.setattr("kvitto.store.deletion_pace.MOST", 1)
    monkeypatch.setattr("kvitto.store.deletions._PART_S", 0)
    await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(5)])
    (batch,) = reader.batches()
    writer.edit(DeleteBatches((batch.key,))).result(60)
    assert writer.flush(60)
    while is_any_pending(database):
        assert writer.flush(60)
    assert not list(reader.stream_messages())
    assert isinstance(database, FileDatabase)
    with closing(sqlite3.connect(database.path)) as connection:
        query = "SELECT v FROM message_fts_config WHERE k = 'automerge'"
        assert connection.execute(query).fetchone() == (4,)
        connection.execute("INSERT INTO message_fts (message_fts) VALUES ('integrity-check')")
