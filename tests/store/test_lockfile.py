"""One program per data folder."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from kvitto.paths import instance_file, lock_file
from kvitto.store.errors import AlreadyRunningError, FolderUnusableError
from kvitto.store.lockfile import (
    Instance,
    InstanceInfo,
    read_instance_info,
    running_instance,
)

_HOLD = """
import os, sys
from pathlib import Path
from kvitto.store.lockfile import Instance, InstanceInfo
instance = Instance(Path(sys.argv[1]))
instance.tell(InstanceInfo(os.getpid(), "http://127.0.0.1:4711"))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_one_is_told_where_the_first_is(data_dir: Path) -> None:
    with Instance(data_dir) as first:
        first.tell(InstanceInfo(os.getpid(), "http://127.0.0.1:8370"))
        with pytest.raises(AlreadyRunningError) as caught:
            Instance(data_dir)

    assert "http://127.0.0.1:8370" in str(caught.value)
    assert str(os.getpid()) in str(caught.value)


def test_a_second_one_is_refused_before_the_first_has_told_anything(data_dir: Path) -> None:
    with (
        Instance(data_dir),
        pytest.raises(AlreadyRunningError, match=r"already running on .*data\. Use"),
    ):
        Instance(data_dir)


def test_the_folder_is_free_again_after_closing(data_dir: Path) -> None:
    Instance(data_dir).close()

    with Instance(data_dir) as again:
        again.tell(InstanceInfo(os.getpid(), "http://127.0.0.1:1"))
        assert read_instance_info(data_dir) is not None
    assert not instance_file(data_dir).exists()


def test_the_folder_is_free_again_after_a_kill(data_dir: Path) -> None:
    command = [sys.executable, "-c", _HOLD, str(data_dir)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunningError, match="4711"):
            Instance(data_dir)
        other.kill()
        other.wait(60)

    Instance(data_dir).close()


def test_what_is_told_is_for_the_user_alone(data_dir: Path) -> None:
    with Instance(data_dir) as instance:
        instance.tell(InstanceInfo(os.getpid(), "http://127.0.0.1:8370"))
        assert instance_file(data_dir).stat().st_mode & 0o077 == 0


def test_a_broken_note_of_a_dead_one_is_no_obstacle(data_dir: Path) -> None:
    instance_file(data_dir).write_bytes(b"{half")

    assert read_instance_info(data_dir) is None
    Instance(data_dir).close()


def test_a_folder_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(FolderUnusableError):
        Instance(tmp_path / "file")


def test_what_one_thread_took_another_gives_back(data_dir: Path) -> None:
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        for _ in range(3):
            held = one.submit(Instance, data_dir).result()
            with pytest.raises(AlreadyRunningError):
                other.submit(Instance, data_dir).result()
            other.submit(held.close).result()
    Instance(data_dir).close()


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a file that is locked can't be deleted")
def test_who_has_the_folder_keeps_it_though_the_file_of_the_lock_is_deleted(data_dir: Path) -> None:
    with Instance(data_dir) as first:
        told = InstanceInfo(os.getpid(), "http://127.0.0.1:8370")
        first.tell(told)
        lock_file(data_dir).unlink()

        with pytest.raises(AlreadyRunningError, match="8370"):
            Instance(data_dir)
        lock_file(data_dir).unlink()
        assert running_instance(data_dir) == told

        assert first.renew()
        assert not first.renew()
        assert is_locked(data_dir)
        lock_file(data_dir).unlink()
        lock_file(data_dir).touch()
        assert first.renew()
        assert is_locked(data_dir)
    assert not is_locked(data_dir)
    Instance(data_dir).close()


def is_locked(folder: Path) -> bool:
    """Tell whether a Kvitto of an earlier version, which locks only the file, is kept out."""
    try:
        with FileLock(lock_file(folder), timeout=0):
            return False
    except Timeout:
        return True


def test_the_folder_is_waited_for_as_the_file_is(data_dir: Path) -> None:
    first = Instance(data_dir)
    lock_file(data_dir).unlink()
    with ThreadPoolExecutor(1) as other:
        second = other.submit(Instance, data_dir, wait_s=30)
        assert not second.done()
        first.close()
        second.result(30).close()


def test_it_is_known_whether_others_can_still_read_what_was_told(data_dir: Path) -> None:
    with Instance(data_dir) as instance:
        instance.tell(InstanceInfo(os.getpid(), "http://127.0.0.1:8370"))
        assert instance.is_told()
        instance_file(data_dir).write_bytes(b"{half")
        assert not instance.is_told()
        instance_file(data_dir).unlink()
        assert not instance.is_told()
