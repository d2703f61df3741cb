"""Read batches with their sums, each table in one piece."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple, Self

import msgspec
from sqlalchemy import Connection, Select, Table, bindparam, select

from kvitto.core.report import Origin
from kvitto.core.timestamps import from_microseconds
from kvitto.store.asked_tables import asked_batch
from kvitto.store.binned_batches import not_in_bin
from kvitto.store.dialect import as_json
from kvitto.store.packed_sums import CostSums, StatusSums
from kvitto.store.records import AskedBatch, BatchRecord
from kvitto.store.schema import (
    batch,
    batch_cost,
    batch_mark,
    batch_status,
)


class _Batch(NamedTuple):
    """The columns of `batch` that are read."""

    pk: int
    external_id: str
    label: str | None
    expected_count: int | None
    first_seen_at_us: int
    last_seen_at_us: int
    report_count: int
    revision: int
    is_archived: int
    notes: str | None
    origin: Origin
    purged_at_us: int | None
    callback_key_pk: int | None
    sent_at_us: int | None
    first_reference: str | None
    last_reference: str | None


class _Asked(NamedTuple):
    """The columns of `asked_batch` that are read."""

    batch_pk: int
    message_count: int | None
    seen_count: int
    sender: str | None
    reference: str | None
    tags: str | None


class _Mark(NamedTuple):
    """The columns of `batch_mark` that are read."""

    batch_pk: int
    marks: str
    report_count: int


_ASKED: Final = msgspec.json.Decoder(list[_Asked])
_TAGS: Final = msgspec.json.Decoder(tuple[str, ...])
_MARKS: Final = msgspec.json.Decoder(list[_Mark])
_BATCHES: Final = msgspec.json.Decoder(list[_Batch])
_ROWS: Final = msgspec.json.Decoder(list[list[Any]])
_STATUS: Final = (
    "batch_pk",
    "code",
    "message_count",
    "finished_count",
    "segment_count",
    "finished_segment_count",
)
_COST: Final = (
    "batch_pk",
    "currency",
    "units",
    "nanos",
    "message_count",
    "paid_back_units",
    "paid_back_nanos",
    "paid_back_count",
)
_NO_MARKS: Final[dict[str, int]] = {}


def batch_records(
    connection: Connection, *conditions: Any, keys: tuple[int, int] | None = None
) -> list[BatchRecord]:
    """Return the batches that meet the conditions, with their sums; none that are in the bin.

    Args:
        connection: reads the store.
        conditions: on the batch.
        keys: the lowest and the highest key of a page of them; None for any.
    """
    return records_of(connection, not_in_bin(batch.c.pk), *conditions, keys=keys)


def records_of(
    connection: Connection, *conditions: Any, keys: tuple[int, int] | None = None
) -> list[BatchRecord]:
    """Return the batches that meet the conditions, with their sums, in the bin or not; as above."""
    return _records(connection, _Queries.of(*conditions, keys=keys), {})


def records_since(connection: Connection, revision: int) -> list[BatchRecord]:
    """Return the batches that were touched after a revision, as `batch_records` does."""
    return _records(connection, _since(), {"revision": revision})


class _Queries(NamedTuple):
    """The queries for batches and their sums: to write them takes as long as to ask them."""

    batches: Select[str]
    statuses: Select[str]
    costs: Select[str]
    marks: Select[str]
    asked: Select[str]

    @classmethod
    def of(cls, *conditions: Any, keys: tuple[int, int] | None = None) -> Self:
        """Return those for the batches that meet the conditions; see `batch_records`."""
        if keys is not None:
            conditions = (*conditions, batch.c.pk.between(*keys))
        chosen = select(batch.c.pk).where(*conditions)

        def query(columns: Table, names: Iterable[str], *conditions: Any) -> Select[str]:
            return as_json(select(*(columns.c[name] for name in names)).where(*conditions))

        def of_chosen(one: Table) -> list[Any]:
            # A server reads no other page of the sums, either.
            page = [] if keys is None else [one.c.batch_pk.between(*keys)]
            return [*page, one.c.batch_pk.in_(chosen)] if conditions else []

        is_counted, is_priced = batch_status.c.message_count > 0, batch_cost.c.message_count > 0
        return cls(
            query(batch, _Batch._fields, *conditions),
            query(batch_status, _STATUS, is_counted, *of_chosen(batch_status)),
            query(batch_cost, _COST, is_priced, *of_chosen(batch_cost)),
            query(batch_mark, _Mark._fields, *of_chosen(batch_mark)),
            query(asked_batch, _Asked._fields, *of_chosen(asked_batch)),
        )


@cache
def _since() -> _Queries:
    return _Queries.of(not_in_bin(batch.c.pk), batch.c.revision > bindparam("revision"))


def _records(
    connection: Connection, queries: _Queries, values: Mapping[str, Any]
) -> list[BatchRecord]:
    def text(query: Select[str]) -> str:
        return connection.scalars(query, values).one()

    rows = _BATCHES.decode(text(queries.batches))
    if not rows:
        return []
    rows.sort()
    statuses: dict[int, list[Sequence[Any]]] = {row.pk: [] for row in rows}
    costs: dict[int, list[Sequence[Any]]] = {row.pk: [] for row in rows}
    for sums, query in ((statuses, queries.statuses), (costs, queries.costs)):
        for row in _ROWS.decode(text(query)):
            sums[row[0]].append(row[1:])
    marks: dict[int, dict[str, int]] = {}
    for key, kept, count in _MARKS.decode(text(queries.marks)):
        marks.setdefault(key, {})[kept] = count
    asked = {row.batch_pk: _asked_batch(row) for row in _ASKED.decode(text(queries.asked))}
    return [
        BatchRecord(
            key=row.pk,
            batch_id=row.external_id,
            label=row.label,
            expected_count=row.expected_count,
            first_seen=from_microseconds(row.first_seen_at_us),
            last_seen=from_microseconds(row.last_seen_at_us),
            reports=row.report_count,
            revision=row.revision,
            statuses=StatusSums(statuses[row.pk]),
            costs=CostSums(costs[row.pk]),
            is_archived=bool(row.is_archived),
            notes=row.notes,
            origin=row.origin,
            purged=None if row.purged_at_us is None else from_microseconds(row.purged_at_us),
            callback_key=row.callback_key_pk,
            marks=marks.get(row.pk, _NO_MARKS),
            sent=None if row.sent_at_us is None else from_microseconds(row.sent_at_us),
            reference=_shared(row.first_reference, row.last_reference),
            asked=asked.get(row.pk),
        )
        for row in rows
    ]


def _shared(first: str | None, last: str | None) -> str | None:
    """Return the reference that all reports share; many batches have the same."""
    return sys.intern(first) if first is not None and first == last else None


def _asked_batch(row: _Asked) -> AskedBatch:
    # Its summary may lag behind its list.
    size = None if row.message_count is None else max(row.message_count, row.seen_count)
    tags = () if row.tags is None else _TAGS.decode(row.tags)
    return AskedBatch(size, row.sender or "", row.reference or "", tags)
