"""How many messages a part of a deletion takes, and what it costs whoever waits behind it."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Timer
from typing import Any, ClassVar, Final

import psycopg
import pytest

from kvitto.store.check import check
from kvitto.store.database import Database, FileDatabase
from kvitto.store.deletion_pace import FEWEST, FIRST, MOST, PART_S, DeletionPace
from kvitto.store.deletions import DeleteBatches, PartMade, PurgePart, is_any_pending
from kvitto.store.folding import FoldSchedule, fold
from kvitto.store.index_merging import _USERMERGE
from kvitto.store.reader import Reader
from kvitto.store.writer import Writer
from kvitto.store.writer_connection import WriterConnection
from tests.helpers.postgres import Cluster
from tests.store.arrivals import START, a_report, append_all, arriving
from tests.store.conftest import new_server_store

LATER: Final = START + timedelta(days=100)
MESSAGES: Final = 60


def test_a_part_that_took_long_is_followed_by_a_smaller_one() -> None:
    pace = DeletionPace()
    pace.part_made(FIRST, PART_S * 1.25)
    assert pace.messages == FIRST / 1.25


def test_one_long_part_only_halves_the_next() -> None:
    pace = DeletionPace()
    pace.part_made(FIRST, 100 * PART_S)
    assert pace.messages == FIRST / 2


def test_however_long_parts_take_they_go_on() -> None:
    pace = DeletionPace()
    for _ in range(20):
        pace.part_made(pace.messages, 100 * PART_S)
    assert pace.messages == FEWEST
    for _ in range(40):
        pace.part_made(pace.messages, 0.0)
    assert pace.messages == MOST


def test_the_small_rest_of_a_batch_says_nothing_of_a_whole_part() -> None:
    pace = DeletionPace()
    pace.part_made(1, PART_S / 2)
    pace.part_made(0, 100 * PART_S)
    assert pace.messages == FIRST


@contextmanager
def told(database: Database) -> Iterator[list[str]]:
    """Collect the statements of all connections that are opened within the context."""
    statements: list[str] = []
    connect = sqlite3.connect

    def traced(*args: object, **options: object) -> sqlite3.Connection:
        opened: sqlite3.Connection = connect(*args, **options)  # type: ignore[call-overload]
        opened.set_trace_callback(statements.append)
        return opened

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kvitto.store.engines.sqlite.sqlite3.connect", traced)
        yield statements


def pieces(database: Database) -> int:
    """Return how many pieces the search index is in."""
    assert isinstance(database, FileDatabase)
    with closing(sqlite3.connect(database.path)) as connection:
        query = "SELECT count(DISTINCT segid) FROM message_fts_idx"
        found: int = connection.execute(query).fetchone()[0]
        return found


@pytest.fixture
async def batch(writer: Writer, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return a batch whose messages are in the search index."""
    monkeypatch.setattr("kvitto.store.ingest.INDEXED_AT_ONCE", 1)
    await append_all(writer, [arriving(a_report(f"m{n:03}")) for n in range(MESSAGES)])
    (found,) = reader.batches()
    return found.key


async def test_a_part_deletes_all_its_messages_at_once(
    database: Database, writer: Writer, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.deletion_pace.FIRST", MESSAGES - 1)
    monkeypatch.setattr("kvitto.store.index_merging._MERGE_S", 0)
    before = pieces(database)
    writer.close()
    part = PurgePart(batch, LATER, LATER, keeps_sums=True)
    with told(database) as statements:
        second = Writer(database)
        second.start()
        second.edit(part).result(60)
        second.close()

    assert part.made == PartMade(MESSAGES - 1, is_last=False)
    for begin in ("DELETE FROM message ", "DELETE FROM report "):
        # One with a trigger is told of once more for each row.
        assert len({one for one in statements if one.startswith(begin)}) == 1
    assert pieces(database) == before + 1
    assert check(database).differences == []


async def test_the_search_index_is_kept_in_few_pieces(
    database: Database, writer: Writer, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.deletion_pace.MOST", 1)
    monkeypatch.setattr("kvitto.store.index_merging._MERGE_S", 60)
    most = 0
    while pieces(database) and not (made := purged(writer, batch)).is_last:
        assert made.messages == 1
        most = max(most, pieces(database))
    # At 16 of a like size SQLite merges all of them in one go, however long that takes.
    assert most <= _USERMERGE
    assert check(database).differences == []


def purged(writer: Writer, batch: int) -> PartMade:
    part = PurgePart(batch, LATER, LATER, keeps_sums=True)
    writer.edit(part).result(60)
    assert part.made is not None
    return part.made


def test_a_log_is_folded_in_early_only_where_that_is_asked_for() -> None:
    schedule, log_bytes = FoldSchedule(), 3 << 20
    assert not schedule.is_due(log_bytes, is_full=False)
    assert schedule.is_due(log_bytes, is_full=False, is_early=True)
    schedule.put_off(log_bytes)
    assert not schedule.is_due(log_bytes, is_full=False, is_early=True)


@pytest.mark.parametrize("is_read", [False, True])
def test_a_deletion_folds_the_log_in_on_its_way_and_ends(
    database: Database,
    writer: Writer,
    batch: int,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_read: bool,
) -> None:
    monkeypatch.setattr("kvitto.store.deletion_pace.MOST", 10)
    monkeypatch.setattr("kvitto.store.folding.EARLY_PAGES", 1)
    folded: list[tuple[int, int, int]] = []

    def noted(connection: sqlite3.Connection) -> tuple[int, int, int]:
        folded.append(fold(connection))
        return folded[-1]

    monkeypatch.setattr("kvitto.store.writer_connection.fold", noted)
    with database.read() as connection:
        if is_read:  # as an export does: of what it reads, nothing is written over
            connection.exec_driver_sql("SELECT count(*) FROM message").one()
        writer.edit(DeleteBatches((batch,))).result(60)
        while is_any_pending(database):
            assert writer.flush(60)
    assert len(folded) == 1 if is_read else len(folded) > 1
    assert check(database).differences == []


class NotedRest:
    """A rest that is over at once."""

    lengths_s: ClassVar[list[float]] = []

    def __init__(
        self, length_s: float, end: Callable[..., None], arguments: tuple[object, ...]
    ) -> None:
        self.lengths_s.append(length_s)
        self.start = lambda: end(*arguments)


def test_a_deletion_rests_between_its_parts(
    database: Database, writer: Writer, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.deletion_pace.MOST", 10)
    monkeypatch.setattr("kvitto.store.deletions_left.Timer", NotedRest)
    monkeypatch.setattr(NotedRest, "lengths_s", [])
    writer.edit(DeleteBatches((batch,))).result(60)
    while is_any_pending(database):
        assert writer.flush(60)
    assert len(NotedRest.lengths_s) == MESSAGES / 10 - 1
    assert min(NotedRest.lengths_s) > 0


def test_a_store_can_be_closed_while_a_deletion_rests(
    database: Database, writer: Writer, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.deletion_pace.MOST", 10)
    rests: list[Callable[[], None]] = []

    def never(_length_s: float, end: Callable[..., None], arguments: tuple[object]) -> Timer:
        rests.append(lambda: end(*arguments))
        return Timer(0, bool)

    monkeypatch.setattr("kvitto.store.deletions_left.Timer", never)
    writer.edit(DeleteBatches((batch,))).result(60)
    while not rests:
        assert writer.flush(60)
    writer.close()
    rests[0]()
    assert is_any_pending(database)
    assert check(database).differences == []


async def test_a_server_is_told_a_large_part_in_as_many_messages_as_a_small_one(
    cluster: Cluster, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute: Any = psycopg.Cursor.execute
    counts: list[int] = []

    def counted(*args: object, **options: object) -> object:
        counts[-1] += 1
        return execute(*args, **options)

    with new_server_store(cluster, data_dir) as database:
        for first in (1, MESSAGES - 1):
            monkeypatch.setattr("kvitto.store.deletion_pace.FIRST", first)
            writer = Writer(database)
            writer.start()
            await append_all(writer, [arriving(a_report(f"m{n:03}")) for n in range(MESSAGES)])
            (found,) = Reader(database).batches()
            with monkeypatch.context() as patch:
                counts.append(0)
                patch.setattr(psycopg.Cursor, "execute", counted)
                assert purged(writer, found.key) == PartMade(first, is_last=False)
            writer.edit(DeleteBatches((found.key,))).result(60)
            while is_any_pending(database):
                assert writer.flush(60)
            writer.close()
    assert counts[0] == counts[1]


def test_nothing_is_folded_into_a_file_that_was_touched_before_a_part(
    database: FileDatabase, writer: Writer, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.folding.EARLY_PAGES", 1)
    done: list[str] = []

    def noting(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*values: object) -> object:
            done.append(name)
            return call(*values)

        return noted

    monkeypatch.setattr("kvitto.store.writer_connection.fold", noting("folded", fold))
    monkeypatch.setattr(WriterConnection, "ready", noting("looked", WriterConnection.ready))
    later_ns = database.path.stat().st_mtime_ns + 1_000_000_000
    os.utime(database.path, ns=(later_ns, later_ns))
    purged(writer, batch)
    assert done[0] == "looked"

    done.clear()
    purged(writer, batch)
    assert done[0] == "folded"


def test_the_way_to_a_server_makes_no_part_smaller() -> None:
    pace = DeletionPace()
    pace.part_made(FIRST, 0.012 + PART_S / 2, asked_s=0.006)
    assert pace.messages > FIRST
    pace.part_made(pace.messages, 0.1, asked_s=0.05)
    assert pace.messages < FIRST, "the database itself was slow"
