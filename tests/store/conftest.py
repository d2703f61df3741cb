"""A store in a folder of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kvitto.store.database import Database
from kvitto.store.reader import Reader
from kvitto.store.writer import Writer
from tests.helpers.new_store import open_new_database


@pytest.fixture
def database(data_dir: Path) -> Iterator[Database]:
    with open_new_database(data_dir) as opened:
        yield opened


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    started = Writer(database)
    started.start()
    yield started
    started.close()


@pytest.fixture
def reader(database: Database) -> Reader:
    return Reader(database)


@pytest.fixture
def safe(tmp_path: Path) -> Path:
    folder = tmp_path / "safe"
    folder.mkdir()
    return folder
