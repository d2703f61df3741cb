"""Where Kvitto keeps its things."""

import os
import sys
from pathlib import Path

import platformdirs

DATA_DIR_VARIABLE = "KVITTO_DATA_DIR"
"""The environment variable that names the data folder, unless the command line does."""


def data_folder(chosen: Path | None = None) -> Path:
    """Return the data folder: the `chosen` one, else KVITTO_DATA_DIR's, else the user's own.

    The folder may not exist yet.
    """
    if chosen is None:
        variable = os.environ.get(DATA_DIR_VARIABLE)
        chosen = Path(variable) if variable else None
    if chosen is None:
        return platformdirs.user_data_path("kvitto", appauthor=False)
    return chosen.expanduser().absolute()


def database_file(folder: Path) -> Path:
    """Return the database of a data folder."""
    return folder / "kvitto.db"


def lock_file(folder: Path) -> Path:
    """Return the file that a running Kvitto keeps locked."""
    return folder / "kvitto.lock"


def window_lock_file(folder: Path) -> Path:
    """Return the file that a window on the folder keeps locked."""
    return folder / "window.lock"


def instance_file(folder: Path) -> Path:
    """Return the file in which a running Kvitto tells where it is."""
    return folder / "running.json"


def door_folder(folder: Path) -> Path:
    """Return where the tunnel and the front door write: it may be missing."""
    return folder / "door"


def log_file(folder: Path) -> Path:
    """Return the log of a data folder; older parts lie beside it with a number."""
    return folder / "kvitto.log"


def window_log_file(folder: Path) -> Path:
    """Return the log of a data folder's window: two processes can't turn over one file."""
    return folder / "kvitto-window.log"


def resource(name: str) -> Path:
    """Return a file or folder of `resources`, from source and in the packaged program alike."""
    frozen: str | None = getattr(sys, "_MEIPASS", None)
    root = Path(__file__).parents[1] if frozen is None else Path(frozen)
    return root / "resources" / name
