"""A store on a server behind a pooler, whose connections are one's own for a transaction only."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from kvitto.store.check import check
from kvitto.store.copy_errors import CopyByPoolerError
from kvitto.store.engines.base import Database
from kvitto.store.engines.opening import (
    open_store_at,
    server_source,
    server_target,
    watch_revisions,
)
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.mutations import RecordHeartbeat
from kvitto.store.reader import Reader
from kvitto.store.write_requests import WriteResult
from kvitto.store.writer import Writer
from tests.helpers.pooler import pooled
from tests.helpers.postgres import Cluster
from tests.journeys.patience import eventually
from tests.store.arrivals import START, a_report, append_all, arriving, refused


@pytest.fixture
def store(cluster: Cluster) -> Iterator[StoreUrl]:
    """Return a store's URL by a pooler."""
    direct = cluster.new_store()
    with pooled(cluster, direct) as url:
        yield url
    cluster.give_back(direct)


@pytest.fixture
def databases(store: StoreUrl, tmp_path: Path) -> Iterator[Sequence[Database]]:
    """Open the store twice."""
    with ExitStack() as opened:
        yield [opened.enter_context(open_store_at(store, tmp_path / name)) for name in "ab"]


async def test_two_who_store_through_a_pooler_keep_out_of_each_others_way(
    databases: Sequence[Database],
) -> None:
    writers = [Writer(one) for one in databases]
    for one in writers:
        one.start()
    try:
        # Each has its statements in another order.
        assert await append_all(writers[1], [refused(b"?")]) == [WriteResult.STORED]
        for number in range(20):
            await append_all(writers[number % 2], [arriving(a_report(f"m{number}"))])
            writers[1 - number % 2].edit(RecordHeartbeat(START, START, receiver="a")).result()
        again = [arriving(a_report(f"m{number}")) for number in range(20)]
        assert await append_all(writers[0], again) == [WriteResult.DUPLICATE] * 20
    finally:
        for one in writers:
            one.close()
    assert len(list(Reader(databases[0]).stream_messages())) == 20
    assert not check(databases[1]).found


async def test_a_writer_finds_its_tables_whoever_the_user_is(
    cluster: Cluster, tmp_path: Path
) -> None:
    direct = cluster.new_store()
    # Of a user who is called like the schema, the server looks into it by itself.
    cluster.execute(f"ALTER DATABASE {direct.database} SET search_path = public")
    with pooled(cluster, direct) as url, open_store_at(url, tmp_path) as database:
        for name in ("m1", "m2"):  # at its end, nothing is left that hinders the next
            writer = Writer(database)
            writer.start()
            try:
                assert await append_all(writer, [arriving(a_report(name))]) == [WriteResult.STORED]
            finally:
                writer.close()
    cluster.drop(direct)


def test_nothing_is_copied_by_a_pooler_since_nobody_sees_by_it_who_stores(
    store: StoreUrl, tmp_path: Path
) -> None:
    with server_source(store, tmp_path) as source, pytest.raises(CopyByPoolerError):
        source.is_left()
    with pytest.raises(CopyByPoolerError), server_target(store, tmp_path):
        pass


def test_whatever_connection_a_snapshot_gets_it_is_of_the_store(
    databases: Sequence[Database],
) -> None:
    reader = Reader(databases[0])
    for _ in range(10):
        with databases[0].read(), databases[1].read(), databases[0].read():
            assert reader.revision() == 0


def test_nothing_is_left_behind_on_a_connection_that_others_use(
    databases: Sequence[Database], store: StoreUrl
) -> None:
    assert Reader(databases[0]).revision() == 0
    with psycopg.connect(store.text, autocommit=True, prepare_threshold=None) as other:
        for name, usual in (("search_path", '"$user", public'), ("lock_timeout", "0")):
            row = other.execute("SELECT current_setting(%s)", (name,)).fetchone()
            assert row == (usual,)


async def test_a_new_revision_is_asked_for_where_no_notification_comes(
    databases: Sequence[Database],
) -> None:
    told: list[int] = []
    watch = watch_revisions(databases[0], told.append)
    writer = Writer(databases[1])
    writer.start()
    try:
        assert eventually(lambda: told == [0])
        await append_all(writer, [arriving(a_report())])
        assert eventually(lambda: told == [0, 1])
    finally:
        watch.close()
        writer.close()
