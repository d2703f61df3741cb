"""A window asks a server all that it wants to know of a moment in one message."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from kvitto.store.arrival_counts import ArrivalCounter
from kvitto.store.changes import ask_changes
from kvitto.store.engines.base import Database
from kvitto.store.engines.postgresql import ServerDatabase
from kvitto.store.engines.postgresql_hanging import HangWatch, WatchedConnection
from kvitto.store.errors import StoreError
from kvitto.store.prepared_statements import Asked
from kvitto.store.reader import Reader
from kvitto.store.receivers_seen import RECEIVERS, read_receivers_seen
from kvitto.store.shared_retention import RETENTION, read_retention
from kvitto.store.timeseries_reader import ChartReader
from kvitto.store.writer import Writer
from tests.helpers.postgres import Cluster
from tests.store.arrivals import a_report, append_all, arriving
from tests.store.conftest import new_server_store

NOW = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)


@pytest.fixture
def database(cluster: Cluster, data_dir: Path) -> Iterator[Database]:
    with new_server_store(cluster, data_dir) as opened:
        yield opened


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[WatchedConnection]:
    """Note which connections have waited for an answer."""
    waited: list[WatchedConnection] = []
    usual = HangWatch.begin

    def begin(watch: HangWatch, connection: WatchedConnection) -> None:
        waited.append(connection)
        usual(watch, connection)

    monkeypatch.setattr(HangWatch, "begin", begin)
    return waited


class Looker:
    """Reads what a window reads at each tick."""

    def __init__(self, database: Database) -> None:
        self.reader, self._database = Reader(database), database
        self._charts, self._counter = ChartReader(database), ArrivalCounter(database)
        self._costs, self._rates = self._charts.costs(), self._charts.rates()
        self._counter.read(0, NOW)
        self.revision = self.reader.revision()

    def asked(self) -> Sequence[Asked]:
        return (
            ask_changes(self.revision),
            self._counter.ask(0, NOW),
            *self._charts.ask_costs(self._costs),
            *self._charts.ask_rates(self._rates),
            RECEIVERS,
            RETENTION,
        )

    def look(self) -> tuple[object, ...]:
        changes = self.reader.changes_since(self.revision)
        self.revision = changes.revision
        self._costs = self._charts.costs(known=self._costs)
        self._rates = self._charts.rates(known=self._rates)
        counts = self._counter.read(0, NOW)
        read_receivers_seen(self._database)
        read_retention(self._database)
        cost = sum(one.total for one in self._costs.series.values())
        return len(changes.messages), counts.today, cost, self._rates.total


async def test_all_is_answered_by_one_message(
    writer: Writer, database: Database, waits: list[WatchedConnection]
) -> None:
    looker = Looker(database)
    await append_all(writer, [arriving(a_report("m1"))])
    looker.look()
    for number in range(2, 5):
        await append_all(writer, [arriving(a_report(f"m{number}"))])
        with database.shared_snapshot(looker.asked()), database.read() as connection:
            driver = connection.connection.driver_connection
            waits.clear()
            found = looker.look()
            assert driver not in waits
        assert found == (1, number, number * 82_000_000, number)


async def test_it_is_one_message(
    writer: Writer, database: Database, waits: list[WatchedConnection]
) -> None:
    looker = Looker(database)
    await append_all(writer, [arriving(a_report("m1"))])
    with database.read() as connection:
        driver = connection.connection.driver_connection
    for _ in range(2):
        waits.clear()
        with database.shared_snapshot(looker.asked()):
            assert [one for one in waits if one is driver] == [driver]


async def test_what_is_asked_ahead_and_after_is_of_one_moment(
    writer: Writer, database: Database
) -> None:
    looker = Looker(database)
    await append_all(writer, [arriving(a_report("m1"))])
    with database.shared_snapshot(looker.asked()):
        await append_all(writer, [arriving(a_report("m2"))])
        assert looker.reader.revision() == 1, "it was not asked ahead"
        assert looker.look() == (1, 1, 82_000_000, 1)
    with database.shared_snapshot(looker.asked()):
        assert looker.look() == (1, 2, 2 * 82_000_000, 2)


async def test_an_answer_is_not_used_beyond_its_transaction(
    writer: Writer, database: Database
) -> None:
    reader, asked = Reader(database), [ask_changes(0)]
    reader.changes_since(1)
    with database.shared_snapshot(asked):
        pass
    await append_all(writer, [arriving(a_report("m1"))])
    with database.shared_snapshot():
        assert reader.changes_since(0).revision == 1
    with database.read() as connection:
        assert ask_changes(0).row(connection)[0] == 1


async def test_what_fails_fails_once(cluster: Cluster, writer: Writer, database: Database) -> None:
    assert isinstance(database, ServerDatabase)
    looker = Looker(database)
    await append_all(writer, [arriving(a_report("m1"))])
    with psycopg.connect(database.url.text, autocommit=True) as other:
        other.execute("ALTER TABLE kvitto.retention_rule RENAME TO hidden")
        with pytest.raises(StoreError), database.shared_snapshot(looker.asked()):
            pytest.fail("nothing is read where something is missing")
        other.execute("ALTER TABLE kvitto.hidden RENAME TO retention_rule")
    with database.shared_snapshot(looker.asked()):
        assert looker.look() == (1, 1, 82_000_000, 1)


async def test_plans_that_are_kept_are_for_what_is_asked_ahead_alone(
    writer: Writer, database: Database
) -> None:
    looker = Looker(database)
    await append_all(writer, [arriving(a_report("m1"))])
    for asked in (looker.asked(), ()):
        with database.shared_snapshot(asked), database.read() as connection:
            told = [
                connection.exec_driver_sql(f"SHOW {name}").scalar_one()
                for name in ("plan_cache_mode", "enable_seqscan")
            ]
            assert told == ["force_custom_plan", "on"]


async def test_what_was_prepared_may_be_taken_away_by_a_rollback(
    writer: Writer, database: Database
) -> None:
    looker = Looker(database)
    await append_all(writer, [arriving(a_report("m1"))])
    assert isinstance(database, ServerDatabase)
    for number in range(3):
        with database.shared_snapshot(looker.asked()):
            looker.look()
        with database.reading.connect() as connection:
            for _ in range(7):  # from some number on the driver prepares it itself
                connection.exec_driver_sql("SELECT %s::int", (number,)).all()
            connection.rollback()
