"""The steps that bring a database from one schema version to the next.

Each step is frozen once it is released: it says in its own SQL what it does, and does not look at
`kvitto.store.schema`, which only knows the newest version.
"""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection

from kvitto.store.migrations import v1, v2

MIGRATIONS: Final[tuple[Callable[[Connection], None], ...]] = (v1.upgrade, v2.upgrade)
"""Step n, counted from 1, makes version n out of version n - 1. Version 0 is an empty file."""

KEEPS_ALL: Final = frozenset({2})
"""The versions whose steps leave all that was there as it was: no copy is made for them, so nobody
has to wait for one."""

READABLE_SINCE: Final = 2
"""The oldest version whose programs can read the tables of the newest: on a server, their windows
go on. A step that takes away or renames what they read makes it its own number."""

NEWEST: Final = len(MIGRATIONS)
