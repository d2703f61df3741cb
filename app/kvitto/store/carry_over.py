"""Take from another database what a restored one must know of the time since its backup.

Its callback keys: the SMS service goes on sending to URLs that were made since. When its receiver
ran: that time was no interruption. And which reports are not in the restored one.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from kvitto.core.report import Origin
from kvitto.core.timestamps import to_microseconds
from kvitto.store.backup_contents import interrupted_unless, raise_if_interrupted
from kvitto.store.engines.sqlite import uri_of
from kvitto.store.migrations import NEWEST
from kvitto.store.restorations import CAUSE, LeftOut

log = logging.getLogger(__name__)

MISSING: Final = """
    FROM other.report AS r
    JOIN other.message AS m ON m.pk = r.message_pk
    JOIN other.batch AS b ON b.pk = m.batch_pk
    LEFT JOIN main.batch AS own ON own.external_id = b.external_id
    WHERE b.pk NOT IN (SELECT batch_pk FROM other.pending_deletion)
    AND NOT EXISTS (
        SELECT 1 FROM main.message AS n JOIN main.report AS s ON s.message_pk = n.pk
        WHERE n.batch_pk = own.pk AND n.external_id = m.external_id
        AND s.fingerprint = r.fingerprint
    )
    AND NOT EXISTS (
        SELECT 1 FROM main.purged_message AS f
        WHERE f.batch_pk = own.pk AND f.external_id = m.external_id
    )
"""
"""The reports of the database `other` that are not in `main`: rows of `r`, of messages `m` and
batches `b`."""
_LAST_KNOWN: Final = """
    SELECT max(
        coalesce((SELECT max(heartbeat_at_us) FROM receiver_run), 0),
        coalesce((SELECT arrived_at_us FROM report ORDER BY pk DESC LIMIT 1), 0)
    )
"""
_SAME_STORE: Final = (
    "SELECT EXISTS (SELECT 1 FROM main.callback_key AS own "
    "JOIN other.callback_key AS one USING (value) WHERE own.origin = ?)"
)


_DAMAGE: Final = frozenset(
    {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
)


class _NotComparableError(Exception):
    """An earlier version of Kvitto made one of the databases: its tables are other ones."""


@contextmanager
def side_by_side(
    own: Path, other: Path, may_go_on: Callable[[], bool]
) -> Iterator[sqlite3.Connection]:
    """Open two databases in one connection: `main`, to be written, and `other`, to be read.

    Nobody else may have the first one open.
    """
    opened = sqlite3.connect(uri_of(own, "rw"), uri=True, isolation_level=None)
    with closing(opened) as connection:
        interrupted_unless(connection, may_go_on)
        connection.execute("ATTACH ? AS other", (uri_of(other, "ro"),))
        yield connection


def carry_over(
    restored: Path,
    before: Path | None,
    kept: str,
    now: datetime,
    may_go_on: Callable[[], bool] = lambda: True,
    *,
    source: Path,
) -> LeftOut | None:
    """Take over what a restored database must know of the one that was there before.

    Args:
        restored: the file of the restored database, which nobody has open.
        before: that of the one before; None where there was none. Only read.
        kept: the name of the folder that it will be in.
        now: the time.
        may_go_on: is asked now and then; InterruptedError if not.
        source: the file that is restored: what an earlier restore had kept may be back now.

    Returns:
        Which reports are left out, as it is noted in the restored database, too; None for none.
    """
    with closing(sqlite3.connect(uri_of(restored, "rw"), uri=True)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
        has_runs = {"receiver_run", "outage"} <= tables  # otherwise a very early version made it
        began_us = connection.execute(_LAST_KNOWN).fetchone()[0] if has_runs else 0
    is_same, left_out = False, LeftOut(kept, 0)
    if before is not None:
        try:
            with side_by_side(restored, before, may_go_on) as both:
                is_same = is_same_store(both)
                with transaction(both):
                    carry_keys(both, now)
                    carry_erasures(both)
                if has_runs and is_same:
                    with transaction(both):
                        carry_runs(both)
                _require_present_version(both)
                count, first_us, last_us = both.execute(
                    f"SELECT count(*), min(r.arrived_at_us), max(r.arrived_at_us) {MISSING}"
                ).fetchone()
                left_out = LeftOut(kept, count)
                if count and has_runs:
                    with transaction(both):
                        _note(both, first_us, last_us, left_out)
        except (sqlite3.Error, _NotComparableError) as error:
            if isinstance(error, sqlite3.Error) and not _is_damage(error):
                raise_if_interrupted(error)
                raise
            # It is damaged, or of an earlier version: nobody knows what else is in it.
            log.info("What was there before can't be compared with the backup: %s", error)
            is_same, left_out = True, LeftOut(kept)
            if has_runs:
                with _opened(restored) as connection:
                    _note(connection, began_us, to_microseconds(now), left_out)
    if has_runs:
        with _opened(restored) as connection:
            forget_left_out(connection, source.resolve().parent.name)
            elsewhere = _end_mark(connection, now, is_same=is_same)
            if left_out.reports == 0:
                return elsewhere
    return None if left_out.reports == 0 else left_out


def mark_made_while_receiving(connection: sqlite3.Connection) -> None:
    """Note in a backup that its receiver went on: restored elsewhere, it lacks what came since."""
    connection.execute(
        "INSERT INTO outage (began_at_us, ended_at_us, cause, fault, revision) "
        "SELECT heartbeat_at_us, NULL, ?, ?, (SELECT revision FROM store_state) FROM receiver_run "
        "ORDER BY pk DESC LIMIT 1",
        (CAUSE, _json(LeftOut())),
    )


def forget_left_out(connection: sqlite3.Connection, kept: str) -> None:
    """Note that nothing is left out any more of what is in the folder `kept`."""
    query = "SELECT pk, fault FROM outage WHERE cause = ?"
    for pk, fault in connection.execute(query, (CAUSE,)).fetchall():
        try:
            is_meant = msgspec.json.decode(fault, type=LeftOut).kept == kept
        except msgspec.DecodeError:
            is_meant = False
        if is_meant:
            connection.execute("DELETE FROM outage WHERE pk = ?", (pk,))


def is_same_store(both: sqlite3.Connection) -> bool:
    """Return whether two databases have been one: they have a callback key in common."""
    return bool(both.execute(_SAME_STORE, (Origin.WEBHOOK.value,)).fetchone()[0])


def carry_keys(both: sqlite3.Connection, now: datetime) -> dict[int, int]:
    """Take over the callback keys of the other database: what is sent by them must not be refused.

    Where the two have never been one, its keys are taken over as such that were renewed, so that
    the URLs of this one stay what is shown.

    Returns:
        Which key of this database is that of the other one.
    """
    is_same = is_same_store(both)
    names = [one for one in _common_columns(both, "callback_key") if one != "pk"]
    keys = {}
    query = f"SELECT pk, {', '.join(names)} FROM other.callback_key ORDER BY pk"  # noqa: S608 - our own
    for pk, *values in both.execute(query).fetchall():
        row = dict(zip(names, values, strict=True))
        found = both.execute(
            "SELECT pk FROM main.callback_key WHERE value = ?", (row["value"],)
        ).fetchone()
        if found is not None:
            keys[pk] = found[0]
            for name in {"revoked_at_us", "rotated_at_us"} & row.keys():
                both.execute(
                    f"UPDATE main.callback_key SET {name} = coalesce({name}, ?) WHERE pk = ?",  # noqa: S608 - our own
                    (row[name], found[0]),
                )
            continue
        if not is_same:
            if row["origin"] != Origin.WEBHOOK.value:
                continue
            if "rotated_at_us" in row and row["rotated_at_us"] is None:
                row["rotated_at_us"] = to_microseconds(now)
        marks = ", ".join("?" * len(row))
        made = both.execute(
            f"INSERT INTO main.callback_key ({', '.join(row)}) VALUES ({marks})",  # noqa: S608 - our own
            tuple(row.values()),
        )
        assert made.lastrowid is not None
        keys[pk] = made.lastrowid
    return keys


def carry_erasures(both: sqlite3.Connection) -> None:
    """Take over whose messages were erased: nobody comes back with an older backup.

    The messages that are there are erased once more by `kvitto.store.erasing.EraseAgain`.
    """
    if not _common_columns(both, "erased_message"):
        return
    both.execute("INSERT OR IGNORE INTO main.erased_message SELECT * FROM other.erased_message")
    names = ", ".join(one for one in _common_columns(both, "erasure") if one != "pk")
    both.execute(
        f"INSERT INTO main.erasure ({names}) SELECT {names} FROM other.erasure AS o "  # noqa: S608 - our own
        "WHERE o.event = 'erased' AND NOT EXISTS (SELECT 1 FROM main.erasure AS m "
        "WHERE m.event = o.event AND m.happened_at_us = o.happened_at_us)"
    )


def carry_runs(both: sqlite3.Connection) -> None:
    """Take over when the receiver of the other database ran, and what was in its way."""
    both.execute(
        "UPDATE main.receiver_run SET heartbeat_at_us = o.heartbeat_at_us, "
        "stopped_at_us = coalesce(o.stopped_at_us, o.heartbeat_at_us) "
        "FROM other.receiver_run AS o "
        "WHERE o.started_at_us = main.receiver_run.started_at_us "
        "AND o.heartbeat_at_us > main.receiver_run.heartbeat_at_us"
    )
    both.execute(
        "INSERT INTO main.receiver_run (started_at_us, heartbeat_at_us, stopped_at_us) "
        "SELECT started_at_us, heartbeat_at_us, coalesce(stopped_at_us, heartbeat_at_us) "
        "FROM other.receiver_run AS o WHERE NOT EXISTS "
        "(SELECT 1 FROM main.receiver_run AS m WHERE m.started_at_us = o.started_at_us) "
        "ORDER BY started_at_us"
    )
    both.execute(
        "INSERT INTO main.outage "
        "(began_at_us, ended_at_us, cause, fault, acknowledged_at_us, revision) "
        "SELECT began_at_us, ended_at_us, cause, fault, acknowledged_at_us, "
        "(SELECT revision FROM main.store_state) "
        "FROM other.outage WHERE true ON CONFLICT (began_at_us, cause, receiver) DO UPDATE "
        "SET ended_at_us = excluded.ended_at_us, fault = excluded.fault, "
        "acknowledged_at_us = coalesce(main.outage.acknowledged_at_us, excluded.acknowledged_at_us)"
    )


def _require_present_version(both: sqlite3.Connection) -> None:
    for schema in ("main", "other"):
        if both.execute(f"PRAGMA {schema}.user_version").fetchone()[0] != NEWEST:
            raise _NotComparableError


def _is_damage(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE


def _common_columns(both: sqlite3.Connection, table: str) -> list[str]:
    own, other = (
        [row[1] for row in both.execute(f"PRAGMA {schema}.table_info({table})")]
        for schema in ("main", "other")
    )
    return [one for one in other if one in own]


def _note(connection: sqlite3.Connection, begin_us: int, end_us: int, left_out: LeftOut) -> None:
    connection.execute(
        "INSERT INTO outage (began_at_us, ended_at_us, cause, fault, revision) "
        "VALUES (?, ?, ?, ?, (SELECT revision FROM store_state)) "
        "ON CONFLICT (began_at_us, cause, receiver) DO UPDATE "
        "SET ended_at_us = excluded.ended_at_us, fault = excluded.fault, acknowledged_at_us = NULL",
        (begin_us, max(begin_us, end_us), CAUSE, _json(left_out)),
    )


def _end_mark(connection: sqlite3.Connection, now: datetime, *, is_same: bool) -> LeftOut | None:
    """Give the time of which a backup made while receiving tells its end.

    Where the receiver that made it is the one of this data folder, all of that is known already.
    """
    which = "cause = ? AND ended_at_us IS NULL"
    if is_same:
        connection.execute(f"DELETE FROM outage WHERE {which}", (CAUSE,))  # noqa: S608 - our own
        return None
    ended = connection.execute(
        f"UPDATE outage SET ended_at_us = max(began_at_us, ?) WHERE {which}",  # noqa: S608 - our own
        (to_microseconds(now), CAUSE),
    )
    return LeftOut() if ended.rowcount else None


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    with (
        closing(sqlite3.connect(uri_of(file, "rw"), uri=True, isolation_level=None)) as connection,
        transaction(connection),
    ):
        yield connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Make one transaction that writes; what fails in it undoes it all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _json(left_out: LeftOut) -> str:
    return msgspec.json.encode(left_out).decode()
