"""One program per data folder, and word of where it is for the second one."""

import contextlib
import os
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from filelock import BaseFileLock, FileLock, Timeout
from typing_extensions import override

from kvitto.paths import instance_file, lock_file
from kvitto.store.errors import AlreadyRunningError, FolderUnusableError, NotPermittedError
from kvitto.store.folder_lock import FolderLock


class InstanceInfo(msgspec.Struct):
    """Where a running Kvitto is.

    Attributes:
        pid: its process.
        address: where it listens, such as `http://127.0.0.1:8370`; no secret in it.
        probe_key: with it, another process of the same user makes probes that it recognises; ""
            where it can't.
        control_port: the port on 127.0.0.1 at which it can be controlled; 0 where it can't.
        control_token: who knows this may control it. A secret.
        version: which Kvitto it is; "" for one that does not tell.
    """

    pid: int
    address: str
    probe_key: str = ""
    control_port: int = 0
    control_token: str = ""
    version: str = ""

    @override
    def __repr__(self) -> str:
        """Show no secret, so that no log and no traceback holds one."""
        return f"InstanceInfo(pid={self.pid}, address={self.address!r})"


class Instance:
    """The right to receive into a data folder: held by one process at a time.

    The system takes it back when the process ends, however it ends. It is a lock on a file, which
    somebody may delete, and one on the folder itself.
    """

    def __init__(self, folder: Path, *, wait_s: float = 0.0) -> None:
        """Take the right to `folder`, which must exist.

        Args:
            folder: the data folder.
            wait_s: how long to wait for another process to give it back.

        Raises:
            AlreadyRunningError: another process has it; says where.
            FolderUnusableError: the lock can't be made.
        """
        self._folder = folder
        self._told = b""
        self._lock = _file_lock(folder, wait_s)
        self._folder_lock = FolderLock(folder)
        try:
            self._lock.acquire()
            self._file = _identity(folder)
            if not self._folder_lock.acquire(wait_s):
                self._lock.release()
                raise _already_running(folder)
        except Timeout:
            raise _already_running(folder) from None
        except PermissionError as error:
            raise NotPermittedError(lock_file(folder), str(error)) from error
        except OSError as error:
            raise FolderUnusableError(folder, str(error)) from error

    def renew(self) -> bool:
        """Make the file of the lock anew, where somebody has deleted it; return whether one had.

        By that file others see that this is a data folder, and that it is in use.
        """
        if _identity(self._folder) == self._file:
            return False
        lock = _file_lock(self._folder, 0.0)
        try:
            lock.acquire()
        except (Timeout, OSError):
            return False  # an earlier version may have it for a moment: it is tried again
        before, self._lock, self._file = self._lock, lock, _identity(self._folder)
        before.release()
        return True

    def tell(self, info: InstanceInfo) -> bool:
        """Tell others where we are; return whether they can read it.

        A disk without room for it costs us nothing but that.
        """
        told = msgspec.json.encode(info)
        file = instance_file(self._folder)
        new = file.with_suffix(".new")
        self._told = told
        try:
            # Made anew: one that lies there may be open to others.
            new.unlink(missing_ok=True)
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(told)
            new.replace(file)
        except OSError:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
            return False
        return True

    def is_told(self) -> bool:
        """Return whether what was told last is still there for others to read."""
        try:
            return instance_file(self._folder).read_bytes() == self._told
        except OSError:
            return False

    def close(self) -> None:
        """Give the right back."""
        with contextlib.suppress(OSError):
            instance_file(self._folder).unlink(missing_ok=True)
        self._lock.release()
        self._folder_lock.release()

    def __enter__(self) -> Self:
        """Return the instance itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()


def read_instance_info(folder: Path) -> InstanceInfo | None:
    """Return what the last Kvitto on `folder` told of itself, if it can be read."""
    try:
        return msgspec.json.decode(instance_file(folder).read_bytes(), type=InstanceInfo)
    except (OSError, msgspec.DecodeError):
        return None


def is_alive(told: InstanceInfo) -> bool:
    """Return whether the process that told where it is has not ended; True where nobody can tell.

    One that ends as it should takes its word back; this is for one that was killed.
    """
    if os.name != "posix":
        return True
    try:
        os.kill(told.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it is somebody else's, and there
    return True


def running_instance(folder: Path) -> InstanceInfo | None:
    """Return what the Kvitto that has `folder` tells of itself; None where none has it.

    After a power cut the number of its process may be another one's.
    """
    told = read_instance_info(folder)
    if told is None or not is_alive(told):
        return None
    lock = FolderLock(folder)
    try:
        if not lock.acquire():
            return told
        if not lock_file(folder).exists():
            return None
        # One of an earlier version has locked only that.
        with _file_lock(folder, 0.0):
            return None
    except Timeout:
        return told
    except OSError:
        return None  # nobody can receive into what may not be written
    finally:
        lock.release()


def _file_lock(folder: Path, wait_s: float) -> BaseFileLock:
    return FileLock(lock_file(folder), timeout=wait_s, mode=0o600, thread_local=False)


def _identity(folder: Path) -> tuple[int, int] | None:
    """Return which file the lock is; None where there is none."""
    try:
        found = lock_file(folder).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _already_running(folder: Path) -> AlreadyRunningError:
    found = read_instance_info(folder)
    if found is None or not found.address:
        return AlreadyRunningError(folder)
    return AlreadyRunningError(folder, found.address, found.pid)
