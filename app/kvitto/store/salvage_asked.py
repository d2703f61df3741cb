"""Take the asked statuses of a damaged store over into the new one.

What the API said of whole batches is not taken over: they are asked about again.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import Final

from sqlalchemy import Connection, select, update

from kvitto.core.report import Origin
from kvitto.core.timestamps import from_microseconds
from kvitto.store.askable import AddUnreported
from kvitto.store.asked_edits import AddAsked, AskedMessage, AskedStatus
from kvitto.store.asked_tables import batch_tombstone
from kvitto.store.dialect import insert_or_ignore
from kvitto.store.record_rows import report_from_row
from kvitto.store.schema import store_state

_AT_ONCE: Final = 500
_MESSAGE: Final = "SELECT external_id, batch_pk FROM message WHERE pk = ?"


def add_asked(
    connection: Connection,
    rows: Iterable[sqlite3.Row],
    batch_ids: Mapping[int, str],
    one: Callable[[str, int], sqlite3.Row | None],
) -> None:
    """Add what can be understood.

    Args:
        connection: of the new store, which has the reports already.
        rows: those of `asked_status` that can be read.
        batch_ids: the ids of the batches by their keys, without those that were being deleted.
        one: returns the row of a query in the damaged store; None where it is lost.
    """
    some: dict[tuple[str, int], dict[str, list[AskedStatus]]] = {}
    count = 0
    for row in rows:
        of = one(_MESSAGE, row["message_pk"])
        if of is None or of["batch_pk"] not in batch_ids:
            continue
        ids = batch_ids[of["batch_pk"]], of["external_id"]
        try:
            from_microseconds(row["asked_at_us"])
            named = SimpleNamespace(**dict(row), arrived_at_us=row["asked_at_us"], marks=None)
            report = report_from_row(named, batch_id=ids[0], message_id=ids[1]).report
        except (TypeError, ValueError, OverflowError):
            continue
        status = AskedStatus(report, row["body"])
        of_batch = some.setdefault((ids[0], row["asked_at_us"]), {})
        of_batch.setdefault(ids[1], []).append(status)
        count += 1
        if count >= _AT_ONCE:
            _store(connection, some)
            count = 0
    _store(connection, some)


def add_unreported(
    connection: Connection, batches: Iterable[sqlite3.Row], tombstones: Iterable[sqlite3.Row]
) -> None:
    """Add the batches that have never reported, and note which were deleted.

    Args:
        connection: of the new store.
        batches: the rows of `batch` that can be read, without those that were being deleted.
        tombstones: those of `batch_tombstone`.
    """
    with connection.begin():
        for row in tombstones:
            told = insert_or_ignore(batch_tombstone).values(external_id=row["external_id"])
            connection.execute(told)
        revision: int = connection.scalars(select(store_state.c.revision)).one() + 1
        for row in batches:
            if row["origin"] != Origin.API.value:
                continue
            sent_us = row["sent_at_us"]
            try:
                found = from_microseconds(row["first_seen_at_us"])
                sent = None if sent_us is None else from_microseconds(sent_us)
            except (TypeError, ValueError, OverflowError):
                continue
            AddUnreported(row["external_id"], found, sent).apply(connection, revision)
        connection.execute(update(store_state).values(revision=revision))


def _store(
    connection: Connection, some: dict[tuple[str, int], dict[str, list[AskedStatus]]]
) -> None:
    for (batch_id, asked_at_us), of_batch in some.items():
        messages = tuple(AskedMessage(key, tuple(its)) for key, its in of_batch.items())
        edit = AddAsked(batch_id, from_microseconds(asked_at_us), messages)
        with connection.begin():
            revision: int = connection.scalars(select(store_state.c.revision)).one() + 1
            edit.apply(connection, revision)
            connection.execute(update(store_state).values(revision=revision))
    some.clear()
