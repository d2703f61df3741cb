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
from kvitto.terminal import TerminalUpgrade

if TYPE_CHECKING:
    from kvitto.store.database import Database

_HELP: Final = (
    f"a store on a server: postgresql://USER@HOST/DATABASE, without a password (otherwise "
    f"${URL_VARIABLE}, or the first line of the file that ${FILE_VARIABLE} names)"
)

ONLY_IN_A_FILE: Final = (
    "kvitto: KVITTO_STORE or KVITTO_STORE_FILE names a store on a server, which only receive, "
    "check, export, report and store can use yet. Unset it for the store in the data folder; to "
    "copy one on a server, use pg_dump."
)
"""Said of a command that uses the data folder alone."""


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


def spool_option(kind: Callable[..., Parser]) -> Parser:
    """Return the option of a receiver that is far from its store.

    Args:
        kind: makes the parser.
    """
    parser = kind(add_help=False, argument_default=argparse.SUPPRESS)
    parser.add_argument(
        "--spool",
        action="store_true",
        help="with --store: keep reports on this computer's disk while the store can't be reached, "
        "instead of refusing them",
    )
    parser.set_defaults(spool=False)
    return parser


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
