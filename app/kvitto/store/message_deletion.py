"""Delete some of a batch's messages with all that is about them, by statements compiled once."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Executable,
    Select,
    bindparam,
    delete,
    func,
    select,
    update,
)

from kvitto.store.asked_tables import asked_status
from kvitto.store.dialect import each_of, insert_or_ignore
from kvitto.store.prepared_statements import Prepared, cursor_of, together
from kvitto.store.receiver_tables import edit_audit
from kvitto.store.schema import message, message_follow_up, purged_message, report, store_state


def _gone() -> Select[Any]:
    return select(each_of(bindparam("gone"), BigInteger(), name="gone_message").c.value)


def _delete_where(key: Column[int]) -> Executable:
    return delete(key.table).where(key.in_(_gone()))


# In the order of the index over both: by their keys, all messages of the batch would be sorted.
_FIRST: Final = Prepared(
    select(message.c.pk)
    .where(message.c.batch_pk == bindparam("batch"))
    .order_by(message.c.external_id)
    .limit(bindparam("most"))
)
_REPEATS: Final = (
    select(func.coalesce(func.sum(report.c.repeat_count), 0))
    .where(report.c.message_pk.in_(_gone()))
    .scalar_subquery()
)
_SUBTRACT: Final = Prepared(
    update(store_state).values(repeat_count=store_state.c.repeat_count - _REPEATS)
)
_REMEMBER: Final = Prepared(
    insert_or_ignore(purged_message).from_select(
        ["batch_pk", "external_id"],
        select(message.c.batch_pk, message.c.external_id).where(message.c.pk.in_(_gone())),
    )
)
_DELETE: Final = tuple(
    Prepared(_delete_where(key))
    for key in (
        message_follow_up.c.message_pk,
        edit_audit.c.message_pk,
        report.c.message_pk,
        asked_status.c.message_pk,
        message.c.pk,
    )
)


def first_messages(connection: Connection, batch_key: int, most: int) -> tuple[list[int], bool]:
    """Return the keys of a batch's first messages, `most` at most, and whether it has more."""
    values = {"batch": batch_key, "most": most + 1}
    keys = [key for (key,) in _FIRST.rows(cursor_of(connection), values)]
    return keys[:most], len(keys) > most


def delete_messages(connection: Connection, keys: Sequence[int], *, remembers: bool) -> None:
    """Delete messages with their reports; a server is told all of it at once.

    Args:
        connection: the transaction.
        keys: of the messages. The search index has one piece more after each call.
        remembers: whether the sums go on having them.
    """
    if not keys:
        return
    gone = {"gone": msgspec.json.encode(keys).decode()}
    with together(connection):
        cursor = cursor_of(connection)
        _SUBTRACT.execute(cursor, gone)
        if remembers:
            _REMEMBER.execute(cursor, gone)
        for statement in _DELETE:
            statement.execute(cursor, gone)
