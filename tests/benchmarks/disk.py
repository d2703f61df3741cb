"""What a message takes on the disk with its reports, as the SMS service's stand-in posts them."""

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Final

from kvitto.core.ip1_parser import parse
from kvitto.paths import database_file
from kvitto.simulator.campaign import Campaign
from kvitto.simulator.plan import START, Plan
from kvitto.store.database import open_database
from kvitto.store.transactions import GroupTransaction
from kvitto.store.write_requests import ReportRequest
from tests.benchmarks.table import Row, Scale

TARGET_BYTES: Final = 2000
_MESSAGES: Final = 10_000
_FEW: Final = 200
_GROUP: Final = 64


def disk(scale: Scale, folder: Path) -> Iterator[Row]:
    """Store a campaign's reports; count what the file is larger by than an empty store."""
    messages = _MESSAGES if scale.rounds > 1 else _FEW
    plan = Plan.of_profile("campaign", messages=messages, batches=messages // 100, seed=3)
    arrivals = (
        ReportRequest(parse(post.body), post.body, START + timedelta(microseconds=post.due_us))
        for post in Campaign(plan).posts()
    )
    with open_database(folder) as database, database.writing.connect() as connection:
        empty = _bytes(folder)
        while group := list(itertools.islice(arrivals, _GROUP)):
            GroupTransaction(group)(connection)
    with closing(sqlite3.connect(database_file(folder))) as reading:
        reports = reading.execute("SELECT count(*) FROM report").fetchone()[0]
    of_message = (_bytes(folder) - empty) / messages
    yield Row(
        f"disk for a message and its {reports / messages:.1f} reports",
        f"{of_message:,.0f} bytes",
        f"≤ {TARGET_BYTES:,}",
        of_message <= TARGET_BYTES,
    )


def _bytes(folder: Path) -> int:
    with closing(sqlite3.connect(database_file(folder))) as reading:
        pages, size = (
            reading.execute(f"PRAGMA {one}").fetchone()[0] for one in ("page_count", "page_size")
        )
    return int(pages * size)
