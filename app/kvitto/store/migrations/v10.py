"""Version 10: when a batch was sent, and the reference that its reports share."""

from typing import Final

from sqlalchemy import Connection

_STATEMENTS: Final = (
    "ALTER TABLE batch ADD COLUMN sent_at_us INTEGER",
    "ALTER TABLE batch ADD COLUMN first_reference TEXT",
    "ALTER TABLE batch ADD COLUMN last_reference TEXT",
    # A batch of which only sums are left keeps none of them: nothing tells.
    """
    UPDATE batch SET sent_at_us = (
        SELECT min(first_created_us) FROM message WHERE batch_pk = batch.pk
    )
    """,
    """
    UPDATE batch SET (first_reference, last_reference) = (
        SELECT min(report.reference), max(report.reference)
        FROM message JOIN report ON report.message_pk = message.pk
        WHERE message.batch_pk = batch.pk
    )
    """,
)


def upgrade(connection: Connection) -> None:
    """Add columns, and fill them."""
    for statement in _STATEMENTS:
        connection.exec_driver_sql(statement)
