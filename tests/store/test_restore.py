"""Restoring a backup: what was there is kept, and whatever fails leaves one whole store."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kvitto.paths import database_file
from kvitto.store import replacing
from kvitto.store.backup import back_up, restore
from kvitto.store.database import open_database
from kvitto.store.errors import AlreadyRunningError, DatabaseTooNewError
from kvitto.store.file_guard import companions
from kvitto.store.lockfile import Instance
from kvitto.store.reader import Reader
from kvitto.store.restore_errors import (
    NotABackupError,
    RestoreFailedError,
    StoreInUseError,
    UnfinishedRestoreError,
)
from kvitto.store.writer import Writer
from tests.store.arrivals import a_report, append_all, arriving
from tests.store.backups import fill, messages, names


async def test_what_was_there_is_kept_whole(data_dir: Path, safe: Path) -> None:
    await fill(data_dir, 5, "old")
    back_up(data_dir, safe / "b.db")
    await fill(data_dir, 5, "newer")

    restored = restore(data_dir, safe / "b.db")

    assert messages(data_dir) == {f"old{n}" for n in range(5)}
    assert restored.kept is not None
    assert restored.kept.name.startswith("kvitto-before-restore-")
    assert len(messages(restored.kept)) == 10


async def test_a_log_that_a_crash_left_goes_with_its_own_database(
    data_dir: Path, safe: Path, tmp_path: Path
) -> None:
    await fill(data_dir, 3, "old")
    back_up(data_dir, safe / "b.db")
    crashed = tmp_path / "crashed"
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        await append_all(writer, [arriving(a_report("in the log"))])
        copy_as_a_crash_leaves_it(data_dir, crashed)
        writer.close()

    restored = restore(crashed, safe / "b.db")

    assert messages(crashed) == {"old0", "old1", "old2"}
    assert restored.kept is not None
    assert "in the log" in messages(restored.kept)


def copy_as_a_crash_leaves_it(folder: Path, target: Path) -> None:
    target.mkdir(mode=0o700)
    for one in (database_file(folder), companions(database_file(folder))[0]):
        shutil.copyfile(one, target / one.name)


async def test_a_copied_folder_with_its_log_can_be_restored_too(
    data_dir: Path, tmp_path: Path
) -> None:
    copied = tmp_path / "copied"
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        await append_all(writer, [arriving(a_report("in the log"))])
        copy_as_a_crash_leaves_it(data_dir, copied)
        writer.close()

    restore(tmp_path / "new", database_file(copied))

    assert messages(tmp_path / "new") == {"in the log"}


async def test_nothing_is_restored_while_anybody_uses_the_folder(
    data_dir: Path, safe: Path
) -> None:
    await fill(data_dir, 3)
    back_up(data_dir, safe / "b.db")

    with Instance(data_dir), pytest.raises(AlreadyRunningError):
        restore(data_dir, safe / "b.db")
    with open_database(data_dir) as shown:
        Reader(shown).counts()
        with pytest.raises(StoreInUseError, match="Kvitto's window"):
            restore(data_dir, safe / "b.db")
        assert Reader(shown).counts().messages == 3

    assert sorted(one for one in names(data_dir) if one != "kvitto.lock") == ["kvitto.db"]


def no_file(path: Path) -> None:
    path.unlink()


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def text(path: Path) -> None:
    path.write_bytes(b"no database at all" * 100)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def a_damaged_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(os.urandom(4096 * 3))


def of_another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE meta (revision)")
        other.commit()


@pytest.mark.parametrize(
    "damage", [no_file, a_folder, empty, text, cut, a_damaged_page, of_another_program]
)
async def test_a_file_that_is_no_whole_backup_is_refused_before_anything_is_touched(
    data_dir: Path, safe: Path, damage: Callable[[Path], None]
) -> None:
    await fill(data_dir, 60)
    back_up(data_dir, safe / "b.db")
    damage(safe / "b.db")

    with pytest.raises(NotABackupError, match="Nothing was changed"):
        restore(data_dir, safe / "b.db")

    assert len(messages(data_dir)) == 60
    assert [one for one in names(data_dir) if one != "kvitto.lock"] == ["kvitto.db"]


async def test_a_backup_of_a_newer_kvitto_is_refused(data_dir: Path, safe: Path) -> None:
    await fill(data_dir, 2)
    back_up(data_dir, safe / "b.db")
    with closing(sqlite3.connect(safe / "b.db")) as newer:
        newer.execute("PRAGMA user_version = 999")

    with pytest.raises(DatabaseTooNewError):
        restore(data_dir, safe / "b.db")

    assert len(messages(data_dir)) == 2


STEPS = ("replace", "unlink", "mkdir", "flush")


@pytest.mark.parametrize("step", range(1, 14))
async def test_a_crash_in_the_middle_leaves_the_old_or_the_new_one_whole(
    data_dir: Path, safe: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    await fill(data_dir, 3, "old")
    back_up(data_dir, safe / "b.db")
    await fill(data_dir, 3, "newer")

    class _Crash(BaseException):
        pass

    left = step

    def crashing(call: Callable[..., object]) -> Callable[..., object]:
        def instead(*arguments: object, **options: object) -> object:
            nonlocal left
            left -= 1
            if not left:
                raise _Crash
            return call(*arguments, **options)

        return instead

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", crashing(Path.replace))
        patch.setattr(replacing, "flush", crashing(replacing.flush))
        # What tidies up after an error does not run in a crash.
        patch.setattr(Path, "unlink", crashing(Path.unlink) if step > 6 else Path.unlink)
        try:
            restore(data_dir, safe / "b.db")
            is_done = True
        except _Crash:
            is_done = False

    old = {f"old{n}" for n in range(3)}
    found = messages(data_dir)
    assert found in (old, old | {f"newer{n}" for n in range(3)})
    assert not is_done or found == old
    assert messages(data_dir) == found


async def test_what_a_restore_had_begun_to_copy_is_removed_at_the_next_start(
    data_dir: Path,
) -> None:
    await fill(data_dir, 2)
    replacing.make_staging(data_dir)

    with Instance(data_dir), open_database(data_dir, holds_folder=True):
        pass

    assert not (data_dir / replacing.STAGED_NAME).exists()


@pytest.mark.parametrize("step", range(1, 8))
async def test_a_restore_that_fails_in_the_middle_is_taken_back(
    data_dir: Path, safe: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    await fill(data_dir, 3, "old")
    back_up(data_dir, safe / "b.db")
    await fill(data_dir, 3, "newer")
    before = names(data_dir)
    left, replace = step, Path.replace

    def failing(one: Path, target: Path) -> Path:
        nonlocal left
        left -= 1
        if not left:
            raise OSError(28, "No space left on device")
        return replace(one, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", failing)
        try:
            restore(data_dir, safe / "b.db")
        except RestoreFailedError as error:
            assert "Everything is as it was" in str(error)  # noqa: PT017
            assert sorted({*names(data_dir), "kvitto.lock"}) == sorted({*before, "kvitto.lock"})
            assert len(messages(data_dir)) == 6
        else:
            assert len(messages(data_dir)) == 3
            assert left > 0, "every failure is told"


async def test_a_restore_that_can_neither_go_on_nor_back_is_finished_by_the_next_start(
    data_dir: Path, safe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(data_dir, 3, "old")
    back_up(data_dir, safe / "b.db")
    await fill(data_dir, 3, "newer")
    replace, has_failed = Path.replace, False

    def failing(one: Path, target: Path) -> Path:
        nonlocal has_failed
        has_failed = has_failed or one.name == replacing.STAGED_NAME
        if has_failed:
            raise OSError(5, "Input/output error")
        return replace(one, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", failing)
        with pytest.raises(UnfinishedRestoreError, match="the next start of Kvitto finishes it"):
            restore(data_dir, safe / "b.db")

    assert messages(data_dir) == {"old0", "old1", "old2"}


async def test_a_restore_that_is_stopped_says_so_and_changes_nothing(
    data_dir: Path, safe: Path
) -> None:
    await fill(data_dir, 1400)
    back_up(data_dir, safe / "b.db")

    with pytest.raises(InterruptedError):
        restore(data_dir, safe / "b.db", may_go_on=lambda: False)

    assert len(messages(data_dir)) == 1400
    assert [one for one in names(data_dir) if one != "kvitto.lock"] == ["kvitto.db"]
