"""What changed in the store since a revision, read by one query."""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import BindParameter, Connection, Select, bindparam, literal, select

from kvitto.store.batch_rows import touched_batches, touched_records
from kvitto.store.binned_batches import binned_batch, not_in_bin
from kvitto.store.dialect import as_json
from kvitto.store.prepared_statements import Asked, Prepared
from kvitto.store.records import BatchRecord
from kvitto.store.schema import batch, deleted_batch, message, store_state

MOST_MESSAGES: Final = 1000
"""So many messages are named."""
_KEYS: Final = msgspec.json.Decoder(list[int])


class Changes(msgspec.Struct, frozen=True):
    """What changed since a revision.

    Attributes:
        revision: the newest revision; ask for the changes since this one next time.
        batches: the batches that were touched, as they are now.
        messages: the keys of the messages that were touched, the latest first.
        is_complete: whether `messages` holds all of them. If not, there were more than the limit,
            and whoever shows messages reads anew what it shows.
        removed: the keys of the batches that were deleted, with all their messages, or are in the
            bin. One that was put back from there is among the touched ones.
        since: the revision that was known.
    """

    revision: int
    batches: Sequence[BatchRecord]
    messages: Sequence[int]
    is_complete: bool
    removed: Sequence[int] = ()
    since: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether no batch was touched: a commit may hold no more than a heartbeat."""
        return not (self.batches or self.messages or self.removed)


def _query(*, with_batches: bool) -> Select[tuple[int, str, str, str, str]]:
    since: BindParameter[int] = bindparam("revision")
    messages = (
        select(message.c.pk)
        .where(message.c.revision > since, not_in_bin(message.c.batch_pk))
        .order_by(message.c.revision.desc())
        .limit(bindparam("most"))
    )
    removed = select(deleted_batch.c.batch_pk).where(deleted_batch.c.revision > since)
    # Each batch is looked up by itself: joined, a server may read all of them.
    its_revision = select(batch.c.revision).where(batch.c.pk == binned_batch.c.batch_pk)
    binned = select(binned_batch.c.batch_pk).where(its_revision.scalar_subquery() > since)
    return select(
        store_state.c.revision,
        touched_batches() if with_batches else literal("[]"),
        *(as_json(one).scalar_subquery() for one in (messages, removed, binned)),
    )


_TOUCHED: Final = Prepared(_query(with_batches=True))
_REST: Final = Prepared(_query(with_batches=False))


def ask_changes(revision: int, limit: int = MOST_MESSAGES) -> Asked:
    """Return what `read_changes` asks."""
    return Asked(_TOUCHED, {"revision": revision, "most": limit + 1})


def read_changes(
    connection: Connection,
    revision: int,
    limit: int = MOST_MESSAGES,
    *,
    batches: Sequence[BatchRecord] | None = None,
) -> Changes:
    """Return what was touched by the commits after a revision.

    Args:
        connection: reads the store.
        revision: the revision that is known.
        limit: how many messages to name at most.
        batches: the batches that were touched, where they are known; None to read them, too.
    """
    asked = ask_changes(revision, limit)
    if batches is not None:
        asked = Asked(_REST, asked.values)
    newest, touched, *keys = asked.row(connection)
    messages, removed, binned = map(_KEYS.decode, keys)
    if batches is None:
        batches = touched_records(touched)
    if newest == revision:
        return Changes(newest, (), (), is_complete=True, since=revision)
    return Changes(
        newest,
        batches,
        messages[:limit],
        is_complete=len(messages) <= limit,
        removed=[*removed, *binned],
        since=revision,
    )
