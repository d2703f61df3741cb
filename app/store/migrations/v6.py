"""Version 6: nothing yet; the number is kept for a step that is made beside this one."""

from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    """Change nothing."""
    del connection
