"""All messages and all reports, for whoever writes very many of them: in blocks, by columns.

A record for each takes five times as long to make. What a message costs, SQL says here; a test
compares it with what `MessageState` says.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from typing import Any, Final, TypeAlias

from sqlalchemy import Select, select

from kvitto.store.asked_statuses import ASKED_AS_REPORTS
from kvitto.store.asked_tables import asked_status
from kvitto.store.binned_batches import not_in_bin
from kvitto.store.database import Database
from kvitto.store.message_columns import CURRENCY, IS_REFUNDED, PRICE_NANO
from kvitto.store.packed_body import unpacked_of_row
from kvitto.store.report_order import blocks
from kvitto.store.schema import batch, message, report
from kvitto.store.search_conditions import ShownScope, conditions_among
from kvitto.store.told_messages import SAID

Block: TypeAlias = Mapping[str, Sequence[Any]]
"""Some rows: their values by column. Truth values may be whole numbers."""

_OF_BATCH: Final = (
    batch.c.external_id.label("batch_id"),
    message.c.external_id.label("message_id"),
)
_MESSAGES: Final[Select[Any]] = (
    select(
        *_OF_BATCH,
        batch.c.label,
        batch.c.origin,
        message.c.recipient,
        message.c.code,
        message.c.is_final,
        message.c.segments,
        PRICE_NANO.label("price_nano"),
        CURRENCY.label("currency"),
        IS_REFUNDED.label("is_refunded"),
        message.c.reference,
        message.c.created_at_us,
        message.c.first_created_at_us,
        message.c.arrived_at_us,
        message.c.report_pk,
        message.c.report_count,
    )
    .select_from(message)
    .join(batch)
    .where(not_in_bin(batch.c.pk))
)
_NAMES: Final = (
    "recipient",
    "code",
    "is_final",
    "segments",
    "price_nano",
    "currency",
    "reference",
    "created_at_us",
    "arrived_at_us",
    "marks",
    "origin",
    "repeat_count",
    "body",
    "body_bytes",
)
_REPORTS: Final[Select[Any]] = (
    select(*_OF_BATCH, *(report.c[name] for name in _NAMES))
    .join(message, report.c.message_pk == message.c.pk)
    .join(batch, message.c.batch_pk == batch.c.pk)
    .where(not_in_bin(batch.c.pk))
)
_ASKED: Final[Select[Any]] = (
    select(*_OF_BATCH, *(one for one in ASKED_AS_REPORTS if one.name in _NAMES))
    .join(message, asked_status.c.message_pk == message.c.pk)
    .join(batch, message.c.batch_pk == batch.c.pk)
    .where(not_in_bin(batch.c.pk))
)
_AS_ASKED: Final = asked_status.c.pk.desc()


def message_blocks(
    database: Database,
    batch_key: int | None = None,
    *,
    with_demo: bool,
    shown: ShownScope | None = None,
) -> Generator[Block, None, None]:
    """Yield what `Reader.stream_messages` yields, in the same order.

    The columns are those of a message's state, with `price_nano` and `currency` of
    `MessageState.price`, and the batch's `batch_id`, `label` and `origin`.
    """
    query = _MESSAGES.order_by(message.c.batch_pk, message.c.external_id)
    if batch_key is not None:
        query = query.where(message.c.batch_pk == batch_key)
    return _blocks(database, (query,), with_demo=with_demo, shown=shown)


def report_blocks(
    database: Database,
    batch_key: int | None = None,
    *,
    with_demo: bool,
    shown: ShownScope | None = None,
) -> Generator[Block, None, None]:
    """Yield what `Reader.stream_reports` yields, in the same order; `body` is it as it came."""
    if batch_key is None:
        query, asked = _REPORTS.order_by(report.c.pk), _ASKED.order_by(_AS_ASKED)
    else:
        of_batch, its_id = message.c.batch_pk == batch_key, message.c.external_id
        query = _REPORTS.where(of_batch).order_by(its_id, report.c.pk)
        asked = _ASKED.where(of_batch).order_by(its_id, _AS_ASKED)
    with closing(_blocks(database, (query, asked), with_demo=with_demo, shown=shown)) as given:
        for block in given:
            said = [block[name] for name in SAID]
            yield {**block, "body": list(map(unpacked_of_row, block["body"], *said))}


def _blocks(
    database: Database,
    queries: Sequence[Select[Any]],
    *,
    with_demo: bool,
    shown: ShownScope | None,
) -> Generator[Block, None, None]:
    with database.read() as connection:
        narrowed = conditions_among(connection, shown, with_demo=with_demo)
        for query in queries:
            names = [one.name for one in query.selected_columns]
            for rows in blocks(connection, query.where(*narrowed)):
                yield dict(zip(names, zip(*rows, strict=True), strict=True))
