"""Files and folders that Kvitto uses."""

import os
import sys
from pathlib import Path

import platformdirs

from kvitto.core.translatable import translatable
from kvitto.problem import ProblemError

DATA_DIR_VARIABLE = "KVITTO_DATA_DIR"
"""The environment variable that names the data folder, unless the command line does."""


class HomeUnknownError(ProblemError):
    """A folder is named by a home folder that the system does not know.

    Attributes:
        folder: as it is named.
    """

    folder: Path
    detail: str = ""
    english = translatable(
        "Errors",
        "Kvitto can't tell where {folder} is: the system knows no home folder of that user. "
        "Nothing was changed. Name another folder with --data-dir or KVITTO_DATA_DIR, or set HOME.",
    )


def data_folder(chosen: Path | None = None) -> Path:
    """Return the data folder: the `chosen` one, else KVITTO_DATA_DIR's, else the user's own.

    The folder may not exist yet.

    Raises:
        HomeUnknownError: it lies in a home folder that is not known.
    """
    if chosen is None:
        variable = os.environ.get(DATA_DIR_VARIABLE)
        chosen = Path(variable) if variable else None
    try:
        if chosen is None:
            return platformdirs.user_data_path("kvitto", appauthor=False)
        return chosen.expanduser().absolute()
    except RuntimeError as error:
        raise HomeUnknownError(chosen or Path("~"), str(error)) from error


def home_folder() -> Path:
    """Return the user's home folder; the root of all, where the system knows of none."""
    try:
        return Path.home()
    except RuntimeError:
        return Path("/")


def database_file(folder: Path) -> Path:
    """Return the database of a data folder."""
    return folder / "kvitto.db"


def lock_file(folder: Path) -> Path:
    """Return the file that a receiver keeps locked."""
    return folder / "kvitto.lock"


def window_lock_file(folder: Path) -> Path:
    """Return the file that a window on the folder keeps locked."""
    return folder / "window.lock"


def instance_file(folder: Path) -> Path:
    """Return the file that says how to reach the running receiver."""
    return folder / "instance.json"


def replacement_file(folder: Path) -> Path:
    """Return the file that says which database is to take the place of the present one."""
    return folder / "kvitto-replacement.json"


def reachability_folder(folder: Path) -> Path:
    """Return where reachability checks and tunnels keep their files: it may be missing."""
    return folder / "reachability"


def export_notes_folder(folder: Path) -> Path:
    """Return where running exports are noted: it may be missing."""
    return folder / "exports"


def log_file(folder: Path) -> Path:
    """Return the log of a data folder; older parts are beside it, with a number."""
    return folder / "kvitto.log"


def window_log_file(folder: Path) -> Path:
    """Return the log of a data folder's window: two processes can't rotate one file."""
    return folder / "kvitto-window.log"


def is_in_folder(path: Path, folder: Path) -> bool:
    """Return whether a file is, or would be, in a folder or is the same file as one in it.

    Spelling, links and mounts make no difference: device and inode numbers are compared.
    Nothing is opened.
    """
    wanted = _number(folder)
    if wanted is None:
        return False
    place = Path(os.path.realpath(path))
    if any(_number(one) == wanted for one in (place, *place.parents)):
        return True
    return is_file_of(_number(place), folder)


def is_linked_into(path: Path, folder: Path) -> bool:
    """Return whether a file is one that lies directly in a folder, by whichever name or link."""
    return is_file_of(_number(path), folder)


def is_file_of(number: tuple[int, int] | None, folder: Path) -> bool:
    """Return whether one of the files in a folder has this number: its device and inode."""
    try:
        return number is not None and any(_number(one) == number for one in folder.iterdir())
    except OSError:
        return False


def is_data_folder(folder: Path) -> bool:
    """Return whether a folder looks like one that a Kvitto keeps its data in."""
    return database_file(folder).exists() and lock_file(folder).exists()


def _number(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def resource(name: str) -> Path:
    """Return a file or folder of `resources`: from source, installed and packaged alike."""
    package = Path(__file__).parent
    frozen: str | None = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        root = Path(frozen)
    elif (package / "resources").exists():
        root = package
    else:
        root = package.parents[1]
    return root / "resources" / name
