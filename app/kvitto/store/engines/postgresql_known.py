"""The look-ups before a group is folded, in PostgreSQL's SQL."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, select

from kvitto.store import schema
from kvitto.store.engines.postgresql_sql import Dialect

_DIALECT: Final = Dialect()


def known_sql(
    counts: Iterable[ColumnElement[Any]],
    of_batch: Iterable[ColumnElement[Any]],
    of_message: Iterable[ColumnElement[Any]],
) -> str:
    """Return the query that `kvitto.store.dialect.select_existing` describes.

    Its parameters are $1, the batches, and $2, the reports. Each row is looked up by itself, in its
    index, whatever the server believes of the sizes of tables that grow: LATERAL with OFFSET 0 is
    not turned into a join of whole tables.
    """
    listed = ", ".join(_sql(one, schema.store_state) for one in counts)
    batch = ", ".join(_sql(one, schema.batch) for one in of_batch)
    message = ", ".join(
        f"CAST({_sql(one, schema.message)} AS INT)" if _is_truth(one) else _sql(one, schema.message)
        for one in of_message
    )
    return f"""
        SELECT {listed},
            (
                SELECT coalesce(json_agg(json_build_array({batch})), '[]')
                FROM json_array_elements_text($1::json) AS wanted (id)
                CROSS JOIN LATERAL (
                    SELECT * FROM batch WHERE external_id = wanted.id OFFSET 0
                ) AS batch
            ),
            (
                SELECT coalesce(
                    json_agg(json_build_array(wanted.place - 1, message.pk, {message}, report.pk)),
                    '[]'
                )
                FROM json_array_elements($2::json) WITH ORDINALITY AS wanted (one, place)
                CROSS JOIN LATERAL (
                    SELECT pk FROM batch WHERE external_id = wanted.one ->> 0 OFFSET 0
                ) AS batch
                CROSS JOIN LATERAL (
                    SELECT * FROM message
                    WHERE batch_pk = batch.pk AND external_id = wanted.one ->> 1 OFFSET 0
                ) AS message
                LEFT JOIN LATERAL (
                    SELECT pk FROM report
                    WHERE message_pk = message.pk AND fingerprint = (wanted.one ->> 2)::bigint
                    OFFSET 0
                ) AS report ON true
            )
        FROM store_state
    """  # noqa: S608 - of columns alone


def stored_sql() -> str:
    """Return the query that `kvitto.store.dialect.select_stored` describes; $1 are the arrivals."""
    return """
        SELECT coalesce(json_agg(wanted.place - 1), '[]')
        FROM json_array_elements($1::json) WITH ORDINALITY AS wanted (one, place)
        CROSS JOIN LATERAL (
            SELECT pk FROM batch WHERE external_id = wanted.one ->> 0 OFFSET 0
        ) AS batch
        CROSS JOIN LATERAL (
            SELECT pk FROM message
            WHERE batch_pk = batch.pk AND external_id = wanted.one ->> 1 OFFSET 0
        ) AS message
        CROSS JOIN LATERAL (
            SELECT pk, arrived_at_us FROM report
            WHERE message_pk = message.pk AND fingerprint = (wanted.one ->> 2)::bigint OFFSET 0
        ) AS report
        WHERE report.arrived_at_us = (wanted.one ->> 3)::bigint OR EXISTS (
            SELECT FROM recent_repeat
            WHERE report_pk = report.pk AND arrived_at_us = (wanted.one ->> 3)::bigint
        )
    """


def _is_truth(column: ColumnElement[Any]) -> bool:
    return column.type.python_type is bool


def _sql(column: ColumnElement[Any], of: Table) -> str:
    """Return an expression over a table, with the queries in it about the same row of that."""
    whole = select(column.label("it")).select_from(of)
    sql = str(whole.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))
    expression, _, rest = sql.removeprefix("SELECT ").rpartition(" AS it")
    assert rest.split() == ["FROM", of.name]
    return expression
