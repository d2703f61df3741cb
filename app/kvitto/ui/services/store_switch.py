"""Keeps which store the user has chosen, for the next start."""

import logging
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

from kvitto.books.key import KeyFile, KeyProblemError
from kvitto.export.month_report import departments_file
from kvitto.store.engines.store_choice import base_of, store_folder
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.folder import prepare_folder
from kvitto.ui.services.preferences import MONTH_BUDGET, Preferences
from kvitto.user_settings import SETTINGS_FILE, STORE_SETTING

log = logging.getLogger(__name__)

_TAKEN_ALONG: Final = (
    "theme",
    "language",
    "on_close",
    "is_masked",
    "shows_demo",
    "shows_done",
    "tells_settled",
    "tells_failures",
    "failure_share",
    "failure_least",
    "tells_silence",
    "silence_minutes",
    "asks_for_updates",
    "export_folder",
    "books_key_place",
    "books_account",
)
"""What the user prefers wherever the data is. What receives, deletes, or keeps texts is of the
place: nothing of it begins in a store that others use because it was so elsewhere."""


def keep_choice(base: Path, preferences: Preferences, folder: Path, url: StoreUrl | None) -> None:
    """Have the next start use another store, with the user's own settings.

    What was set there before stays.

    Args:
        base: the data folder.
        preferences: those of the present store.
        folder: the folder that goes with the present store: the data folder, or one within.
        url: the store on a server; None for the one of the data folder.
    """
    of_base = preferences if folder == base else Preferences(base)
    of_base.put(STORE_SETTING, "" if url is None else url.without_password)
    of_base.flush()
    target = base if url is None else store_folder(base, url)
    if target == folder:
        return
    prepare_folder(target)
    theirs = of_base if target == base else Preferences(target)
    _take_along(preferences, folder, theirs, target)


def begin_with_own_settings(preferences: Preferences, folder: Path) -> None:
    """Give a store that is named when Kvitto starts, for the first time, the user's own settings.

    Args:
        preferences: those of that store.
        folder: the folder that goes with it: the data folder, or one within.
    """
    base = base_of(folder)
    if folder == base or not preferences.is_empty or not (base / SETTINGS_FILE).exists():
        return
    _take_along(Preferences(base), base, preferences, folder)


def _take_along(of: Preferences, folder: Path, theirs: Preferences, target: Path) -> None:
    budgets = [f"{MONTH_BUDGET}/{one}" for one in of.names(MONTH_BUDGET)]
    theirs.fill_up(of, (*_TAKEN_ALONG, *budgets))
    theirs.flush()
    _take_files_along(folder, target)


def _take_files_along(folder: Path, target: Path) -> None:
    """Copy the user's own files: a key that no keyring keeps, and the departments."""
    with suppress(KeyProblemError, FileNotFoundError):
        if KeyFile(target).load() is None and (key := KeyFile(folder).load()) is not None:
            KeyFile(target).save(key)
    source, there = departments_file(folder), departments_file(target)
    try:
        if source.exists() and not there.exists():
            shutil.copyfile(source, there)
    except OSError as error:
        log.warning("The departments can't be taken along: %s", error.strerror)
