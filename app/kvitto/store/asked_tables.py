"""The tables of what was asked from the SMS service's API: beside the reports, not among them.

So every reader of `report` counts what arrived, and only that. The rest is as in `schema`.
"""

from typing import Final

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table, Text, UniqueConstraint

from kvitto.store.schema import batch, message, metadata

asked_status: Final = Table(
    "asked_status",
    metadata,
    Column("pk", Integer, primary_key=True, autoincrement=False),
    Column("message_pk", Integer, ForeignKey(message.c.pk), nullable=False),
    Column("fingerprint", Integer, nullable=False),
    Column("code", Integer, nullable=False),
    Column("is_final", Boolean, nullable=False),
    Column("created_at_us", Integer, nullable=False),
    Column("asked_at_us", Integer, nullable=False),
    Column("recipient", Text),
    Column("segments", Integer),
    Column("price_nano", Integer),
    Column("currency", Text),
    Column("reference", Text),
    Column("body", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    UniqueConstraint("message_pk", "fingerprint"),
)
"""Statuses that no report has told of, asked from the SMS service's API. They count in the states
and sums; what arrived, and when, is in `report` alone. The key is below zero, so that it is none of
`report`. A row goes away when a report of the same status comes: see `kvitto.core.asked_status`."""

asked_batch: Final = Table(
    "asked_batch",
    metadata,
    Column("batch_pk", Integer, ForeignKey(batch.c.pk), primary_key=True),
    Column("asked_at_us", Integer, nullable=False),
    Column("incomplete", Text),
    Column("message_count", Integer),
    Column("segment_count", Integer),
    Column("seen_count", Integer, nullable=False),
    Column("unknown_there_count", Integer, nullable=False),
    Column("total_nano", Integer),
    Column("currency", Text),
    Column("sender", Text),
    Column("reference", Text),
    Column("tags", Text),
    Column("body", Text),
    Column("revision", Integer, nullable=False),
)
"""The batches that the API was asked about: when last, why that can't say that all is there (NULL
where it can), and the SMS service's own sums and names. `tags` is a JSON list; `body` is the text,
kept only where the user wants that."""

asked_operator: Final = Table(
    "asked_operator",
    metadata,
    Column("batch_pk", Integer, ForeignKey(batch.c.pk), primary_key=True),
    Column("mcc", Text, primary_key=True),
    Column("mnc", Text, primary_key=True),
    Column("message_count", Integer, nullable=False),
    Column("delivered_count", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""Per batch and operator (country and network): how many messages a whole pass saw, and how many of
them were delivered."""

batch_tombstone: Final = Table(
    "batch_tombstone",
    metadata,
    Column("external_id", Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""The ids of batches that were deleted: the API is not asked about them, so that nothing of them
comes back. Reports that come for one are stored as ever."""

asked_difference: Final = Table(
    "asked_difference",
    metadata,
    Column("batch_pk", Integer, ForeignKey(batch.c.pk), primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("price_nano", Integer),
    Column("currency", Text),
    Column("asked_at_us", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""What the API and a report say differently of a message: kept beside, and never counted."""
