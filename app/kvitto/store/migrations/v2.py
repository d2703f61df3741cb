"""Version 2: half the disk, reports that wait on a receiver's disk, and a search for viewers.

The body of a report is kept as its difference from what the columns say. What was kept whole is
read as well; it is packed in the background: see `kvitto.store.packing`. On a server, what viewers
may search by is indexed apart from the numbers that they don't see.
"""

from typing import Final

from sqlalchemy import Connection

_STEPS: Final = (
    "ALTER TABLE store_state ADD COLUMN unpacked_report_pk INTEGER NOT NULL DEFAULT 0",
    "UPDATE store_state SET unpacked_report_pk = last_report_pk",
    "ALTER TABLE receiver_run ADD COLUMN is_spooling BOOLEAN",
    """
    CREATE TABLE recent_repeat (
        report_pk INTEGER NOT NULL,
        arrived_at_us INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (report_pk, arrived_at_us)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE retention_rule (
        pk INTEGER NOT NULL PRIMARY KEY,
        is_purging BOOLEAN NOT NULL,
        days INTEGER NOT NULL,
        is_keeping_sums BOOLEAN NOT NULL,
        editor TEXT NOT NULL,
        changed_at_us INTEGER NOT NULL,
        revision INTEGER NOT NULL
    )
    """,
)
_HAS_NUMBER: Final = "reference ~ '[0-9]([ /()-]*[0-9]){8}'"
_ON_A_SERVER: Final = (
    "ALTER TABLE message_fts DROP COLUMN words",
    f"""
    ALTER TABLE message_fts
    ADD COLUMN shown TEXT GENERATED ALWAYS AS (
        lower(
            (
                coalesce(external_id, '') || E'\\n' || coalesce(
                    CASE WHEN {_HAS_NUMBER} THEN regexp_replace(
                        reference, '\\+?([0-9][ /()-]*){{9,}}', '•••••••', 'g'
                    ) ELSE reference END,
                    ''
                )
            ) COLLATE "und-x-icu"
        )
    ) STORED,
    ADD COLUMN hidden TEXT GENERATED ALWAYS AS (
        lower(
            (
                coalesce(recipient, '')
                || CASE WHEN {_HAS_NUMBER} THEN E'\\n' || reference ELSE '' END
            ) COLLATE "und-x-icu"
        )
    ) STORED
    """,
    """
    CREATE INDEX message_fts_words ON message_fts
    USING gin (shown gin_trgm_ops, hidden gin_trgm_ops)
    """,
)
"""The index goes with the column that it was of."""


def upgrade(connection: Connection) -> None:
    """Note which reports have a body that is kept whole, and add what is new."""
    on_a_server = _ON_A_SERVER if connection.dialect.name == "postgresql" else ()
    for statement in (*_STEPS, *on_a_server):
        connection.exec_driver_sql(statement)
