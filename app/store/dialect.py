"""The statements that SQL databases write differently, each behind a name.

SQLite and PostgreSQL agree on the form used here, but SQLAlchemy has one for each.
"""

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.sqlite import Insert, insert

from app.store.schema import message


def insert_or_add(into: Table, *added: Column[int]) -> Insert:
    """Return a statement that inserts a row, or adds to the row with the same primary key.

    Args:
        into: where; all its columns are bound by name when the statement is executed.
        added: the columns that are added up. The row's revision is replaced.
    """
    statement = insert(into)
    changes = {one.name: one + statement.excluded[one.name] for one in added}
    changes["revision"] = statement.excluded["revision"]
    return statement.on_conflict_do_update(
        index_elements=list(into.primary_key.columns), set_=changes
    )


def select_by_pairs(
    columns: Iterable[Column[Any]], first: Column[Any], second: Column[Any]
) -> Select[Any]:
    """Return a query for the rows whose columns `first` and `second` are one of many pairs.

    The pairs are bound as `pairs`, made by `pairs_parameter`. It is one statement for any number
    of them, and each is looked up in the index over both columns; `(first, second) IN (VALUES …)`
    would read the whole table.
    """
    each = func.json_each(bindparam("pairs")).table_valued("value", name="wanted")

    def part(index: int) -> ColumnElement[Any]:
        return func.json_extract(each.c.value, f"$[{index}]")

    return select(*columns).select_from(
        each.join(first.table, and_(first == part(0), second == part(1)))
    )


def pairs_parameter(pairs: Iterable[tuple[int, str] | tuple[int, int]]) -> dict[str, str]:
    """Return the parameters of a query by `select_by_pairs`."""
    return {"pairs": msgspec.json.encode(list(pairs)).decode()}


def message_text_contains(text: str) -> ColumnElement[bool]:
    """Return the condition that a message's id, phone number or reference contains `text`.

    Case does not matter. From three characters on an index over all runs of three is used; shorter
    texts are found in so many messages that reading them in order soon has enough.
    """
    if len(text) < _INDEXED_LENGTH:
        pattern = f"%{text.replace('~', '~~').replace('%', '~%').replace('_', '~_')}%"
        return or_(
            *(
                one.like(pattern, escape="~")
                for one in (message.c.recipient, message.c.message_id, message.c.reference)
            )
        )
    quoted = '"' + text.replace('"', '""') + '"'
    index = table("message_text", column("rowid"))
    return message.c.pk.in_(
        select(index.c.rowid).where(literal_column("message_text").op("MATCH")(quoted))
    )


_INDEXED_LENGTH: Final = 3
