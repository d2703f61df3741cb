"""Which batches are in the bin: deleted by the user, and still there to be put back."""

from typing import Final

from sqlalchemy import BigInteger, Column, ColumnElement, ForeignKey, Integer, Table, select

from kvitto.store.schema import metadata

_Big = BigInteger().with_variant(Integer, "sqlite")

binned_batch: Final = Table(
    "binned_batch",
    metadata,
    Column("batch_pk", _Big, ForeignKey("batch.pk"), primary_key=True, autoincrement=False),
    Column("binned_at_us", _Big, nullable=False),
)
"""The batches that the user has deleted, and when: they are in the bin, with all that they have,
and nothing shows or counts them. See `kvitto.store.bin`."""


def not_in_bin(batch_pk: Column[int]) -> ColumnElement[bool]:
    """Return the condition that a row is of a batch that is not in the bin."""
    return batch_pk.not_in(select(binned_batch.c.batch_pk))
