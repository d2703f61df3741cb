"""Who changed what: edits of a store that several people use, each by a name.

An edit names what its user saw. Where another has changed that meanwhile, it is refused, and says
who has: nothing is overwritten by somebody who has not seen it. In a store in a folder nobody has a
name, and nothing of this is kept.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, func, insert, select

from kvitto.core.timestamps import from_microseconds, to_microseconds
from kvitto.store.dialect import is_one_of
from kvitto.store.edit_errors import EditConflictError
from kvitto.store.engines.base import Database
from kvitto.store.receiver_tables import edit_audit

Signable = TypeVar("Signable")


class Signature(msgspec.Struct, frozen=True):
    """Who makes an edit.

    Attributes:
        editor: a name, as colleagues know it.
        now: the time, UTC.
        own: the revisions of what the same window has changed before.
    """

    editor: str
    now: datetime
    own: tuple[int, ...] = ()


class EditMark(NamedTuple):
    """Who changed something last.

    Attributes:
        editor: a name.
        at: when, UTC.
    """

    editor: str
    at: datetime


def last_edits(database: Database, batch_key: int) -> dict[str, EditMark]:
    """Return who changed each field of a batch last, by the column that has it.

    Raises:
        StoreError: the store can't be read.
    """
    with database.read() as connection:
        return _last(connection, edit_audit.c.batch_pk == batch_key)


def last_message_edits(
    connection: Connection, message_keys: Iterable[int]
) -> dict[int, dict[str, EditMark]]:
    """Return who changed the mark and the note of messages last, by message and field."""
    query = (
        select(edit_audit)
        .where(is_one_of(edit_audit.c.message_pk, message_keys))
        .order_by(edit_audit.c.pk)
    )
    found: dict[int, dict[str, EditMark]] = {}
    for row in connection.execute(query):
        found.setdefault(row.message_pk, {})[row.field] = _mark(row)
    return found


def ensure_seen(
    connection: Connection,
    signature: Signature,
    of: ColumnElement[bool],
    there: Mapping[str, Any],
    seen: Mapping[str, Any],
    new: Mapping[str, Any],
) -> None:
    """Check that nobody else has changed what is to be changed since it was seen.

    What the same window has changed is no conflict, nor what has the new value already. Names say
    nothing here: at many places all computers have a user of the same name.

    Args:
        connection: the transaction that makes the edit.
        signature: who makes it.
        of: the rows of the audit about what is changed.
        there: what the store holds, by field.
        seen: what the user saw, of the fields that are to be compared.
        new: what the user wants.

    Raises:
        EditConflictError: somebody has.
    """
    for field, value in seen.items():
        if there[field] in (value, new.get(field, value)):
            continue
        last = next((one for one in _newest(connection, of) if one.field == field), None)
        if last is None or last.revision not in signature.own:
            raise EditConflictError(*(("", None) if last is None else _mark(last)))


def note_edit(
    connection: Connection,
    signature: Signature,
    revision: int,
    fields: Iterable[str],
    **of: int,
) -> None:
    """Note who made an edit.

    Args:
        connection: the transaction that makes it.
        signature: who.
        revision: the edit's.
        fields: what it changes.
        of: the batch or message, by its column.
    """
    who = {"editor": signature.editor, "edited_at_us": to_microseconds(signature.now)}
    rows = [{**who, **of, "field": field, "revision": revision} for field in fields]
    if rows:
        connection.execute(insert(edit_audit), rows)


def _last(connection: Connection, of: ColumnElement[bool]) -> dict[str, EditMark]:
    return {row.field: _mark(row) for row in _newest(connection, of)}


def _newest(connection: Connection, of: ColumnElement[bool]) -> Iterable[Row[Any]]:
    newest = select(func.max(edit_audit.c.pk)).where(of).group_by(edit_audit.c.field)
    return connection.execute(select(edit_audit).where(edit_audit.c.pk.in_(newest)))


def _mark(row: Row[Any]) -> EditMark:
    return EditMark(row.editor, from_microseconds(row.edited_at_us))
