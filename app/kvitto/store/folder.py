"""Prepare the data folder. Without SQL, so that the window's first steps need not load that."""

import os
import stat
from pathlib import Path

from kvitto.own_user import is_own
from kvitto.paths import database_file
from kvitto.store.errors import FolderUnusableError, NetworkDriveError, NotPermittedError
from kvitto.store.filesystem import network_file_system


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
