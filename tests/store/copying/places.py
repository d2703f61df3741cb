"""Where a store is copied from and to, and what is in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    Connection,
    LargeBinary,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from kvitto.store.copy_rows import all_tables
from kvitto.store.copy_source import CopySource, FolderSource
from kvitto.store.copy_target import ORIGINAL, CopyTarget, FolderTarget
from kvitto.store.copying import Copied, StoreCopy
from kvitto.store.database import Database, open_database
from kvitto.store.engines.opening import open_store_at, server_source, server_target
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.schema import report
from kvitto.store.transactions import GroupTransaction
from kvitto.store.writer import Writer
from tests.store.arrivals import a_report, append_all, arriving, refused


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


def append(database: Database, messages: list[str]) -> None:
    batches = ("b0", "b1")
    reports = [arriving(a_report(m, batch_id=b)) for m in messages for b in batches]
    with database.writing.connect() as connection:
        GroupTransaction([*reports, *reports])(connection)
