"""Network drives are told from local disks, and the files of others from one's own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from kvitto.store.folder import network_file_system
from tests.helpers.program import PROJECT


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


_NOBODY: Final = 65534
_AS_NOBODY: Final = """
import os, sys
from pathlib import Path
from kvitto.store.errors import StoreError
from kvitto.store.folder import prepare_window_folder
os.setresuid(*[int(sys.argv[2])] * 3)
try:
    prepare_window_folder(Path(sys.argv[1]))
except StoreError as error:
    print(type(error).__name__, error)
else:
    print("may")
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that every user of this computer can write in."""
    # The tests' own folders may be closed to others.
    with tempfile.TemporaryDirectory(dir="/tmp") as made:
        Path(made).chmod(0o777)
        yield Path(made)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root becomes another")
@pytest.mark.parametrize("name", ["kvitto.db", "window.lock", "settings.ini"])
def test_what_another_user_left_in_a_shared_folder_is_told_by_its_name(
    name: str, open_folder: Path
) -> None:
    def told() -> str:
        done = subprocess.run(
            [sys.executable, "-c", _AS_NOBODY, open_folder, str(_NOBODY)],
            env={**os.environ, "PYTHONPATH": str(PROJECT / "app")},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return done.stdout

    (open_folder / name).touch(mode=0o600)
    assert told().startswith(f"OthersFileError {open_folder / name} belongs to another user")
    os.chown(open_folder / name, _NOBODY, -1)
    assert told() == "may\n"
