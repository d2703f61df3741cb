"""Rows side by side: each key's together, and none lost between them."""

from sqlalchemy import Row, Select, literal, select, union_all

from kvitto.store.database import Database
from kvitto.store.report_order import ReportOrder, stream


def rows_of(database: Database, *pairs: tuple[int, str]) -> list[Row[tuple[int, str]]]:
    """Return rows with a `key` and a `name`."""
    parts: list[Select[int, str]] = [
        select(literal(key).label("key"), literal(name).label("name")) for key, name in pairs
    ]
    with database.reading.connect() as connection:
        return list(stream(connection, union_all(*parts)))


def test_rows_are_taken_key_by_key(database: Database) -> None:
    rows = ReportOrder(rows_of(database, (1, "a"), (1, "b"), (3, "c")), "key")

    taken = {key: [row.name for row in rows.of(key)] for key in (1, 2, 3, 4)}

    assert taken == {1: ["a", "b"], 2: [], 3: ["c"], 4: []}
    assert rows.rest() == []


def test_keys_that_nobody_takes_are_strays(database: Database) -> None:
    rows = ReportOrder(rows_of(database, (1, "a"), (2, "b"), (5, "c"), (9, "d")), "key")

    assert [row.name for row in rows.of(2)] == ["b"]
    assert list(rows.of(6)) == []

    assert rows.rest() == [1, 5, 9]
