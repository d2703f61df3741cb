"""Damage that touches no report costs none, and what lies in the log is saved, too."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kvitto.paths import database_file
from kvitto.store.backup import restore
from kvitto.store.database import open_database
from kvitto.store.file_guard import companions
from kvitto.store.mutations import RecordHeartbeat
from kvitto.store.salvage import salvage
from kvitto.store.writer import Writer
from tests.helpers.program import run
from tests.store.arrivals import START, a_report, append_all, arriving
from tests.store.salvaging import contents, fill


@pytest.fixture
def filled(data_dir: Path) -> Path:
    """Return the database of a store with three batches, an old one and a refused request."""
    asyncio.run(fill(data_dir))
    return database_file(data_dir)


def no_header(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(os.urandom(100))


def no_index(path: Path) -> None:
    _spoil_root(path, "message_revision")


def no_search(path: Path) -> None:
    _spoil_root(path, "message_fts_data")


def _spoil_root(path: Path, name: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = ?"
        (page,) = connection.execute(query, (name,)).fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(os.urandom(4096))


def no_first_page(path: Path) -> None:
    _spoil_page(path, 0)


def no_list_of_tables(path: Path) -> None:
    for number in schema_pages(path):
        _spoil_page(path, number)


def empty_list_of_tables(path: Path) -> None:
    """Take half of the tables out, without a trace."""
    with path.open("r+b") as file:
        file.seek(schema_pages(path)[1] * 4096 + 3)
        file.write(bytes(2))


def no_list_of_tables_of_a_copy(path: Path) -> None:
    copy = path.with_name("copy.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    copy.replace(path)
    no_list_of_tables(path)


def schema_pages(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        roots = connection.execute("SELECT rootpage FROM sqlite_schema WHERE rootpage").fetchall()
    used = {root - 1 for (root,) in roots}
    content = path.read_bytes()
    pages = [
        number
        for number in range(1, max(used) + 1)
        if number not in used and b"CREATE " in content[number * 4096 : (number + 1) * 4096]
    ]
    assert pages
    return [0, *pages]


def _spoil_page(path: Path, number: int) -> None:
    with path.open("r+b") as file:
        file.seek(number * 4096)
        file.write(os.urandom(4096))


@pytest.mark.parametrize(
    "damage",
    [
        no_header,
        no_index,
        no_search,
        no_first_page,
        no_list_of_tables,
        empty_list_of_tables,
        no_list_of_tables_of_a_copy,
    ],
)
def test_damage_that_touches_no_report_costs_none(
    filled: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    whole = contents(filled.parent)
    damage(filled)

    saved = salvage(filled, tmp_path / "saved.db")

    assert (saved.lost, saved.is_exact) == (0, True)
    restore(tmp_path / "new", tmp_path / "saved.db")
    assert contents(tmp_path / "new") == whole


async def test_what_lies_in_the_log_is_saved_too(data_dir: Path, tmp_path: Path) -> None:
    crashed = tmp_path / "crashed"
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(20)])
        copy_as_a_crash_leaves_it(data_dir, crashed)
        writer.close()

    for is_hit in (False, True):
        if is_hit:
            no_list_of_tables(database_file(crashed))
        target = tmp_path / f"saved {is_hit}.db"
        assert salvage(database_file(crashed), target).contents.reports == 20


def copy_as_a_crash_leaves_it(folder: Path, target: Path) -> None:
    target.mkdir(mode=0o700)
    for one in (database_file(folder), companions(database_file(folder))[0]):
        shutil.copyfile(one, target / one.name)


async def test_of_a_file_without_its_log_it_is_not_said_that_nothing_is_lost(
    data_dir: Path, tmp_path: Path
) -> None:
    """A hard link, or a copy of one file: what came last lies in the log beside the other name."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        writer.edit(RecordHeartbeat(START, START, is_stopped=False)).result(30)
        await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(20)])
        with closing(sqlite3.connect(database.path)) as other:
            other.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        (elsewhere / "kvitto.db").hardlink_to(database.path)
        await append_all(writer, [arriving(a_report(f"late{n}")) for n in range(20)])

        done = await asyncio.to_thread(
            run, "salvage", "--from", elsewhere / "kvitto.db", tmp_path / "saved.db"
        )

        assert done.returncode == 1
        assert "20 reports" in done.stderr
        assert "without its log" in done.stderr
        assert "Nothing is lost" not in done.stderr
        assert "0 reports" not in done.stderr.replace("20 reports", "")
        writer.close()
    assert salvage(database_file(data_dir), tmp_path / "whole.db").contents.reports == 40
