"""Keep in quarantine what can't be read of an answer of the SMS service's API: no request."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection, func, select, update

from kvitto.core.rejection import RejectionKind, RejectionReason
from kvitto.core.report import Origin
from kvitto.store.erased_messages import without_erased_bodies
from kvitto.store.prepared_statements import cursor_of
from kvitto.store.rejections import MAX_TOTAL_BYTES, QuarantineUsage, keep_bodies
from kvitto.store.schema import callback_key, store_state
from kvitto.store.write_requests import RejectedRequest

_ROOM: Final = MAX_TOTAL_BYTES // 4
"""Beyond it none of them is kept: the rest is for refused requests, which come no more."""


class UnreadableItem(msgspec.Struct, frozen=True):
    """An item of an answer that can't be read.

    Attributes:
        reason: why.
        body: what is kept of it.
    """

    reason: RejectionReason
    body: bytes


class UnreadableIds(NamedTuple):
    """Which message an item is about, and to whom; "" where it does not say."""

    batch_id: str
    message_id: str
    recipient: str


def ids_of(body: bytes) -> UnreadableIds | None:
    """Return which message an item is about, by what is kept of it; None where it does not say."""
    try:
        told = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    message_id = _text(told.get("messageId")) or _text(told.get("id"))
    if not message_id:
        return None
    return UnreadableIds(_text(told.get("batchId")), message_id, _text(told.get("recipient")))


def _text(raw: msgspec.Raw | None) -> str:
    try:
        return "" if raw is None else str(msgspec.json.decode(raw, type=str | int))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def keep_unreadable(
    connection: Connection,
    items: Sequence[UnreadableItem],
    asked_at: datetime,
    revision: int,
    *,
    is_demo: bool,
) -> None:
    """Put items of answers about a batch into quarantine; the same ones again only count up.

    Those of a demo batch belong to a demo's key: whoever leaves the demo out leaves them out.
    """
    demo_key = None
    if is_demo:
        of_demo = callback_key.c.origin == Origin.DEMO.value
        demo_key = connection.scalar(select(func.max(callback_key.c.pk)).where(of_demo))
    if not items or (is_demo and demo_key is None):
        return
    cursor = cursor_of(connection)
    origin = Origin.DEMO if is_demo else Origin.API
    refused = [
        RejectedRequest(
            RejectionKind.API, one.reason, one.body, len(one.body), (), asked_at, demo_key, origin
        )
        for one in items
    ]
    usage = QuarantineUsage(connection.scalars(select(store_state.c.quarantine_bytes)).one(), 0)
    kept = without_erased_bodies(cursor, refused)
    keep_bodies(cursor, kept, usage, revision, max_total_bytes=_ROOM)
    connection.execute(update(store_state).values(quarantine_bytes=usage.size_bytes))
