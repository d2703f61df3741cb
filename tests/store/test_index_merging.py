"""The search index, merged in short steps while much is deleted."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import Connection

from kvitto.store.database import FileDatabase
from kvitto.store.deletions import PurgePart
from kvitto.store.index_merging import (
    _LARGE_PAGES,
    _MERGED_PAGES,
    _MOST_PIECES,
    Level,
    levels_of,
    mergeable_pages,
    merging_in_parts,
)
from kvitto.store.reader import Reader
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all, arriving

LATER: Final = START + timedelta(days=100)
LARGE: Final = _LARGE_PAGES // 4 + 1
EMPTY: Final = Level(0, [])


@pytest.mark.parametrize(
    ("levels", "pages"),
    [
        pytest.param([], 0, id="nothing is there"),
        pytest.param([Level(0, [9] * 7)], 0, id="too few pieces"),
        pytest.param([Level(0, [9] * 8)], _MERGED_PAGES, id="enough pieces"),
        pytest.param([Level(0, [9] * 7), Level(0, [90] * 8)], _MERGED_PAGES, id="of a higher one"),
        pytest.param([Level(4, [9] * 4), Level(0, [9])], _MERGED_PAGES, id="begun, and small"),
        pytest.param([Level(4, [LARGE] * 4), Level(0, [9])], 0, id="begun, and large"),
        pytest.param([Level(4, [9] * 4), Level(0, [4 * LARGE])], 0, id="most of it is done"),
        pytest.param(
            [Level(0, [9] * 8), Level(4, [LARGE] * 9), Level(0, [9])],
            _MERGED_PAGES,
            id="enough pieces below one that is left",
        ),
        pytest.param(
            [Level(0, [9] * 5), Level(4, [LARGE] * 4), Level(0, [9])],
            0,
            id="too few pieces below one that is left",
        ),
        pytest.param([Level(4, [2] * 4), Level(0, [90] * 8)], 2, id="begun below enough pieces"),
        pytest.param(
            [Level(8, [LARGE] * 8), Level(0, [9])], _MERGED_PAGES, id="begun by ourselves"
        ),
        pytest.param(
            [Level(4, [LARGE] * _MOST_PIECES), Level(0, [9])], _MERGED_PAGES, id="very many pieces"
        ),
        pytest.param([Level(8, [2] * 8), Level(0, [9])], 4, id="at its end"),
        pytest.param([Level(8, [2] * 8)], 4, id="of an index that is damaged"),
        pytest.param([Level(8, [0] * 8), Level(0, [9])], 1, id="nothing but its end"),
    ],
)
def test_a_step_is_made_where_it_is_needed_and_short(levels: list[Level], pages: int) -> None:
    assert mergeable_pages(levels) == pages


@contextmanager
def opened(database: FileDatabase) -> Iterator[tuple[Connection, sqlite3.Connection]]:
    with database.writing.connect() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        yield connection, raw


async def filled(writer: Writer, first: int, pieces: int) -> None:
    """Store messages that are taken into the search index each on its own."""
    for number in range(first, first + pieces):
        await append_all(writer, [arriving(a_report(f"m{number:04}{number * 7919:x}"))])


async def test_what_sqlite_has_begun_of_many_pages_is_left_to_it(
    database: FileDatabase, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.ingest.INDEXED_AT_ONCE", 1)
    monkeypatch.setattr("kvitto.store.index_merging._MERGE_S", 60)
    await filled(writer, 0, 5)
    writer.close()
    with opened(database) as (connection, raw):
        raw.execute("INSERT INTO message_fts (message_fts, rank) VALUES ('pgsz', 32)")
        raw.execute("INSERT INTO message_fts (message_fts, rank) VALUES ('usermerge', 4)")
        raw.execute("INSERT INTO message_fts (message_fts, rank) VALUES ('merge', 1)")
        begun = levels_of(raw)
        assert begun[0].merging == len(begun[0].pages) == 5
        with monkeypatch.context() as patch:
            patch.setattr("kvitto.store.index_merging._LARGE_PAGES", 1)
            with merging_in_parts(connection):
                pass
            assert levels_of(raw) == begun
        with merging_in_parts(connection):
            pass
        assert levels_of(raw)[0] == EMPTY


async def test_what_was_changed_is_written_before_sqlite_merges_by_itself_again(
    database: FileDatabase, writer: Writer
) -> None:
    await filled(writer, 0, 1)
    writer.close()
    told: list[str] = []
    with opened(database) as (connection, raw), connection.begin():
        raw.set_trace_callback(told.append)
        with merging_in_parts(connection):
            told.append("changed")
        raw.set_trace_callback(None)
    (written,) = (at for at, one in enumerate(told) if one.startswith("SAVEPOINT"))
    (again,) = (at for at, one in enumerate(told) if "VALUES ('automerge', 4)" in one)
    assert told.index("changed") < written < again


async def test_the_levels_have_the_pieces_and_pages_of_the_index(
    database: FileDatabase, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.ingest.INDEXED_AT_ONCE", 1)
    await filled(writer, 0, 40)  # SQLite merges 16 of them, twice
    writer.close()
    with opened(database) as (_, raw):
        levels = levels_of(raw)
        assert len(levels) > 1
        assert pieces_and_pages(levels) == found_in_index(raw)

        raw.execute("INSERT INTO message_fts (message_fts, rank) VALUES ('pgsz', 32)")
        raw.execute("INSERT INTO message_fts (message_fts) VALUES ('rebuild')")
        pieces, pages = pieces_and_pages(levels_of(raw))
        assert (pieces, pages) == found_in_index(raw)
        assert pages > 127, "more than one byte tells"


@pytest.mark.parametrize(
    "record", [b"", b"\0\0\0\1", b"\0\0\0\1\xff\0\0\1\1\1\1", b"\0\0\0\1\5\1\1\0", "text", None]
)
def test_levels_that_cannot_be_read_are_left_to_sqlite(record: bytes | str | None) -> None:
    with closing(sqlite3.connect(":memory:")) as raw:
        raw.execute("CREATE TABLE message_fts_data (id INTEGER PRIMARY KEY, block BLOB)")
        assert levels_of(raw) == []
        raw.execute("INSERT INTO message_fts_data VALUES (10, ?)", (record,))
        assert levels_of(raw) == []
        assert mergeable_pages([]) == 0


def pieces_and_pages(levels: list[Level]) -> tuple[int, int]:
    return sum(len(one.pages) for one in levels), sum(sum(one.pages) for one in levels)


def found_in_index(raw: sqlite3.Connection) -> tuple[int, int]:
    (pieces,) = raw.execute("SELECT count(DISTINCT segid) FROM message_fts_idx").fetchone()
    # The first ten rows are about the whole index; with this bit, about where one word's rows are.
    query = "SELECT count(*) FROM message_fts_data WHERE id > 10 AND NOT id & (1 << 36)"
    (pages,) = raw.execute(query).fetchone()
    return pieces, pages


async def test_new_messages_are_taken_in_without_a_long_merge_while_much_is_purged(
    database: FileDatabase, writer: Writer, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.ingest.INDEXED_AT_ONCE", 1)
    told: list[str] = []
    await filled(writer, 0, 1)
    (batch,) = reader.batches()
    connect = sqlite3.connect

    def traced(*args: object, **options: object) -> sqlite3.Connection:
        made: sqlite3.Connection = connect(*args, **options)  # type: ignore[call-overload]
        made.set_trace_callback(told.append)
        return made

    monkeypatch.setattr("kvitto.store.engines.sqlite.sqlite3.connect", traced)
    writer.close()
    second = Writer(database)
    second.start()
    await filled(second, 1, 1)
    assert automerge_at_taking_in(told) is None

    second.edit(PurgePart(batch.key, LATER, LATER, keeps_sums=True)).result(60)
    told.clear()
    await filled(second, 2, 1)
    assert automerge_at_taking_in(told) == 0

    monkeypatch.setattr("kvitto.store.deletions_left._LATELY_S", 0)
    told.clear()
    await filled(second, 3, 1)
    assert automerge_at_taking_in(told) is None
    second.close()
    with closing(sqlite3.connect(database.path)) as connection:
        query = "SELECT v FROM message_fts_config WHERE k = 'automerge'"
        assert connection.execute(query).fetchone() == (4,)


def automerge_at_taking_in(told: list[str]) -> int | None:
    """Return what merging was set to before a message was taken in; None where it was not set."""
    (at,) = (at for at, one in enumerate(told) if one.startswith("INSERT INTO message_fts (rowid"))
    set_to = [one for one in told[:at] if "'automerge'" in one and "(message_fts, rank)" in one]
    return int(set_to[-1].rsplit(",", 1)[1].strip(" )")) if set_to else None
