"""A store on a server is upgraded once, by whoever may; an older program refuses, and reads on."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from kvitto.store.check import check
from kvitto.store.engines import postgresql_versions
from kvitto.store.engines.opening import create_store, open_store_at, server_database, upgrade_store
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.errors import StoreError
from kvitto.store.migrations import NEWEST
from kvitto.store.migrations.runner import UpgradeProgress, UpgradeStage, go_on
from kvitto.store.reader import Reader
from kvitto.store.server_errors import StoreOutdatedError, StoreVersionError
from kvitto.store.write_requests import WriteResult
from kvitto.store.writer import Writer
from tests.helpers.logwatch import LogWatch
from tests.helpers.made_up_versions import NEXT, add_table, fill_table, make_up_versions
from tests.helpers.postgres import Cluster
from tests.store.arrivals import a_report, append_all, arriving


@pytest.fixture
def url(cluster: Cluster) -> Iterator[StoreUrl]:
    """Return a store of its own, whose tables the test may change."""
    made = cluster.new_database()
    create_store(made, Path())
    yield made
    cluster.drop(made)


def version_in(url: StoreUrl, folder: Path) -> int:
    with server_database(url, folder) as database, database.changing_tables() as connection:
        return postgresql_versions.version_of(connection, url.place)


def made_up_rows(url: StoreUrl, folder: Path) -> int:
    with server_database(url, folder) as database, database.changing_tables() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM made_up")) or 0)


def test_a_store_of_an_earlier_version_is_upgraded_by_who_receives(
    url: StoreUrl, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_up_versions(monkeypatch, add_table, fill_table)
    told: list[UpgradeProgress] = []

    def tell(progress: UpgradeProgress) -> bool:
        told.append(progress)
        return True

    with pytest.raises(StoreOutdatedError):
        open_store_at(url, data_dir)
    with server_database(url, data_dir) as database:
        database.on_upgrade = tell
        database.ensure_is_there()

    assert version_in(url, data_dir) == NEXT + 1
    assert told == [UpgradeProgress(UpgradeStage.CHANGING, done, 2) for done in (0, 1)]
    open_store_at(url, data_dir).close()
    assert not upgrade_store(url, data_dir)


def test_two_that_start_at_once_upgrade_once(
    url: StoreUrl, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_up_versions(monkeypatch, add_table, fill_table)
    both, failures = threading.Barrier(2), []

    def start() -> None:
        try:
            with server_database(url, data_dir) as database:
                database.on_upgrade = go_on
                both.wait(60)
                database.ensure_is_there()
        except StoreError as error:
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert failures == []
    assert made_up_rows(url, data_dir) == 1


def test_a_step_that_fails_changes_nothing(
    url: StoreUrl, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_connection: Connection) -> None:
        raise OSError

    make_up_versions(monkeypatch, add_table, fail)
    with pytest.raises(OSError):  # noqa: PT011 - it has no words
        upgrade_store(url, data_dir)

    assert version_in(url, data_dir) == NEWEST


def test_a_stopped_upgrade_changes_nothing(
    url: StoreUrl, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_up_versions(monkeypatch, add_table, fill_table)
    with server_database(url, data_dir) as database:
        database.on_upgrade = lambda progress: progress.done == 0
        with pytest.raises(InterruptedError):
            database.ensure_is_there()

    assert version_in(url, data_dir) == NEWEST


async def test_an_older_receiver_that_runs_stores_nothing_more(
    url: StoreUrl, data_dir: Path, monkeypatch: pytest.MonkeyPatch, log_watch: LogWatch
) -> None:
    with open_store_at(url, data_dir) as database:
        writer = Writer(database)
        writer.start()
        assert await append_all(writer, [arriving(a_report("m1"))]) == [WriteResult.STORED]
        with monkeypatch.context() as newer:
            make_up_versions(newer, add_table)
            upgrade_store(url, data_dir)
        with log_watch.expect(logging.ERROR, "newer version"):
            for message in ("m2", "m3"):
                with pytest.raises(StoreVersionError):
                    await append_all(writer, [arriving(a_report(message))])
        assert isinstance(writer.alarm, StoreVersionError)
        # The tables that it reads are there still.
        assert Reader(database).counts().messages == 1
        writer.close()
    with open_store_at(url, data_dir) as reading:
        assert not check(reading).found


async def test_an_older_receiver_says_so_where_its_tables_are_other_ones(
    url: StoreUrl, data_dir: Path, monkeypatch: pytest.MonkeyPatch, log_watch: LogWatch
) -> None:
    def rename(connection: Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE message RENAME COLUMN segments TO parts")
        connection.exec_driver_sql("ALTER TABLE report RENAME COLUMN fingerprint TO digest")

    with open_store_at(url, data_dir) as database:
        writer = Writer(database)
        writer.start()
        await append_all(writer, [arriving(a_report("m1"))])
        with monkeypatch.context() as newer:
            newest = make_up_versions(newer, rename)
            newer.setattr(postgresql_versions, "READABLE_SINCE", newest)
            upgrade_store(url, data_dir)
        with log_watch.expect(logging.ERROR, "newer version"), pytest.raises(StoreVersionError):
            await append_all(writer, [arriving(a_report("m2"))])
        with pytest.raises(StoreVersionError):
            Reader(database).reports(1)
        writer.close()
    with pytest.raises(StoreVersionError):
        open_store_at(url, data_dir)


def test_who_may_not_change_the_tables_is_told_who_may(
    cluster: Cluster, url: StoreUrl, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.execute("DROP ROLE IF EXISTS plain; CREATE ROLE plain LOGIN")
    with server_database(url, data_dir) as database, database.changing_tables() as connection:
        connection.execute(text("GRANT USAGE ON SCHEMA kvitto TO plain"))
        connection.execute(text("GRANT ALL ON ALL TABLES IN SCHEMA kvitto TO plain"))
    make_up_versions(monkeypatch, add_table)

    with pytest.raises(StoreOutdatedError, match="kvitto store upgrade"):
        upgrade_store(StoreUrl(url.text.replace("kvitto@", "plain@")), data_dir)
    assert version_in(url, data_dir) == NEWEST
