"""What a connection to a server is told, and a pooler between us and it.

A pooler may give each transaction another connection of its own, so that nothing that is told to
one is known in the next: settings, prepared statements, what is listened to. Where one answers,
each transaction is told all anew, and leaves nothing behind.
"""

from typing import Any, Final

import psycopg
from psycopg.adapt import Buffer, Loader
from psycopg.conninfo import make_conninfo
from typing_extensions import override

from kvitto.store.engines.postgresql_hanging import WatchedConnection
from kvitto.store.engines.postgresql_roles import RIGHTS, VIEWS, RightsRow
from kvitto.store.engines.postgresql_schema import SCHEMA
from kvitto.store.engines.store_url import StoreUrl

APPLICATION: Final = "kvitto"
"""What the server calls our connections."""
CONNECT_S: Final = 4
"""How long a server may take to answer at all."""
LOCK_S: Final = 10
"""How long whoever writes waits for another; longer than that one may be idle."""
IDLE_S: Final = 5
"""How long a transaction that holds the lock may wait for its program."""
SEARCH_KB: Final = 1024
"""How much the search index gathers until that is sorted in: 1,500 messages, 40 ms of processor
time; with the server's own 4 MB it was 100 ms."""
LOCAL: Final = "kvitto_local"
"""Where a connection's `info` has what each transaction is told; None where a session is enough."""

_READING: Final = {
    "client_encoding": "'UTF8'",
    "standard_conforming_strings": "'on'",
    # Viewers look into the views alone.
    "search_path": f"""CASE WHEN EXISTS (
        SELECT FROM pg_namespace
        WHERE nspname = '{SCHEMA}' AND NOT has_schema_privilege(oid, 'USAGE')
    ) THEN '{VIEWS}, public' ELSE '{SCHEMA}, public' END""",
    "jit": "'off'",
    "plan_cache_mode": "'force_custom_plan'",
}
_WRITING: Final = _READING | {
    "lock_timeout": f"'{LOCK_S}s'",
    # Whoever takes messages into the search index holds the lock: a little, and more often.
    "gin_pending_list_limit": f"'{SEARCH_KB}kB'",
    "idle_in_transaction_session_timeout": f"'{IDLE_S}s'",
    # Few rows of each table, by their keys, however small it seems.
    "plan_cache_mode": "'force_generic_plan'",
    "enable_seqscan": "'off'",
}


class _Whole(Loader):
    """Loads sums: whole numbers, as all that is summed."""

    @override
    def load(self, data: Buffer) -> Any:
        text = bytes(data).decode()
        return float(text) if "." in text else int(text)


class _Text(Loader):
    """Loads JSON as its text, which is decoded by its reader."""

    @override
    def load(self, data: Buffer) -> str:
        return bytes(data).decode()


def open_connection(url: StoreUrl) -> WatchedConnection:
    """Return a new connection to a store's server, whose transactions are ours to begin.

    Raises:
        psycopg.Error: the server can't be reached, or refuses it.
    """
    named = make_conninfo(
        url.text,
        connect_timeout=CONNECT_S,
        application_name=APPLICATION,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
        tcp_user_timeout=15_000,
        **url.parameters(),
    )
    return WatchedConnection.connect(named, autocommit=True)


def begin_session(
    driver: "psycopg.Connection[Any]", *, read_only: bool
) -> tuple[str | None, RightsRow | None]:
    """Tell a new connection what holds for all of it.

    Returns:
        What each transaction is to be told first, since a pooler answers, None where none does; and
        the row of `RIGHTS`.

    Raises:
        psycopg.Error: the connection is lost.
    """
    driver.adapters.register_loader("numeric", _Whole)
    driver.adapters.register_loader("json", _Text)
    # A pooler's connection has a process of its own, which is not the one that it names.
    pid = driver.pgconn.backend_pid
    told = _told(f"pg_backend_pid() <> {pid}", read_only=read_only)
    cursor = driver.execute(f"{RIGHTS}; {told}".encode())
    rights = cursor.fetchone()
    cursor.nextset()
    row = cursor.fetchone()
    assert row is not None
    if row[-1] == pid:
        return None, rights
    driver.prepare_threshold = None
    return f"DEALLOCATE ALL; {_told('true', read_only=read_only)}", rights


def _told(is_local: str, *, read_only: bool) -> str:
    settings = [
        f"set_config('{name}', {value}, {is_local})"
        for name, value in (_READING if read_only else _WRITING).items()
    ]
    if not read_only:  # a commit that is answered is on the disk
        change = f"set_config('synchronous_commit', 'on', {is_local})"
        settings.append(f"CASE current_setting('synchronous_commit') WHEN 'off' THEN {change} END")
    return f"SELECT {', '.join(settings)}, pg_backend_pid()"
