"""Whoever looks at a store on a server hears of each change, whoever makes it."""

import logging
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kvitto.store.engines.base import Database
from kvitto.store.engines.postgresql import ServerDatabase
from kvitto.store.engines.postgresql_watch import RevisionWatch
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.writer import Writer
from tests.helpers.logwatch import LogWatch
from tests.helpers.postgres import Cluster, running_cluster
from tests.store.arrivals import a_report, append_all, arriving
from tests.store.conftest import new_server_store

_LONG_S = 3600.0
_WAIT_S = 60.0


class Heard:
    """What a watch has told."""

    def __init__(self) -> None:
        self.revisions: list[int] = []
        self._news = threading.Condition()

    def __call__(self, revision: int) -> None:
        with self._news:
            self.revisions.append(revision)
            self._news.notify_all()

    def wait_for(self, revision: int, times: int = 1) -> None:
        with self._news:
            told = [revision] * times
            assert self._news.wait_for(lambda: self.revisions[-times:] == told, _WAIT_S)


@pytest.fixture
def database(cluster: Cluster, data_dir: Path) -> Iterator[Database]:
    with new_server_store(cluster, data_dir) as opened:
        yield opened


@pytest.fixture
def heard() -> Heard:
    return Heard()


def watching(database: Database, heard: Heard, *, poll_s: float) -> RevisionWatch:
    assert isinstance(database, ServerDatabase)
    return RevisionWatch(database, heard, poll_s=poll_s)


async def test_a_report_that_is_stored_is_told_of_without_asking(
    writer: Writer, database: Database, heard: Heard
) -> None:
    watch = watching(database, heard, poll_s=_LONG_S)
    try:
        heard.wait_for(0)
        await append_all(writer, [arriving(a_report("m1"))])
        heard.wait_for(1)
    finally:
        watch.close()


async def test_a_listener_that_fails_is_told_again(
    writer: Writer,
    database: Database,
    heard: Heard,
    log_watch: LogWatch,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kvitto.store.engines.postgresql_watch._AFTER_MISTAKE_S", 0.0)
    fails = iter([False, True, False])

    def listen(revision: int) -> None:
        if next(fails, False):
            raise ValueError
        heard(revision)

    assert isinstance(database, ServerDatabase)
    watch = RevisionWatch(database, listen, poll_s=_LONG_S)
    try:
        heard.wait_for(0)
        with log_watch.expect(logging.ERROR, "New revisions are not told of now"):
            await append_all(writer, [arriving(a_report("m1"))])
            heard.wait_for(1)
        await append_all(writer, [arriving(a_report("m2"))])
        heard.wait_for(2)
    finally:
        watch.close()


async def test_a_revision_that_somebody_named_too_early_is_told_of_once_it_is_there(
    writer: Writer, database: Database, heard: Heard
) -> None:
    assert isinstance(database, ServerDatabase)
    watch = watching(database, heard, poll_s=_LONG_S)
    try:
        heard.wait_for(0)
        with psycopg.connect(database.url.text) as other:
            other.execute("NOTIFY kvitto, '1'")
        heard.wait_for(1)
        await append_all(writer, [arriving(a_report("m1"))])
        heard.wait_for(1, times=2)
    finally:
        watch.close()
    assert heard.revisions == [0, 1, 1]


async def test_an_edit_is_told_of_without_asking(
    writer: Writer, database: Database, heard: Heard
) -> None:
    await append_all(writer, [arriving(a_report("m1"))])
    watch = watching(database, heard, poll_s=_LONG_S)
    try:
        heard.wait_for(1)
        assert writer.edit(ChangeBatch(1, BatchChange("Höstrea"))).result(_WAIT_S) == 2
        heard.wait_for(2)
    finally:
        watch.close()


async def test_what_nothing_notifies_of_is_asked_for(
    writer: Writer, database: Database, heard: Heard
) -> None:
    await append_all(writer, [arriving(a_report("m1"))])
    assert isinstance(database, ServerDatabase)
    watch = watching(database, heard, poll_s=0.05)
    try:
        heard.wait_for(1)
        with psycopg.connect(database.url.text) as other:
            other.execute("UPDATE kvitto.store_state SET revision = 7")
        heard.wait_for(7)
    finally:
        watch.close()


def test_a_server_that_is_away_is_told_once_and_its_return_too(
    tmp_path: Path, heard: Heard
) -> None:
    with running_cluster() as own:
        url = own.new_store()
        with psycopg.connect(url.text) as other:
            other.execute("UPDATE kvitto.store_state SET revision = 3")
        with ServerDatabase(url, tmp_path) as database:
            watch = watching(database, heard, poll_s=0.05)
            try:
                heard.wait_for(3)
                own.stop(signal.SIGQUIT)
                heard.wait_for(0)
                own.start()
                heard.wait_for(3)
            finally:
                watch.close()
    assert heard.revisions == [3, 0, 3]
