"""What others do to the files of a store, and a writer that meets it."""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select
from typing_extensions import override

from kvitto.store import transactions
from kvitto.store.database import Database
from kvitto.store.file_guard import companions
from kvitto.store.ingest import Arrival, IngestGroup
from kvitto.store.log_copy import LogCopy
from kvitto.store.schema import store_state
from kvitto.store.write_requests import WriteResult
from kvitto.store.writer import Writer

Attack = Callable[[Path], None]


class Attacker:
    """Attacks once, at a moment of its choice, when it is told to.

    Args:
        attack: what it does to the files.
    """

    def __init__(self, attack: Attack, path: Path) -> None:
        self._attack = attack
        self._path = path
        self.is_ready = False

    def strike(self) -> None:
        if self.is_ready:
            self.is_ready = False
            self._attack(self._path)


def in_a_transaction(attacker: Attacker, monkeypatch: pytest.MonkeyPatch) -> None:
    class Attacked(IngestGroup):
        @override
        def store(self, arrivals: Sequence[Arrival]) -> list[WriteResult]:
            results = super().store(arrivals)
            attacker.strike()
            return results

    monkeypatch.setattr(transactions, "IngestGroup", Attacked)


def after_the_commit(attacker: Attacker, monkeypatch: pytest.MonkeyPatch) -> None:
    follow = LogCopy.follow

    def attacked(self: LogCopy) -> bool:
        attacker.strike()
        return follow(self)

    monkeypatch.setattr(LogCopy, "follow", attacked)


def at_rest(_attacker: Attacker, _monkeypatch: pytest.MonkeyPatch) -> None:
    pass


def image_of(path: Path, tmp_path: Path) -> Path:
    """Return a folder with what `kill -9` would leave now."""
    image = tmp_path / "after kill -9"
    image.mkdir(mode=0o700)
    for one in (path, companions(path)[0]):
        shutil.copyfile(one, image / one.name)
    return image


@contextmanager
def started(database: Database) -> Iterator[Writer]:
    writer = Writer(database)
    writer.start()
    with closing(writer):
        yield writer
        writer.flush(30)


def until_mended(writer: Writer) -> None:
    """Wait until the writer has noticed: the whole log is compared once a second."""
    end = time.monotonic() + 30
    while writer.incident is None and time.monotonic() < end:
        assert writer.flush(30)


def revision_of(database: Database) -> int:
    with database.reading.connect() as connection:
        return int(connection.scalars(select(store_state.c.revision)).one())
