"""A part of `v1`: the tables of receivers, and of who changed what."""

from typing import Final

TABLES: Final = (
    """
    CREATE TABLE receiver_run (
        pk INTEGER NOT NULL PRIMARY KEY,
        started_at_us INTEGER NOT NULL,
        heartbeat_at_us INTEGER NOT NULL,
        stopped_at_us INTEGER,
        receiver TEXT NOT NULL DEFAULT '',
        folder_id TEXT NOT NULL DEFAULT ''
    )
    """,
    """
    CREATE TABLE outage (
        pk INTEGER NOT NULL PRIMARY KEY,
        began_at_us INTEGER NOT NULL,
        ended_at_us INTEGER,
        cause TEXT NOT NULL,
        fault TEXT NOT NULL,
        acknowledged_at_us INTEGER,
        revision INTEGER NOT NULL,
        receiver TEXT NOT NULL DEFAULT '',
        UNIQUE (began_at_us, cause, receiver)
    )
    """,
    """
    CREATE TABLE receiver_key_day (
        receiver TEXT NOT NULL,
        callback_key_pk INTEGER NOT NULL,
        day INTEGER NOT NULL,
        PRIMARY KEY (receiver, callback_key_pk, day)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE edit_audit (
        pk INTEGER NOT NULL PRIMARY KEY,
        edited_at_us INTEGER NOT NULL,
        editor TEXT NOT NULL,
        batch_pk INTEGER,
        message_pk INTEGER,
        field TEXT NOT NULL,
        revision INTEGER NOT NULL
    )
    """,
    "CREATE INDEX edit_audit_batch ON edit_audit (batch_pk) WHERE batch_pk IS NOT NULL",
    "CREATE INDEX edit_audit_message ON edit_audit (message_pk) WHERE message_pk IS NOT NULL",
)
