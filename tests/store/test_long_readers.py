"""A program that goes on reading makes the log grow: that is told, with its name."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kvitto.store.database import FileDatabase
from kvitto.store.file_guard import companions
from kvitto.store.open_elsewhere import programs_using
from kvitto.store.writer import Writer
from tests.helpers.logwatch import LogWatch
from tests.store.arrivals import a_report, append_all, arriving

_READS = (
    "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
    "c.execute('BEGIN'); print(c.execute('SELECT count(*) FROM report').fetchall(), flush=True)\n"
    "sys.stdin.read()"
)


@pytest.fixture
def reading(database: FileDatabase) -> Iterator[subprocess.Popen[bytes]]:
    """Let another program read, in a transaction that does not end."""
    process = subprocess.Popen(
        [sys.executable, "-c", _READS, database.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"[(0,)]\n"
        yield process
        process.kill()


async def test_a_log_that_grows_is_told_once_and_who_holds_it(
    database: FileDatabase,
    writer: Writer,
    reading: subprocess.Popen[bytes],
    log_watch: LogWatch,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kvitto.store.writer_connection.LOG_TOLD_BYTES", 100_000)

    with log_watch.expect(logging.WARNING, f"(process {reading.pid})"):
        for part in range(6):
            await append_all(writer, [arriving(a_report(f"m{part}-{n}")) for n in range(100)])

    assert writer.warning is not None
    assert "has grown to" in str(writer.warning)
    assert writer.alarm is None


async def test_the_log_is_cut_once_nobody_reads_any_more(
    database: FileDatabase, writer: Writer, monkeypatch: pytest.MonkeyPatch, log_watch: LogWatch
) -> None:
    monkeypatch.setattr("kvitto.store.writer_connection.LOG_TOLD_BYTES", 150_000)
    monkeypatch.setattr("kvitto.store.engines.sqlite.LOG_LIMIT_BYTES", 50_000)
    monkeypatch.setattr("kvitto.store.file_guard.LOG_LIMIT_BYTES", 50_000)
    monkeypatch.setattr("kvitto.store.folding.CHECKPOINT_PAGES", 20)
    with database.reading.connect() as connection, connection.begin():
        connection.exec_driver_sql("SELECT count(*) FROM report").all()
        with log_watch.expect(logging.WARNING, "has grown to"):
            for part in range(4):
                await append_all(writer, [arriving(a_report(f"m{part}-{n}")) for n in range(100)])
        assert size_of_log(database.path) > 150_000

    for part in range(4):
        await append_all(writer, [arriving(a_report(f"n{part}-{n}")) for n in range(3)])

    assert size_of_log(database.path) <= 150_000
    assert writer.warning is None
    assert writer.incident is None


def size_of_log(path: Path) -> int:
    return companions(path)[0].stat().st_size


def test_nobody_is_named_who_does_not_have_it_open(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert programs_using(tmp_path / "file") == []
