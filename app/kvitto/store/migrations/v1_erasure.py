"""A part of `v1`: the tables of people who were erased, and of what the user says once for all."""

from typing import Final

TABLES: Final = (
    # Few messages: those whose number is not written in digits alone, or is a token.
    "CREATE INDEX message_written_otherwise ON message (recipient) WHERE recipient GLOB '*[^0-9]*'",
    """
    CREATE TABLE erasure (
        pk INTEGER NOT NULL PRIMARY KEY,
        event TEXT NOT NULL,
        happened_at_us INTEGER NOT NULL,
        message_count INTEGER NOT NULL,
        report_count INTEGER NOT NULL,
        mention_count INTEGER NOT NULL,
        refused_count INTEGER NOT NULL,
        id_count INTEGER NOT NULL,
        revision INTEGER NOT NULL
    )
    """,
    """
    CREATE TRIGGER erasure_update BEFORE UPDATE ON erasure
    BEGIN SELECT RAISE(ABORT, 'erasure is append-only'); END
    """,
    """
    CREATE TRIGGER erasure_delete BEFORE DELETE ON erasure
    BEGIN SELECT RAISE(ABORT, 'erasure is append-only'); END
    """,
    """
    CREATE TABLE erased_message (
        batch_external_id TEXT NOT NULL,
        external_id TEXT NOT NULL,
        recipient TEXT,
        reference TEXT NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (batch_external_id, external_id)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE code_note (
        code INTEGER NOT NULL PRIMARY KEY,
        note TEXT NOT NULL,
        revision INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE dismissed_repeats (
        batch_pk INTEGER NOT NULL PRIMARY KEY REFERENCES batch (pk),
        message_count INTEGER NOT NULL,
        revision INTEGER NOT NULL
    )
    """,
)
