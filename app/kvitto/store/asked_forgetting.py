"""Forget what the SMS service's API said: the reports alone count again."""

import time
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Select, delete, exists, select, update

from kvitto.core.report import Origin
from kvitto.store.asked_statuses import delete_asked, told_of
from kvitto.store.asked_tables import (
    asked_batch,
    asked_difference,
    asked_operator,
    asked_status,
)
from kvitto.store.changed_rows import TouchedBatch, TouchedMessage
from kvitto.store.deletions import delete_batch_row
from kvitto.store.message_columns import MESSAGE
from kvitto.store.prepared_statements import cursor_of
from kvitto.store.record_rows import state_from_row
from kvitto.store.schema import batch, message
from kvitto.store.write_changes import write_messages, write_sums

_PART_S: Final = 0.01
"""How long one transaction forgets, so that no report waits long behind it."""
_MESSAGES_AT_ONCE: Final = 100


class ForgetAsked(msgspec.Struct, frozen=True, tag=True):
    """Forget what the API said of a batch, a part at a time: the reports alone count again.

    A batch that has none goes with it.
    """

    batch_key: int

    def apply(self, connection: Connection, revision: int) -> bool:
        """Forget a part; return whether that was all."""
        end = time.monotonic() + _PART_S
        is_left = True
        while is_left and time.monotonic() < end:
            is_left = self._forget_some(connection, revision)
        connection.execute(
            update(batch).where(batch.c.pk == self.batch_key).values(revision=revision)
        )
        if not is_left:
            for table in (asked_batch, asked_difference, asked_operator):
                connection.execute(delete(table).where(table.c.batch_pk == self.batch_key))
            unreported = (batch.c.report_count == 0, batch.c.origin == Origin.API.value)
            if connection.scalar(
                select(batch.c.pk).where(batch.c.pk == self.batch_key, *unreported)
            ):
                # Nothing else is known of it; it may be found, and fetched, once more.
                delete_batch_row(connection, self.batch_key, revision, may_come_back=True)
        return not is_left

    def _forget_some(self, connection: Connection, revision: int) -> bool:
        """Forget what was said of some messages; return whether any is left."""
        query: Select[Any] = select(*MESSAGE, batch.c.external_id.label("batch_id"))
        rows = connection.execute(
            query.select_from(message)
            .join(batch)
            .where(message.c.batch_pk == self.batch_key, _HAS_ASKED)
            .limit(_MESSAGES_AT_ONCE)
        ).all()
        if not rows:
            return False
        cursor = cursor_of(connection)
        ids = {row.pk: (row.batch_id, row.external_id) for row in rows}
        its_batch = TouchedBatch(self.batch_key, Origin.WEBHOOK)
        changed: list[TouchedMessage] = []
        gone: list[int] = []
        told = told_of(cursor, ids, if_asked=True)
        for row in rows:
            of_message = told[row.pk]
            delete_asked(cursor, [one.sequence for one in of_message.asked])
            of_message.asked = []
            state = of_message.state()
            its_batch.sums.move(state_from_row(row), state)
            if state is None:
                gone.append(row.pk)
            else:
                changed.append(TouchedMessage(row.pk, its_batch, row.external_id, state))
        write_messages(cursor, changed, revision)
        write_sums(cursor, [its_batch], revision)
        connection.execute(delete(message).where(message.c.pk.in_(gone)))
        return True


_HAS_ASKED: Final = exists().where(asked_status.c.message_pk == message.c.pk)


class ForgetTexts(msgspec.Struct, frozen=True, tag=True):
    """Forget the texts of all batches."""

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        connection.execute(
            update(asked_batch)
            .where(asked_batch.c.body.is_not(None))
            .values(body=None, revision=revision)
        )
        return True
