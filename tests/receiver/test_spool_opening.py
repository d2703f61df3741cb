"""A spool is opened whatever has become of its file, and those that nobody uses are told of."""

import logging
import os
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from kvitto.receiver.spool_opening import left_behind, open_spool
from kvitto.receiver.spooling import SPOOL_NAME, Spool
from kvitto.store.engines.store_choice import store_folders
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.errors import StoreError
from kvitto.store.lockfile import Instance, InstanceInfo
from kvitto.store.spool_errors import SpoolDamagedError, SpoolUnusableError
from kvitto.store.spool_file import SpoolFile
from tests.helpers.logwatch import LogWatch
from tests.store.arrivals import START, a_report, arriving

STORE = StoreUrl("postgresql://kvitto@/kvitto?host=/nowhere")


def fill(folder: Path, how_many: int = 1) -> None:
    with closing(SpoolFile(folder / SPOOL_NAME)) as file:
        file.add([arriving(a_report(f"m{number}")) for number in range(how_many)])


def opened(
    within: ExitStack, folder: Path, *, is_taking: bool = True
) -> tuple[Spool | None, StoreError | None]:
    return open_spool(within, folder, STORE, lambda: None, is_taking=is_taking)


def test_without_the_option_there_is_none_but_for_what_waits(
    tmp_path: Path, log_watch: LogWatch
) -> None:
    with ExitStack() as within:
        assert opened(within, tmp_path, is_taking=False) == (None, None)
        fill(tmp_path)
        with log_watch.expect(logging.WARNING, "1 reports wait here"):
            spool, told = opened(within, tmp_path, is_taking=False)
        assert spool is not None
        assert (spool.waiting, told) == ((1, START), None)


def no_database(path: Path) -> None:
    path.write_bytes(b"This is no database. " * 1000)


def cut_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def overwritten(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))


@pytest.mark.parametrize("damage", [no_database, cut_short, overwritten])
def test_a_damaged_file_is_put_aside_and_another_is_begun(
    tmp_path: Path, log_watch: LogWatch, damage: Callable[[Path], None]
) -> None:
    fill(tmp_path, 200)
    damage(tmp_path / SPOOL_NAME)
    damaged = (tmp_path / SPOOL_NAME).read_bytes()
    with ExitStack() as within:
        with log_watch.expect(logging.WARNING, "is damaged"):
            spool, told = opened(within, tmp_path)
        assert spool is not None
        assert spool.waiting == (0, None)
        assert isinstance(told, SpoolDamagedError)
        assert told.file.read_bytes() == damaged


def test_a_file_that_cannot_be_used_hinders_no_receiver(
    tmp_path: Path, log_watch: LogWatch
) -> None:
    (tmp_path / SPOOL_NAME).mkdir()
    with (
        ExitStack() as within,
        log_watch.expect(logging.WARNING, "can't be read or written"),
    ):
        spool, told = opened(within, tmp_path)
    assert spool is None
    assert isinstance(told, SpoolUnusableError)


def test_a_file_that_another_program_keeps_locked_is_no_damage(tmp_path: Path) -> None:
    fill(tmp_path)
    with (
        closing(SpoolFile(tmp_path / SPOOL_NAME, busy_s=0.0)) as file,
        closing(sqlite3.connect(tmp_path / SPOOL_NAME, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SpoolUnusableError):
            file.add([arriving(a_report("m2"))])
        other.execute("ROLLBACK")
        file.add([arriving(a_report("m2"))])
        assert file.state()[0] == 2


def test_what_waits_in_a_file_of_an_earlier_version_is_taken_over(
    tmp_path: Path, log_watch: LogWatch
) -> None:
    fill(tmp_path)
    with closing(sqlite3.connect(tmp_path / SPOOL_NAME)) as earlier:
        earlier.execute("ALTER TABLE waiting DROP COLUMN store")
        earlier.execute("ALTER TABLE callback_key DROP COLUMN receiver")
        earlier.execute("INSERT INTO callback_key VALUES (1, 'key', 'webhook', 0, NULL, NULL)")
        earlier.execute("DROP TABLE heartbeat")
        earlier.execute("DROP TABLE store")
        earlier.commit()
    with ExitStack() as within:
        with log_watch.expect(logging.WARNING, "1 reports wait here"):
            spool, told = opened(within, tmp_path)
        assert told is None
        assert spool is not None
        keys = spool.keys()
        assert [(key.value, key.receiver) for key in keys] == [("key", "")]
        spool.keep_keys(keys, "mark")
        assert spool.waiting == (1, START)
    with closing(SpoolFile(tmp_path / SPOOL_NAME)) as file:
        assert (file.mark, len(file.first(9))) == ("mark", 1)


def test_what_waits_in_another_folder_is_told_of(
    tmp_path: Path,
) -> None:
    folders = [store_folders(tmp_path) / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir(parents=True)
        fill(folder)
    [told] = left_behind(folders[0])
    assert (told.file.parent, told.count, told.since) == (folders[1], 1, START)
    assert len(left_behind(tmp_path)) == 2
    with Instance(folders[1]) as running:
        running.tell(InstanceInfo(os.getpid(), ""))
        assert not left_behind(folders[0])
