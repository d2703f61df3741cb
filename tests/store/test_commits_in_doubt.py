"""The connection is lost in a commit: nothing is stored twice, and nothing is missing."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, select

from kvitto.store.database import Database
from kvitto.store.engines.postgresql import ServerDatabase
from kvitto.store.engines.postgresql_cursor import TRANSACTION
from kvitto.store.engines.postgresql_writing import ServerConnection
from kvitto.store.schema import report
from kvitto.store.server_errors import StoreUnreachableError
from kvitto.store.transactions import GroupTransaction
from kvitto.store.write_requests import ReportRequest
from tests.helpers.postgres import Cluster
from tests.store.arrivals import START, a_report, arriving
from tests.store.conftest import new_server_store


@pytest.fixture
def database(cluster: Cluster, data_dir: Path) -> Iterator[Database]:
    with new_server_store(cluster, data_dir) as opened:
        yield opened


class LostConnection:
    """Stores a group; the first time, the connection is lost when that is done, or before.

    Args:
        arrivals: the group.
        is_stored: whether it is stored then.
        number: returns which transaction it was, as the server names it now; None for its own.
    """

    def __init__(
        self,
        arrivals: Sequence[ReportRequest],
        *,
        is_stored: bool,
        number: Callable[[], str] | None = None,
    ) -> None:
        self._arrivals = arrivals
        self._is_stored = is_stored
        self._number = number
        self.tries = 0

    def __call__(self, connection: Connection) -> tuple[int, int | None]:
        self.tries += 1
        if self.tries == 1 and not self._is_stored:
            assert self._number is not None
            connection.info[TRANSACTION] = self._number()
            raise StoreUnreachableError("here")
        done = GroupTransaction(self._arrivals, notes_repeats=True)(connection)
        if self.tries == 1:
            raise StoreUnreachableError("here")
        return done


def number_of(database: Database, ahead: int) -> str:
    """Return the number of a transaction that is committed, or of one so far ahead."""
    assert isinstance(database, ServerDatabase)
    with psycopg.connect(database.url.text) as other:
        row = other.execute("SELECT pg_current_xact_id()").fetchone()
    assert row is not None
    return str(int(row[0]) + ahead)


def counts_in(database: Database) -> list[int]:
    with database.read() as connection:
        return list(connection.scalars(select(report.c.repeat_count)))


@pytest.mark.parametrize("ahead", [0, 1000])
def test_after_a_crash_the_number_may_be_another_ones_or_not_given_again_yet(
    database: Database, ahead: int
) -> None:
    assert isinstance(database, ServerDatabase)
    writing = ServerConnection(database)
    for so_far in range(2):  # a new report, and a repeat
        arrivals = [arriving(a_report(), at=START + timedelta(seconds=so_far))]
        work = LostConnection(arrivals, is_stored=False, number=lambda: number_of(database, ahead))
        writing.write(work, arrivals)
        assert (work.tries, counts_in(database)) == (2, [so_far])
    writing.close()


def test_what_is_committed_is_not_stored_again(database: Database) -> None:
    assert isinstance(database, ServerDatabase)
    writing = ServerConnection(database)
    for so_far in range(2):
        arrivals = [arriving(a_report(), at=START + timedelta(seconds=so_far))]
        work = LostConnection(arrivals, is_stored=True)
        writing.write(work, arrivals)
        assert (work.tries, counts_in(database)) == (1, [so_far])
    writing.close()
