"""Read batches with their sums, each table in one piece."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple, Self

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    func,
    select,
)

from kvitto.core.report import Origin
from kvitto.core.timestamps import EPOCH
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
    store_state,
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
_STATUS_SUMS: Final = msgspec.json.Decoder(list[tuple[int, str, int, int]])
_COST_SUMS: Final = msgspec.json.Decoder(list[tuple[int, str]])
_STATUS: Final = (
    "code",
    "message_count",
    "finished_count",
    "segment_count",
    "finished_segment_count",
)
_COST: Final = (
    "currency",
    "units",
    "nanos",
    "message_count",
    "paid_back_units",
    "paid_back_nanos",
    "paid_back_count",
)
_BATCHES_AT_ONCE: Final = 2500
_FIRST: Final = "first_key"
_LAST: Final = "last_key"
_NO_MARKS: Final[dict[str, int]] = {}
_NO_STATUSES: Final = StatusSums.of([])
_NO_COSTS: Final = CostSums.of([])


def batch_records(connection: Connection, *conditions: Any) -> list[BatchRecord]:
    """Return the batches that meet the conditions, with their sums; none that are in the bin.

    Args:
        connection: reads the store.
        conditions: on the batch.
    """
    return records_of(connection, not_in_bin(batch.c.pk), *conditions)


def records_of(connection: Connection, *conditions: Any) -> list[BatchRecord]:
    """Return the batches that meet the conditions, with their sums, in the bin or not; as above."""
    return _records(connection, _Queries.of(*conditions), {})


def pages_of_records(connection: Connection, *conditions: Any) -> Iterator[list[BatchRecord]]:
    """Yield what `batch_records` returns in pages, by their keys, so that little is read at once.

    What is left over from reading very many at once is never given back.
    """
    last = connection.scalars(select(store_state.c.last_batch_pk)).one()
    queries = _Queries.of(not_in_bin(batch.c.pk), *conditions, is_paged=True)
    for before in range(0, last, _BATCHES_AT_ONCE):
        page = {_FIRST: before + 1, _LAST: before + _BATCHES_AT_ONCE}
        yield _records(connection, queries, page)


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
        rows(batch_status, _STATUS, is_counted),
        rows(batch_cost, _COST, is_priced),
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
            StatusSums.of(one.statuses),
            CostSums.of(one.costs),
            dict(one.marks) or _NO_MARKS,
            next(map(_asked_batch, one.asked), None),
        )
        for one in sorted(_TOUCHED.decode(found))
    ]


class _Queries(NamedTuple):
    """The queries for batches and their sums, a table each.

    Those of a page may find sums of other batches of it, too.
    """

    batches: Select[str]
    statuses: Select[str]
    costs: Select[str]
    marks: Select[str]
    asked: Select[str]

    @classmethod
    def of(cls, *conditions: Any, is_paged: bool = False) -> Self:
        """Return those for the batches that meet the conditions.

        Args:
            conditions: on the batch.
            is_paged: whether their keys are from `_FIRST` to `_LAST`, which are bound.
        """

        def in_page(one: Column[int]) -> ColumnElement[bool]:
            return one.between(bindparam(_FIRST), bindparam(_LAST))

        if is_paged:
            conditions = (*conditions, in_page(batch.c.pk))
        chosen = select(batch.c.pk).where(*conditions)

        def of_chosen(one: Table) -> list[ColumnElement[bool]]:
            if is_paged:
                return [in_page(one.c.batch_pk)]
            return [one.c.batch_pk.in_(chosen)] if conditions else []

        def query(columns: Table, names: Iterable[str], *conditions: Any) -> Select[str]:
            return as_json(select(*(columns.c[name] for name in names)).where(*conditions))

        def sums(of: Table, names: Sequence[str], *added: str) -> Select[str]:
            """Return a query for the rows of each batch as one text, and sums over them."""
            rows = func.json_group_array(func.json_array(*(of.c[name] for name in names)))
            adding = [func.sum(of.c[name]).label(f"all_{name}") for name in added]
            # A text in any SQLite: what is added to ends being JSON that others would nest.
            packed = (cast(rows, Text) + "").label("packed")
            counted = [of.c.message_count > 0, *of_chosen(of)]
            query = select(of.c.batch_pk, packed, *adding).where(*counted)
            return as_json(query.group_by(of.c.batch_pk))

        return cls(
            query(batch, _Batch._fields, *conditions),
            sums(batch_status, _STATUS, "message_count", "finished_count"),
            sums(batch_cost, _COST),
            query(batch_mark, _Mark._fields, *of_chosen(batch_mark)),
            query(asked_batch, _Asked._fields, *of_chosen(asked_batch)),
        )


def _records(
    connection: Connection, queries: _Queries, page: Mapping[str, int]
) -> list[BatchRecord]:
    def text(query: Select[str]) -> str:
        return connection.scalars(query, page).one()

    rows = _BATCHES.decode(text(queries.batches))
    if not rows:
        return []
    rows.sort()
    statuses = {
        key: StatusSums(packed, messages, finished)
        for key, packed, messages, finished in _STATUS_SUMS.decode(text(queries.statuses))
    }
    costs = {key: CostSums(packed) for key, packed in _COST_SUMS.decode(text(queries.costs))}
    marks: dict[int, dict[str, int]] = {}
    for key, kept, count in _MARKS.decode(text(queries.marks)):
        marks.setdefault(key, {})[kept] = count
    asked = {row.batch_pk: _asked_batch(row) for row in _ASKED.decode(text(queries.asked))}
    return [
        _record(
            row,
            statuses.get(row.pk, _NO_STATUSES),
            costs.get(row.pk, _NO_COSTS),
            marks.get(row.pk, _NO_MARKS),
            asked.get(row.pk),
        )
        for row in rows
    ]


def _record(
    row: _Batch,
    statuses: StatusSums,
    costs: CostSums,
    marks: dict[str, int],
    asked: AskedBatch | None,
) -> BatchRecord:
    # Made by the ten thousand: each name, and each call, would take as long as what is made.
    (
        key,
        batch_id,
        label,
        expected_count,
        first_seen_us,
        last_seen_us,
        reports,
        revision,
        is_archived,
        notes,
        origin,
        purged_us,
        callback_key,
        sent_us,
        first_reference,
        last_reference,
    ) = row
    return BatchRecord(
        key,
        batch_id,
        label,
        expected_count,
        EPOCH + timedelta(0, 0, first_seen_us),
        EPOCH + timedelta(0, 0, last_seen_us),
        reports,
        revision,
        statuses,
        costs,
        is_archived > 0,
        notes,
        origin,
        None if purged_us is None else EPOCH + timedelta(0, 0, purged_us),
        callback_key,
        marks,
        None if sent_us is None else EPOCH + timedelta(0, 0, sent_us),
        _shared(first_reference, last_reference),
        asked,
    )


def _shared(first: str | None, last: str | None) -> str | None:
    """Return the reference that all reports share; many batches have the same."""
    return sys.intern(first) if first is not None and first == last else None


def _asked_batch(row: _Asked) -> AskedBatch:
    # Its summary may lag behind its list.
    size = None if row.message_count is None else max(row.message_count, row.seen_count)
    tags = () if row.tags is None else _TAGS.decode(row.tags)
    return AskedBatch(size, row.sender or "", row.reference or "", tags)
