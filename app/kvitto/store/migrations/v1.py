"""Version 1: all tables, the search index, and the two rows that there are from the beginning."""

from typing import Final

from sqlalchemy import Connection

from kvitto.store.migrations import v1_erasure, v1_receivers

_REPORTS: Final = (
    """
    CREATE TABLE store_state (
        pk INTEGER NOT NULL PRIMARY KEY CHECK (pk = 1),
        revision INTEGER NOT NULL,
        last_batch_pk INTEGER NOT NULL,
        last_message_pk INTEGER NOT NULL,
        last_report_pk INTEGER NOT NULL,
        repeat_count INTEGER NOT NULL,
        quarantine_bytes INTEGER NOT NULL,
        quarantine_dropped_count INTEGER NOT NULL,
        indexed_message_pk INTEGER NOT NULL
    )
    """,
    "INSERT INTO store_state VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0)",
    """
    CREATE TABLE callback_key (
        pk INTEGER NOT NULL PRIMARY KEY,
        value TEXT NOT NULL UNIQUE,
        origin TEXT NOT NULL,
        created_at_us INTEGER NOT NULL,
        revoked_at_us INTEGER,
        public_url TEXT,
        rotated_at_us INTEGER,
        receiver TEXT NOT NULL DEFAULT ''
    )
    """,
    """
    CREATE TABLE batch (
        pk INTEGER NOT NULL PRIMARY KEY,
        external_id TEXT NOT NULL UNIQUE,
        label TEXT,
        expected_count INTEGER,
        first_seen_at_us INTEGER NOT NULL,
        last_seen_at_us INTEGER NOT NULL,
        report_count INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        is_archived BOOLEAN NOT NULL,
        notes TEXT,
        origin TEXT NOT NULL,
        purged_at_us INTEGER,
        callback_key_pk INTEGER REFERENCES callback_key (pk),
        sent_at_us INTEGER,
        first_reference TEXT,
        last_reference TEXT
    )
    """,
    "CREATE INDEX batch_revision ON batch (revision)",
    """
    CREATE TABLE message (
        pk INTEGER NOT NULL PRIMARY KEY,
        batch_pk INTEGER NOT NULL REFERENCES batch (pk),
        external_id TEXT NOT NULL,
        code INTEGER NOT NULL,
        is_final BOOLEAN NOT NULL,
        created_at_us INTEGER NOT NULL,
        report_pk INTEGER NOT NULL,
        arrived_at_us INTEGER NOT NULL,
        first_created_at_us INTEGER NOT NULL,
        report_count INTEGER NOT NULL,
        price_nano INTEGER,
        currency TEXT,
        segments INTEGER,
        recipient TEXT,
        reference TEXT,
        revision INTEGER NOT NULL,
        fingerprint INTEGER NOT NULL,
        funding_code INTEGER,
        is_funding_final BOOLEAN,
        funding_created_at_us INTEGER,
        price_report_pk INTEGER,
        price_currency TEXT,
        refund_price_nano INTEGER,
        refund_currency TEXT,
        refund_report_pk INTEGER,
        currency_report_pk INTEGER,
        segments_report_pk INTEGER,
        recipient_report_pk INTEGER,
        reference_report_pk INTEGER,
        UNIQUE (batch_pk, external_id)
    )
    """,
    "CREATE INDEX message_revision ON message (revision)",
    """
    CREATE TABLE report (
        pk INTEGER NOT NULL PRIMARY KEY,
        message_pk INTEGER NOT NULL REFERENCES message (pk),
        fingerprint INTEGER NOT NULL,
        code INTEGER NOT NULL,
        is_final BOOLEAN NOT NULL,
        created_at_us INTEGER,
        arrived_at_us INTEGER NOT NULL,
        recipient TEXT,
        segments INTEGER,
        price_nano INTEGER,
        currency TEXT,
        reference TEXT,
        body BLOB NOT NULL,
        callback_key_pk INTEGER REFERENCES callback_key (pk),
        origin TEXT NOT NULL,
        repeat_count INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        marks TEXT,
        body_bytes INTEGER,
        UNIQUE (message_pk, fingerprint)
    )
    """,
    """
    CREATE TABLE purged_message (
        batch_pk INTEGER NOT NULL REFERENCES batch (pk),
        external_id TEXT NOT NULL,
        PRIMARY KEY (batch_pk, external_id)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE message_follow_up (
        message_pk INTEGER NOT NULL PRIMARY KEY REFERENCES message (pk),
        mark TEXT,
        note TEXT,
        changed_at_us INTEGER NOT NULL,
        revision INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE binned_batch (
        batch_pk INTEGER NOT NULL PRIMARY KEY REFERENCES batch (pk),
        binned_at_us INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE batch_status (
        batch_pk INTEGER NOT NULL REFERENCES batch (pk),
        code INTEGER NOT NULL,
        message_count INTEGER NOT NULL,
        finished_count INTEGER NOT NULL,
        segment_count INTEGER NOT NULL,
        finished_segment_count INTEGER NOT NULL,
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
        message_count INTEGER NOT NULL,
        paid_back_units INTEGER NOT NULL,
        paid_back_nanos INTEGER NOT NULL,
        paid_back_count INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (batch_pk, currency)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE batch_mark (
        batch_pk INTEGER NOT NULL REFERENCES batch (pk),
        marks TEXT NOT NULL,
        report_count INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (batch_pk, marks)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE batch_cost_minute (
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
    CREATE TABLE batch_report_minute (
        batch_pk INTEGER NOT NULL REFERENCES batch (pk),
        minute INTEGER NOT NULL,
        code INTEGER NOT NULL,
        report_count INTEGER NOT NULL,
        finished_count INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (batch_pk, minute, code)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE deleted_batch (
        pk INTEGER NOT NULL PRIMARY KEY,
        batch_pk INTEGER NOT NULL,
        revision INTEGER NOT NULL
    )
    """,
    "CREATE INDEX deleted_batch_revision ON deleted_batch (revision)",
    """
    CREATE TABLE pending_deletion (
        batch_pk INTEGER NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        is_detached BOOLEAN NOT NULL,
        unseen_since_at_us INTEGER,
        purged_at_us INTEGER
    )
    """,
    """
    CREATE TABLE store_health (
        pk INTEGER NOT NULL PRIMARY KEY CHECK (pk = 1),
        checked_at_us INTEGER,
        clock_at_us INTEGER,
        clock_steady_us INTEGER,
        clock_boot TEXT,
        clock_doubt TEXT,
        clock_confirmed_at_us INTEGER
    )
    """,
    "INSERT INTO store_health (pk) VALUES (1)",
    """
    CREATE TABLE quarantine (
        pk INTEGER NOT NULL PRIMARY KEY,
        digest TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        reason TEXT NOT NULL,
        reason_values TEXT NOT NULL,
        body BLOB NOT NULL,
        size_bytes INTEGER NOT NULL,
        headers TEXT NOT NULL,
        callback_key_pk INTEGER REFERENCES callback_key (pk),
        first_seen_at_us INTEGER NOT NULL,
        last_seen_at_us INTEGER NOT NULL,
        request_count INTEGER NOT NULL,
        revision INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE unauthorized_minute (
        minute INTEGER NOT NULL PRIMARY KEY,
        request_count INTEGER NOT NULL,
        revision INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE client_source (
        source TEXT NOT NULL PRIMARY KEY,
        requested TEXT NOT NULL,
        request_count INTEGER NOT NULL,
        last_seen_at_us INTEGER NOT NULL,
        revision INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE INDEX client_source_revision ON client_source (revision)",
    """
    CREATE TABLE refused_minute (
        minute INTEGER NOT NULL,
        kind TEXT NOT NULL,
        request_count INTEGER NOT NULL,
        acknowledged_count INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (minute, kind)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE callback_key_usage (
        callback_key_pk INTEGER NOT NULL,
        day INTEGER NOT NULL,
        report_count INTEGER NOT NULL,
        body_bytes INTEGER NOT NULL,
        raised_count INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (callback_key_pk, day)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE asked_status (
        pk INTEGER NOT NULL PRIMARY KEY,
        message_pk INTEGER NOT NULL REFERENCES message (pk),
        fingerprint INTEGER NOT NULL,
        code INTEGER NOT NULL,
        is_final BOOLEAN NOT NULL,
        created_at_us INTEGER NOT NULL,
        asked_at_us INTEGER NOT NULL,
        recipient TEXT,
        segments INTEGER,
        price_nano INTEGER,
        currency TEXT,
        reference TEXT,
        body TEXT NOT NULL,
        revision INTEGER NOT NULL,
        UNIQUE (message_pk, fingerprint)
    )
    """,
    """
    CREATE TABLE asked_batch (
        batch_pk INTEGER NOT NULL PRIMARY KEY REFERENCES batch (pk),
        asked_at_us INTEGER NOT NULL,
        incomplete TEXT,
        message_count INTEGER,
        segment_count INTEGER,
        seen_count INTEGER NOT NULL,
        unknown_there_count INTEGER NOT NULL,
        total_nano INTEGER,
        currency TEXT,
        sender TEXT,
        reference TEXT,
        tags TEXT,
        body TEXT,
        revision INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE asked_operator (
        batch_pk INTEGER NOT NULL REFERENCES batch (pk),
        mcc TEXT NOT NULL,
        mnc TEXT NOT NULL,
        message_count INTEGER NOT NULL,
        delivered_count INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (batch_pk, mcc, mnc)
    ) WITHOUT ROWID
    """,
    "CREATE TABLE batch_tombstone (external_id TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID",
    """
    CREATE TABLE asked_difference (
        batch_pk INTEGER NOT NULL REFERENCES batch (pk),
        external_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        price_nano INTEGER,
        currency TEXT,
        asked_at_us INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (batch_pk, external_id, kind)
    ) WITHOUT ROWID
    """,
)
TABLES: Final = (*_REPORTS, *v1_receivers.TABLES, *v1_erasure.TABLES)
"""All tables, and what belongs to them in a file."""
_SEARCH_INDEX: Final = (
    """
    CREATE VIRTUAL TABLE message_fts USING fts5 (
        external_id, recipient, reference,
        content = 'message', content_rowid = 'pk', tokenize = 'trigram'
    )
    """,
    # New messages enter the index many at once, without a trigger: one by one that took most of the
    # fold's time.
    """
    CREATE TRIGGER message_fts_delete AFTER DELETE ON message
    WHEN old.pk <= (SELECT indexed_message_pk FROM store_state)
    BEGIN
        INSERT INTO message_fts (message_fts, rowid, external_id, recipient, reference)
        VALUES ('delete', old.pk, old.external_id, old.recipient, old.reference);
    END
    """,
    """
    CREATE TRIGGER message_fts_update AFTER UPDATE OF external_id, recipient, reference ON message
    WHEN (
        old.external_id IS NOT new.external_id
        OR old.recipient IS NOT new.recipient
        OR old.reference IS NOT new.reference
    ) AND old.pk <= (SELECT indexed_message_pk FROM store_state)
    BEGIN
        INSERT INTO message_fts (message_fts, rowid, external_id, recipient, reference)
        VALUES ('delete', old.pk, old.external_id, old.recipient, old.reference);
        INSERT INTO message_fts (rowid, external_id, recipient, reference)
        VALUES (new.pk, new.external_id, new.recipient, new.reference);
    END
    """,
)


def upgrade(connection: Connection) -> None:
    """Make the tables in an empty database."""
    for statement in (*TABLES, *_SEARCH_INDEX):
        connection.exec_driver_sql(statement)
