"""Try a store on a server, before it is used."""

from pathlib import Path
from typing import Final
from urllib.parse import quote

from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.reader import Counts, Reader

_SCHEME: Final = "postgresql://"
_DATABASE: Final = "kvitto"


def url_of_fields(address: str, user: str, password: str) -> StoreUrl:
    """Return the URL of a store that was typed in.

    Args:
        address: HOST, HOST:PORT, HOST:PORT/DATABASE, or a URL.
        user: the user's name there; "" for the one of the URL.
        password: the password; "" for none.

    Raises:
        StoreUrlError: that is no URL.
    """
    plain = address.strip().removeprefix("postgres://").removeprefix(_SCHEME)
    given_user, _, place = plain.rpartition("@")
    host, _, database = place.partition("/")
    name = quote(user.strip(), safe="") or given_user
    url = StoreUrl(f"{_SCHEME}{name}{'@' if name else ''}{host}/{database or _DATABASE}")
    return url.with_password(password) if password else url


def try_store(url: StoreUrl, folder: Path) -> Counts:
    """Open a store and count what is in it.

    Args:
        url: where it is.
        folder: a data folder of this computer.

    Raises:
        StoreError: it can't be used, and why.
    """
    from kvitto.store.engines.opening import open_store_at

    with open_store_at(url, folder) as database:
        return Reader(database).counts()
