"""Upgrading: the database as it was is kept, it is told how far it is, and it can be stopped."""

import errno
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Connection

from kvitto.paths import database_file
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.check import check
from kvitto.store.database import open_database
from kvitto.store.errors import DatabaseTooNewError, DiskFullError, UpgradeBlockedError
from kvitto.store.lockfile import Instance
from kvitto.store.migrations import MIGRATIONS, NEWEST, runner
from kvitto.store.migrations.runner import (
    OnUpgrade,
    UpgradeProgress,
    UpgradeStage,
    kept_copies,
    purge_copies,
)
from kvitto.store.reader import Reader

FROZEN: Final = Path(__file__).parents[2] / "data" / "databases"
EARLIER: Final = range(1, NEWEST)


@pytest.fixture
def old(data_dir: Path) -> Path:
    """Give the folder a database of the version before the newest."""
    return put(data_dir, NEWEST - 1)


def put(folder: Path, version: int) -> Path:
    file = database_file(folder)
    shutil.copyfile(FROZEN / f"v{version}.db", file)
    return file


def into(told: list[UpgradeProgress]) -> OnUpgrade:
    """Return who writes down what it is told."""

    def tell(progress: UpgradeProgress) -> bool:
        told.append(progress)
        return True

    return tell


def version_of(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def content(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize("version", EARLIER)
def test_a_copy_of_the_database_as_it_was_is_kept(data_dir: Path, version: int) -> None:
    before = content(put(data_dir, version))

    open_database(data_dir).close()

    [copy] = kept_copies(database_file(data_dir))
    assert version_of(database_file(data_dir)) == NEWEST
    assert version_of(copy) == version
    assert content(copy) == before


def test_the_copy_is_the_users_alone_and_has_nothing_beside_it(old: Path) -> None:
    open_database(old.parent).close()

    [copy] = kept_copies(old)
    beside = sorted(path.name for path in old.parent.iterdir() if "before" in path.name)
    assert beside == [copy.name]
    if os.name == "posix":
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_what_still_lies_in_the_log_of_a_crashed_program_is_in_the_copy(old: Path) -> None:
    with closing(sqlite3.connect(old, isolation_level=None)) as crashed:
        crashed.execute("PRAGMA journal_mode = WAL")
        crashed.execute("UPDATE batch SET label = 'in the log'")

        open_database(old.parent).close()

    [copy] = kept_copies(old)
    with closing(sqlite3.connect(copy)) as connection:
        assert {label for (label,) in connection.execute("SELECT label FROM batch")} == {
            "in the log"
        }


def test_the_copy_can_be_put_back_and_is_kept_beside_the_next_one(old: Path) -> None:
    open_database(old.parent).close()
    [first] = kept_copies(old)
    shutil.copyfile(first, old)

    with open_database(old.parent) as database:
        assert check(database).differences == []

    assert len(kept_copies(old)) == 2


def test_a_new_database_and_one_of_the_newest_version_leave_no_copy(data_dir: Path) -> None:
    open_database(data_dir).close()
    open_database(data_dir).close()

    assert kept_copies(database_file(data_dir)) == []


def test_a_newer_database_is_refused_without_a_copy(data_dir: Path) -> None:
    file = put(data_dir, NEWEST - 1)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA user_version = {NEWEST + 1}")

    with pytest.raises(DatabaseTooNewError, match="newer version of Kvitto"):
        open_database(data_dir)

    assert kept_copies(file) == []
    assert version_of(file) == NEWEST + 1


def test_it_tells_first_of_the_copy_and_then_of_each_step(data_dir: Path) -> None:
    put(data_dir, 1)
    told: list[UpgradeProgress] = []

    open_database(data_dir, on_upgrade=into(told)).close()

    stages = [one.stage for one in told]
    assert stages == sorted(stages, key=list(UpgradeStage).index)
    assert set(stages) == set(UpgradeStage)
    assert all(0 <= one.done <= one.total for one in told)


def test_it_tells_that_a_long_step_goes_on(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_TELL_EVERY_S", 0.0)
    lengthen_the_last_step(monkeypatch)
    told: list[UpgradeProgress] = []

    open_database(old.parent, on_upgrade=into(told)).close()

    assert sum(one.stage is UpgradeStage.CHANGING for one in told) > 2


@pytest.mark.parametrize("stage", UpgradeStage)
def test_stopped_at_any_stage_it_leaves_the_database_as_it_was(
    old: Path, stage: UpgradeStage
) -> None:
    before = content(old)

    with pytest.raises(InterruptedError):
        open_database(old.parent, on_upgrade=lambda one: one.stage is not stage)

    assert content(old) == before
    assert version_of(old) == NEWEST - 1
    assert kept_copies(old) == []
    assert not list(old.parent.glob("*.new*"))
    open_database(old.parent).close()


def test_a_step_is_stopped_in_its_middle(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_TELL_EVERY_S", 0.0)
    lengthen_the_last_step(monkeypatch)
    changing = 0

    def stop_at_the_third(progress: UpgradeProgress) -> bool:
        nonlocal changing
        changing += progress.stage is UpgradeStage.CHANGING
        return changing < 3

    with pytest.raises(InterruptedError):
        open_database(old.parent, on_upgrade=stop_at_the_third)

    assert version_of(old) == NEWEST - 1


def test_stopped_after_a_step_was_taken_it_leaves_the_copy(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_TELL_EVERY_S", 0.0)
    file = put(data_dir, 1)
    before = content(file)

    with pytest.raises(InterruptedError):
        open_database(data_dir, on_upgrade=stopping_at_version(file, 2))

    assert version_of(file) == 2
    [copy] = kept_copies(file)
    assert content(copy) == before


def stopping_at_version(file: Path, version: int) -> OnUpgrade:
    return lambda _progress: version_of(file) != version


def lengthen_the_last_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def long_step(connection: Connection) -> None:
        MIGRATIONS[-1](connection)
        connection.exec_driver_sql(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) "
            "SELECT max(i) FROM n"
        ).scalar_one()

    monkeypatch.setattr(runner, "MIGRATIONS", (*MIGRATIONS[:-1], long_step))


def fail_with(error: Exception) -> Callable[..., None]:
    def fail(*_arguments: object) -> None:
        raise error

    return fail


def test_a_copy_that_has_no_room_is_told_and_nothing_is_changed(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(runner, "_to_the_disk", fail_with(full))

    with pytest.raises(DiskFullError):
        open_database(old.parent)

    assert version_of(old) == NEWEST - 1
    assert kept_copies(old) == []
    assert not list(old.parent.glob("*.new*"))


def test_what_a_killed_upgrade_left_is_not_in_the_way(old: Path) -> None:
    for name in ("kvitto-copy.new", "kvitto-copy.new-journal"):
        (old.parent / name).write_bytes(b"half a copy" * 1000)
    before = content(old)

    open_database(old.parent).close()

    [copy] = kept_copies(old)
    assert content(copy) == before
    assert not list(old.parent.glob("*.new*"))


def test_what_a_program_still_uses_is_not_changed_under_it(old: Path) -> None:
    with Instance(old.parent), pytest.raises(UpgradeBlockedError):
        open_database(old.parent, must_exist=True)

    assert version_of(old) == NEWEST - 1
    open_database(old.parent).close()


def test_who_receives_upgrades_what_it_holds_itself(old: Path) -> None:
    with ReceiverRuntime(old.parent, port=0) as runtime:
        assert Reader(runtime.database).counts().reports == 9

    assert len(kept_copies(old)) == 1


def test_a_copy_is_forgotten_once_all_in_it_is_old_enough(old: Path) -> None:
    open_database(old.parent).close()
    [copy] = kept_copies(old)
    made = datetime.fromtimestamp(copy.stat().st_mtime, UTC)

    assert purge_copies(old, made - timedelta(seconds=1)) == 0
    assert copy.exists()
    assert purge_copies(old, made + timedelta(seconds=1)) == 1
    assert not copy.exists()
    assert old.exists()
