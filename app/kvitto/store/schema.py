"""The tables, as the newest migration leaves them.

Money is kept in whole nano-units, times in whole microseconds since the epoch, UTC. Sums of money
are kept in two columns, `units` and `nanos` (the sum is units + nanos · 10⁻⁹), since a sum of large
prices would not fit 64 bits. Every row carries the revision of the last commit that touched it.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata: Final = MetaData()

_Big = BigInteger().with_variant(Integer, "sqlite")


def _number(name: str) -> Column[int]:
    return Column(name, _Big, nullable=False)


def _maybe(name: str) -> Column[int]:
    return Column(name, _Big)


def _revision() -> Column[int]:
    return _number("revision")


store_state: Final = Table(
    "store_state",
    metadata,
    Column("pk", _Big, primary_key=True),
    _revision(),
    _number("last_batch_pk"),
    _number("last_message_pk"),
    _number("last_report_pk"),
    _number("repeat_count"),
    _number("quarantine_bytes"),
    _number("quarantine_dropped_count"),
    _number("indexed_message_pk"),
    Column("unpacked_report_pk", _Big, nullable=False, default=0),
)
"""One row: the newest revision, the last keys given out, and counts over all. The search index has
the messages up to `indexed_message_pk`; the few that are newer are searched without it. Of the
reports up to `unpacked_report_pk` an earlier version has kept the bodies, see `packed_body`."""

callback_key: Final = Table(
    "callback_key",
    metadata,
    Column("pk", _Big, primary_key=True),
    Column("value", Text, nullable=False, unique=True),
    Column("origin", Text, nullable=False),
    _number("created_at_us"),
    _maybe("revoked_at_us"),
    Column("public_url", Text),
    _maybe("rotated_at_us"),
    Column("receiver", Text, nullable=False, default=""),
)
"""The keys of the callback URL; valid until they are revoked. `public_url` is the one that a key
belongs to, NULL for local use. `rotated_at_us` is when a newer one took its place: it stays valid
for what was sent with it. `receiver` made it; see `receiver_tables`."""

batch: Final = Table(
    "batch",
    metadata,
    Column("pk", _Big, primary_key=True),
    Column("external_id", Text, nullable=False, unique=True),
    Column("label", Text),
    _maybe("expected_count"),
    _number("first_seen_at_us"),
    _number("last_seen_at_us"),
    _number("report_count"),
    _revision(),
    Column("is_archived", Boolean, nullable=False, default=False),
    Column("notes", Text),
    Column("origin", Text, nullable=False),
    _maybe("purged_at_us"),
    Column("callback_key_pk", _Big, ForeignKey("callback_key.pk")),
    _maybe("sent_at_us"),
    Column("first_reference", Text),
    Column("last_reference", Text),
    Index("batch_revision", "revision"),
)
"""One row each: its id at the SMS service, what the user calls it, expects of it and notes on it,
when it was seen, and how many reports. `is_archived` puts it out of the way. `purged_at_us` is when
its reports and messages were deleted and only its sums kept. `origin` is webhook as soon as one of
its reports is. `callback_key_pk` is the key by which its latest webhook report came, of those that
came by one. `sent_at_us` is the earliest time that any of its reports tells of. `first_reference`
and `last_reference` are the least and the greatest of the references in its reports: where they are
equal, all share that one."""

message: Final = Table(
    "message",
    metadata,
    Column("pk", _Big, primary_key=True),
    Column("batch_pk", _Big, ForeignKey("batch.pk"), nullable=False),
    Column("external_id", Text, nullable=False),
    _number("code"),
    Column("is_final", Boolean, nullable=False),
    _number("created_at_us"),
    _number("report_pk"),
    _number("arrived_at_us"),
    _number("first_created_at_us"),
    _number("report_count"),
    _maybe("price_nano"),
    Column("currency", Text),
    _maybe("segments"),
    Column("recipient", Text),
    Column("reference", Text),
    _revision(),
    _number("fingerprint"),
    _maybe("funding_code"),
    Column("is_funding_final", Boolean),
    _maybe("funding_created_at_us"),
    _maybe("price_report_pk"),
    Column("price_currency", Text),
    _maybe("refund_price_nano"),
    Column("refund_currency", Text),
    _maybe("refund_report_pk"),
    _maybe("currency_report_pk"),
    _maybe("segments_report_pk"),
    _maybe("recipient_report_pk"),
    _maybe("reference_report_pk"),
    UniqueConstraint("batch_pk", "external_id"),
    Index("message_revision", "revision"),
)
"""The current state, one row each.

`report_pk` and `fingerprint` are those of the report that is the current state. Each value comes
from the report that `<value>_report_pk` names; NULL where that is the current state's own.
`price_nano` is the newest price that is not one of a refund, `refund_price_nano` the newest of a
refund, `currency` the newest known. `price_currency` and `refund_currency` are those that came with
these prices, NULL where that is `currency`'s own report, or where none came. `funding_code` is the
newest status that tells of the money, with whether it is final and when it was."""

report: Final = Table(
    "report",
    metadata,
    Column("pk", _Big, primary_key=True),
    Column("message_pk", _Big, ForeignKey("message.pk"), nullable=False),
    _number("fingerprint"),
    _number("code"),
    Column("is_final", Boolean, nullable=False),
    _maybe("created_at_us"),
    _number("arrived_at_us"),
    Column("recipient", Text),
    _maybe("segments"),
    _maybe("price_nano"),
    Column("currency", Text),
    Column("reference", Text),
    Column("body", LargeBinary, nullable=False),
    Column("callback_key_pk", _Big, ForeignKey("callback_key.pk")),
    Column("origin", Text, nullable=False),
    _number("repeat_count"),
    _revision(),
    Column("marks", Text),
    _maybe("body_bytes"),
    UniqueConstraint("message_pk", "fingerprint"),
)
"""Append-only, but for the count of repeats. The key is the place in the order of arrival.

`created_at_us` is NULL where the SMS service gave no time that can be read; the time of arrival
counts. `marks` are words: the fields that could not be read, and what else is unusual; NULL for
none. `body` says what the columns don't, see `packed_body`: `kvitto export` has it as it came.
`body_bytes` is how large the body was of which only a part is kept, NULL where that is all of
it; see `kvitto.core.kept_body`."""

purged_message: Final = Table(
    "purged_message",
    metadata,
    Column("batch_pk", _Big, ForeignKey("batch.pk"), primary_key=True),
    Column("external_id", Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""The messages that were deleted while the sums of their batch were kept. A late report about one
is kept, but not counted: the sums have the message already."""

message_follow_up: Final = Table(
    "message_follow_up",
    metadata,
    Column("message_pk", _Big, ForeignKey("message.pk"), primary_key=True, autoincrement=False),
    Column("mark", Text),
    Column("note", Text),
    _number("changed_at_us"),
    _revision(),
)
"""What the user did about a message that was not delivered, and noted on it: one row for each that
has something of it. It goes with its message."""

batch_status: Final = Table(
    "batch_status",
    metadata,
    Column("batch_pk", _Big, ForeignKey("batch.pk"), primary_key=True),
    Column("code", _Big, primary_key=True),
    _number("message_count"),
    _number("finished_count"),
    _number("segment_count"),
    _number("finished_segment_count"),
    _revision(),
    sqlite_with_rowid=False,
)
"""Per batch and code of the current state: messages, finished ones among them, segments, and those
of the finished ones."""

batch_cost: Final = Table(
    "batch_cost",
    metadata,
    Column("batch_pk", _Big, ForeignKey("batch.pk"), primary_key=True),
    Column("currency", Text, primary_key=True),
    _number("units"),
    _number("nanos"),
    _number("message_count"),
    _number("paid_back_units"),
    _number("paid_back_nanos"),
    _number("paid_back_count"),
    _revision(),
    sqlite_with_rowid=False,
)
"""Per batch and currency: what its messages cost, how many of them have a price, and the prices
that were paid back and how many they are; these are not in the cost."""

batch_mark: Final = Table(
    "batch_mark",
    metadata,
    Column("batch_pk", _Big, ForeignKey("batch.pk"), primary_key=True),
    Column("marks", Text, primary_key=True),
    _number("report_count"),
    _revision(),
    sqlite_with_rowid=False,
)
"""Per batch and combination of marks: how many reports have just these."""

batch_cost_minute: Final = Table(
    "batch_cost_minute",
    metadata,
    Column("batch_pk", _Big, ForeignKey("batch.pk"), primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("minute", _Big, primary_key=True),
    _number("units"),
    _number("nanos"),
    _revision(),
    sqlite_with_rowid=False,
)
"""Per batch, currency and minute: the change of the cost, for the chart."""

batch_report_minute: Final = Table(
    "batch_report_minute",
    metadata,
    Column("batch_pk", _Big, ForeignKey("batch.pk"), primary_key=True),
    Column("minute", _Big, primary_key=True),
    Column("code", _Big, primary_key=True),
    _number("report_count"),
    _number("finished_count"),
    _revision(),
    sqlite_with_rowid=False,
)
"""Per batch, minute of arrival and code: how many new reports came, for the chart, and how many of
them are final or delivered."""

deleted_batch: Final = Table(
    "deleted_batch",
    metadata,
    Column("pk", _Big, primary_key=True),
    _number("batch_pk"),
    _revision(),
    Index("deleted_batch_revision", "revision"),
)
"""The batches that were deleted, so that whoever shows them hears of it."""

pending_deletion: Final = Table(
    "pending_deletion",
    metadata,
    Column("batch_pk", _Big, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("is_detached", Boolean, nullable=False),
    _maybe("unseen_since_at_us"),
    _maybe("purged_at_us"),
)
"""The deletions that are under way, and go on after a restart. The row and sums of a detached batch
are gone; of its messages and reports some may be left, which belong to no batch meanwhile. A purge
leaves a batch alone that was seen since `unseen_since_at_us`, and marks it with `purged_at_us`."""

store_health: Final = Table(
    "store_health",
    metadata,
    Column("pk", _Big, primary_key=True),
    _maybe("checked_at_us"),
    _maybe("clock_at_us"),
    _maybe("clock_steady_us"),
    Column("clock_boot", Text),
    Column("clock_doubt", Text),
    _maybe("clock_confirmed_at_us"),
)
"""One row: when the file was checked for damage, and what the clocks said last. `clock_doubt` is
why the clock is not to be trusted; `clock_confirmed_at_us` when the user last said that it is."""

quarantine: Final = Table(
    "quarantine",
    metadata,
    Column("pk", _Big, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reason_values", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    _number("size_bytes"),
    Column("headers", Text, nullable=False),
    Column("callback_key_pk", _Big, ForeignKey("callback_key.pk")),
    _number("first_seen_at_us"),
    _number("last_seen_at_us"),
    _number("request_count"),
    _revision(),
)
"""What was refused, once each: `reason` is a code, `reason_values` a JSON object, `headers` a JSON
list of pairs; the digest is hexadecimal, and `size_bytes` that of the whole body. The kind `api` is
no request, but an item of an answer of the SMS service's API that can't be read."""

unauthorized_minute: Final = Table(
    "unauthorized_minute",
    metadata,
    Column("minute", _Big, primary_key=True),
    _number("request_count"),
    _revision(),
)
"""Requests with a wrong or missing key, or to another path: counts by minute, nothing else."""

client_source: Final = Table(
    "client_source",
    metadata,
    Column("source", Text, primary_key=True),
    Column("requested", Text, nullable=False),
    _number("request_count"),
    _number("last_seen_at_us"),
    _revision(),
    Index("client_source_revision", "revision"),
    sqlite_with_rowid=False,
)
"""Where the latest of those requests came from, what they asked for last, and how many there were.
Bounded: see `kvitto.store.unauthorized_log`."""

refused_minute: Final = Table(
    "refused_minute",
    metadata,
    Column("minute", _Big, primary_key=True),
    Column("kind", Text, primary_key=True),
    _number("request_count"),
    _number("acknowledged_count"),
    _revision(),
    sqlite_with_rowid=False,
)
"""Requests that were refused although they came by a valid key, by minute and kind, and how many of
them the user has seen. Those of the demo are not counted."""

callback_key_usage: Final = Table(
    "callback_key_usage",
    metadata,
    Column("callback_key_pk", _Big, primary_key=True, autoincrement=False),
    Column("day", _Big, primary_key=True, autoincrement=False),
    _number("report_count"),
    _number("body_bytes"),
    _number("raised_count"),
    _revision(),
    sqlite_with_rowid=False,
)
"""What came by each key on each day: new reports, and the bytes of their bodies that are kept. Days
are counted since the epoch, UTC, by when the reports arrived; key 0 stands for none. `raised_count`
is how often the user has let it store as much again: see `daily_limit`."""
