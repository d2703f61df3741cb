"""The steps that bring a database from one schema version to the next.

Each step is frozen once it is released: it says in its own SQL what it does, and does not look at
`kvitto.store.schema`, which only knows the newest version.
"""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection

from kvitto.store.migrations import v1, v2, v3, v4, v5, v6, v7, v8, v9, v10

MIGRATIONS: Final[tuple[Callable[[Connection], None], ...]] = (
    v1.upgrade,
    v2.upgrade,
    v3.upgrade,
    v4.upgrade,
    v5.upgrade,
    v6.upgrade,
    v7.upgrade,
    v8.upgrade,
    v9.upgrade,
    v10.upgrade,
)
"""Step n, counted from 1, makes version n out of version n - 1. Version 0 is an empty file."""

NEWEST: Final = len(MIGRATIONS)
