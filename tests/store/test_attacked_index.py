"""Somebody overwrites the log's index in place, at any moment: nothing is lost or damaged by it."""

import logging
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from kvitto.store import folding
from kvitto.store.check import check
from kvitto.store.database import open_database
from kvitto.store.file_guard import companions
from kvitto.store.reader import Reader
from tests.helpers.new_store import open_new_database
from tests.store.arrivals import a_report, append_all, arriving
from tests.store.attacking import (
    Attacker,
    after_the_commit,
    at_rest,
    image_of,
    in_a_transaction,
    started,
)
from tests.store.test_attacks import after_folding, before_folding

HEADER_BYTES: Final = 136
OLDER: Final = "older-index"
Bytes = Callable[[Path], bytes]


def older(path: Path) -> bytes:
    """Return what the index was after some reports."""
    return path.with_name(OLDER).read_bytes()


def older_header(path: Path) -> bytes:
    return older(path)[:HEADER_BYTES]


def zeros(path: Path) -> bytes:
    return bytes(companions(path)[1].stat().st_size)


def garbage(path: Path) -> bytes:
    return random.Random(1).randbytes(companions(path)[1].stat().st_size)


def another_database(path: Path) -> bytes:
    other = path.with_name("another")
    with open_database(other) as database, database.writing.connect() as connection:
        connection.exec_driver_sql("UPDATE store_state SET revision = 7")
        connection.commit()
        found = companions(database.path)[1].read_bytes()
    shutil.rmtree(other)
    return found


def zeros_behind_the_header(path: Path) -> bytes:
    index = companions(path)[1].read_bytes()
    return index[:HEADER_BYTES] + bytes(len(index) - HEADER_BYTES)


def overwrite(path: Path, new: bytes) -> None:
    """Overwrite the index in place; this process loses its locks on it, but nobody else has it."""
    with companions(path)[1].open("r+b") as file:
        file.write(new)


MOMENTS = (at_rest, in_a_transaction, after_the_commit, before_folding, after_folding)
CONTENTS = (older, older_header, zeros, garbage, another_database, zeros_behind_the_header)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("content", CONTENTS)
async def test_nothing_is_lost_when_the_index_is_overwritten(
    data_dir: Path,
    tmp_path: Path,
    content: Bytes,
    moment: Callable[[Attacker, pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with open_new_database(data_dir) as database, started(database) as writer:
        attacker = Attacker(lambda path: overwrite(path, content(path)), database.path)
        moment(attacker, monkeypatch)
        for part in range(4):
            await append_all(writer, [arriving(a_report(f"m{part}-{n}")) for n in range(20)])
            if part == 1:
                shutil.copyfile(companions(database.path)[1], database.path.with_name(OLDER))
        attacker.is_ready = True
        if moment in {before_folding, after_folding}:
            monkeypatch.setattr(folding, "CHECKPOINT_PAGES", 10)

        # SQLite itself writes the header anew in each transaction.
        with caplog.at_level(logging.ERROR):
            if moment is at_rest:
                attacker.strike()
            for part in range(5):
                reports = [arriving(a_report(f"late{part}-{n}")) for n in range(20)]
                await append_all(writer, reports)

        assert not attacker.is_ready
        assert writer.alarm is None
        monkeypatch.undo()
        with open_database(image_of(database.path, tmp_path)) as copy:
            assert Reader(copy).counts().messages == 180
            assert check(copy).differences == []
    with open_database(data_dir) as again:
        assert Reader(again).counts().messages == 180
        assert check(again).differences == []
