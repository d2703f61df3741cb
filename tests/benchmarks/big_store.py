"""A store with very many messages, made by bulk SQL: what takes the receiver an hour, in a minute.

Run it to make one by hand:
``python -m tests.benchmarks.big_store FOLDER [MESSAGES [BATCHES [LARGEST]]]``.
"""

import random
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from kvitto.core.money import NANO
from kvitto.core.report import Origin
from kvitto.core.timestamps import to_microseconds
from kvitto.paths import database_file
from kvitto.store.database import open_database

MESSAGES: Final = 1_000_000
BATCHES: Final = 10_000
LARGEST: Final = 100_000
NOW: Final = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CODES: Final = (201,) * 88 + (112,) * 4 + (102, 102, 202, 203, 405, 500, 500, 511)
WORDS: Final = ("Höstrea", "Påminnelse", "Inbjudan", "Öppet hus", "Faktura", "Lunchkö", "Årsmöte")
_REVISION: Final = 1

Row = Sequence[Any]


def make_big_store(
    folder: Path,
    messages: int = MESSAGES,
    batches: int = BATCHES,
    largest: int = LARGEST,
    *,
    now: datetime = NOW,
) -> None:
    """Fill the store of `folder`, which must have no batches yet.

    Args:
        folder: the data folder; made where it is missing.
        messages: how many messages; each with one report.
        batches: how many batches share them.
        largest: how many of the messages are in the first batch.
        now: the time of the newest report; the oldest is 90 days before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    open_database(folder).close()
    draw = random.Random(messages)
    sizes = _sizes(draw, messages, batches, largest)
    with (
        closing(sqlite3.connect(database_file(folder), isolation_level=None)) as connection,
        connection,
    ):
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("BEGIN")
        first = 1
        start_us = to_microseconds(now - timedelta(days=90))
        step_us = 90 * 86_400_000_000 // batches
        for key, size in enumerate(sizes, start=1):
            _fill_batch(connection, draw, key, first, size, start_us + key * step_us)
            first += size
        connection.execute("INSERT INTO message_fts (message_fts) VALUES ('rebuild')")
        connection.execute(
            "UPDATE store_state SET revision = ?, last_batch_pk = ?, last_message_pk = ?,"
            " last_report_pk = ?, indexed_message_pk = ?",
            (_REVISION, batches, messages, messages, messages),
        )
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _sizes(draw: random.Random, messages: int, batches: int, largest: int) -> list[int]:
    rest = batches - 1
    weights = [draw.random() + 0.05 for _ in range(rest)]
    share = (messages - largest - rest) / sum(weights) if rest else 0
    sizes = [1 + int(weight * share) for weight in weights]
    if sizes:
        sizes[-1] += messages - largest - sum(sizes)
    return [largest, *sizes]


def _fill_batch(
    connection: sqlite3.Connection, draw: random.Random, key: int, first: int, size: int, at_us: int
) -> None:
    currency = draw.choice(("SEK", "SEK", "EUR"))
    price = draw.randint(29, 690) * 1_000_000
    reference = f"{draw.choice(WORDS)} v. {key % 53 + 1}"
    rows = list(_messages(draw, key, first, size, at_us, (currency, price, reference)))
    connection.executemany(
        "INSERT INTO message (pk, batch_pk, external_id, code, is_final, created_at_us, report_pk,"
        " arrived_at_us, first_created_at_us, report_count, price_nano, currency, segments,"
        " recipient, reference, revision, fingerprint)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    connection.executemany(
        f"INSERT INTO report VALUES ({', '.join('?' * 18)}, NULL)",  # noqa: S608
        (_report(row) for row in rows),
    )
    label = f"{reference} {2024 + key % 3}" if key % 4 == 1 else None
    connection.execute(
        "INSERT INTO batch (pk, external_id, label, expected_count, first_seen_at_us,"
        " last_seen_at_us, report_count, revision, is_archived, origin, sent_at_us,"
        " first_reference, last_reference)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)",
        (
            key,
            f"{at_us // 1_000_000:08x}5ca1ab1e00{key:06x}",
            label,
            size + key % 7 if key % 5 == 0 else None,
            at_us,
            at_us + size * 40_000,
            size,
            _REVISION,
            Origin.WEBHOOK.value,
            at_us,
            reference,
            reference,
        ),
    )
    _fill_sums(connection, key, currency, rows)


def _messages(
    draw: random.Random, key: int, first: int, size: int, at_us: int, shared: tuple[str, int, str]
) -> Iterator[Row]:
    currency, price, reference = shared
    for number in range(first, first + size):
        at = at_us + (number - first) * 40_000
        code = CODES[int(draw.random() * len(CODES))]
        segments = 1 + int(draw.random() * 3)
        final = code >= 200
        message_id = f"{at // 1_000_000:08x}5ca1ab1e00{number & 0xFFFFFF:06x}"
        recipient = f"467{draw.randrange(10**8):08d}"
        yield (
            number,
            key,
            message_id,
            code,
            final,
            at,
            number,
            at,
            at,
            1,
            price * segments,
            currency,
            segments,
            recipient,
            reference,
            _REVISION,
            number,
        )


def _report(row: Row) -> Row:
    pk, _, message_id, code, final, at, _, arrived, _, _, price, currency, segments = row[:13]
    recipient, reference = row[13], row[14]
    body = f'{{"messageId": "{message_id}", "code": {code}, "recipient": "{recipient}"}}'.encode()
    known = (recipient, segments, price, currency, reference)
    origin = Origin.WEBHOOK.value
    return (pk, pk, pk, code, final, at, arrived, *known, body, None, origin, 0, _REVISION, None)


def _fill_sums(
    connection: sqlite3.Connection, key: int, currency: str, rows: Sequence[Row]
) -> None:
    messages: Counter[int] = Counter(row[3] for row in rows)
    segments: Counter[int] = Counter()
    costs: Counter[int] = Counter()
    finished_segments: Counter[int] = Counter()
    rates: Counter[tuple[int, int]] = Counter((row[5] // 60_000_000, row[3]) for row in rows)
    finished: Counter[int] = Counter(row[3] for row in rows if row[4])
    for row in rows:
        segments[row[3]] += row[12]
        finished_segments[row[3]] += row[12] if row[4] else 0
        costs[row[5] // 60_000_000] += row[10]
    connection.executemany(
        "INSERT INTO batch_status VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (key, code, count, finished[code], segments[code], finished_segments[code], 1)
            for code, count in messages.items()
        ],
    )
    total = divmod(sum(costs.values()), NANO)
    connection.execute(
        "INSERT INTO batch_cost VALUES (?, ?, ?, ?, ?, 0, 0, 0, ?)",
        (key, currency, *total, len(rows), 1),
    )
    connection.executemany(
        "INSERT INTO batch_cost_minute VALUES (?, ?, ?, ?, ?, ?)",
        [(key, currency, minute, *divmod(nano, NANO), 1) for minute, nano in costs.items()],
    )
    connection.executemany(
        "INSERT INTO batch_report_minute VALUES (?, ?, ?, ?, ?, ?)",
        [
            (key, minute, code, count, count if code >= 200 else 0, 1)
            for (minute, code), count in rates.items()
        ],
    )


if __name__ == "__main__":
    make_big_store(Path(sys.argv[1]), *map(int, sys.argv[2:]))
