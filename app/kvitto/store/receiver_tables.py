"""The tables of receivers, and of who changed what.

A store on a server may have several receivers: each has a name of its own. The one of a store in a
folder has none: its name is "".
"""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text, UniqueConstraint

from kvitto.store.schema import metadata

_Big = BigInteger().with_variant(Integer, "sqlite")

receiver_run: Final = Table(
    "receiver_run",
    metadata,
    Column("pk", _Big, primary_key=True),
    Column("started_at_us", Integer, nullable=False),
    Column("heartbeat_at_us", Integer, nullable=False),
    Column("stopped_at_us", Integer),
    Column("receiver", Text, nullable=False, default=""),
    Column("folder_id", Text, nullable=False, default=""),
    Column("is_spooling", Boolean),
)
"""Each run of a receiver: its start, the last heartbeat, and its end; NULL where it crashed.
`folder_id` tells receivers of one name apart: that of the data folder on its computer.
`is_spooling` is true of one that keeps reports on its own disk while it can't reach the store."""

outage: Final = Table(
    "outage",
    metadata,
    Column("pk", _Big, primary_key=True),
    Column("began_at_us", Integer, nullable=False),
    Column("ended_at_us", Integer),
    Column("cause", Text, nullable=False),
    Column("fault", Text, nullable=False),
    Column("acknowledged_at_us", Integer),
    Column("revision", Integer, nullable=False),
    Column("receiver", Text, nullable=False, default=""),
    UniqueConstraint("began_at_us", "cause", "receiver"),
)
"""Times in which a receiver ran and no report could come in by it, and why. Those in which it did
not run are the gaps between its rows of `receiver_run`; a row of one says whether the user knows of
it. The cause `restored` is no outage: see `kvitto.store.restorations`."""

receiver_key_day: Final = Table(
    "receiver_key_day",
    metadata,
    Column("receiver", Text, primary_key=True),
    Column("callback_key_pk", Integer, primary_key=True, autoincrement=False),
    Column("day", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""On which days, counted since the epoch, UTC, reports came to a receiver by a key: which receivers
a callback URL leads to. Of receivers with a name alone."""

recent_repeat: Final = Table(
    "recent_repeat",
    metadata,
    Column("report_pk", _Big, primary_key=True, autoincrement=False),
    Column("arrived_at_us", _Big, primary_key=True, autoincrement=False),
    Column("revision", _Big, nullable=False),
    sqlite_with_rowid=False,
)
"""When the latest repeats of reports came that are counted already, so that none is counted again
which a receiver with a spool passes on once more. Bounded: see `kvitto.store.spooled`."""

retention_rule: Final = Table(
    "retention_rule",
    metadata,
    Column("pk", _Big, primary_key=True, autoincrement=False),
    Column("is_purging", Boolean, nullable=False),
    Column("days", Integer, nullable=False),
    Column("is_keeping_sums", Boolean, nullable=False),
    Column("editor", Text, nullable=False),
    Column("changed_at_us", _Big, nullable=False),
    Column("revision", _Big, nullable=False),
)
"""One row at most: how long data is kept in a store that several people use, and who said so last.
Without it all is kept. Of a store in a folder, its window's settings say it."""

edit_audit: Final = Table(
    "edit_audit",
    metadata,
    Column("pk", _Big, primary_key=True),
    Column("edited_at_us", Integer, nullable=False),
    Column("editor", Text, nullable=False),
    Column("batch_pk", Integer),
    Column("message_pk", Integer),
    Column("field", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Index("edit_audit_batch", "batch_pk"),
    Index("edit_audit_message", "message_pk"),
)
"""Who changed what, and when; of one who gave a name. Not what to: the notes of a person who is
erased are to leave no trace. `field` is the column, or `mark` and `note` of a message;
`retention_rule` is the rule as a whole."""
