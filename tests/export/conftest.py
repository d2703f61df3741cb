"""A store in a folder of the test's own, and a way to export it and read the result."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kvitto.store.database import FileDatabase
from kvitto.store.reader import Reader
from kvitto.store.writer import Writer
from tests.helpers.new_store import open_new_database


@pytest.fixture
def database(data_dir: Path) -> Iterator[FileDatabase]:
    with open_new_database(data_dir) as opened:
        yield opened


@pytest.fixture
def writer(database: FileDatabase) -> Iterator[Writer]:
    started = Writer(database)
    started.start()
    yield started
    started.close()


@pytest.fixture
def reader(database: FileDatabase) -> Reader:
    return Reader(database)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder for exported files."""
    made = tmp_path / "exported"
    made.mkdir()
    return made
