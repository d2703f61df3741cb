"""Stores with very many messages, made once and kept for the next run.

They lie in the system's folder for temporary files, under names that change with the code that
makes them.
"""

import getpass
import hashlib
import itertools
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from kvitto.core.report import DeliveryReport
from kvitto.store.database import open_database
from kvitto.store.ingest import IngestGroup
from kvitto.store.write_requests import ReportRequest
from tests.benchmarks.big_store import make_big_store
from tests.benchmarks.table import Scale
from tests.helpers.program import PROJECT

_START: Final = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
_GROUP: Final = 5_000
_LAST_GROUPS: Final = 100
_LAST_GROUP: Final = 32
"""The last reports come in groups as small as real ones, for who asks what changed."""
_LARGEST_SHARE: Final = 10
"""One batch has this part of all messages; the others share the rest evenly."""
_MESSAGES_PER_BATCH: Final = 100
_LEAST_MESSAGES: Final = 1_000
_REPORTED_TWICE: Final = 0.2
_DELIVERY_RESULTS: Final = ((201, 0.93), (202, 0.02), (511, 0.02), (402, 0.01), (112, 0.02))
_BODY: Final = b"{" + b" " * 230 + b"}"
"""About as many bytes as the sender's."""


def store_of(messages: int) -> Path:
    """Return the data folder of a store with so many messages, and a hundredth as many batches.

    Whoever gets it must not write into it.
    """
    return _kept(str(messages), lambda made: make_store(made, messages))


def _kept(name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that is kept for the next run; made where the code has changed since."""
    kept = Path(tempfile.gettempdir()) / f"kvitto-benchmarks-{getpass.getuser()}"
    kept.mkdir(mode=0o700, exist_ok=True)
    folder = kept / f"{name}-{_fingerprint()}"
    if not folder.exists():
        for older in kept.glob(f"{name}-*"):
            shutil.rmtree(older)
        with tempfile.TemporaryDirectory(dir=kept) as unfinished:
            made = Path(unfinished) / "data"
            make(made)
            made.replace(folder)
    return folder


def size_of_big_store(scale: Scale) -> int:
    """Return how many messages are in it."""
    return scale.stores[-1] if scale.stores else _LEAST_MESSAGES


def copy_of_big_store(scale: Scale, folder: Path) -> Path:
    """Return `folder`, with a copy of a store with very many messages that may be written into."""
    messages = size_of_big_store(scale)
    shutil.copytree(_kept(f"big-{messages}", lambda made: _make_big_store(made, messages)), folder)
    for file in folder.iterdir():
        # Else the receiver's first folding writes all of it to the disk, and its answers wait.
        with file.open("rb") as copied:
            os.fsync(copied.fileno())
    return folder


def _make_big_store(folder: Path, messages: int) -> None:
    make_big_store(folder, messages, messages // _MESSAGES_PER_BATCH, messages // _LARGEST_SHARE)


def make_store(folder: Path, messages: int) -> None:
    """Make a store with so many messages by folding reports, unflushed."""
    arrivals = _arrivals(messages)
    many = messages - _LAST_GROUPS * _LAST_GROUP
    with (
        open_database(folder) as database,
        database.writing.connect() as connection,
    ):
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute("PRAGMA synchronous = OFF")
        folded = 0
        while True:
            size = _GROUP if folded < many else _LAST_GROUP
            group = list(itertools.islice(arrivals, size))
            if not group:
                break
            with connection.begin():
                IngestGroup(connection).store(group)
            folded += len(group)


def _arrivals(messages: int) -> Iterator[ReportRequest]:
    random = Random(messages)
    codes = [code for code, _ in _DELIVERY_RESULTS]
    weights = [weight for _, weight in _DELIVERY_RESULTS]
    largest = messages // _LARGEST_SHARE
    batches = max(1, messages // _MESSAGES_PER_BATCH - 1)
    for number in range(messages):
        batch = 0 if number < largest else 1 + (number - largest) * batches // (messages - largest)
        message_id = f"{random.getrandbits(96):024x}"
        created = _START + timedelta(seconds=number // 4)
        recipient = f"4670{random.randrange(10**7):07}"
        delivery_results = [random.choices(codes, weights)[0]]
        if random.random() < _REPORTED_TWICE:
            delivery_results.insert(0, 102)
        for seconds, code in enumerate(delivery_results):
            report = DeliveryReport(
                message_id=message_id,
                batch_id=f"{batch:024x}",
                code=code,
                final=code not in {102, 112},
                created=created + timedelta(seconds=5 * seconds),
                recipient=recipient,
                segments=1 + number % 3,
                price_nano=41_000_000 * (1 + number % 3),
                currency="EUR" if batch % 4 else "SEK",
                reference=f"campaign-{batch}",
            )
            yield ReportRequest(report, _BODY, created + timedelta(seconds=10))


def _fingerprint() -> str:
    """Return what changes with the code that decides what is in a store."""
    digest = hashlib.blake2b(Path(__file__).read_bytes(), digest_size=6)
    digest.update(Path(__file__).with_name("big_store.py").read_bytes())
    for folder in ("app/kvitto/core", "app/kvitto/store"):
        for file in sorted((PROJECT / folder).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()
