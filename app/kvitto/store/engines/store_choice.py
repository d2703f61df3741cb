"""Which store on a server the user has chosen in the settings, and its password.

The settings name it without a password. That is kept in the keyring of the operating system, and
is never an argument of a command, nor in a log, a traceback or a setting.
"""

import logging
import os
import re
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.server_errors import (
    PasswordNotKeptError,
    StoreNotNamedError,
    StoreUrlError,
)
from kvitto.user_settings import read_settings

log = logging.getLogger(__name__)

T = TypeVar("T")

SERVICE: Final = "Kvitto store"
"""The name of our entries in the keyring; the account is the store's place."""
_KEYRING_S: Final = 20.0
"""How long the keyring may take, a question to the user included."""
_STORES: Final = "stores"


def chosen_store(base: Path) -> StoreUrl | None:
    """Return the store that the settings of a data folder name, with its password; None for none.

    Where the keyring does not give the password, the URL has none: the server says what it misses.

    Raises:
        StoreUrlError: what the settings name is no URL.
    """
    named = read_settings(base).store
    if not named:
        return None
    url = StoreUrl(named)
    try:
        password = load_password(url)
    except PasswordNotKeptError as error:
        log.warning("The password of the store can't be read: %s", error.detail)
        return url
    return url.with_password(password) if password else url


def is_chosen(base: Path, url: StoreUrl | None) -> bool:
    """Return whether a store is the one that the settings name, rather than the command line."""
    try:
        named = read_settings(base).store
        chosen = StoreUrl(named).place if named else ""
    except StoreUrlError:
        return False
    return chosen == ("" if url is None else url.place)


def base_of(folder: Path) -> Path:
    """Return the data folder that a store's own folder is in; a folder itself where it is none."""
    return folder.parent.parent if folder.parent.name == _STORES else folder


def store_folder(base: Path, url: StoreUrl) -> Path:
    """Return the folder of this computer that goes with a store on a server."""
    return store_folders(base) / re.sub(r"[^\w.-]+", "_", url.place)


def store_folders(base: Path) -> Path:
    """Return the folder in which each store on a server has one of its own."""
    return base / _STORES


def naming_options(folder: Path, url: StoreUrl | None) -> list[str]:
    """Return the options with which a later `kvitto receive` finds the same store again.

    They name a file with the URL where one was named, nothing where the settings name the store,
    and else the URL; the last one is the data folder.

    Args:
        folder: the data folder, or the folder within it that goes with the store.
        url: the store on a server; None for the one of the data folder.

    Raises:
        StoreNotNamedError: that would show its password, or others may read the file with it.
        StoreUrlError: the file is not there any more.
    """
    base = folder if url is None else base_of(folder)
    named: list[str] = []
    if url is not None and url.file:
        if url.has_password and os.name == "posix" and _is_open_to_others(url.file):
            raise StoreNotNamedError(file=url.file)
        named = ["--store-file", url.file]
    elif url is not None and not is_chosen(base, url):
        if url.has_password:
            raise StoreNotNamedError
        named = ["--store", url.text]
    return [*named, "--data-dir", str(base.absolute())]


def _is_open_to_others(file: str) -> bool:
    try:
        return bool(Path(file).stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
    except OSError:
        raise StoreUrlError(file=file) from None


def load_password(url: StoreUrl) -> str:
    """Return the password of a store from the keyring; "" for none. May ask the user.

    Raises:
        PasswordNotKeptError: the keyring can't be used, or does not answer in time.
    """
    import keyring

    return _answered(lambda: keyring.get_password(SERVICE, url.place) or "")


def save_password(url: StoreUrl, password: str) -> None:
    """Keep a password in the keyring, and read it back. May ask the user.

    Raises:
        PasswordNotKeptError: the keyring can't be used, or did not keep it.
    """
    import keyring

    _answered(lambda: keyring.set_password(SERVICE, url.place, password))
    if load_password(url) != password:
        raise PasswordNotKeptError("it did not keep it")


def _answered(call: Callable[[], T]) -> T:
    """Make a call of the keyring on a thread that nobody waits for longer than it may take.

    Whatever is raised says no more than its kind: the error of a keyring may hold what it was
    given.
    """
    answers: list[T] = []
    kinds: list[str] = []

    def run() -> None:
        try:
            answers.append(call())
        except Exception as error:  # noqa: BLE001 - each keyring has errors of its own
            kinds.append(type(error).__name__)

    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(_KEYRING_S)
    if answers:
        return answers[0]
    raise PasswordNotKeptError(kinds[0] if kinds else "it did not answer in time")
