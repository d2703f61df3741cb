"""Prepare the data folder, on a disk of this computer.

Without SQL, so that the window's first steps need not load that.
"""

import logging
import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Protocol

import psutil

from kvitto.own_user import is_own
from kvitto.paths import database_file, window_lock_file
from kvitto.store.errors import FolderUnusableError, NetworkDriveError, NotPermittedError
from kvitto.store.file_errors import OthersFileError
from kvitto.user_settings import SETTINGS_FILE

log = logging.getLogger(__name__)


class Mount(Protocol):
    """One row of the system's table of mounted file systems."""

    @property
    def mountpoint(self) -> str:
        """Return the folder that it is mounted on."""

    @property
    def fstype(self) -> str:
        """Return the name of the file system."""

    @property
    def opts(self) -> str:
        """Return its options, separated by commas."""


_NETWORK: Final = frozenset(
    {
        "9p",
        "afp",
        "afpfs",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "davfs",
        "fuse.ceph",
        "fuse.davfs2",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "webdav",
    }
)
"""File systems whose files other machines may change. 9p is how WSL shows the Windows disks."""


def _mounts() -> Iterable[Mount]:
    return psutil.disk_partitions(all=True)


def network_file_system(
    folder: Path, mounts: Callable[[], Iterable[Mount]] = _mounts
) -> str | None:
    """Return the name of the network file system that `folder` lies on, or None on a local disk.

    None, too, where the system does not tell.

    Args:
        folder: an existing folder, resolved.
        mounts: lists the mounted file systems; the deepest mount point above the folder counts.
    """
    if folder.as_posix().startswith("//"):
        return "network share"
    try:
        known = list(mounts())
    except OSError as error:
        # In a container or a chroot without /proc; whoever made that knows its disks.
        log.info("Whether %s is on a network drive is not known: %s", folder, error)
        return None
    holders = [mount for mount in known if folder.is_relative_to(mount.mountpoint)]
    if not holders:
        return None
    # The last of equals is the one mounted over the others.
    holder = max(reversed(holders), key=lambda mount: len(Path(mount.mountpoint).parts))
    is_network = holder.fstype.lower() in _NETWORK or "remote" in holder.opts.split(",")
    return (holder.fstype or "network share") if is_network else None


def prepare_folder(folder: Path) -> None:
    """Make the data folder for the user alone, and see that it lies on a disk of this computer.

    Raises:
        FolderUnusableError: it can't be made, entered or written to.
        NetworkDriveError: it lies on a network drive.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_private_folder(folder)
        resolved = folder.resolve(strict=True)
    except OSError as error:
        if isinstance(error, PermissionError) and not may_use(database_file(folder)):
            raise NotPermittedError(database_file(folder), str(error)) from error
        raise FolderUnusableError(folder, str(error)) from error
    if not os.access(resolved, os.R_OK | os.W_OK | os.X_OK):
        if not is_own(resolved.stat()):
            raise NotPermittedError(database_file(folder), "it can't be written to")
        raise FolderUnusableError(folder, "it can't be written to")
    file_system = network_file_system(resolved)
    if file_system is not None:
        raise NetworkDriveError(folder, file_system)


def prepare_window_folder(folder: Path) -> None:
    """Prepare the data folder, and see that the files that a window needs can be used, too.

    Raises:
        StoreError: as of `prepare_folder`.
        OthersFileError: one of those files belongs to another user: that one has a window on the
            same folder, or had.
    """
    prepare_folder(folder)
    for file in (database_file(folder), window_lock_file(folder), folder / SETTINGS_FILE):
        if _is_anothers(file):
            raise OthersFileError(file)


def _is_anothers(file: Path) -> bool:
    try:
        found = file.stat()
    except OSError:
        return False
    return not is_own(found) and not os.access(file, os.R_OK | os.W_OK)


def _make_private_folder(folder: Path) -> None:
    """Take the rights of others away, unless the folder serves other purposes too."""
    if os.name != "posix" or not stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return
    is_ours = database_file(folder).exists() or not any(folder.iterdir())
    if is_ours and is_own(folder.stat()):
        folder.chmod(0o700)


def may_use(path: Path) -> bool:
    """Return whether the user may read and write a database as far as its permissions say."""
    if not os.access(path.parent, os.R_OK | os.X_OK):
        # Also where it is missing: then nobody can tell.
        return not os.access(path.parent, os.F_OK) and not _is_hidden(path.parent)
    for one in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        if os.access(one, os.F_OK) and not os.access(one, os.R_OK | os.W_OK):
            return False
    return True


def _is_hidden(folder: Path) -> bool:
    """Return whether a folder above this one may not be entered."""
    return any(
        os.access(above, os.F_OK) and not os.access(above, os.X_OK) for above in folder.parents
    )
