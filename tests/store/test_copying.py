"""A whole store is copied to a server and back, whatever comes between."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import (
    Boolean,
    Connection,
    LargeBinary,
    Table,
    Text,
    func,
    insert,
    select,
    text,
    update,
)

from kvitto.core.phone_number import PhoneNumber
from kvitto.store.check import check
from kvitto.store.copy_errors import (
    CopyClashError,
    CopyDiffersError,
    CopyTargetUsedError,
    CopyUnderWayError,
    CopyUnfinishedError,
    OtherCopyError,
)
from kvitto.store.copy_rows import all_tables
from kvitto.store.copy_source import CopySource, FolderSource
from kvitto.store.copy_target import ORIGINAL, CopyTarget, FolderTarget, Progress
from kvitto.store.copying import LEFT_OUT, Copied, StoreCopy
from kvitto.store.daily_limit import DailyLimit
from kvitto.store.database import Database, open_database, open_for_reading
from kvitto.store.deletions import ContinueDeletions, DeleteBatches
from kvitto.store.engines.opening import open_store_at, server_source, server_target
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.erasing import ErasePerson
from kvitto.store.errors import DatabaseTooNewError, StoreError
from kvitto.store.lockfile import Instance
from kvitto.store.migrations import NEWEST
from kvitto.store.mutations import BatchChange, ChangeBatch, Edit
from kvitto.store.reader import Reader
from kvitto.store.schema import report, store_state
from kvitto.store.server_errors import StoreVersionError
from kvitto.store.transactions import EditTransaction, GroupTransaction
from kvitto.store.write_requests import WriteResult
from kvitto.store.writer import Writer
from tests.helpers.postgres import Cluster
from tests.store.arrivals import START, a_report, append_all, arriving, refused


class Place(NamedTuple):
    """A place that a store may be at."""

    where: Path | StoreUrl

    def source(self) -> CopySource:
        if isinstance(self.where, StoreUrl):
            return server_source(self.where, Path())
        return FolderSource(self.where)

    def target(self) -> CopyTarget:
        if isinstance(self.where, StoreUrl):
            return server_target(self.where, Path())
        return FolderTarget(self.where)

    def opened(self, folder: Path) -> Database:
        if isinstance(self.where, StoreUrl):
            return open_store_at(self.where, folder)
        return open_database(self.where)


class Both(NamedTuple):
    """Where a store is, and an empty place of the other kind."""

    source: Place
    target: Place


@pytest.fixture(params=["to a server", "from a server"])
def both(request: pytest.FixtureRequest, cluster: Cluster, tmp_path: Path) -> Iterator[Both]:
    folder = tmp_path / "store"
    server = cluster.new_database() if request.param == "to a server" else cluster.new_store()
    if request.param == "to a server":
        open_database(folder).close()
        yield Both(Place(folder), Place(server))
    else:
        yield Both(Place(server), Place(folder))
    cluster.drop(server)


def copied(both: Both, *, is_anew: bool = False, **options: Any) -> Copied:
    with both.source.source() as source, both.target.target() as target:
        return StoreCopy(source, target, **options).run(is_anew=is_anew)


def contents(place: Place, folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables, but what says something of the place."""
    with place.opened(folder) as database, database.read() as connection:
        return {table.name: _rows(connection, table) for table in all_tables()}


def _rows(connection: Connection, table: Table) -> list[tuple[Any, ...]]:
    columns = [
        one for one in table.columns if one.name not in {"indexed_message_pk", "checked_at_us"}
    ]
    found = connection.execute(select(*columns).order_by(*table.primary_key.columns))
    return [tuple(row) for row in found]


def fill_every_table(database: Database) -> None:
    """Give each table rows with a value in each column, whatever the table is for."""
    with database.writing.connect() as connection, connection.begin():
        for table in all_tables():
            if table.name in ORIGINAL:
                values = {one.name: _value(one, 1) for one in table.columns if one.name != "pk"}
                connection.execute(update(table).values(**values))
                continue
            for number in (1, 2, 3):
                row = {one.name: _value(one, number) for one in table.columns}
                connection.execute(insert(table).values(**row))


def _value(column: Any, number: int) -> Any:
    if isinstance(column.type, Boolean):
        return number == 1
    if isinstance(column.type, Text):
        return f"Ö\t\\N{column.name}'{number}"
    if isinstance(column.type, LargeBinary):
        return bytes(range(256)) * number
    is_key = column.primary_key or column.foreign_keys
    return number if is_key else (number - 2) * (1 << 62) + number


@contextmanager
def stored_into(place: Place, folder: Path) -> Iterator[Writer]:
    with place.opened(folder) as database:
        writer = Writer(database)
        writer.start()
        yield writer
        writer.close()


def report_count(database: Database) -> int:
    with database.read() as connection:
        return connection.scalars(select(func.count()).select_from(report)).one()


async def store_some(writer: Writer, first: int, count: int = 20) -> None:
    for number in range(first, first + count):
        one = arriving(a_report(f"m{number}", batch_id=f"b{number % 3}", code=201, final=True))
        await append_all(writer, [one, one])
    await append_all(writer, [refused(f"no report {first}".encode())])


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


async def test_what_comes_meanwhile_is_copied_too(both: Both, data_dir: Path) -> None:
    with stored_into(both.source, data_dir) as writer:
        await store_some(writer, 0, 60)
    steps = iter(range(100))

    def go_on(_done: int, _all: int) -> None:
        change(both.source, data_dir, next(steps))

    copied(both, part=7, on_progress=go_on)

    assert next(steps) > 5
    assert contents(both.target, data_dir) == contents(both.source, data_dir)
    with both.target.opened(data_dir) as there:
        assert not check(there).found
        assert_search_index_is_right(there)


def assert_search_index_is_right(database: Database) -> None:
    with database.writing.begin() as connection:
        if connection.dialect.name == "sqlite":
            # Raises where the index is not that of the messages.
            connection.exec_driver_sql(
                "INSERT INTO message_fts (message_fts, rank) VALUES ('integrity-check', 1)"
            )
            return
        differing = connection.exec_driver_sql(
            "SELECT count(*) FROM message AS m FULL JOIN message_fts AS f ON f.rowid = m.pk "
            "WHERE (m.pk, m.external_id, m.recipient, m.reference) "
            "IS DISTINCT FROM (f.rowid, f.external_id, f.recipient, f.reference)"
        )
        assert differing.scalar() == 0
        indexes = "SELECT count(*) FROM pg_indexes WHERE indexname IN ('message_fts_words', "
        indexes += "'message_revision', 'message_written_otherwise')"
        assert connection.exec_driver_sql(indexes).scalar() == 3


def change(place: Place, folder: Path, step: int) -> None:
    """Do something to a store from outside, another thing at each step."""
    with place.opened(folder) as database:
        keys = {one.batch_id: one.key for one in Reader(database).batches()}
        edits: list[Edit] = [
            ChangeBatch(keys["b2"], BatchChange(label="Ö'\\")),
            DeleteBatches((keys.get("b0", 0),)),
            ContinueDeletions(),
            ErasePerson(PhoneNumber("46", "701234567"), START),
        ]
        with database.writing.connect() as connection:
            for edit in edits[step : step + 1]:
                EditTransaction(edit, DailyLimit())(connection)
        if step < 5:
            append(database, [f"m{step}", f"new{step}"])


def append(database: Database, messages: list[str]) -> None:
    batches = ("b0", "b1")
    reports = [arriving(a_report(m, batch_id=b)) for m in messages for b in batches]
    with database.writing.connect() as connection:
        GroupTransaction([*reports, *reports])(connection)


class KilledError(Exception):
    """Stands for a kill at a point of the copy."""


async def test_a_copy_goes_on_wherever_it_was_cut_off(
    both: Both, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stored_into(both.source, data_dir) as writer:
        await store_some(writer, 0)
    before = contents(both.source, data_dir)
    kills = 0
    while True:
        with monkeypatch.context() as patched:
            fail_at_transaction(patched, kills // 3)
            try:
                done = copied(both, part=3)
            except KilledError:
                kills += 1
                with pytest.raises(StoreError):
                    both.target.opened(data_dir) if isinstance(
                        both.target.where, StoreUrl
                    ) else open_for_reading(both.target.where)
                continue
        break
    assert kills > 5
    assert not done.was_there
    assert contents(both.target, data_dir) == before


def fail_at_transaction(patched: pytest.MonkeyPatch, number: int) -> None:
    """End a copy in its n-th transaction, before that is committed."""
    count = 0
    encoded = Progress.encoded

    def count_down(progress: Progress) -> str:
        nonlocal count
        count += 1
        if count > number:
            raise KilledError
        return encoded(progress)

    patched.setattr(Progress, "encoded", count_down)


async def test_a_copy_that_is_there_already_is_said_to_be(both: Both, data_dir: Path) -> None:
    with stored_into(both.source, data_dir) as writer:
        await store_some(writer, 0)
    copied(both)
    assert copied(both).was_there

    with stored_into(both.target, data_dir) as writer:
        await store_some(writer, 100)
    with pytest.raises(CopyTargetUsedError):
        copied(both)
    with pytest.raises(CopyTargetUsedError):
        copied(both, is_anew=True)
    with both.target.opened(data_dir) as there:
        assert report_count(there) == 40


async def test_a_copy_of_another_store_is_not_gone_on_with(
    both: Both, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stored_into(both.source, data_dir) as writer:
        await store_some(writer, 0)
    with monkeypatch.context() as patched:
        fail_at_transaction(patched, 2)
        with pytest.raises(KilledError):
            copied(both, part=3)
    with both.source.opened(data_dir) as database, database.writing.begin() as connection:
        # As after an older backup was put back.
        connection.execute(update(store_state).values(revision=1))
    with pytest.raises(OtherCopyError):
        copied(both)
    copied(both, is_anew=True)
    assert contents(both.target, data_dir) == contents(both.source, data_dir)


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


async def test_a_folder_is_copied_to_its_end_once_nobody_receives(
    cluster: Cluster, tmp_path: Path, data_dir: Path
) -> None:
    both = Both(Place(tmp_path / "store"), Place(cluster.new_database()))
    with stored_into(both.source, data_dir) as writer:
        await store_some(writer, 0)
    receiver = Instance(tmp_path / "store")
    told = []

    def stop() -> None:
        with both.source.opened(data_dir) as database:
            append(database, ["late"])
        told.append("asked")
        receiver.close()

    assert copied(both, on_waiting=stop).reports == 22
    assert told == ["asked"]


async def test_a_server_is_copied_to_its_end_once_nobody_is_connected(
    cluster: Cluster, tmp_path: Path, data_dir: Path
) -> None:
    both = Both(Place(cluster.new_store()), Place(tmp_path / "store"))
    with stored_into(both.source, data_dir) as writer:
        await store_some(writer, 0)
    other = both.source.opened(data_dir)
    with other.read():
        pass

    def stop() -> None:
        append(other, ["late"])
        other.close()

    assert copied(both, on_waiting=stop).reports == 22


def test_a_store_that_is_being_copied_is_used_by_nobody(
    cluster: Cluster, data_dir: Path, tmp_path: Path
) -> None:
    open_database(tmp_path / "store").close()
    url = cluster.new_store()
    both = Both(Place(tmp_path / "store"), Place(url))
    early = open_store_at(url, data_dir)  # while it was empty

    def look(_done: int, _all: int) -> None:
        with pytest.raises(CopyUnfinishedError):
            open_store_at(url, data_dir)
        with pytest.raises(LookupError):
            append(early, ["m"])
        with pytest.raises(CopyUnderWayError), both.target.target():
            pass

    copied(both, on_progress=look)
    early.close()
    with open_store_at(url, data_dir) as there:
        assert report_count(there) == 0


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
