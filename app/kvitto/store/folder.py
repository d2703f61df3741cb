"""Prepare the data folder. Without SQL, so that the window's first steps need not load that."""

import os
import stat
from pathlib import Path

from kvitto.paths import database_file
from kvitto.store.errors import FolderUnusableError, NetworkDriveError, NotPermittedError
from kvitto.store.filesystem import network_file_system
from kvitto.store.sqlite_errors import may_use


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
        if os.name == "posix" and resolved.stat().st_uid != os.geteuid():
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
    if is_ours and folder.stat().st_uid == os.geteuid():
        folder.chmod(0o700)
