"""The tables of people who were erased, and of what the user says once for all batches.

The rest is as in `schema`.
"""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, text

from kvitto.store.schema import batch, message, metadata

Index(
    "message_written_otherwise",
    message.c.recipient,
    sqlite_where=text("recipient GLOB '*[^0-9]*'"),
)

erasure: Final = Table(
    "erasure",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("event", Text, nullable=False),
    Column("happened_at_us", Integer, nullable=False),
    Column("message_count", Integer, nullable=False),
    Column("report_count", Integer, nullable=False),
    Column("mention_count", Integer, nullable=False),
    Column("refused_count", Integer, nullable=False),
    Column("id_count", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
)
"""Append-only: that a person was `erased`, when, and how much it was, without the number.

`id_count` is how many of the SMS service's ids have it in them, which stay. The next row,
`rewritten`, says that the file was written anew, so that nothing is left between the rows either;
on a server, that no query finds the rows of before any more.
"""

erased_message: Final = Table(
    "erased_message",
    metadata,
    Column("batch_external_id", Text, primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("recipient", Text),
    Column("reference", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""The messages of people who were erased, by the SMS service's ids, and the tokens that take the
place of the phone number and the reference in every report about them, whenever it comes; NULL
where the message went to somebody else, and only told of the number. It stays when the message
goes."""

code_note: Final = Table(
    "code_note",
    metadata,
    Column("code", Integer, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("revision", Integer, nullable=False),
)
"""What the user calls a status code that the SMS service does not document."""

dismissed_repeats: Final = Table(
    "dismissed_repeats",
    metadata,
    Column("batch_pk", Integer, ForeignKey(batch.c.pk), primary_key=True),
    Column("message_count", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
)
"""The batches of which the user needs no word any more that numbers are in them twice, and how many
messages that was about."""
