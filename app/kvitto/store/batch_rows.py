"""Read batches with their sums, each table in one piece."""

import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple, Self

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    Table,
    bindparam,
    func,
    select,
)

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


class _Touched(NamedTuple):
    """A batch with the rows of its sums, without its key, and of what was asked of it."""

    row: _Batch
    statuses: list[list[Any]]
    costs: list[list[Any]]
    marks: list[tuple[str, int]]
    asked: list["_Asked"]


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
_TOUCHED: Final = msgspec.json.Decoder(list[_Touched])
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
    return _records(connection, _Queries.of(*conditions, keys=keys))


def touched_batches() -> ScalarSelect[str]:
    """Return a query for the batches that were touched after the parameter `revision`.

    None that are in the bin; for `touched_records`. The sums of each are looked up by its key,
    however large their tables are.
    """

    def rows(of: Table, names: Sequence[str], *conditions: Any) -> ColumnElement[Any]:
        each = func.json_array(*(of.c[name] for name in names))
        query = select(func.json_group_array(each)).where(of.c.batch_pk == batch.c.pk, *conditions)
        return func.json(query.correlate(batch).scalar_subquery())

    is_counted, is_priced = batch_status.c.message_count > 0, batch_cost.c.message_count > 0
    touched = func.json_array(
        func.json_array(*(batch.c[name] for name in _Batch._fields)),
        rows(batch_status, _STATUS[1:], is_counted),
        rows(batch_cost, _COST[1:], is_priced),
        rows(batch_mark, _Mark._fields[1:]),
        rows(asked_batch, _Asked._fields),
    )
    query = select(func.json_group_array(touched))
    since = batch.c.revision > bindparam("revision")
    return query.where(since, not_in_bin(batch.c.pk)).scalar_subquery()


def touched_records(found: str) -> list[BatchRecord]:
    """Return the batches that `touched_batches` found, by their keys."""
    return [
        _record(
            one.row,
            one.statuses,
            one.costs,
            dict(one.marks) or _NO_MARKS,
            next(map(_asked_batch, one.asked), None),
        )
        for one in sorted(_TOUCHED.decode(found))
    ]


class _Queries(NamedTuple):
    """The queries for batches and their sums, a table each."""

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


def _records(connection: Connection, queries: _Queries) -> list[BatchRecord]:
    def text(query: Select[str]) -> str:
        return connection.scalars(query).one()

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
        _record(
            row,
            statuses[row.pk],
            costs[row.pk],
            marks.get(row.pk, _NO_MARKS),
            asked.get(row.pk),
        )
        for row in rows
    ]


def _record(
    row: _Batch,
    statuses: Sequence[Sequence[Any]],
    costs: Sequence[Sequence[Any]],
    marks: dict[str, int],
    asked: AskedBatch | None,
) -> BatchRecord:
    return BatchRecord(
        key=row.pk,
        batch_id=row.external_id,
        label=row.label,
        expected_count=row.expected_count,
        first_seen=from_microseconds(row.first_seen_at_us),
        last_seen=from_microseconds(row.last_seen_at_us),
        reports=row.report_count,
        revision=row.revision,
        statuses=StatusSums(statuses),
        costs=CostSums(costs),
        is_archived=bool(row.is_archived),
        notes=row.notes,
        origin=row.origin,
        purged=None if row.purged_at_us is None else from_microseconds(row.purged_at_us),
        callback_key=row.callback_key_pk,
        marks=marks,
        sent=None if row.sent_at_us is None else from_microseconds(row.sent_at_us),
        reference=_shared(row.first_reference, row.last_reference),
        asked=asked,
    )


def _shared(first: str | None, last: str | None) -> str | None:
    """Return the reference that all reports share; many batches have the same."""
    return sys.intern(first) if first is not None and first == last else None


def _asked_batch(row: _Asked) -> AskedBatch:
    # Its summary may lag behind its list.
    size = None if row.message_count is None else max(row.message_count, row.seen_count)
    tags = () if row.tags is None else _TAGS.decode(row.tags)
    return AskedBatch(size, row.sender or "", row.reference or "", tags)
