"""Backups are whole, and restoring leaves either what was or what comes."""

import os
from pathlib import Path

import pytest

from kvitto.store.backup import back_up, restore
from kvitto.store.database import open_database
from kvitto.store.errors import NothingReceivedError
from kvitto.store.restore_errors import (
    BackupFailedError,
    BackupInDataFolderError,
    BackupNotAFileError,
    BackupThereError,
)
from kvitto.store.writer import Writer
from tests.store.arrivals import a_report, append_all, arriving
from tests.store.backups import fill, messages, mode, names


async def test_a_backup_is_one_private_file_with_all_that_is_in_the_log(
    data_dir: Path, safe: Path
) -> None:
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(30)])

        contents = back_up(data_dir, safe / "kvitto-backup.db")

        assert (contents.batches, contents.messages, contents.reports) == (1, 30, 30)
        assert names(safe) == ["kvitto-backup.db"]
        assert mode(safe / "kvitto-backup.db") == 0o600
        await append_all(writer, [arriving(a_report("late"))])
        assert writer.incident is None
        writer.close()


async def test_a_backup_restored_elsewhere_is_the_same_store(
    data_dir: Path, tmp_path: Path, safe: Path
) -> None:
    await fill(data_dir, 20)
    back_up(data_dir, safe / "b.db")

    restored = restore(tmp_path / "new computer", safe / "b.db")

    assert restored.kept is None
    assert restored.contents.messages == 20
    assert messages(tmp_path / "new computer") == messages(data_dir)
    assert names(safe) == ["b.db"]


async def test_an_older_file_is_replaced_only_on_demand(data_dir: Path, safe: Path) -> None:
    await fill(data_dir, 2)
    (safe / "b.db").write_bytes(b"mine")

    with pytest.raises(BackupThereError):
        back_up(data_dir, safe / "b.db")
    assert (safe / "b.db").read_bytes() == b"mine"

    assert back_up(data_dir, safe / "b.db", replaces=True).messages == 2
    assert names(safe) == ["b.db"]


async def test_a_backup_among_the_stores_own_files_is_refused(data_dir: Path, safe: Path) -> None:
    await fill(data_dir, 2)
    (safe / "link").symlink_to(data_dir)
    (safe / "hard link").hardlink_to(data_dir / "kvitto.db")
    before = names(data_dir)

    for target in (
        data_dir / "b.db", safe / "link" / "b.db", data_dir / "kvitto.db-wal", safe / "hard link"
    ):  # fmt: skip
        with pytest.raises(BackupInDataFolderError) as told:
            back_up(data_dir, target, replaces=True)
        assert str(told.value).startswith(f"{data_dir} is where")

    assert names(data_dir) == before


async def test_where_there_is_no_folder_or_nothing_to_copy_that_is_told(
    data_dir: Path, safe: Path
) -> None:
    with pytest.raises(NothingReceivedError):
        back_up(data_dir, safe / "b.db")
    await fill(data_dir, 2)
    with pytest.raises(BackupFailedError):
        back_up(data_dir, safe / "no" / "b.db")


async def test_a_backup_that_is_stopped_leaves_nothing(data_dir: Path, safe: Path) -> None:
    await fill(data_dir, 1400)

    with pytest.raises(InterruptedError):
        back_up(data_dir, safe / "b.db", may_go_on=lambda: False)

    assert names(safe) == []


async def test_what_a_killed_backup_left_is_removed_by_the_next(data_dir: Path, safe: Path) -> None:
    await fill(data_dir, 2)
    old, young = safe / f".b.db.{'0' * 16}.part", safe / f".b.db.{'1' * 16}.part"
    for one in (old, young, safe / ".b.db.mine.part"):
        one.write_bytes(b"numbers")
    os.utime(old, (1, 1))
    os.utime(safe / ".b.db.mine.part", (1, 1))

    back_up(data_dir, safe / "b.db")

    assert names(safe) == [young.name, ".b.db.mine.part", "b.db"]


async def test_a_disk_without_hard_links_takes_backups_too(
    data_dir: Path, safe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(data_dir, 2)

    def refuse(*_paths: object) -> None:
        raise PermissionError

    monkeypatch.setattr("kvitto.store.backup.os.link", refuse)

    assert back_up(data_dir, safe / "b.db").messages == 2
    with pytest.raises(BackupThereError):
        back_up(data_dir, safe / "b.db")
    assert names(safe) == ["b.db"]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such files")
@pytest.mark.parametrize("name", ["/dev/null", ""])
async def test_what_is_no_file_is_not_said_to_be_replaceable(
    data_dir: Path, safe: Path, name: str
) -> None:
    await fill(data_dir, 2)

    with pytest.raises(BackupNotAFileError):
        back_up(data_dir, safe / name, replaces=True)
