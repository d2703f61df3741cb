"""A store with very many messages: what takes the receiver hours, in some minutes.

The reports are folded as the writer folds them, but in large groups that are not flushed: tables,
sums and search index are what it would have left.

Run it to make one by hand: ``python -m tests.benchmarks.big_store FOLDER --messages 5000000``.
"""

import argparse
import itertools
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from kvitto.core.money import NANO
from kvitto.core.report import DeliveryReport
from kvitto.paths import database_file
from kvitto.store.database import open_database
from kvitto.store.ingest import IngestGroup
from kvitto.store.write_requests import ReportRequest

MESSAGES: Final = 1_000_000
BATCHES: Final = 10_000
LARGEST: Final = 100_000
DAYS: Final = 90
NOW: Final = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CODES: Final = (201,) * 88 + (112,) * 4 + (102, 102, 202, 203, 405, 500, 500, 511)
WAY: Final = (101, 102, 103, 110, 114, 111, 112)
"""What is told of a message before the last report, where all eight of them are kept."""
WORDS: Final = ("Höstrea", "Påminnelse", "Inbjudan", "Öppet hus", "Faktura", "Lunchkö", "Årsmöte")
_PACE: Final = timedelta(milliseconds=40)
"""The time between two messages of a batch."""
_STEP: Final = timedelta(seconds=3)
"""The time between two reports of a message."""
_TOGETHER: Final = 500
"""Messages of which all have a report before the first of them has its next."""
_GROUP: Final = 5_000
_LAST_GROUPS: Final = 100
_LAST_GROUP: Final = 32
"""The last reports come in groups as small as real ones, for who asks what changed."""
_BODY: Final = (
    '{"messageId": "%s", "batchId": "%s", "recipient": "%s", "code": %d, "duration": %d, '
    '"created": "%s", "segments": %d, "price": %s, "currency": "%s", "reference": "%s"}'
)


def make_big_store(
    folder: Path,
    messages: int = MESSAGES,
    batches: int = BATCHES,
    largest: int = LARGEST,
    *,
    whole: int = 0,
    days: int = DAYS,
    now: datetime = NOW,
) -> None:
    """Fill the store of `folder`, which must have no batches yet.

    Args:
        folder: the data folder; made where it is missing.
        messages: how many messages.
        batches: how many batches share them.
        largest: how many of the messages are in the first batch.
        whole: how many of the messages, the newest, have eight reports; the others have the last.
        days: how long before `now` the first batch was sent.
        now: the time by which the last batch was sent.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sent = _sent(messages, batches, largest, days, now)
    arrivals = itertools.chain.from_iterable(_arrivals(one, messages - whole) for one in sent)
    many = messages + whole * len(WAY) - _LAST_GROUPS * _LAST_GROUP
    with open_database(folder) as database, database.writing.connect() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        # Nothing is promised to anybody while this is made.
        raw.execute("PRAGMA synchronous = OFF")
        raw.execute("PRAGMA wal_autocheckpoint = 4000")
        raw.execute("PRAGMA cache_size = -200000")
        folded = 0
        while group := list(itertools.islice(arrivals, _GROUP if folded < many else _LAST_GROUP)):
            with connection.begin():
                IngestGroup(connection).store(group)
            folded += len(group)
    _name_batches(folder, sent)


class _Sent(NamedTuple):
    """A batch as it is sent."""

    number: int
    batch_id: str
    first: int
    size: int
    at: datetime
    currency: str
    price_nano: int
    reference: str
    seed: float


def _sent(messages: int, batches: int, largest: int, days: int, now: datetime) -> list[_Sent]:
    draw = random.Random(messages)
    first, sent = 0, []
    for number, size in enumerate(_sizes(draw, messages, batches, largest), 1):
        at = now - timedelta(days=days) * (1 - number / batches)
        batch_id = f"{int(at.timestamp()):08x}5ca1ab1e00{number:06x}"
        currency, price = draw.choice(("SEK", "SEK", "EUR")), draw.randint(29, 690) * 1_000_000
        reference = f"{draw.choice(WORDS)} v. {number % 53 + 1}"
        sent.append(
            _Sent(number, batch_id, first, size, at, currency, price, reference, draw.random())
        )
        first += size
    return sent


def _sizes(draw: random.Random, messages: int, batches: int, largest: int) -> list[int]:
    rest = batches - 1
    weights = [draw.random() + 0.05 for _ in range(rest)]
    share = (messages - largest - rest) / sum(weights) if rest else 0
    sizes = [1 + int(weight * share) for weight in weights]
    if sizes:
        sizes[-1] += messages - largest - sum(sizes)
    return [largest, *sizes]


def _arrivals(batch: _Sent, with_one: int) -> Iterator[ReportRequest]:
    """Yield the reports of a batch; messages from the number `with_one` on have eight."""
    draw = random.Random(batch.seed)
    for begin in range(batch.first, batch.first + batch.size, _TOGETHER):
        end = min(begin + _TOGETHER, batch.first + batch.size)
        messages = [_Message.drawn(draw, batch, number) for number in range(begin, end)]
        for step, code in enumerate(WAY, 1):
            for one in messages:
                if one.number >= with_one:
                    yield _arrival(batch, one, code, step)
        for one in messages:
            yield _arrival(batch, one, one.code, 0 if one.number < with_one else len(WAY) + 1)


class _Message(NamedTuple):
    number: int
    message_id: str
    recipient: str
    code: int
    segments: int
    at: datetime

    @classmethod
    def drawn(cls, draw: random.Random, batch: _Sent, number: int) -> "_Message":
        at = batch.at + (number - batch.first) * _PACE
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        code = CODES[int(draw.random() * len(CODES))]
        segments = 1 + int(draw.random() * 3)
        message_id = f"{int(at.timestamp()):08x}5ca1ab1e00{number & 0xFFFFFF:06x}"
        return cls(number, message_id, f"467{int(draw.random() * 1e8):08d}", code, segments, at)


def _arrival(batch: _Sent, one: _Message, code: int, step: int) -> ReportRequest:
    created = one.at + step * _STEP
    is_final = code >= 200
    price = batch.price_nano * one.segments
    report = DeliveryReport(
        one.message_id,
        batch.batch_id,
        code,
        is_final,
        created,
        one.recipient,
        one.segments,
        price,
        batch.currency,
        batch.reference,
    )
    body = _BODY % (
        one.message_id,
        batch.batch_id,
        one.recipient,
        code,
        is_final,
        created.isoformat(timespec="milliseconds")[:-6],
        one.segments,
        f"{price / NANO:.3f}",
        batch.currency.lower(),
        batch.reference,
    )
    return ReportRequest(report, body.encode(), created + _PACE)


def _name_batches(folder: Path, sent: list[_Sent]) -> None:
    """Have a user name some of the batches, and say how many messages some of them have."""
    with closing(sqlite3.connect(database_file(folder), isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.executemany(
            "UPDATE batch SET label = ? WHERE external_id = ?",
            [
                (f"{one.reference} {2024 + one.number % 3}", one.batch_id)
                for one in sent
                if one.number % 4 == 1
            ],
        )
        connection.executemany(
            "UPDATE batch SET expected_count = ? WHERE external_id = ?",
            [(one.size + one.number % 7, one.batch_id) for one in sent if one.number % 5 == 0],
        )
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def main() -> None:
    """Make one as the arguments say."""
    parser = argparse.ArgumentParser(description="Makes a store with very many messages.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--batches", type=int, help="a hundredth of the messages")
    parser.add_argument("--largest", type=int, default=LARGEST, help="messages of the first batch")
    parser.add_argument("--whole", type=int, default=0, help="messages with eight reports")
    parser.add_argument("--days", type=int, default=DAYS, help="how long ago the first was sent")
    chosen = parser.parse_args()
    batches = chosen.batches or max(1, chosen.messages // 100)
    make_big_store(
        chosen.folder,
        chosen.messages,
        batches,
        chosen.largest,
        whole=chosen.whole,
        days=chosen.days,
    )


if __name__ == "__main__":
    main()
