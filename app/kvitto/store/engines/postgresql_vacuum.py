"""Have a server remove the rows that were erased from its tables and indexes."""

import logging
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import psycopg

from kvitto.store.engines.postgresql_schema import SCHEMA
from kvitto.store.person import ERASED

log = logging.getLogger(__name__)

_PAUSE_S: Final = 60.0
_LONGEST_PAUSE_S: Final = 3600.0
"""The least and the longest time between two tries; each is twice the one before."""
VACUUM: Final = "VACUUM (FREEZE, INDEX_CLEANUP ON)"
"""Of a few rows, a mere VACUUM leaves what indexes have, and what somebody looks at just then. A
table's `relfrozenxid`, up to which nothing is left in it, is told of this one on every version."""
_LEFT: Final = f"""
    SELECT format('%I.%I', n.nspname, c.relname),
        pg_has_role(d.datdba, 'USAGE') OR CASE
            WHEN current_setting('server_version_num')::int < 170000
            THEN pg_has_role(c.relowner, 'USAGE')
            ELSE has_table_privilege(c.oid, 'MAINTAIN')
        END,
        e.xmin::text
    FROM (
        SELECT xmin FROM {SCHEMA}.erasure WHERE event = '{ERASED}' ORDER BY pk DESC LIMIT 1
    ) AS e
    JOIN pg_namespace AS n ON n.nspname = '{SCHEMA}'
    JOIN pg_database AS d ON d.datname = current_database()
    JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relkind = 'r'
    LEFT JOIN pg_class AS t ON t.oid = c.reltoastrelid
    WHERE greatest(age(c.relfrozenxid), age(t.relfrozenxid)) >= age(e.xmin)
    ORDER BY c.relname
"""  # noqa: S608 - of our own names


class _Table(NamedTuple):
    name: str
    may_clean: bool
    erased_by: str


class Vacuuming:
    """Cleans the tables after a person was erased, and knows whether that has helped.

    It does not where another session, a replica or a prepared transaction may still see the rows,
    and this user may not do it where somebody else owns the tables.

    Args:
        now_s: the time in seconds since any moment.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._erased_by = ""
        self._pause_s = self._try_at_s = 0.0

    def clean(self, driver: "psycopg.Connection[Any]", on_progress: Callable[[], None]) -> bool:
        """Clean the tables where that is due; return whether none has an erased row any more.

        Args:
            driver: in no transaction.
            on_progress: is called before each table.

        Raises:
            psycopg.Error: a table can't be cleaned.
        """
        left = _left(driver)
        own = [one.name for one in left if one.may_clean]
        if left and left[0].erased_by != self._erased_by:
            self._erased_by, self._pause_s, self._try_at_s = left[0].erased_by, _PAUSE_S / 2, 0.0
            if not own:
                log.info("Rows that were erased stay until the tables' owner runs VACUUM")
        if own and self._now_s() >= self._try_at_s:
            self._pause_s = min(self._pause_s * 2, _LONGEST_PAUSE_S)
            try:
                for name in own:
                    on_progress()
                    driver.execute(f"{VACUUM} {name}".encode())
            finally:
                self._try_at_s = self._now_s() + self._pause_s
            left = _left(driver)
            if left:
                log.info("Rows that were erased are left in %d tables for now", len(left))
        on_progress()
        return not left


def _left(driver: "psycopg.Connection[Any]") -> list[_Table]:
    """Return the tables that may have rows yet which were erased last."""
    return [_Table(*row) for row in driver.execute(_LEFT.encode()).fetchall()]
