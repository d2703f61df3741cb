"""The tables, as the newest migration leaves them.

Money is kept in whole nano-units, times in whole microseconds since the epoch, UTC. Sums of money
are kept in two columns, `units` and `nanos` (the sum is units + nanos · 10⁻⁹), since a sum of
large prices would not fit 64 bits. Every row carries the revision of the commit that touched it
last.
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


meta: Final = Table(
    "meta",
    metadata,
    Column("pk", _Big, primary_key=True),
    _revision(),
    _number("last_batch"),
    _number("last_message"),
    _number("last_report"),
    _number("repeats"),
    _number("quarantine_bytes"),
    _number("quarantine_unkept"),
    _number("indexed_message"),
)
"""One row: the newest revision, the last keys given out, and counts over all. The search index has
the messages up to `indexed_message`; the few that are newer are searched without it."""

callback_key: Final = Table(
    "secret",
    metadata,
    Column("pk", _Big, primary_key=True),
    Column("value", Text, nullable=False, unique=True),
    Column("origin", Text, nullable=False),
    _number("created_us"),
    _maybe("ended_us"),
    Column("public_url", Text),
    _maybe("retired_us"),
)
"""The secrets of the callback URL; valid until they are ended. `public_url` is the one that it
belongs to, NULL for local use. `retired_us` is when it was renewed: it stays valid for what was
sent with it."""

batch: Final = Table(
    "batch",
    metadata,
    Column("pk", _Big, primary_key=True),
    Column("batch_id", Text, nullable=False, unique=True),
    Column("label", Text),
    _maybe("expected"),
    _number("first_seen_us"),
    _number("last_seen_us"),
    _number("reports"),
    _revision(),
    Column("done", Boolean, nullable=False, default=False),
    Column("notes", Text),
    Column("origin", Text, nullable=False),
    _maybe("forgotten_us"),
    Column("secret_pk", _Big, ForeignKey("secret.pk")),
    Index("batch_revision", "revision"),
)
"""One row each: what the user calls it, expects of it and notes on it, when it was seen, and how
many reports. `done` puts it out of the way. `forgotten_us` is when its reports and messages were
deleted and only its sums kept. `origin` is webhook as soon as one of its reports is. `secret_pk` is
the secret by which its latest webhook report came, of those that came by one."""

message: Final = Table(
    "message",
    metadata,
    Column("pk", _Big, primary_key=True),
    Column("batch_pk", _Big, ForeignKey("batch.pk"), nullable=False),
    Column("message_id", Text, nullable=False),
    _number("code"),
    Column("final", Boolean, nullable=False),
    _number("created_us"),
    _number("report_pk"),
    _number("arrived_us"),
    _number("first_created_us"),
    _number("reports"),
    _maybe("price_nano"),
    Column("currency", Text),
    _maybe("segments"),
    Column("recipient", Text),
    Column("reference", Text),
    _revision(),
    _number("fingerprint"),
    _maybe("funding_code"),
    Column("funding_final", Boolean),
    _maybe("funding_created_us"),
    _maybe("price_report_pk"),
    Column("price_currency", Text),
    _maybe("refund_price_nano"),
    Column("refund_currency", Text),
    _maybe("refund_report_pk"),
    _maybe("currency_report_pk"),
    _maybe("segments_report_pk"),
    _maybe("recipient_report_pk"),
    _maybe("reference_report_pk"),
    UniqueConstraint("batch_pk", "message_id"),
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
    Column("final", Boolean, nullable=False),
    _maybe("created_us"),
    _number("arrived_us"),
    Column("recipient", Text),
    _maybe("segments"),
    _maybe("price_nano"),
    Column("currency", Text),
    Column("reference", Text),
    Column("body", LargeBinary, nullable=False),
    Column("secret_pk", _Big, ForeignKey("secret.pk")),
    Column("origin", Text, nullable=False),
    _number("repeats"),
    _revision(),
    Column("marks", Text),
    _maybe("body_bytes"),
    UniqueConstraint("message_pk", "fingerprint"),
)
"""Append-only, but for the count of repeats. The key is the place in the order of arrival.

`created_us` is NULL where the sender gave no time that can be read; the time of arrival counts.
`marks` are words: the fields that could not be read, and what else is unusual; NULL for none.
`body_bytes` is how large the body was of which only a part is kept, NULL where that is all of it;
see `kvitto.core.kept_body`."""

purged: Final = Table(
    "forgotten",
    metadata,
    Column("batch_pk", _Big, ForeignKey("batch.pk"), primary_key=True),
    Column("message_id", Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""The messages that were deleted while the sums of their batch were kept. A late report about one
is kept, but not counted: the sums have the message already."""

batch_status: Final = Table(
    "batch_status",
    metadata,
    Column("batch_pk", _Big, ForeignKey("batch.pk"), primary_key=True),
    Column("code", _Big, primary_key=True),
    _number("messages"),
    _number("settled"),
    _number("segments"),
    _revision(),
    _number("settled_segments"),
    sqlite_with_rowid=False,
)
"""Per batch and code of the current state: messages, settled ones among them, segments, and
those of the settled ones."""

batch_cost: Final = Table(
    "batch_cost",
    metadata,
    Column("batch_pk", _Big, ForeignKey("batch.pk"), primary_key=True),
    Column("currency", Text, primary_key=True),
    _number("units"),
    _number("nanos"),
    _number("messages"),
    _revision(),
    _number("paid_back_units"),
    _number("paid_back_nanos"),
    _number("paid_back_count"),
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

cost_step: Final = Table(
    "cost_step",
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

report_step: Final = Table(
    "report_step",
    metadata,
    Column("batch_pk", _Big, ForeignKey("batch.pk"), primary_key=True),
    Column("minute", _Big, primary_key=True),
    Column("code", _Big, primary_key=True),
    _number("reports"),
    _revision(),
    _number("ended_count"),
    sqlite_with_rowid=False,
)
"""Per batch, minute of arrival and code: how many new reports came, for the chart, and how many of
them are final or delivered."""

removal: Final = Table(
    "removal",
    metadata,
    Column("pk", _Big, primary_key=True),
    _number("batch_pk"),
    _revision(),
    Index("removal_revision", "revision"),
)
"""The batches that were deleted, so that whoever shows them hears of it."""

pending_deletion: Final = Table(
    "pending_deletion",
    metadata,
    Column("batch_pk", _Big, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("is_detached", Boolean, nullable=False),
    _maybe("seen_before_us"),
    _maybe("purged_at_us"),
)
"""The deletions that are under way, and go on after a restart. The row and sums of a detached batch
are gone; of its messages and reports some may be left, which belong to no batch meanwhile. A purge
leaves a batch alone that was heard of since `seen_before_us`, and marks it with `purged_at_us`."""

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

opening: Final = Table(
    "opening",
    metadata,
    Column("pk", _Big, primary_key=True),
    _number("opened_us"),
    _number("last_us"),
    _maybe("closed_us"),
)
"""Each time that a receiver listened: from when, the last heartbeat, and its proper end."""

outage: Final = Table(
    "closure",
    metadata,
    Column("pk", _Big, primary_key=True),
    _number("begin_us"),
    _maybe("end_us"),
    Column("cause", Text, nullable=False),
    Column("fault", Text, nullable=False),
    _maybe("dismissed_us"),
    _revision(),
    UniqueConstraint("begin_us", "cause"),
)
"""Times in which a receiver ran and no report could come in, and why. Those in which none ran are
the gaps between the openings; they have a row where the user has dismissed them. The cause
`restored` is no outage: see `kvitto.store.restorations`."""

quarantine: Final = Table(
    "quarantine",
    metadata,
    Column("pk", _Big, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    _number("size"),
    Column("headers", Text, nullable=False),
    Column("secret_pk", _Big, ForeignKey("secret.pk")),
    _number("first_seen_us"),
    _number("last_seen_us"),
    _number("times"),
    _revision(),
)
"""What was refused: once each, with how often it came. The headers are a JSON list of pairs."""

unauthorized: Final = Table(
    "knock",
    metadata,
    Column("minute", _Big, primary_key=True),
    _number("requests"),
    _revision(),
)
"""Requests with a wrong or missing secret, or to another path: counts by minute, nothing else."""

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
Bounded: see `unauthorized`."""

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
    "secret_usage",
    metadata,
    Column("secret_pk", _Big, primary_key=True, autoincrement=False),
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
