"""Where the store of a command is: in the data folder, or on a server that it names."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from kvitto.paths import data_folder
from kvitto.store.engines.store_choice import chosen_store, naming_options, store_folder
from kvitto.store.engines.store_url import (
    CREDENTIAL_NAME,
    FILE_VARIABLE,
    URL_VARIABLE,
    StoreUrl,
    is_named,
    store_url,
)
from kvitto.store.server_errors import ReceiverNameError
from kvitto.terminal import TerminalUpgrade
from kvitto.user_settings import read_settings

if TYPE_CHECKING:
    from kvitto.store.database import Database

_HELP: Final = (
    f"a store on a server: postgresql://USER@HOST/DATABASE, without a password (otherwise "
    f"${URL_VARIABLE}, the file that ${FILE_VARIABLE} names, or systemd's credential "
    f"{CREDENTIAL_NAME})"
)
_FILE_HELP: Final = (
    "a file that holds the URL of a store on a server, with a password if need be; only you should "
    "be able to read it"
)


Parser = TypeVar("Parser", bound=argparse.ArgumentParser)


def store_option(kind: Callable[..., Parser], *, is_for_all: bool = True) -> Parser:
    """Return the option of the commands that can use a store on a server; made anew for each.

    Args:
        kind: makes the parser.
        is_for_all: whether every command of the parser can.
    """
    parser = kind(add_help=False, argument_default=argparse.SUPPRESS)
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--store", metavar="URL", help=_HELP)
    place.add_argument("--store-file", metavar="FILE", help=_FILE_HELP)
    if is_for_all:
        parser.set_defaults(may_be_on_a_server=True)
    return parser


def names_a_server(options: argparse.Namespace) -> bool:
    """Return whether an option or a variable names a store on a server."""
    return is_named_by_option(options) or is_named()


def is_named_by_option(options: argparse.Namespace) -> bool:
    """Return whether an option names a store on a server."""
    return bool(getattr(options, "store", None) or getattr(options, "store_file", None))


def settings_name_a_server(options: argparse.Namespace) -> bool:
    """Return whether the user has chosen a store on a server in the settings of the data folder."""
    return bool(read_settings(data_folder(getattr(options, "data_dir", None))).store)


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
    parser.add_argument(
        "--spool",
        action="store_true",
        help="with --store: keep reports on this computer's disk while the store can't be reached, "
        "instead of refusing them",
    )
    parser.set_defaults(spool=False)
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


def later_options(options: argparse.Namespace, url: StoreUrl | None) -> list[str]:
    """Return the options with which a later `kvitto receive` does the same for the same store.

    Raises:
        ReceiverNameError: the store is in the data folder, and its receiver has no name.
        StoreNotNamedError, StoreUrlError: see `naming_options`.
    """
    name: str | None = getattr(options, "name", None)
    if name is not None and url is None:
        raise ReceiverNameError(is_needless=True)
    own = [*([] if name is None else ["--name", name]), *(["--spool"] if options.spool else [])]
    return [*own, *naming_options(data_folder(options.data_dir), url)]


def url_of(options: argparse.Namespace) -> StoreUrl | None:
    """Return the store's URL; None where it is in the data folder.

    It is named by the option, a variable, or the settings of the data folder, in this order.

    Raises:
        StoreUrlError: what is named is none that can be used.
    """
    named = store_url(
        getattr(options, "store", None), file=getattr(options, "store_file", None) or ""
    )
    return named or chosen_store(data_folder(options.data_dir))


def folder_of(options: argparse.Namespace, url: StoreUrl | None) -> Path:
    """Return the data folder: for a store on a server one of its own, within the usual one."""
    folder = data_folder(options.data_dir)
    return folder if url is None else store_folder(folder, url)


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
