"""Keeps which store the user has chosen, for the next start."""

from pathlib import Path
from typing import Final

from kvitto.store.engines.store_choice import store_folder
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.folder import prepare_folder
from kvitto.ui.services.preferences import Preferences
from kvitto.user_settings import SETTINGS_FILE, STORE_SETTING

_TAKEN_ALONG: Final = ("theme", "language", "on_close")
"""What the user prefers wherever the data is."""


def keep_choice(base: Path, preferences: Preferences, folder: Path, url: StoreUrl | None) -> None:
    """Have the next start use another store.

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
    if url is not None and not (target / SETTINGS_FILE).exists():
        prepare_folder(target)
        theirs = Preferences(target)
        for name in _TAKEN_ALONG:
            if value := preferences.get(name, ""):
                theirs.put(name, value)
        if preferences.is_masked:
            theirs.put("is_masked", True)
        theirs.flush()
