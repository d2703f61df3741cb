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
from kvitto.store.backup import restore
from kvitto.store.backup_contents import describe
from kvitto.store.check import check
from kvitto.store.database import open_database, open_for_reading
from kvitto.store.errors import (
    DatabaseTooNewError,
    DiskFullError,
    UnreleasedDatabaseError,
    UpgradeBlockedError,
)
from kvitto.store.lockfile import Instance
from kvitto.store.migrations import NEWEST, runner
from kvitto.store.migrations.runner import (
    OnUpgrade,
    UpgradeProgress,
    UpgradeStage,
    kept_copies,
    purge_copies,
)
from kvitto.store.reader import Reader
from kvitto.store.salvage import salvage
from tests.helpers.made_up_versions import NEXT, add_table, fill_table, make_up_versions

FROZEN: Final = Path(__file__).parents[2] / "data" / "databases"


@pytest.fixture
def old(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder a database, and Kvitto a version that is newer than it."""
    make_up_versions(monkeypatch, add_table)
    return put(data_dir)


def put(folder: Path) -> Path:
    file = database_file(folder)
    shutil.copyfile(FROZEN / f"v{NEWEST}.db", file)
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


def test_a_copy_of_the_database_as_it_was_is_kept(old: Path) -> None:
    before = content(old)

    open_database(old.parent).close()

    [copy] = kept_copies(old)
    assert version_of(old) == NEXT
    assert version_of(copy) == NEWEST
    assert content(copy) == before
    assert copy.name == f"kvitto-before-v{NEXT}.db"


def test_what_was_in_it_is_there_after_it(old: Path) -> None:
    with open_database(old.parent) as database:
        assert check(database).differences == []
        assert Reader(database).counts().reports == 9


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
    file = put(data_dir)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA user_version = {NEWEST + 1}")

    with pytest.raises(DatabaseTooNewError, match="newer version of Kvitto"):
        open_database(data_dir)

    assert kept_copies(file) == []
    assert version_of(file) == NEWEST + 1


def test_it_tells_first_of_the_copy_and_then_of_each_step(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_up_versions(monkeypatch, add_table, fill_table)
    put(data_dir)
    told: list[UpgradeProgress] = []

    open_database(data_dir, on_upgrade=into(told)).close()

    stages = [one.stage for one in told]
    assert stages == sorted(stages, key=list(UpgradeStage).index)
    assert set(stages) == set(UpgradeStage)
    assert all(0 <= one.done <= one.total for one in told)


def test_it_tells_that_a_long_step_goes_on(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_TELL_EVERY_S", 0.0)
    make_up_versions(monkeypatch, long_step)
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
    assert version_of(old) == NEWEST
    assert kept_copies(old) == []
    assert not list(old.parent.glob("*.new*"))
    open_database(old.parent).close()


def test_a_step_is_stopped_in_its_middle(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_TELL_EVERY_S", 0.0)
    make_up_versions(monkeypatch, long_step)
    changing = 0

    def stop_at_the_third(progress: UpgradeProgress) -> bool:
        nonlocal changing
        changing += progress.stage is UpgradeStage.CHANGING
        return changing < 3

    with pytest.raises(InterruptedError):
        open_database(old.parent, on_upgrade=stop_at_the_third)

    assert version_of(old) == NEWEST


def test_stopped_after_a_step_was_taken_it_leaves_the_copy(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_TELL_EVERY_S", 0.0)
    make_up_versions(monkeypatch, add_table, fill_table)
    file = put(data_dir)
    before = content(file)

    with pytest.raises(InterruptedError):
        open_database(data_dir, on_upgrade=stopping_at_version(file, NEXT))

    assert version_of(file) == NEXT
    [copy] = kept_copies(file)
    assert content(copy) == before


def stopping_at_version(file: Path, version: int) -> OnUpgrade:
    return lambda _progress: version_of(file) != version


def long_step(connection: Connection) -> None:
    connection.exec_driver_sql(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) "
        "SELECT max(i) FROM n"
    ).scalar_one()


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

    assert version_of(old) == NEWEST
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

    assert version_of(old) == NEWEST
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


# --- Before the first release -------------------------------------------------------------------


@pytest.fixture(params=[1, 9])
def unreleased(data_dir: Path, request: pytest.FixtureRequest) -> Path:
    """Give the folder a database as unreleased versions left them: with tables of other names."""
    file = database_file(data_dir)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE meta (pk INTEGER NOT NULL PRIMARY KEY)")
        connection.execute(f"PRAGMA application_id = {0x4B766974}")
        connection.execute(f"PRAGMA user_version = {request.param}")
    return file


@pytest.mark.parametrize(
    "use",
    [
        lambda file: open_database(file.parent),
        lambda file: open_for_reading(file.parent),
        describe,
        lambda file: restore(file.parent.parent / "other", file),
        lambda file: salvage(file, file.parent.parent / "saved.db"),
    ],
    ids=["open", "read", "describe", "restore", "salvage"],
)
def test_a_database_from_before_the_first_release_is_refused_in_words(
    unreleased: Path, use: Callable[[Path], object]
) -> None:
    before = unreleased.read_bytes()

    with pytest.raises(UnreleasedDatabaseError, match="before its first release"):
        use(unreleased)

    assert unreleased.read_bytes() == before
    assert kept_copies(unreleased) == []
