"""Put tokens into messages and all that is told of them, so that states and sums stay."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace
from sqlalchemy import Connection, Row, Select, bindparam, delete, select, update

from kvitto.core.asked_status import folded
from kvitto.core.erased import Tokens, is_token, token
from kvitto.core.report import Origin, fingerprint
from kvitto.core.state import MessageState, ReceivedReport
from kvitto.store.asked_statuses import ASKED_AS_REPORTS
from kvitto.store.asked_tables import asked_status
from kvitto.store.changed_rows import TouchedBatch, TouchedMessage
from kvitto.store.dialect import is_one_of
from kvitto.store.message_columns import MESSAGE
from kvitto.store.packed_body import packed
from kvitto.store.prepared_statements import cursor_of
from kvitto.store.record_rows import report_from_row, state_from_row
from kvitto.store.schema import batch, message, message_follow_up, purged_message, report
from kvitto.store.write_changes import write_messages, write_sums

_TRIES: Final = 64
"""A fingerprint decides between reports of the same moment: with other tokens it is another. So
often tokens are made anew until the same one is the newest; with two of them, two tries do."""


class MessageEraser:
    """Puts tokens into some messages.

    Args:
        connection: where; in a transaction.
        key: makes the tokens.
        revision: of the transaction.
        keeps_recipient: whether the phone numbers stay.
        given: the tokens of messages that were erased before; the others get new ones.

    Attributes:
        batches: the keys of the batches of the messages.
        reports: how many reports they had.
    """

    def __init__(
        self,
        connection: Connection,
        key: bytes,
        revision: int,
        *,
        keeps_recipient: bool = False,
        given: Mapping[tuple[str, str], Tokens] | None = None,
    ) -> None:
        self._connection = connection
        self._key = key
        self._revision = revision
        self._keeps_recipient = keeps_recipient
        self._given = given or {}
        self._reports: list[dict[str, Any]] = []
        self._asked: list[dict[str, Any]] = []
        self.batches: set[int] = set()
        self.reports = 0

    def erase(self, keys: Sequence[int]) -> dict[tuple[str, str], Tokens]:
        """Put tokens into messages; return them by the SMS service's ids of batch and message."""
        query: Select[Any] = select(*MESSAGE, batch.c.external_id.label("batch_id"))
        rows = self._connection.execute(
            query.select_from(message)
            .outerjoin(batch, batch.c.pk == message.c.batch_pk)
            .where(is_one_of(message.c.pk, keys))
        ).all()
        told = self._told(keys)
        found: dict[tuple[str, str], Tokens] = {}
        touched: dict[int, TouchedBatch] = {}
        changed: list[TouchedMessage] = []
        for row in rows:
            if row.batch_id is None:
                self._delete(row.pk)
                continue
            its_batch = touched.setdefault(row.batch_pk, TouchedBatch(row.batch_pk, Origin.WEBHOOK))
            self.batches.add(row.batch_pk)
            tokens, state = self._erase(row, told.get(row.pk, []))
            found[row.batch_id, row.external_id] = tokens
            before = state_from_row(row)
            if not self._is_purged(row):
                its_batch.sums.move(before, state)
            changed.append(TouchedMessage(row.pk, its_batch, row.external_id, state))
        self._write(changed, touched)
        return found

    # --- One message ----------------------------------------------------------------------------

    def _told(self, keys: Sequence[int]) -> dict[int, list[Row[Any]]]:
        """Return the reports of messages in order of arrival, then what was asked of them."""
        told: dict[int, list[Row[Any]]] = {}
        reports = select(report).where(is_one_of(report.c.message_pk, keys))
        asked = select(*ASKED_AS_REPORTS).where(is_one_of(asked_status.c.message_pk, keys))
        for query in (reports.order_by(report.c.pk), asked.order_by(asked_status.c.pk.desc())):
            for row in self._connection.execute(query):
                told.setdefault(row.message_pk, []).append(row)
        return told

    def _erase(self, of: Row[Any], rows: Sequence[Row[Any]]) -> tuple[Tokens, MessageState]:
        """Have tokens written into all that is told of a message; return them and its state."""
        before = state_from_row(of)
        received = [
            report_from_row(row, batch_id=of.batch_id, message_id=of.external_id) for row in rows
        ]
        given = self._given.get((of.batch_id, of.external_id))
        erased, tokens = self._with_tokens(before, received, f"{of.pk}.0", given)
        state = _folded(erased)
        for salt in range(1, _TRIES if given is None else 1):
            if _counts_alike(before, state):
                break
            erased, tokens = self._with_tokens(before, received, f"{of.pk}.{salt}", None)
            state = _folded(erased)
        for one in erased:
            body = tokens.in_body(one.report)
            is_asked = one.sequence < 0
            values = {
                "key": one.sequence,
                "new_fingerprint": fingerprint(one.report),
                "new_recipient": one.report.recipient,
                "new_reference": one.report.reference,
                "new_body": body.decode() if is_asked else packed(body, one.report),
            }
            (self._asked if is_asked else self._reports).append(values)
        self.reports += state.reports
        return tokens, state

    def _with_tokens(
        self,
        before: MessageState,
        received: Sequence[ReceivedReport],
        salt: str,
        given: Tokens | None,
    ) -> tuple[list[ReceivedReport], Tokens]:
        """Return what is told of a message with tokens, and the tokens that late reports get.

        All get the same ones, so that each is known again when it is tried again; of two that only
        differ in what is erased, the second gets its own.
        """

        def made(*of: str) -> str:
            return of[-1] if is_token(of[-1]) else token(self._key, salt, *of)

        recipient = "" if before.recipient is None else before.recipient.value
        reference = "" if before.reference is None else before.reference.value
        tokens = given or Tokens(
            None if self._keeps_recipient else made("recipient", recipient),
            made("reference", reference),
        )
        erased: list[ReceivedReport] = []
        seen: set[int] = set()
        for one in received:
            report = tokens.in_report(one.report)
            if fingerprint(report) in seen:
                number = str(one.sequence)
                keeps = tokens.recipient is None
                own = Tokens(
                    None if keeps else made("recipient", number), made("reference", number)
                )
                report = own.in_report(one.report)
            seen.add(fingerprint(report))
            erased.append(replace(one, report=report))
        return erased, tokens

    def _is_purged(self, row: Row[Any]) -> bool:
        """Tell whether a message is not counted: the sums have an earlier one of its id."""
        query = select(purged_message.c.external_id).where(
            purged_message.c.batch_pk == row.batch_pk,
            purged_message.c.external_id == row.external_id,
        )
        return self._connection.scalar(query) is not None

    # --- Writing --------------------------------------------------------------------------------

    def _delete(self, key: int) -> None:
        """Delete a message whose batch is being deleted: it is only not done yet."""
        for table in (report, asked_status, message_follow_up):
            self._connection.execute(delete(table).where(table.c.message_pk == key))
        self._connection.execute(delete(message).where(message.c.pk == key))

    def _write(self, changed: Sequence[TouchedMessage], touched: dict[int, TouchedBatch]) -> None:
        cursor = cursor_of(self._connection)
        for table, rows in ((report, self._reports), (asked_status, self._asked)):
            if not rows:
                continue
            self._connection.execute(
                update(table)
                .where(table.c.pk == bindparam("key"))
                .values(
                    fingerprint=bindparam("new_fingerprint"),
                    recipient=bindparam("new_recipient"),
                    reference=bindparam("new_reference"),
                    body=bindparam("new_body"),
                    revision=self._revision,
                ),
                rows,
            )
        write_messages(cursor, changed, self._revision)
        write_sums(cursor, touched.values(), self._revision)


def _folded(told: Sequence[ReceivedReport]) -> MessageState:
    """Return a message's state by its reports, and by what was asked of it: keys below zero."""
    state = folded(
        [one for one in told if one.sequence > 0], [one for one in told if one.sequence < 0]
    )
    assert state is not None, "every message has a report, or was asked"
    return state


def _counts_alike(before: MessageState, after: MessageState) -> bool:
    """Tell whether two states say the same but for who it is, and which report said it."""

    def said(state: MessageState) -> tuple[Any, ...]:
        known = (state.priced, state.refund, state.currency, state.segments)
        return (
            state.code,
            state.final,
            state.rank.sequence,
            state.arrived_at_us,
            state.first_created_at_us,
            state.funding,
            *(None if one is None else one.value for one in known),
        )

    return said(before) == said(after)
