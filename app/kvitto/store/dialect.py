"""The statements that SQL databases write differently, each behind a name.

SQLite and PostgreSQL agree on the form used here, but SQLAlchemy has one for each.
"""

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any, Final

import msgspec
from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Integer,
    Select,
    Subquery,
    Table,
    TableValuedAlias,
    Text,
    and_,
    bindparam,
    column,
    desc,
    exists,
    func,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.types import TypeEngine

from kvitto.store.receiver_tables import recent_repeat
from kvitto.store.schema import batch, message, report, store_state
from kvitto.store.text_match import TextMatch


class ColumnChange(Enum):
    """What becomes of a column of a row that is there already."""

    NEW = 0
    """It takes the new row's value."""
    NEW_IF_ANY = 1
    """It takes the new row's value, unless that is NULL."""
    ADDED = 2
    """The new row's value is added to it."""
    LEAST = 3
    """It takes the new row's value where that is less; NULL says nothing."""
    GREATEST = 4
    """It takes the new row's value where that is greater; NULL says nothing."""


NEW: Final = ColumnChange.NEW
NEW_IF_ANY: Final = ColumnChange.NEW_IF_ANY
ADDED: Final = ColumnChange.ADDED
LEAST: Final = ColumnChange.LEAST
GREATEST: Final = ColumnChange.GREATEST


def upsert(into: Table, **changes: ColumnChange) -> Insert:
    """Return a statement that inserts a row, or changes the row with the same primary key.

    Args:
        into: where; its columns are bound by name when the statement is executed.
        changes: what becomes of which columns; the row's revision becomes the new one.
    """
    statement = insert(into)

    def value(name: str, change: ColumnChange) -> ColumnElement[Any]:
        old, new = into.c[name], statement.excluded[name]
        match change:
            case ColumnChange.NEW:
                return new
            case ColumnChange.NEW_IF_ANY:
                return func.coalesce(new, old)
            case ColumnChange.ADDED:
                return old + new
            case ColumnChange.LEAST:
                return func.min(func.coalesce(old, new), func.coalesce(new, old))
            case ColumnChange.GREATEST:
                return func.max(func.coalesce(old, new), func.coalesce(new, old))

    return statement.on_conflict_do_update(
        index_elements=list(into.primary_key.columns),
        set_={name: value(name, change) for name, change in changes.items()}
        | {"revision": statement.excluded["revision"]},
    )


def insert_or_ignore(into: Table) -> Insert:
    """Return a statement that inserts a row, or does nothing where its primary key is there."""
    return insert(into).on_conflict_do_nothing(index_elements=list(into.primary_key.columns))


def select_by_pairs(
    columns: Iterable[Column[Any]], first: Column[Any], second: Column[Any]
) -> Select[Any]:
    """Return a query for the rows whose columns `first` and `second` are one of many pairs.

    The pairs are bound as `pairs`, made by `pairs_parameter`. It is one statement for any number
    of them, and each is looked up in the index over both columns; `(first, second) IN (VALUES …)`
    would read the whole table.
    """
    each = each_of(bindparam("pairs"), Text(), name="wanted")

    def part(index: int, of: Column[Any]) -> ColumnElement[Any]:
        return func.json_extract(each.c.value, f"$[{index}]", type_=of.type)

    return select(*columns).select_from(
        each.join(first.table, and_(first == part(0, first), second == part(1, second)))
    )


def pairs_parameter(
    pairs: Iterable[tuple[int, str] | tuple[int, int] | tuple[str, str]],
) -> dict[str, str]:
    """Return the parameters of a query by `select_by_pairs`."""
    return {"pairs": msgspec.json.encode(list(pairs)).decode()}


def select_existing(
    counts: Iterable[ColumnElement[Any]],
    of_batch: Iterable[ColumnElement[Any]],
    of_message: Iterable[ColumnElement[Any]],
) -> Select[Any]:
    """Return a query for all that is known about many reports before they are folded: one row.

    One row, since the driver takes its turn with Python's other threads at every row.

    It has `counts`, expressions over `store_state`, and two texts, each a JSON list of lists. The
    first has the columns `of_batch` of their batches. The second has the reports whose message is
    known: the report's place among those that are bound, the message's `pk`, the columns
    `of_message`, and the `pk` of the same report if that is known, too.

    Bound are `batches`, a JSON list of batch ids, and `reports`, a JSON list of lists: each a batch
    id, a message's id and a fingerprint.
    """
    batches = func.json_each(bindparam("batches")).table_valued("value", name="wanted_batch")
    reports = func.json_each(bindparam("reports")).table_valued("key", "value", name="wanted")

    def part(index: int) -> ColumnElement[Any]:
        return func.json_extract(reports.c.value, f"$[{index}]")

    is_message = and_(message.c.batch_pk == batch.c.pk, message.c.external_id == part(1))
    is_report = and_(report.c.message_pk == message.c.pk, report.c.fingerprint == part(2))
    of_report = (reports.c.key, message.c.pk, *of_message, report.c.pk)
    return select(
        *counts,
        select(func.json_group_array(func.json_array(*of_batch)))
        .select_from(batches.join(batch, batch.c.external_id == batches.c.value))
        .scalar_subquery(),
        select(func.json_group_array(func.json_array(*of_report)))
        .select_from(
            reports.join(batch, batch.c.external_id == part(0))
            .join(message, is_message)
            .outerjoin(report, is_report)
        )
        .scalar_subquery(),
    ).select_from(store_state)


def select_stored() -> Select[str]:
    """Return a query for which of many arrivals are in the store: one text, a JSON list of places.

    Bound are `arrivals`, a JSON list of lists: each a batch id, a message's id, a fingerprint, and
    when it came. One is in the store where its report is, and came then, or was repeated then.
    """
    wanted = func.json_each(bindparam("arrivals")).table_valued("key", "value", name="wanted")

    def part(index: int) -> ColumnElement[Any]:
        return func.json_extract(wanted.c.value, f"$[{index}]")

    is_message = and_(message.c.batch_pk == batch.c.pk, message.c.external_id == part(1))
    is_report = and_(report.c.message_pk == message.c.pk, report.c.fingerprint == part(2))
    was_repeated = exists().where(
        recent_repeat.c.report_pk == report.c.pk, recent_repeat.c.arrived_at_us == part(3)
    )
    return (
        select(func.json_group_array(wanted.c.key))
        .select_from(
            wanted.join(batch, batch.c.external_id == part(0))
            .join(message, is_message)
            .join(report, is_report)
        )
        .where(or_(report.c.arrived_at_us == part(3), was_repeated))
    )


def each_of(
    listed: BindParameter[Any], kind: TypeEngine[Any], *, name: str | None = None
) -> TableValuedAlias:
    """Return a table of the values of a JSON list, in its column `value`.

    Args:
        listed: the parameter that binds the list.
        kind: the type of the values; text for those that are lists themselves.
        name: the table's alias; None for any.
    """
    return func.json_each(listed).table_valued(column("value", kind), name=name)


def is_one_of(
    among: Column[int] | Column[str], values: Iterable[int] | Iterable[str]
) -> ColumnElement[bool]:
    """Return the condition that a column is one of any amount of values, bound as one."""
    bound: BindParameter[str] = bindparam(None, msgspec.json.encode(list(values)).decode())
    each = each_of(bound, among.type)
    return among.in_(select(each.c.value))


def as_json(query: Select[Any]) -> Select[str]:
    """Return a query for all rows of `query` in one text: a JSON list of lists, in any order.

    The database makes it without holding up Python's other threads, and ten thousand rows come
    five times as quickly as one by one. Columns may hold numbers and texts; of one column, the
    list holds its values themselves.
    """
    (first, *others) = columns = query.subquery().c
    return select(func.json_group_array(func.json_array(*columns) if others else first))


def indexed_messages(
    texts: Sequence[str],
    *,
    lowest: int | None = None,
    highest: int | None = None,
    newest: int | None = None,
) -> Subquery:
    """Return the keys (`pk`) of the messages whose id, phone number or reference has a text in it.

    The newest messages, those that are `not_indexed`, are not among them. The others come from an
    index over all runs of three characters, in order, and one by one: who stops early has paid for
    no more than was read. Case does not matter.

    Args:
        texts: one of them must be there; none shorter than `INDEXED_LENGTH`.
        lowest: look only at the messages with this key and greater ones.
        highest: look only at the messages with this key and smaller ones.
        newest: only so many, the newest; 0 for all of them, in that order. With `lowest`, a server
            reads all from there on, without its index; without, it has that index lead.
    """
    index = MESSAGE_FTS
    is_read_through = newest is not None and lowest is not None
    query = select(index.c.rowid.label("pk")).where(
        TextMatch(texts, is_read_through=is_read_through)
    )
    if newest is not None:
        # A sum is in no other index: none can be followed instead, row by row.
        query = query.order_by(desc(index.c.rowid if is_read_through else index.c.rowid + 0))
        query = query.limit(newest or None)
    if lowest is not None:
        query = query.where(index.c.rowid >= lowest)
    if highest is not None:
        query = query.where(index.c.rowid <= highest)
    return query.subquery("indexed")


def index_messages() -> Insert:
    """Return a statement that takes messages into the index of `indexed_messages`.

    It takes those whose key is greater than the parameter `after`, all at once: each transaction
    that adds to the index costs as much as many messages do.
    """
    columns = (message.c.pk, message.c.external_id, message.c.recipient, message.c.reference)
    return insert(MESSAGE_FTS).from_select(
        ["rowid", "external_id", "recipient", "reference"],
        select(*columns).where(message.c.pk > bindparam("after")).order_by(message.c.pk),
    )


def not_indexed() -> ColumnElement[bool]:
    """Return the condition that a message is not in the index yet; it holds for few."""
    return message.c.pk > select(store_state.c.indexed_message_pk).scalar_subquery()


MESSAGE_FTS: Final = table(
    "message_fts",
    column("rowid", Integer),
    column("external_id"),
    column("recipient"),
    column("reference"),
)
"""The index of `indexed_messages`."""


def message_text_contains(text: str) -> ColumnElement[bool]:
    """Return the condition that a message's id, phone number or reference has `text` in it.

    For texts that are too short for the index, and messages that are not in it. It reads messages
    one by one; but short texts are found in so many that who wants some soon has enough.
    """
    # LIKE ignores case in ASCII only.
    cases = {text, text.lower(), text.upper()}
    patterns = [
        f"%{one.replace('~', '~~').replace('%', '~%').replace('_', '~_')}%" for one in sorted(cases)
    ]
    return or_(
        *(
            one.like(pattern, escape="~")
            for one in (message.c.recipient, message.c.external_id, message.c.reference)
            for pattern in patterns
        )
    )


INDEXED_LENGTH: Final = 3
"""The shortest text that `indexed_messages` can look for."""
