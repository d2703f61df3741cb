"""Somebody overwrites the log's index in place, at any moment: nothing is made of wrong pages."""

import asyncio
import logging
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from subprocess import PIPE

import pytest

from kvitto.store import folding, log_comparison
from kvitto.store.check import check
from kvitto.store.database import open_database
from kvitto.store.file_guard import companions
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.reader import Reader
from kvitto.store.write_requests import WriteResult
from tests.helpers.logwatch import LogWatch
from tests.helpers.new_store import open_new_database
from tests.store.arrivals import a_report, append_all, arriving
from tests.store.attacking import (
    Attack,
    Attacker,
    after_folding,
    after_the_commit,
    at_rest,
    before_folding,
    image_of,
    in_a_transaction,
    revision_of,
    started,
)

HEADER = 136
"""Bytes before the first page's number."""


def zero_all(path: Path) -> None:
    overwrite(path, 0, bytes(companions(path)[1].stat().st_size))


def zero_all_but_the_header(path: Path) -> None:
    overwrite(path, HEADER, bytes(companions(path)[1].stat().st_size - HEADER))


def zero_the_numbers(path: Path) -> None:
    overwrite(path, 16384, bytes(16384))


def scramble_all(path: Path) -> None:
    overwrite(path, 0, Random(7).randbytes(companions(path)[1].stat().st_size))


def scramble_the_pages(path: Path) -> None:
    overwrite(path, HEADER, Random(7).randbytes(16384 - HEADER))


def overwrite_by_older(path: Path) -> None:
    overwrite(path, 0, older_index_of(path).read_bytes())


def say_all_is_folded(path: Path) -> None:
    overwrite(path, 96, companions(path)[1].read_bytes()[16:20])


def say_half_is_folded(path: Path) -> None:
    frames = int.from_bytes(companions(path)[1].read_bytes()[16:20], "little")
    overwrite(path, 96, (frames // 2).to_bytes(4, "little"))


def older_index_of(path: Path) -> Path:
    return path.with_name("older-shm")


def overwrite(path: Path, at: int, data: bytes) -> None:
    with companions(path)[1].open("r+b") as file:
        file.seek(at)
        file.write(data)


ATTACKS = (
    zero_all,
    zero_all_but_the_header,
    zero_the_numbers,
    scramble_all,
    scramble_the_pages,
    overwrite_by_older,
    say_all_is_folded,
    say_half_is_folded,
)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize(
    "moment", [at_rest, in_a_transaction, after_the_commit, before_folding, after_folding]
)
async def test_nothing_is_lost_when_the_index_of_the_log_is_overwritten(
    data_dir: Path,
    tmp_path: Path,
    attack: Attack,
    moment: Callable[[Attacker, pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(log_comparison, "_COMPARE_S", 0.0)
    with open_new_database(data_dir) as database, started(database) as writer:
        attacker = Attacker(attack, database.path)
        moment(attacker, monkeypatch)
        for part in range(4):
            await append_all(writer, [arriving(a_report(f"m{part}-{n}")) for n in range(20)])
            if not part:
                shutil.copyfile(companions(database.path)[1], older_index_of(database.path))
        assert Reader(database).counts().messages == 80
        attacker.is_ready = True
        if moment in {before_folding, after_folding}:
            monkeypatch.setattr(folding, "CHECKPOINT_PAGES", 10)

        # Where nobody has read it yet, SQLite itself may make it anew.
        with caplog.at_level(logging.ERROR):
            if moment is at_rest:
                attacker.strike()
            assert await writer.append(arriving(a_report("late"))) is WriteResult.STORED
            assert await writer.append(arriving(a_report("later"))) is WriteResult.STORED
            assert writer.flush(30)

        assert not attacker.is_ready
        assert all("touched while" in text for text in caplog.messages if "Kvitto" in text)
        assert writer.alarm is None
        monkeypatch.undo()
        with open_database(image_of(database.path, tmp_path)) as copy:
            assert Reader(copy).counts().messages == 82
            assert check(copy).differences == []
        assert await writer.append(arriving(a_report("last"))) is WriteResult.STORED
        assert Reader(database).counts().messages == 83
    with open_database(data_dir) as again:
        assert Reader(again).counts().messages == 83
        assert check(again).differences == []


async def test_what_is_stored_until_the_next_look_is_stored_once_more(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log_watch: LogWatch
) -> None:
    """It is answered by then, and may be made of wrong pages."""
    monkeypatch.setattr(log_comparison, "_VERIFY_S", 3600.0)
    monkeypatch.setattr(log_comparison, "_COMPARE_S", 3600.0)
    with open_new_database(data_dir) as database, started(database) as writer:
        await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(80)])
        writer.edit(ChangeBatch(1, BatchChange(label="Höstrea"))).result(30)
        told = revision_of(database)

        zero_the_numbers(database.path)
        for number in range(5):
            assert await writer.append(arriving(a_report(f"late {number}"))) is WriteResult.STORED
        before = revision_of(database)
        with log_watch.expect(logging.ERROR, "touched while Kvitto was using it"):
            writer.edit(ChangeBatch(1, BatchChange(label="Vårrea"))).result(30)

        assert told < before < revision_of(database)
        with open_database(image_of(database.path, tmp_path)) as copy:
            assert Reader(copy).counts().messages == 85
            assert [one.label for one in Reader(copy).batches()] == ["Vårrea"]
            assert check(copy).differences == []


OTHERS = {
    "writes": "it.execute('UPDATE batch SET label = 1')",
    "gives up": "it.execute('PRAGMA cache_size = 1'); it.execute('BEGIN');"
    "it.execute('CREATE TABLE more AS SELECT a.body FROM report a, report b');"
    "it.execute('ROLLBACK')",
    "is killed": "it.execute('PRAGMA cache_size = 1'); it.execute('BEGIN');"
    "it.execute('CREATE TABLE more AS SELECT a.body FROM report a, report b');"
    "os.kill(os.getpid(), 9)",
    "folds in": "it.execute('PRAGMA wal_checkpoint(PASSIVE)')",
    "folds in, then writes": "it.execute('PRAGMA wal_checkpoint(PASSIVE)');"
    "it.execute('UPDATE batch SET label = 1')",
    "folds all in": "it.execute('PRAGMA wal_checkpoint(RESTART)')",
    "empties": "it.execute('PRAGMA wal_checkpoint(TRUNCATE)')",
    "empties, then writes": "it.execute('PRAGMA wal_checkpoint(TRUNCATE)');"
    "it.execute('UPDATE batch SET label = 1')",
}


@pytest.mark.parametrize("does", OTHERS)
async def test_another_program_that_uses_sqlite_does_nothing_wrong(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, does: str
) -> None:
    monkeypatch.setattr(log_comparison, "_COMPARE_S", 0.0)
    monkeypatch.setattr(log_comparison, "_VERIFY_S", 0.0)
    with open_new_database(data_dir) as database, started(database) as writer:
        for part in range(3):
            await append_all(writer, [arriving(a_report(f"m{part}-{n}")) for n in range(50)])
            it = f"import os, sqlite3; it = sqlite3.connect({str(database.path)!r})"
            command = [sys.executable, "-c", f"{it}; it.isolation_level = None; {OTHERS[does]}"]
            await asyncio.to_thread(subprocess.run, command, check=does != "is killed")
            writer.flush(30)
        await append_all(writer, [arriving(a_report(f"last-{n}")) for n in range(50)])
        assert writer.flush(30)
        assert writer.incident is None
        assert Reader(database).counts().messages == 200
        assert check(database).differences == []


async def test_an_index_that_others_kept_open_is_not_trusted_at_the_start(data_dir: Path) -> None:
    """SQLite makes none anew that anybody has open; and this one ends too early."""
    with open_new_database(data_dir) as database:
        with started(database) as writer:
            await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(80)])
            shutil.copyfile(companions(database.path)[1], older_index_of(database.path))
            await append_all(writer, [arriving(a_report(f"later-{n}")) for n in range(20)])
        with reading_elsewhere(database.path):
            database.reading.dispose()
            overwrite_by_older(database.path)
            with started(database) as again:
                assert await again.append(arriving(a_report("last"))) is WriteResult.STORED
                assert Reader(database).counts().messages == 101
                assert check(database).differences == []
    with open_database(data_dir) as whole:
        assert Reader(whole).counts().messages == 101
        assert check(whole).differences == []


@contextmanager
def reading_elsewhere(path: Path) -> Iterator[None]:
    """Let another process read."""
    reads = "import sqlite3, sys; it = sqlite3.connect(sys.argv[1]); it.execute('BEGIN');"
    reads += "it.execute('SELECT * FROM batch').fetchone(); print(flush=True); input()"
    command = [sys.executable, "-c", reads, str(path)]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE) as reader:
        assert reader.stdout is not None
        reader.stdout.readline()
        yield
        reader.communicate(b"\n")
