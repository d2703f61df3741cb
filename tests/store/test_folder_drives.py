"""Network drives are told from local disks."""

from pathlib import Path
from typing import NamedTuple

import pytest

from kvitto.store.folder import network_file_system


class Row(NamedTuple):
    mountpoint: str
    fstype: str
    opts: str = "rw"


TABLE = (
    Row("/", "ext4"),
    Row("/home", "nfs4"),
    Row("/home/me/local", "xfs"),
    Row("/mnt/c", "9p"),
    Row("/media/share", "fuse.sshfs"),
    Row("/over", "ext4"),
    Row("/over", "cifs"),
)


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("/var/lib/kvitto", None),
        ("/home/me/kvitto", "nfs4"),
        ("/home/me/local/kvitto", None),
        ("/homework", None),
        ("/mnt/c/Users/me", "9p"),
        ("/media/share", "fuse.sshfs"),
        ("/over/kvitto", "cifs"),
        ("//server/share/kvitto", "network share"),
    ],
)
def test_the_deepest_mount_decides(folder: str, expected: str | None) -> None:
    assert network_file_system(Path(folder), lambda: TABLE) == expected


def test_a_drive_that_windows_calls_remote_is_one() -> None:
    table = (Row("/z", "", "rw,remote"), Row("/", "NTFS", "rw,fixed"))

    assert network_file_system(Path("/z/data"), lambda: table) == "network share"


def test_where_the_system_lists_nothing_the_disk_is_taken_for_local(tmp_path: Path) -> None:
    assert network_file_system(tmp_path, lambda: ()) is None


def test_this_machines_own_folder_is_local(tmp_path: Path) -> None:
    assert network_file_system(tmp_path.resolve()) is None


def test_where_the_system_tells_of_no_drives_the_folder_is_used(tmp_path: Path) -> None:
    def without_proc() -> list[Row]:
        raise FileNotFoundError(2, "No such file or directory", "/proc/self/mounts")

    assert network_file_system(tmp_path, without_proc) is None
