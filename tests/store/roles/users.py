"""What a user of a store on a server may do."""

from collections.abc import Callable
from typing import Final

import psycopg

from kvitto.store.engines.base import Database
from kvitto.store.engines.store_url import StoreUrl

NUMBER: Final = "46701234567"
OpenAs = Callable[[str], Database]
"""Opens the store as a user."""


def may(url: StoreUrl, role: str, statement: str) -> bool:
    """Return whether a role may execute a statement; nothing of it is kept."""
    as_user = url.text.replace("kvitto@", f"a_{role}@")
    with psycopg.connect(as_user) as connection:
        connection.execute("SET search_path = kvitto")
        try:
            connection.execute(statement.encode())
        except psycopg.errors.InsufficientPrivilege:
            return False
        finally:
            connection.rollback()
    return True
