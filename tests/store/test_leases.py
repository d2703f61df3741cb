"""One of all that use a store deletes, and one asks; another takes over when it is gone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from kvitto.store.check import check
from kvitto.store.deletions import DeleteBatches, PurgePart
from kvitto.store.edit_errors import DeletingElsewhereError
from kvitto.store.engines.base import Database
from kvitto.store.engines.opening import open_store_at
from kvitto.store.engines.postgresql import ServerDatabase
from kvitto.store.leases import take_asking_lease
from kvitto.store.mutations import RecordHeartbeat
from kvitto.store.reader import Reader
from kvitto.store.schema import message, pending_deletion
from kvitto.store.write_requests import WriteResult
from kvitto.store.writer import Writer
from tests.helpers.new_store import open_new_database
from tests.helpers.postgres import Cluster
from tests.store.arrivals import START, a_report, append_all, arriving
from tests.store.conftest import new_server_store

LATER = START + timedelta(days=100)
MESSAGES = 5


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kvitto.store.deletion_pace.MOST", 1)
    monkeypatch.setattr("kvitto.store.deletions._PART_S", 0)


@pytest.fixture
def database(cluster: Cluster, data_dir: Path) -> Iterator[Database]:
    with new_server_store(cluster, data_dir) as opened:
        yield opened


@pytest.fixture
def other(database: Database, tmp_path: Path) -> Iterator[Database]:
    """Return the same store, as another receiver has it."""
    assert isinstance(database, ServerDatabase)
    with open_store_at(database.url, tmp_path / "other") as opened:
        opened.receiver = "other"
        yield opened


@pytest.fixture
def other_writer(other: Database) -> Iterator[Writer]:
    started = Writer(other)
    started.start()
    yield started
    started.close()


@pytest.fixture
async def batch(writer: Writer, reader: Reader) -> int:
    await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(MESSAGES)])
    found = reader.batch("batch-a")
    assert found is not None
    return found.key


def expire(database: Database) -> None:
    """Let the lease end, as if its receiver had been gone for long enough."""
    with database.writing.begin() as connection:
        connection.execute(text("UPDATE store_lease SET until = clock_timestamp()"))


def left(database: Database) -> tuple[int, int]:
    with database.read() as connection:
        return (
            connection.scalars(select(func.count()).select_from(message)).one(),
            connection.scalars(select(func.count()).select_from(pending_deletion)).one(),
        )


def beat_at(minute: int) -> RecordHeartbeat:
    return RecordHeartbeat(START, START + timedelta(minutes=minute), receiver="other")


def part(batch_key: int) -> PurgePart:
    return PurgePart(batch_key, LATER, LATER, keeps_sums=True)


def test_two_do_not_purge_at_once(
    writer: Writer, other_writer: Writer, database: Database, batch: int
) -> None:
    writer.edit(part(batch)).result(60)
    with pytest.raises(DeletingElsewhereError):
        other_writer.edit(part(batch)).result(60)

    assert left(database) == (MESSAGES - 1, 1)
    assert other_writer.alarm is None


def test_another_takes_over_when_the_one_that_purged_is_gone(
    writer: Writer, other_writer: Writer, database: Database, batch: int
) -> None:
    writer.edit(part(batch)).result(60)
    expire(database)
    other_writer.edit(part(batch)).result(60)

    with pytest.raises(DeletingElsewhereError):
        writer.edit(part(batch)).result(60)
    assert left(database) == (MESSAGES - 2, 1)


async def test_reports_are_stored_by_one_that_may_not_delete_now(
    writer: Writer, other_writer: Writer, batch: int
) -> None:
    writer.edit(part(batch)).result(60)
    with pytest.raises(DeletingElsewhereError):
        other_writer.edit(part(batch)).result(60)

    new = arriving(a_report("new", batch_id="b"))
    assert await append_all(other_writer, [new]) == [WriteResult.STORED]


def test_what_one_has_begun_to_delete_another_finishes(
    writer: Writer,
    other_writer: Writer,
    database: Database,
    batch: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The first is killed after its first transaction; its lease goes on for a while.
    with monkeypatch.context() as killed:
        killed.setattr(Writer, "_continue_deletions", lambda _self: None)
        writer.edit(part(batch)).result(60)
        writer.edit(DeleteBatches((batch,))).result(60)
        writer.close()
    for minute in range(3):
        other_writer.edit(beat_at(minute)).result(60)
        other_writer.flush()
    assert left(database) == (MESSAGES - 1, 1)  # it has nothing to do with it yet

    expire(database)
    for minute in range(3, 20):
        other_writer.edit(beat_at(minute)).result(60)
        other_writer.flush()
    assert left(database) == (0, 0)
    assert not check(database).found


def test_one_window_of_a_store_asks_the_sms_service_by_itself(
    database: Database, other: Database
) -> None:
    assert take_asking_lease(database)
    assert not take_asking_lease(other)
    assert take_asking_lease(database)
    expire(database)
    assert take_asking_lease(other)
    assert not take_asking_lease(database)


def test_a_store_in_a_folder_has_one_window_and_needs_no_lease(tmp_path: Path) -> None:
    with open_new_database(tmp_path) as in_folder:
        assert take_asking_lease(in_folder)
