"""Who may do what in a store on a server: three roles, which its administrator gives to users.

* `kvitto_receiver` stores reports and folds them. It changes no report, deletes none, and nothing
  that users have written.
* `kvitto_editor` changes what users write, and deletes. It stores no report and makes no key.
* `kvitto_viewer` reads, without numbers, texts, bodies and keys: it can't use the tables' schema,
  but only another one with views of the same names, which its connections look into.

Who receives on a computer whose window edits, too, has both of the first.
"""

from collections.abc import Iterator
from typing import Final, TypeAlias

from sqlalchemy import Connection, text

from kvitto.store.engines.postgresql_schema import TEXT_MASK
from kvitto.store.rights import Right

RECEIVER: Final = "kvitto_receiver"
EDITOR: Final = "kvitto_editor"
VIEWER: Final = "kvitto_viewer"
VIEWS: Final = "kvitto_viewer"
"""The schema of the views."""
_TABLES: Final = "kvitto"

_FOLDED: Final = (
    "message",
    "batch_status",
    "batch_cost",
    "batch_mark",
    "batch_cost_minute",
    "batch_report_minute",
    "callback_key_usage",
    "unauthorized_minute",
    "refused_minute",
    "receiver_run",
    "outage",
    "receiver_key_day",
    "callback_key",
    "message_fts",
)
"""What a receiver adds to and changes."""
_BOUNDED: Final = ("quarantine", "client_source", "asked_status", "recent_repeat")
"""What it also deletes, to keep it small, or since a report took its place."""
_OF_BATCH: Final = (
    "origin",
    "first_seen_at_us",
    "last_seen_at_us",
    "callback_key_pk",
    "report_count",
    "sent_at_us",
    "first_reference",
    "last_reference",
    "revision",
)
_NOT_EDITED: Final = ("report", "callback_key", "receiver_run", "receiver_key_day")

_NUMBER: Final = (
    "CASE WHEN length({0}) > 5 AND {0} NOT LIKE 'erased-%' "
    "THEN repeat('•', length({0}) - 2) || right({0}, 2) "
    "WHEN {0} NOT LIKE 'erased-%' THEN repeat('•', length({0})) ELSE {0} END"
)
_NO_TEXT: Final = "''::text"
_NO_BYTES: Final = "''::bytea"
MASKED: Final = {
    "message.recipient": _NUMBER,
    "message.reference": TEXT_MASK,
    "report.recipient": _NUMBER,
    "report.reference": TEXT_MASK,
    "report.body": _NO_BYTES,
    "batch.label": TEXT_MASK,
    "batch.notes": TEXT_MASK,
    "batch.first_reference": TEXT_MASK,
    "batch.last_reference": TEXT_MASK,
    "message_follow_up.note": TEXT_MASK,
    "asked_status.recipient": _NUMBER,
    "asked_status.reference": TEXT_MASK,
    "asked_status.body": _NO_TEXT,
    "asked_batch.reference": TEXT_MASK,
    "asked_batch.tags": TEXT_MASK,
    "asked_batch.body": "NULL::text",
    "callback_key.value": "'key ' || pk",
    "client_source.requested": _NO_TEXT,
    "erased_message.recipient": "NULL::text",
    "erased_message.reference": _NO_TEXT,
    "message_fts.recipient": _NUMBER,
    "message_fts.reference": TEXT_MASK,
    "message_fts.hidden": _NO_TEXT,
}
"""What takes the place of a column for viewers; {0} is the column."""
LEFT_OUT: Final = ("quarantine",)
"""Of what viewers see no row: these hold what came, as it came."""


def role_statements() -> Iterator[str]:
    """Yield the SQL that makes the roles where they are missing, and gives them their rights.

    Whoever executes it owns the tables, and may make roles or finds them made. It may be executed
    again: the rights and the views are then those of the tables that there are.
    """
    for role in (RECEIVER, EDITOR, VIEWER):
        yield (
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') "
            f"THEN CREATE ROLE {role} NOLOGIN; END IF; END $$"
        )
    yield from grant_statements()


def grant_statements() -> Iterator[str]:
    """Yield the SQL that gives the roles their rights, and makes the views; see above."""
    tables, both = _TABLES, f"{RECEIVER}, {EDITOR}"
    yield f"GRANT USAGE ON SCHEMA {tables} TO {both}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {tables} FROM {both}"
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA {tables} TO {both}"
    yield f"GRANT INSERT, UPDATE ON {_named(_FOLDED)} TO {RECEIVER}"
    yield f"GRANT INSERT, UPDATE, DELETE ON {_named(_BOUNDED)} TO {RECEIVER}"
    yield f"GRANT INSERT ON {_named(('batch', 'report'))} TO {RECEIVER}"
    yield f"GRANT UPDATE ({', '.join(_OF_BATCH)}) ON {tables}.batch TO {RECEIVER}"
    yield f"GRANT UPDATE (repeat_count, revision) ON {tables}.report TO {RECEIVER}"
    yield f"GRANT UPDATE ON {_named(('store_state', 'store_health'))} TO {RECEIVER}"
    yield f"GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {tables} TO {EDITOR}"
    yield f"REVOKE INSERT, UPDATE, DELETE ON {_named(('schema_version',))} FROM {EDITOR}"
    yield f"REVOKE INSERT, UPDATE, DELETE ON {_named(_NOT_EDITED)} FROM {EDITOR}"
    yield f"GRANT UPDATE, DELETE ON {tables}.report TO {EDITOR}"
    # Whoever erases a person has the server clean the tables, see `postgresql_vacuum`.
    yield (
        "DO $$ BEGIN IF current_setting('server_version_num')::int >= 170000 THEN "
        f"EXECUTE 'GRANT MAINTAIN ON ALL TABLES IN SCHEMA {tables} TO {EDITOR}'; "
        "END IF; END $$"
    )
    yield DROP_VIEWS
    yield f"CREATE SCHEMA {VIEWS}"
    yield _views()
    yield f"GRANT USAGE ON SCHEMA {VIEWS} TO {VIEWER}"
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA {VIEWS} TO {VIEWER}"


RIGHTS: Final = f"""
    SELECT has_schema_privilege(s.oid, 'USAGE'), has_table_privilege(b.oid, 'DELETE'),
        has_table_privilege(k.oid, 'INSERT'), coalesce(has_schema_privilege(v.oid, 'USAGE'), false)
    FROM pg_namespace AS s LEFT JOIN pg_namespace AS v ON v.nspname = '{VIEWS}'
    JOIN pg_class AS b ON b.relnamespace = s.oid AND b.relname = 'batch'
    JOIN pg_class AS k ON k.relnamespace = s.oid AND k.relname = 'callback_key'
    WHERE s.nspname = '{_TABLES}'
"""  # noqa: S608 - of our own names
"""Tells what this user may do, see `rights_of`; no row where there is no store."""
RightsRow: TypeAlias = tuple[bool, bool, bool, bool]


def rights_of(row: RightsRow | None) -> frozenset[Right]:
    """Return what a user may do, by the row of `RIGHTS`."""
    sees, edits, receives, _views = row or (False, False, False, False)
    having = ((Right.SEE, sees), (Right.EDIT, sees and edits), (Right.RECEIVE, sees and receives))
    return frozenset(right for right, has in having if has)


def is_shut_out(row: RightsRow | None) -> bool:
    """Return whether there is a store, of which a user sees nothing at all."""
    return row is not None and not (row[0] or row[3])


DROP_VIEWS: Final = f"DROP SCHEMA IF EXISTS {VIEWS} CASCADE"
"""Before the tables are changed that the views are of."""


def role_rights(connection: Connection) -> bool:
    """Make the roles, where this user may or they are there, and give them their rights.

    Returns:
        Whether there are roles now.
    """
    may_make = text("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
    statements = grant_statements
    if not _are_there(connection):
        if not connection.scalar(may_make):
            return False
        statements = role_statements
    for statement in statements():
        connection.exec_driver_sql(statement.replace("%", "%%"))
    return True


def _are_there(connection: Connection) -> bool:
    roles = ", ".join(f"'{one}'" for one in (RECEIVER, EDITOR, VIEWER))
    counted = text(f"SELECT count(*) FROM pg_roles WHERE rolname IN ({roles})")  # noqa: S608
    return bool(connection.scalar(counted) == 3)


def _named(tables: tuple[str, ...]) -> str:
    return ", ".join(f"{_TABLES}.{one}" for one in tables)


def _views() -> str:
    """Return what makes a view of each table, with all of its columns."""
    masks = " ".join(
        f"WHEN '{column}' THEN $m${mask.format(column.partition('.')[2])}$m$"
        for column, mask in MASKED.items()
    )
    left_out = ", ".join(f"'{one}'" for one in LEFT_OUT)
    return f"""
    DO $$
    DECLARE made record;
    BEGIN
        FOR made IN
            SELECT c.relname AS name, string_agg(
                coalesce(CASE c.relname || '.' || a.attname {masks} END, quote_ident(a.attname))
                || ' AS ' || quote_ident(a.attname), ', ' ORDER BY a.attnum
            ) AS columns
            FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
            WHERE c.relnamespace = '{_TABLES}'::regnamespace AND c.relkind = 'r'
                AND a.attnum > 0 AND NOT a.attisdropped
            GROUP BY c.relname
        LOOP
            EXECUTE format(
                'CREATE VIEW {VIEWS}.%I AS SELECT %s FROM {_TABLES}.%I WHERE %s',
                made.name, made.columns, made.name,
                (made.name NOT IN ({left_out}))::text
            );
        END LOOP;
    END $$
    """  # noqa: S608 - of our own names
