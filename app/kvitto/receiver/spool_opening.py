"""Open a receiver's spool, whatever has become of its file, and find those that nobody uses."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from kvitto.clock import utc_now
from kvitto.receiver.spooling import SPOOL_NAME, Spool
from kvitto.store.engines.store_choice import base_of, store_folders
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.errors import StoreError
from kvitto.store.lockfile import is_alive, read_instance_info
from kvitto.store.spool_errors import SpoolDamagedError, SpoolOtherStoreError
from kvitto.store.spool_file import put_aside, waiting_in

log = logging.getLogger(__name__)


def open_spool(
    within: ExitStack,
    folder: Path,
    store: StoreUrl | None,
    on_change: Callable[[], None],
    *,
    is_taking: bool,
) -> tuple[Spool | None, StoreError | None]:
    """Return the spool of a receiver, and what the user is told of its file.

    There is none where nothing is to be kept, and nothing waits from before; nor where the file
    can't be used: reports are stored as without it. One that is damaged is put aside.

    Args:
        within: closes it.
        folder: the data folder of the receiver.
        store: the store on a server; None for the one of the folder.
        on_change: see `Spool`.
        is_taking: whether reports are kept from now on.
    """
    if store is None or not (is_taking or (folder / SPOOL_NAME).exists()):
        return None, None
    told: StoreError | None = None
    try:
        try:
            spool = Spool(folder, store.place, is_taking=is_taking, on_change=on_change)
        except SpoolDamagedError:
            aside = put_aside(folder / SPOOL_NAME, utc_now())
            spool = Spool(folder, store.place, is_taking=is_taking, on_change=on_change)
            told = SpoolDamagedError(aside)
    except StoreError as error:
        log.warning("%s (%s)", error, error.detail)
        return None, error
    if told is not None:
        log.warning("%s", told)
    within.callback(spool.close)
    return spool, told


def left_behind(folder: Path) -> list[SpoolOtherStoreError]:
    """Return what waits in other folders for stores into which nobody receives now.

    Each store on a server has a folder of its own within the data folder: where another URL is
    named than before, nothing passes on what waits for the one of before.

    Args:
        folder: the one that is used now.
    """
    found = []
    for file in sorted(store_folders(base_of(folder)).glob(f"*/{SPOOL_NAME}")):
        told = read_instance_info(file.parent)
        if file.parent == folder or (told is not None and is_alive(told)):
            continue
        count, since = waiting_in(file)
        if since is not None:
            found.append(SpoolOtherStoreError(count, since, file))
    return found
