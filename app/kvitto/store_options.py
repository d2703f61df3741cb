"""Where the store of a command is: in the data folder, or on a server that it names."""

import argparse
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from kvitto.paths import data_folder
from kvitto.store.engines.store_url import FILE_VARIABLE, URL_VARIABLE, StoreUrl, store_url
from kvitto.store.server_errors import ReceiverNameError
from kvitto.terminal import TerminalUpgrade

if TYPE_CHECKING:
    from kvitto.store.database import Database

_HELP: Final = (
    f"a store on a server: postgresql://USER@HOST/DATABASE, without a password (otherwise "
    f"${URL_VARIABLE}, or the first line of the file that ${FILE_VARIABLE} names)"
)


Parser = TypeVar("Parser", bound=argparse.ArgumentParser)


def store_option(kind: Callable[..., Parser]) -> Parser:
    """Return the option of the commands that can use a store on a server; made anew for each.

    Args:
        kind: makes the parser.
    """
    parser = kind(add_help=False, argument_default=argparse.SUPPRESS)
    parser.add_argument("--store", metavar="URL", help=_HELP)
    parser.set_defaults(may_be_on_a_server=True)
    return parser


def receiving_options(kind: Callable[..., Parser]) -> Parser:
    """Return the options of the command that receives; made anew for each.

    Args:
        kind: makes the parser.
    """
    parser = store_option(kind)
    parser.add_argument(
        "--name",
        metavar="NAME",
        help="what this receiver is called among those of a store on a server (otherwise as "
        "before; at first by the computer's name)",
    )
    return parser


def name_receiver(options: argparse.Namespace, url: StoreUrl | None, folder: Path) -> None:
    """Give the receiver of a data folder the name that is named, if one is.

    Raises:
        ReceiverNameError: nothing can be called so, or the store is in the folder: its receiver
            has no name.
    """
    name: str | None = getattr(options, "name", None)
    if name is not None and url is None:
        raise ReceiverNameError(is_needless=True)
    if name is not None:
        from kvitto.store.receiver_names import make_identity

        make_identity(folder, name)


def is_named_by_environment() -> bool:
    """Return whether a variable names a store on a server."""
    return bool(os.environ.get(URL_VARIABLE) or os.environ.get(FILE_VARIABLE))


def url_of(options: argparse.Namespace) -> StoreUrl | None:
    """Return the store's URL; None where it is in the data folder.

    Raises:
        StoreUrlError: what is named is none that can be used.
    """
    return store_url(getattr(options, "store", None))


def folder_of(options: argparse.Namespace, url: StoreUrl | None) -> Path:
    """Return the data folder: for a store on a server one of its own, within the usual one."""
    folder = data_folder(options.data_dir)
    if url is None:
        return folder
    return folder / "stores" / re.sub(r"[^\w.-]+", "_", url.place)


def place_of(options: argparse.Namespace) -> tuple[StoreUrl | None, Path]:
    """Return the store's URL, if it has one, and the data folder that goes with it.

    Raises:
        StoreUrlError: what is named is none that can be used.
    """
    url = url_of(options)
    return url, folder_of(options, url)


@contextmanager
def opened_store(options: argparse.Namespace) -> Iterator["Database"]:
    """Open the store that is there, to read it.

    Raises:
        StoreError: it can't be opened.
    """
    url, folder = url_of(options), data_folder(options.data_dir)
    if url is not None:
        from kvitto.store.engines.opening import open_store_at

        with open_store_at(url, folder) as on_server:
            yield on_server
        return
    from kvitto.store.database import open_database

    upgrading = TerminalUpgrade()
    with open_database(folder, must_exist=True, on_upgrade=upgrading) as database:
        upgrading.end()
        yield database
