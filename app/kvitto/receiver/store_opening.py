"""Open the store that a receiver stores into: in its folder, or on a server, which may be away."""

import logging
from pathlib import Path

from kvitto.clock import utc_now
from kvitto.store.database import Database, open_database
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.migrations.runner import OnUpgrade
from kvitto.store.server_errors import StoreBusyError, StoreUnreachableError

log = logging.getLogger(__name__)


def open_for_receiving(
    folder: Path, url: StoreUrl | None, on_upgrade: OnUpgrade, *, has_spool: bool = False
) -> Database:
    """Open the store.

    Args:
        folder: the data folder, which the caller has locked.
        url: the store on a server; None for the one of the folder.
        on_upgrade: is told how far an upgrade is, and may stop it.
        has_spool: whether reports are kept elsewhere while a server is away, and so not refused.

    Raises:
        StoreError: it can't be opened. A server that is only away is waited for.
    """
    if url is None:
        return open_database(folder, holds_folder=True, on_upgrade=on_upgrade)
    from kvitto.store.engines.opening import server_database
    from kvitto.store.receiver_names import ensure_name_is_free, make_identity

    make_identity(folder)
    database = server_database(url, folder, receives=not has_spool)
    database.on_upgrade = on_upgrade
    try:
        database.ensure_is_there()
        ensure_name_is_free(database, utc_now())
    except (StoreUnreachableError, StoreBusyError) as error:
        log.warning("%s (%s)", error, error.detail)
    except BaseException:
        database.close()
        raise
    return database
