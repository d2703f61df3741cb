"""Version 5: nothing."""

from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    """Change nothing."""
    del connection
