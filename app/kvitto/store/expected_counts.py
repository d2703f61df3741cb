"""How many messages a batch should have, as a column: see `BatchRecord.expected_count`."""

from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from kvitto.store.asked_tables import asked_batch
from kvitto.store.schema import batch

EXPECTED_COUNT: Final[ColumnElement[Any]] = func.coalesce(
    select(func.max(asked_batch.c.message_count, asked_batch.c.seen_count))
    .where(asked_batch.c.batch_pk == batch.c.pk)
    .scalar_subquery(),
    batch.c.expected_count,
).label("expected")
"""The API's size, which may lag behind its list, else what the user says; NULL where unknown."""
