"""What only a store on a server does."""

import asyncio
import gc
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from kvitto.store.check import check
from kvitto.store.daily_limit import DailyLimit
from kvitto.store.engines.base import Database
from kvitto.store.engines.opening import open_store_at, upgrade_store
from kvitto.store.engines.postgresql_cursor import BEGUN, PostgresCursor
from kvitto.store.ingest import IngestGroup
from kvitto.store.reader import Reader
from kvitto.store.server_errors import StoreAwayError, StoreUnreachableError
from kvitto.store.spooled import StoreSpooled
from kvitto.store.transactions import EditTransaction, GroupTransaction
from kvitto.store.write_requests import WriteResult
from kvitto.store.writer import Writer
from tests.helpers.postgres import Cluster, running_cluster
from tests.store.arrivals import a_report, append_all, arriving
from tests.store.conftest import new_server_store


@pytest.fixture
def database(cluster: Cluster, data_dir: Path) -> Iterator[Database]:
    with new_server_store(cluster, data_dir) as opened:
        yield opened


async def test_a_nul_costs_no_report_and_comes_again_as_itself(
    writer: Writer, database: Database
) -> None:
    odd = arriving(a_report("m\0", batch_id="b'\0\\", reference='"\0{},NULL'))
    assert await append_all(writer, [odd, odd]) == [WriteResult.STORED, WriteResult.DUPLICATE]
    assert await append_all(writer, [odd]) == [WriteResult.DUPLICATE]
    assert not check(database).found


async def test_a_group_is_two_messages_to_the_server(database: Database, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    with database.writing.connect() as connection, trace.open("w") as file:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        for number in range(3):
            driver.pgconn.trace(file.fileno())
            group = GroupTransaction([arriving(a_report(f"m{number}-{one}")) for one in range(5)])
            group(connection)
            driver.pgconn.untrace()
            assert group.results == [WriteResult.STORED] * 5
    sent = re.findall(r"\tF\t\d+\t(\w+)", trace.read_text("utf-8"))
    assert sent == ["Query"] * 6


async def test_odd_texts_that_come_together_come_again_as_themselves(
    writer: Writer, database: Database
) -> None:
    odd = ["NULL", "null", 'a"b', "a\\", "{a,b}", "a'b", " ", "é\n", "true"]
    came = [arriving(a_report(one, reference=one)) for one in odd]
    assert await append_all(writer, came) == [WriteResult.STORED] * len(odd)
    assert await append_all(writer, came) == [WriteResult.DUPLICATE] * len(odd)
    stored = await asyncio.to_thread(lambda: list(Reader(database).stream_messages()))
    read = {(one.message_id, one.state.reference.value) for one in stored if one.state.reference}
    assert read == {(one, one) for one in odd}


def test_what_has_waited_is_a_few_messages_to_the_server(
    database: Database, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    with database.writing.connect() as connection, trace.open("w") as file:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        driver.pgconn.trace(file.fileno())
        waited = StoreSpooled([arriving(a_report(f"m{one}")) for one in range(200)])
        EditTransaction(waited, DailyLimit())(connection)
        driver.pgconn.untrace()
    sent = re.findall(r"\tF\t\d+\t(Query|Parse)", trace.read_text("utf-8"))
    assert len(sent) <= 10
    assert not check(database).found


def test_whoever_writes_sorts_little_into_the_search_index_at_a_time_and_keeps_no_text_of_a_group(
    database: Database,
) -> None:
    with database.writing.connect() as connection:
        setting = "SELECT current_setting('gin_pending_list_limit')"
        assert connection.scalar(text(setting)) == "1MB"
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        assert driver.prepare_threshold is None


@pytest.mark.parametrize(("says", "holds"), [("off", "on"), ("local", "local")])
def test_whoever_writes_waits_for_the_disk_whatever_the_server_says(
    cluster: Cluster, tmp_path: Path, says: str, holds: str
) -> None:
    url = cluster.new_store()
    cluster.execute(f"ALTER DATABASE {url.database} SET synchronous_commit = {says}")
    with open_store_at(url, tmp_path) as opened, opened.writing.connect() as connection:
        assert connection.scalar(text("SELECT current_setting('synchronous_commit')")) == holds


async def test_who_reads_a_stream_no_further_leaves_nothing_open(
    writer: Writer, database: Database
) -> None:
    await append_all(writer, [arriving(a_report(f"m{number}")) for number in range(3)])
    stream = Reader(database).stream_messages()
    assert next(stream).message_id == "m0"
    stream.close()
    gc.collect()  # what is left open is warned of here


def test_once_a_server_is_back_no_connection_of_before_is_used(tmp_path: Path) -> None:
    with running_cluster() as own, open_store_at(own.new_store(), tmp_path) as opened:
        reader = Reader(opened)
        with opened.read(), opened.read(), opened.read():  # three that wait from now on
            pass
        own.stop(signal.SIGQUIT)
        own.start()
        with pytest.raises(StoreUnreachableError):
            reader.revision()
        assert [reader.revision() for _ in range(3)] == [0, 0, 0]


async def test_a_commit_whose_answer_is_lost_is_found_out(
    writer: Writer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = PostgresCursor._send  # noqa: SLF001 - what the network loses

    def lose(cursor: PostgresCursor) -> list[Any]:
        is_commit = cursor._waiting[-1] == "COMMIT"  # noqa: SLF001
        rows = send(cursor)
        if is_commit:
            monkeypatch.undo()
            raise psycopg.OperationalError
        return rows

    await append_all(writer, [arriving(a_report("before"))])
    monkeypatch.setattr(PostgresCursor, "_send", lose)
    again = [arriving(a_report("m1")), arriving(a_report("m1"))]
    assert await append_all(writer, again) == [WriteResult.STORED, WriteResult.DUPLICATE]
    assert [one.message_id for one in Reader(database).stream_messages()] == ["before", "m1"]
    assert not check(database).found


@pytest.mark.parametrize("is_given_away", [True, False])
async def test_a_number_that_a_crash_has_freed_is_not_taken_for_a_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_given_away: bool
) -> None:
    fold = IngestGroup._fold  # noqa: SLF001 - where the server crashes

    def crash(group: IngestGroup, *asked: Any) -> list[WriteResult]:
        monkeypatch.undo()
        numbers = [group._cursor._info[BEGUN]]  # type: ignore[union-attr]  # noqa: SLF001
        own.stop(signal.SIGQUIT)
        own.start()
        if is_given_away:
            with open_store_at(url, tmp_path) as other, other.writing.connect() as connection:
                GroupTransaction([arriving(a_report("other"))])(connection)
                numbers.append(connection.info[BEGUN])
            assert numbers[0] == numbers[1]
        return fold(group, *asked)

    with running_cluster(is_durable=True) as own:
        url = own.new_store()
        with open_store_at(url, tmp_path) as opened:
            writer = Writer(opened)
            writer.start()
            await append_all(writer, [arriving(a_report("before"))])
            monkeypatch.setattr(IngestGroup, "_fold", crash)
            assert await append_all(writer, [arriving(a_report("m1"))]) == [WriteResult.STORED]
            with open_store_at(url, tmp_path) as again:
                kept = {one.message_id for one in Reader(again).stream_messages()}
            writer.close()  # its thread has started the server, which ends with it
    assert "m1" in kept


def test_who_only_looks_is_not_told_that_reports_are_refused(tmp_path: Path) -> None:
    with running_cluster() as own:
        url = own.new_store()
        with open_store_at(url, tmp_path) as opened:
            own.stop(signal.SIGQUIT)
            with pytest.raises(StoreAwayError):
                Reader(opened).revision()
        with pytest.raises(StoreAwayError):
            upgrade_store(url, tmp_path)
