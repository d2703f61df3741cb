"""Version 1: reports, states, sums, quarantine and secrets."""

from typing import Final

from sqlalchemy import Connection

_STATEMENTS: Final = (
    """
    CREATE TABLE meta (
        pk INTEGER NOT NULL PRIMARY KEY CHECK (pk = 1),
        revision INTEGER NOT NULL,
        last_batch INTEGER NOT NULL,
        last_message INTEGER NOT NULL,
        last_report INTEGER NOT NULL,
        repeats INTEGER NOT NULL,
        quarantine_bytes INTEGER NOT NULL,
        quarantine_unkept INTEGER NOT NULL
    )
    """,
    "INSERT INTO meta VALUES (1, 0, 0, 0, 0, 0, 0, 0)",
    """
    CREATE TABLE secret (
        pk INTEGER NOT NULL PRIMARY KEY,
        value TEXT NOT NULL UNIQUE,
        origin TEXT NOT NULL,
        created_us INTEGER NOT NULL,
        ended_us INTEGER
    )
    """,
    """
    CREATE TABLE batch (
        pk INTEGER NOT NULL PRIMARY KEY,
        batch_id TEXT NOT NULL UNIQUE,
        label TEXT,
        expected INTEGER,
        first_seen_us INTEGER NOT NULL,
        last_seen_us INTEGER NOT NULL,
        reports INTEGER NOT NULL,
        revision INTEGER NOT NULL
    )
    """,
    "CREATE INDEX batch_revision ON batch (revision)",
    """
    CREATE TABLE message (
        pk INTEGER NOT NULL PRIMARY KEY,
        batch_pk INTEGER NOT NULL REFERENCES batch (pk),
        message_id TEXT NOT NULL,
        code INTEGER NOT NULL,
        final BOOLEAN NOT NULL,
        created_us INTEGER NOT NULL,
        report_pk INTEGER NOT NULL,
        arrived_us INTEGER NOT NULL,
        first_created_us INTEGER NOT NULL,
        reports INTEGER NOT NULL,
        price_nano INTEGER,
        currency TEXT,
        price_rank BLOB,
        segments INTEGER,
        segments_rank BLOB,
        recipient TEXT,
        recipient_rank BLOB,
        reference TEXT,
        reference_rank BLOB,
        revision INTEGER NOT NULL,
        UNIQUE (batch_pk, message_id)
    )
    """,
    "CREATE INDEX message_revision ON message (revision)",
    """
    CREATE TABLE report (
        pk INTEGER NOT NULL PRIMARY KEY,
        message_pk INTEGER NOT NULL REFERENCES message (pk),
        fingerprint INTEGER NOT NULL,
        code INTEGER NOT NULL,
        final BOOLEAN NOT NULL,
        created_us INTEGER,
        arrived_us INTEGER NOT NULL,
        recipient TEXT,
        segments INTEGER,
        price_nano INTEGER,
        currency TEXT,
        reference TEXT,
        body BLOB NOT NULL,
        secret_pk INTEGER REFERENCES secret (pk),
        origin TEXT NOT NULL,
        repeats INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        UNIQUE (message_pk, fingerprint)
    )
    """,
    """
    CREATE TABLE batch_status (
        batch_pk INTEGER NOT NULL REFERENCES batch (pk),
        code INTEGER NOT NULL,
        messages INTEGER NOT NULL,
        settled INTEGER NOT NULL,
        segments INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (batch_pk, code)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE batch_cost (
        batch_pk INTEGER NOT NULL REFERENCES batch (pk),
        currency TEXT NOT NULL,
        units INTEGER NOT NULL,
        nanos INTEGER NOT NULL,
        messages INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (batch_pk, currency)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE cost_step (
        batch_pk INTEGER NOT NULL REFERENCES batch (pk),
        currency TEXT NOT NULL,
        minute INTEGER NOT NULL,
        units INTEGER NOT NULL,
        nanos INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (batch_pk, currency, minute)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE quarantine (
        pk INTEGER NOT NULL PRIMARY KEY,
        digest BLOB NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        reason TEXT NOT NULL,
        body BLOB NOT NULL,
        size INTEGER NOT NULL,
        headers TEXT NOT NULL,
        secret_pk INTEGER REFERENCES secret (pk),
        first_seen_us INTEGER NOT NULL,
        last_seen_us INTEGER NOT NULL,
        times INTEGER NOT NULL,
        revision INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE knock (
        minute INTEGER NOT NULL PRIMARY KEY,
        requests INTEGER NOT NULL,
        revision INTEGER NOT NULL
    )
    """,
)


def upgrade(connection: Connection) -> None:
    """Make the tables in an empty database."""
    for statement in _STATEMENTS:
        connection.exec_driver_sql(statement)
