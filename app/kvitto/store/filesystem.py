"""Tell local disks from network drives, where SQLite's write-ahead log is not safe."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Protocol

import psutil


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

    Args:
        folder: an existing folder, resolved.
        mounts: lists the mounted file systems; the deepest mount point above the folder counts.
    """
    if folder.as_posix().startswith("//"):
        return "network share"
    holders = [mount for mount in mounts() if folder.is_relative_to(mount.mountpoint)]
    if not holders:
        return None
    # The last of equals is the one mounted over the others.
    holder = max(reversed(holders), key=lambda mount: len(Path(mount.mountpoint).parts))
    is_network = holder.fstype.lower() in _NETWORK or "remote" in holder.opts.split(",")
    return (holder.fstype or "network share") if is_network else None
