"""What is copied: every row of every table, and nothing that is not right."""

from pathlib import Path

import pytest
from sqlalchemy import (
    text,
)

from kvitto.store.check import check
from kvitto.store.copy_errors import (
    CopyClashError,
    CopyDiffersError,
)
from kvitto.store.copy_rows import all_tables
from kvitto.store.copy_source import FolderSource
from kvitto.store.copy_target import Progress
from kvitto.store.copying import LEFT_OUT, StoreCopy
from kvitto.store.database import open_database
from kvitto.store.engines.opening import open_store_at, server_source
from kvitto.store.errors import DatabaseTooNewError, StoreError
from kvitto.store.migrations import NEWEST
from kvitto.store.reader import Reader
from kvitto.store.schema import report
from kvitto.store.server_errors import StoreVersionError
from kvitto.store.write_requests import WriteResult
from tests.helpers.postgres import Cluster
from tests.store.arrivals import a_report, append_all, arriving
from tests.store.copying.places import (
    Both,
    Place,
    append,
    contents,
    copied,
    fill_every_table,
    store_some,
    stored_into,
)


def test_every_row_of_every_table_is_copied(both: Both, data_dir: Path) -> None:
    with both.source.opened(data_dir) as database:
        fill_every_table(database)
    before = contents(both.source, data_dir)
    assert all(before.values())

    copied(both, part=2)

    assert contents(both.target, data_dir) == before


def test_no_table_is_left_out_but_for_a_reason(cluster: Cluster, data_dir: Path) -> None:
    tables = set()
    with open_database(data_dir) as database, database.read() as connection:
        query = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        tables |= {row[0] for row in connection.exec_driver_sql(query)}
    url = cluster.new_store()
    with open_store_at(url, data_dir) as server, server.read() as connection:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'kvitto'"
        tables |= {row[0] for row in connection.exec_driver_sql(query)}
    left_out = tables - {table.name for table in all_tables()}
    assert {one for one in left_out if not one.startswith(tuple(LEFT_OUT))} == set()
    assert all(LEFT_OUT.values())


async def test_a_copy_is_right_and_goes_on_as_a_store(both: Both, data_dir: Path) -> None:
    with stored_into(both.source, data_dir) as writer:
        await store_some(writer, 0)
    assert copied(both).reports == 20

    with both.target.opened(data_dir) as there:
        assert not check(there).found
        assert len(Reader(there).batches()) == 3
    with stored_into(both.target, data_dir) as writer:
        same = arriving(a_report("m1", batch_id="b1", code=201, final=True))
        assert await append_all(writer, [same]) == [WriteResult.DUPLICATE]
        await store_some(writer, 100)
    with both.target.opened(data_dir) as there:
        assert not check(there).found


async def test_a_difference_is_found_and_the_copy_is_not_used(both: Both, data_dir: Path) -> None:
    with stored_into(both.source, data_dir) as writer:
        await store_some(writer, 0)

    with both.source.source() as source, both.target.target() as target:

        def damage(_done: int, _all: int) -> None:
            with target.transaction(Progress("", "", 0, 0, 0, {})):
                target.set_values(report, "arrived_at_us", [(3, 5)])
            # What was noted of the progress is put right by the next part.

        with pytest.raises(CopyDiffersError, match="report"):
            StoreCopy(source, target, part=30, on_progress=damage).run()
    with pytest.raises(StoreError):
        both.target.source()
    copied(both, is_anew=True)
    assert contents(both.target, data_dir) == contents(both.source, data_dir)


def test_a_store_of_a_newer_version_is_not_copied(
    cluster: Cluster, tmp_path: Path, data_dir: Path
) -> None:
    url = cluster.new_store()
    with open_store_at(url, data_dir) as on_server, on_server.writing.begin() as connection:
        connection.exec_driver_sql("UPDATE schema_version SET version = version + 1")
    with pytest.raises(StoreVersionError):
        server_source(url, data_dir)
    open_database(tmp_path / "old").close()
    with pytest.raises(StoreVersionError):
        copied(Both(Place(tmp_path / "old"), Place(url)))
    cluster.drop(url)
    with open_database(tmp_path / "store") as database, database.writing.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA user_version = {NEWEST + 1}")
    with pytest.raises(DatabaseTooNewError):
        FolderSource(tmp_path / "store")


async def test_a_character_that_a_server_can_not_keep_is_shown_by_its_picture(
    cluster: Cluster, tmp_path: Path, data_dir: Path
) -> None:
    both = Both(Place(tmp_path / "store"), Place(cluster.new_database()))
    odd = [
        arriving(a_report("m\0", batch_id="b", code=code, second=code)) for code in (101, 102, 201)
    ]
    odd += [arriving(a_report("m", batch_id="b\0", reference="r")), arriving(a_report("plain"))]
    with stored_into(both.source, data_dir) as writer:
        await append_all(writer, odd)
    copied(both, part=2)
    with both.target.opened(data_dir) as there:
        assert not check(there).found
    with stored_into(both.target, data_dir) as writer:
        assert set(await append_all(writer, odd)) == {WriteResult.DUPLICATE}


async def test_two_ids_that_a_server_can_not_tell_apart_are_told_of(
    cluster: Cluster, tmp_path: Path, data_dir: Path
) -> None:
    both = Both(Place(tmp_path / "store"), Place(cluster.new_database()))
    with stored_into(both.source, data_dir) as writer:
        await append_all(writer, [arriving(a_report("m\0")), arriving(a_report("m␀"))])
    with pytest.raises(CopyClashError):
        copied(both)


def test_a_search_in_a_copy_finds_what_it_found_before(both: Both, data_dir: Path) -> None:
    with both.source.opened(data_dir) as database:
        append(database, [f"Åäö{number}" for number in range(30)])
    copied(both, part=4)
    with both.target.opened(data_dir) as there, there.read() as connection:
        indexed = connection.scalar(text("SELECT indexed_message_pk FROM store_state"))
        assert indexed == 60
        count = connection.scalar(text("SELECT count(*) FROM message_fts"))
        assert count == 60
