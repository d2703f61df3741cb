"""Whoever looks at a store on a server is told of what changes, a few times a second at most."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kvitto.store.engines.postgresql import ServerDatabase
from kvitto.store.engines.postgresql_notifying import CHANNEL, PACE_S, Notifying
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.transactions import GroupTransaction
from kvitto.store.write_requests import WriteResult
from kvitto.store.writer import Writer
from tests.helpers.postgres import Cluster
from tests.store.arrivals import a_report, append_all, arriving
from tests.store.conftest import new_server_store

_WAIT_S = 60.0


@pytest.fixture
def database(cluster: Cluster, data_dir: Path) -> Iterator[ServerDatabase]:
    with new_server_store(cluster, data_dir) as opened:
        assert isinstance(opened, ServerDatabase)
        yield opened


@pytest.fixture
def listener(database: ServerDatabase) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.url.text, autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}".encode())
        yield connection


def told(listener: psycopg.Connection, until: int) -> list[int]:
    """Return what was told, up to a revision."""
    heard: list[int] = []
    while until not in heard:
        come = [int(one.payload) for one in listener.notifies(timeout=_WAIT_S, stop_after=1)]
        assert come, heard
        heard += come
    return heard


def test_the_first_of_a_burst_is_told_of_at_once_and_the_rest_is_owed() -> None:
    now = 100.0
    notifying = Notifying(lambda: now)
    due, owed = [], []
    for later in (0, 0.4, 0.8, 1.8):
        now = 100.0 + later * PACE_S
        due.append(notifying.is_due())
        owed.append(notifying.owed_in_s)
    assert due == [True, False, False, True]
    assert owed == [None, pytest.approx(0.6 * PACE_S), pytest.approx(0.2 * PACE_S), None]


async def test_of_a_burst_the_first_and_the_last_revision_are_told(
    database: ServerDatabase, listener: psycopg.Connection, writer: Writer
) -> None:
    for number in range(50):
        await writer.append(arriving(a_report(f"m{number}")))
    heard = await asyncio.to_thread(told, listener, 50)
    assert heard[0] == 1
    assert heard == sorted(set(heard))


def test_a_group_that_follows_closely_leaves_it_to_others(
    database: ServerDatabase, listener: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.engines.postgresql_notifying.PACE_S", 3600.0)
    database.notifying.told()
    with database.writing.connect() as connection:
        for number in range(3):
            GroupTransaction([arriving(a_report(f"m{number}"))])(connection)
    assert database.notifying.owed_in_s is not None
    assert list(listener.notifies(timeout=0.2)) == []


async def test_an_edit_is_told_of_at_once(
    database: ServerDatabase,
    listener: psycopg.Connection,
    writer: Writer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await append_all(writer, [arriving(a_report("m1"))])
    monkeypatch.setattr("kvitto.store.engines.postgresql_notifying.PACE_S", 3600.0)
    database.notifying.told()
    await append_all(writer, [arriving(a_report("m2"))])
    assert writer.edit(ChangeBatch(1, BatchChange("Höstrea"))).result(_WAIT_S) == 3
    assert await asyncio.to_thread(told, listener, 3)
    assert database.notifying.owed_in_s is None


async def test_a_lost_connection_hinders_nobody_from_writing(
    database: ServerDatabase, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await append_all(writer, [arriving(a_report("m1"))])
    monkeypatch.setattr("kvitto.store.engines.postgresql_notifying.PACE_S", 3600.0)
    database.notifying.told()
    await append_all(writer, [arriving(a_report("m2"))])
    with psycopg.connect(database.url.text, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'kvitto'"
        )
    monkeypatch.setattr("kvitto.store.engines.postgresql_notifying.PACE_S", 0.0)
    assert writer.flush(_WAIT_S)
    assert writer.alarm is None
    assert await append_all(writer, [arriving(a_report("m3"))]) == [WriteResult.STORED]
