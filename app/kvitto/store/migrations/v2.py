"""Version 2: the body of a report is kept as its difference from what the columns say.

What was kept whole is read as well. It is packed in the background: see `kvitto.store.packing`.
"""

from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    """Note which reports have a body that is kept whole."""
    connection.exec_driver_sql(
        "ALTER TABLE store_state ADD COLUMN unpacked_report_pk INTEGER NOT NULL DEFAULT 0"
    )
    connection.exec_driver_sql("UPDATE store_state SET unpacked_report_pk = last_report_pk")
