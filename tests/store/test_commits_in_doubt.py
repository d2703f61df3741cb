"""The connection is lost in a commit: nothing is stored twice, and nothing is missing."""

import signal
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Select, select

from kvitto.store.daily_limit import DailyLimit
from kvitto.store.database import Database
from kvitto.store.deletions import DeleteBatches
from kvitto.store.engines import postgresql_writing
from kvitto.store.engines.postgresql import ServerDatabase
from kvitto.store.engines.postgresql_cursor import TRANSACTION
from kvitto.store.engines.postgresql_writing import ServerConnection
from kvitto.store.ingest import Arrival
from kvitto.store.mutations import BatchChange, ChangeBatch, Edit
from kvitto.store.schema import batch, quarantine, report
from kvitto.store.server_errors import StoreUnreachableError
from kvitto.store.spooled import StoreSpooled
from kvitto.store.transactions import EditTransaction, GroupTransaction, Transaction
from tests.helpers.postgres import Cluster, running_cluster
from tests.store.arrivals import START, a_report, arriving, refused
from tests.store.conftest import new_server_store


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """Return a server that a test may crash."""
    with running_cluster() as running:
        yield running


@pytest.fixture
def database(server: Cluster, data_dir: Path) -> Iterator[Database]:
    with new_server_store(server, data_dir) as opened:
        yield opened


@pytest.fixture
def writing(database: Database) -> Iterator[ServerConnection]:
    assert isinstance(database, ServerDatabase)
    connection = ServerConnection(database)
    yield connection
    connection.close()


class LostConnection:
    """Makes a transaction; the first time, the connection is lost when that is made, or before.

    Args:
        work: the transaction.
        is_made: whether it is made then.
        meanwhile: is called then. Returns which transaction it was, as the server names it now;
            None for its own number.
    """

    def __init__(
        self, work: Transaction, *, is_made: bool, meanwhile: Callable[[], str | None]
    ) -> None:
        self._work = work
        self._is_made = is_made
        self._meanwhile = meanwhile
        self.tries = 0

    def __call__(self, connection: Connection) -> tuple[int, int | None]:
        self.tries += 1
        if self.tries > 1:
            return self._work(connection)
        if self._is_made:
            self._work(connection)
        connection.info[TRANSACTION] = self._meanwhile() or connection.info[TRANSACTION]
        raise StoreUnreachableError("here")


@pytest.fixture
def crash(server: Cluster, database: Database) -> Callable[[], str]:
    """Return what lets the server crash, and returns the number of the next transaction."""
    assert isinstance(database, ServerDatabase)
    url = database.url

    def crash() -> str:
        server.stop(signal.SIGQUIT)
        server.start()
        database.reading.dispose()
        with psycopg.connect(url.text) as other:
            row = other.execute("SELECT pg_current_xact_id()").fetchone()
        assert row is not None
        return str(row[0])

    return crash


def values_in(database: Database, query: Select[Any]) -> list[Any]:
    with database.read() as connection:
        return list(connection.scalars(query))


def counts_in(database: Database) -> list[int]:
    return values_in(database, select(report.c.repeat_count))


def group(arrivals: Sequence[Arrival]) -> GroupTransaction:
    return GroupTransaction(arrivals, notes_repeats=True)


def edit(made: Edit) -> EditTransaction:
    return EditTransaction(made, DailyLimit())


def store(writing: ServerConnection, arrivals: Sequence[Arrival]) -> None:
    writing.write(group(arrivals), arrivals)


@pytest.mark.parametrize("ahead", [0, 1000])
def test_after_a_crash_the_number_may_be_another_ones_or_not_given_again_yet(
    database: Database, writing: ServerConnection, crash: Callable[[], str], ahead: int
) -> None:
    for so_far in range(2):  # a new report, and a repeat
        arrivals = [arriving(a_report(), at=START + timedelta(seconds=so_far))]
        work = LostConnection(
            group(arrivals), is_made=False, meanwhile=lambda: str(int(crash()) + ahead)
        )
        writing.write(work, arrivals)
        assert (work.tries, counts_in(database)) == (2, [so_far])


def test_a_change_that_a_crash_has_undone_is_made_again_though_its_number_is_given_to_another(
    database: Database, writing: ServerConnection, crash: Callable[[], str]
) -> None:
    store(writing, [arriving(a_report())])
    change = edit(ChangeBatch(1, BatchChange(label="Spring")))
    writing.write(LostConnection(change, is_made=False, meanwhile=crash))
    assert values_in(database, select(batch.c.label)) == ["Spring"]


def test_a_refused_request_that_a_crash_has_undone_is_kept_though_its_number_is_given_to_another(
    database: Database, writing: ServerConnection, crash: Callable[[], str]
) -> None:
    arrivals = [refused(b"no report")]
    writing.write(LostConnection(group(arrivals), is_made=False, meanwhile=crash), arrivals)
    assert values_in(database, select(quarantine.c.request_count)) == [1]


def test_reports_that_a_crash_has_left_are_not_stored_again(
    database: Database, writing: ServerConnection, crash: Callable[[], str]
) -> None:
    for so_far in range(2):
        arrivals = [arriving(a_report(), at=START + timedelta(seconds=so_far))]
        work = LostConnection(group(arrivals), is_made=True, meanwhile=crash)
        writing.write(work, arrivals)
        assert (work.tries, counts_in(database)) == (1, [so_far])


def test_what_is_committed_is_not_made_again(database: Database, writing: ServerConnection) -> None:
    for so_far in range(2):
        arrivals = [arriving(a_report(), at=START + timedelta(seconds=so_far))]
        work = LostConnection(group(arrivals), is_made=True, meanwhile=lambda: None)
        writing.write(work, arrivals)
        assert (work.tries, counts_in(database)) == (1, [so_far])
    work = LostConnection(
        edit(ChangeBatch(1, BatchChange(label="Spring"))), is_made=True, meanwhile=lambda: None
    )
    writing.write(work)
    assert (work.tries, values_in(database, select(batch.c.label))) == (1, ["Spring"])


@pytest.mark.parametrize("is_spooled", [False, True])
def test_what_is_committed_and_was_deleted_since_does_not_come_again(
    database: Database, writing: ServerConnection, is_spooled: bool
) -> None:
    assert isinstance(database, ServerDatabase)
    other = ServerConnection(database)
    arrivals = [arriving(a_report())]
    work = LostConnection(
        edit(StoreSpooled(arrivals)) if is_spooled else group(arrivals),
        is_made=True,
        meanwhile=lambda: other.write(edit(DeleteBatches((1,)))),
    )
    writing.write(work, () if is_spooled else arrivals)
    other.close()
    assert (work.tries, values_in(database, select(batch.c.pk))) == (1, [])


def test_a_server_that_does_not_tell_whether_it_has_crashed_is_written_to_all_the_same(
    database: Database, writing: ServerConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql_writing, "_SINCE", "SELECT lastval()")
    for so_far in range(2):
        arrivals = [arriving(a_report(), at=START + timedelta(seconds=so_far))]
        work = LostConnection(group(arrivals), is_made=True, meanwhile=lambda: None)
        writing.write(work, arrivals)
        assert (work.tries, counts_in(database)) == (1, [so_far])


def test_where_it_does_not_tell_a_number_that_another_one_has_is_not_believed(
    database: Database, writing: ServerConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(database, ServerDatabase)
    url = database.url

    def another() -> str:
        with psycopg.connect(url.text) as other:
            row = other.execute("SELECT pg_current_xact_id()").fetchone()
        assert row is not None
        return str(row[0])

    monkeypatch.setattr(postgresql_writing, "_SINCE", "SELECT lastval()")
    arrivals = [arriving(a_report())]
    work = LostConnection(group(arrivals), is_made=False, meanwhile=another)
    writing.write(work, arrivals)
    assert (work.tries, counts_in(database)) == (2, [0])
