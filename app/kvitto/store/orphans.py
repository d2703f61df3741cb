"""Rows that belong to rows which are not there, in a database that does not see to that itself."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from kvitto.store.schema import metadata


def rows_that_lead_nowhere(connection: Connection) -> Iterator[tuple[str, str]]:
    """Give, for each such row, the names of its table, and of the one that it should lead to."""
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            to = key.column
            lost = (
                select(key.parent)
                .select_from(table.outerjoin(to.table, key.parent == to))
                .where(key.parent.is_not(None), to.is_(None))
            )
            for _ in connection.execute(lost):
                yield table.name, to.table.name
