"""Versions of the schema that no Kvitto has: for what becomes of a database of an earlier one."""

from collections.abc import Callable
from typing import Final

import pytest
from sqlalchemy import Connection

from kvitto.store import backup, backup_contents, database
from kvitto.store.engines import postgresql_versions
from kvitto.store.migrations import MIGRATIONS, NEWEST, runner

Step = Callable[[Connection], None]


def add_table(connection: Connection) -> None:
    """Make a version with one more table, which nobody uses."""
    connection.exec_driver_sql("CREATE TABLE made_up (pk INTEGER NOT NULL PRIMARY KEY)")


def fill_table(connection: Connection) -> None:
    """Make the version after that of `add_table`."""
    connection.exec_driver_sql("INSERT INTO made_up VALUES (1)")


NEXT: Final = NEWEST + 1
"""The first version that is made up."""


def make_up_versions(monkeypatch: pytest.MonkeyPatch, *steps: Step) -> int:
    """Give Kvitto one more version for each step; return the newest, until the test ends."""
    newest = NEWEST + len(steps)
    for module in (runner, postgresql_versions):
        monkeypatch.setattr(module, "MIGRATIONS", (*MIGRATIONS, *steps))
    for module in (backup, backup_contents, database, runner, postgresql_versions):
        monkeypatch.setattr(module, "NEWEST", newest)
    return newest
