"""What has changed of what a chart draws: rows of minutes, never the whole."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import BindParameter, Connection, Select, Table, bindparam, func, or_, select

from kvitto.core.report import Origin
from kvitto.store.binned_batches import binned_batch
from kvitto.store.dialect import as_json
from kvitto.store.prepared_statements import Asked, Prepared
from kvitto.store.schema import (
    batch,
    batch_cost_minute,
    batch_report_minute,
    deleted_batch,
    store_state,
)
from kvitto.store.timeseries import Counted, Rows

_MOST_KEPT: Final = 5000
"""Rows whose numbers are remembered."""
_ANY: Final = 0
"""No batch has this key."""

Row = tuple[Any, ...]
"""The key of a row, which begins with its batch's, and its two numbers."""


class _Touched(NamedTuple):
    """A batch that has changed, with those of its rows that have."""

    pk: int
    origin: Origin
    rows: list[list[Any]]


class ChartNews(NamedTuple):
    """What has changed.

    Attributes:
        counted: what counts now.
        newest_pk: the key of the newest batch.
        rows: the rows of batches that count which have changed, as they are now; None where
            something else has, and all must be read.
    """

    counted: Counted
    newest_pk: int
    rows: Sequence[Row] | None


class MinuteTable:
    """A table of minutes that a chart is drawn from.

    Args:
        table: the table; the first column of its key is the batch's.
        numbers: the names of its two numbers.
    """

    def __init__(self, table: Table, *numbers: str) -> None:
        keys = [column.name for column in table.primary_key][1:]
        self._places: Final = {name: place for place, name in enumerate(keys, 1)}
        self._news: Final = Prepared(_query(table, [*keys, *numbers]))

    def minute(self, row: Row) -> int:
        """Return the minute of a row, since the epoch."""
        return int(row[self._places["minute"]])

    def ask(self, known: Counted) -> Asked:
        """Return what `read` asks."""
        return Asked(self._news, {"revision": known.revision, "batch": known.batch_key or _ANY})

    def read(
        self, connection: Connection, known: Counted, members: Callable[[], frozenset[int]]
    ) -> ChartNews:
        """Return what has changed since a revision.

        Args:
            connection: reads the store.
            known: what was counted, and as of when.
            members: reads which batches are shown; of a `known` with `shown`.
        """
        revision, newest_pk, deleted_at, *texts = self.ask(known).row(connection)
        binned, touched = _KEYS.decode(texts[0]), _TOUCHED.decode(texts[1])
        demos = {one.pk for one in touched if one.origin is Origin.DEMO}
        others = {one.pk for one in touched} - demos
        is_all = known.batch_key is None and known.shown is None
        left_out = known.left_out
        if is_all and not known.with_demo:
            left_out = left_out - others | demos
        counted = known._replace(
            left_out=left_out,
            revision=revision,
            binned=binned,
            members=known.members if known.shown is None else members(),
        )
        is_another = (
            (deleted_at or 0) > known.revision  # what was removed can't be found any more
            or revision < known.revision
            or counted.binned != known.binned
            or counted.members != known.members  # of whose minutes nothing is known
            or known.left_out & others  # a demo batch is a real one: its old reports count now
        )
        if is_another:
            return ChartNews(counted, newest_pk, None)
        counting = (one for one in touched if _counts(one.pk, counted))
        return ChartNews(
            counted, newest_pk, [(one.pk, *row) for one in counting for row in one.rows]
        )


def _counts(pk: int, counted: Counted) -> bool:
    if counted.batch_key is not None:
        return pk == counted.batch_key
    if counted.shown is not None:
        return pk in counted.members and pk not in counted.binned
    return pk not in counted.left_out and pk not in counted.binned


def differences(known: Rows, rows: Sequence[Row]) -> list[Row] | None:
    """Return by how much rows differ from what is counted of them.

    None where that is not known of one: its batch was there before, and it has not changed since.
    """

    def found() -> Iterator[Row | None]:
        for *key, one, other in rows:
            before = known.counted.get(tuple(key))
            if before is None and key[0] <= known.newest_pk:
                yield None
                return
            of_one, of_other = before or (0, 0)
            yield (*key, one - of_one, other - of_other)

    changed = list(found())
    return None if None in changed else [one for one in changed if one is not None]


def with_rows(known: Rows, news: ChartNews) -> Rows:
    """Return what is counted once the rows of the news are, too."""
    new = {tuple(key): (one, other) for *key, one, other in news.rows or ()}
    if len(known.counted) + len(new) > _MOST_KEPT:
        return Rows(news.newest_pk, new)
    return Rows(known.newest_pk, {**known.counted, **new})


def _query(table: Table, names: Sequence[str]) -> Select[Any]:
    """Return a query for the batches that have changed and their rows.

    The rows of each are looked up by its key, however large the table is.
    """
    since: BindParameter[int] = bindparam("revision")
    one_batch: BindParameter[int] = bindparam("batch")
    rows = (
        select(func.json_group_array(func.json_array(*(table.c[name] for name in names))))
        .where(table.c.batch_pk == batch.c.pk, table.c.revision > since)
        .where(or_(one_batch == _ANY, table.c.batch_pk == one_batch))
        .correlate(batch)
        .scalar_subquery()
    )
    touched = func.json_array(batch.c.pk, batch.c.origin, func.json(rows))
    return select(
        store_state.c.revision,
        store_state.c.last_batch_pk,
        select(func.max(deleted_batch.c.revision)).scalar_subquery(),
        as_json(select(binned_batch.c.batch_pk)).scalar_subquery(),
        select(func.json_group_array(touched)).where(batch.c.revision > since).scalar_subquery(),
    )


_KEYS: Final = msgspec.json.Decoder(frozenset[int])
_TOUCHED: Final = msgspec.json.Decoder(list[_Touched])
COST_MINUTES: Final = MinuteTable(batch_cost_minute, "units", "nanos")
REPORT_MINUTES: Final = MinuteTable(batch_report_minute, "report_count", "finished_count")
