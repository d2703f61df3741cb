"""The command for stores on servers: to make one, and to copy a whole store there or back.

It imports what it needs when it runs, since every start declares it.
"""

import argparse
import shlex
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kvitto.core.invisible import plain_line
from kvitto.paths import data_folder
from kvitto.store_options import folder_of, url_of
from kvitto.terminal import TerminalProgress, count, say, tell

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from kvitto.store.copy_source import CopySource
    from kvitto.store.copy_target import CopyTarget
    from kvitto.store.engines.store_url import StoreUrl

_EXIT_OK: Final = 0
_EXIT_FAILED: Final = 1
_EXIT_WRONG_USE: Final = 2
_UPGRADE: Final = "bring a store on a server to this version of Kvitto"
_URL: Final = "postgresql://USER@HOST/DATABASE"


def add_server_command(
    commands: "_SubParsersAction[Any]", common: Callable[[], argparse.ArgumentParser]
) -> None:
    """Declare the command.

    Args:
        commands: where it is added.
        common: makes the options that every command has.
    """
    one = commands.add_parser(
        "store",
        parents=[common()],
        help="make or upgrade a store on a server, or copy a store there or back",
        description="Make or upgrade a store on a PostgreSQL server, or copy a whole store from a "
        "data folder to a server, or back.",
    )
    actions = one.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name, what in (("create", "make a store on a server"), ("upgrade", _UPGRADE)):
        change = actions.add_parser(
            name,
            parents=[common()],
            help=what,
            description="Make a store in an empty database of a PostgreSQL server, for kvitto "
            "receive --store, or bring one to this version of Kvitto. The user that is named needs "
            "the right to make a schema in that database, or must be the one who made it.",
        )
        change.add_argument("store", metavar="URL", nargs="?", help=f"{_URL}; not with --sql")
        change.set_defaults(command=_change_store, action=name, sql=False, may_be_on_a_server=True)
        if name == "create":
            change.add_argument(
                "--sql",
                action="store_true",
                help="write the SQL for an administrator who runs it, and do nothing",
            )
    copy = actions.add_parser(
        "copy",
        parents=[common()],
        help="copy a whole store from a data folder to a server, or back",
        description="Copy everything that was received, and all that you noted, from a data folder "
        "to a PostgreSQL server, or back. Reports may come in meanwhile: when only they are left "
        "to be copied, you are asked to stop what receives them. Interrupted, the same command "
        "goes on where it stopped. What is copied is not changed.",
    )
    copy.add_argument("source", metavar="FROM", help=f"a data folder, or {_URL}")
    copy.add_argument(
        "target", metavar="TO", help="where to: the other kind, with nothing in it; it is made"
    )
    copy.add_argument(
        "--anew", action="store_true", help="delete an unfinished copy that is there first"
    )
    copy.set_defaults(command=_copy, may_be_on_a_server=True)


def _change_store(options: argparse.Namespace) -> int:
    from kvitto.store.engines.opening import create_store, creating_sql, upgrade_store
    from kvitto.store.server_errors import StoreUrlError

    if options.sql and options.action == "create":
        tell(creating_sql().rstrip("\n"))
        return _EXIT_OK
    url = url_of(options)
    if url is None:
        raise StoreUrlError
    if options.action == "upgrade":
        if upgrade_store(url, folder_of(options, url)):
            say(f"The store at {url} is one of this version now.")
        else:
            say(f"The store at {url} is one of this version already.")
        return _EXIT_OK
    has_roles = create_store(url, folder_of(options, url))
    named = f" --store {options.store}" if options.store else ""
    say(f"There is a store at {url} now. To receive into it: kvitto receive{named}")
    if has_roles:
        say(
            "Its server has the roles kvitto_receiver, kvitto_editor and kvitto_viewer. Give them "
            "to users there: GRANT kvitto_viewer TO somebody"
        )
    else:
        say(
            "This user may not make roles, so the store has none. Have an administrator of the "
            "server run kvitto store upgrade with the same URL, by their own name."
        )
    return _EXIT_OK


def _copy(options: argparse.Namespace) -> int:
    from kvitto.store.copying import StoreCopy, as_interruption
    from kvitto.store.engines.store_url import is_store_url

    if is_store_url(options.source) == is_store_url(options.target):
        say(
            "kvitto: One of the two is a data folder, and the other a store on a server. To copy a "
            "data folder to another one, use kvitto backup; to copy a server's, pg_dump."
        )
        return _EXIT_WRONG_USE
    folder = data_folder(options.data_dir)
    progress = TerminalProgress("messages and reports copied")

    def wait() -> None:
        progress.end()
        say(
            f"All but what still comes is copied. Now quit Kvitto wherever it uses {source.place}, "
            "receivers and windows: then the rest is copied, which takes seconds. Until then all "
            "goes on as ever."
        )

    with ExitStack() as opened:
        with as_interruption(options.source):
            source = opened.enter_context(opened_source(options.source, folder))
        with ExitStack() as of_target:
            with as_interruption(options.target):
                target = of_target.enter_context(opened_target(options.target, folder))
            copy = StoreCopy(source, target, on_progress=progress, on_waiting=wait)
            try:
                copied = copy.run(is_anew=options.anew)
            except KeyboardInterrupt:
                progress.end()
                say("Interrupted. The same command goes on where it stopped.")
                raise
        progress.end()
        done = "is there already" if copied.was_there else "is copied, and all sums agree"
        receive = "--store" if is_store_url(options.target) else "--data-dir"
        say(
            f"All of {source.place} {done}: {count(copied.reports, 'report', 'reports')}, "
            f"{count(copied.messages, 'message', 'messages')}, "
            f"{count(copied.batches, 'batch', 'batches')}. Receive there from now on: "
            f"kvitto receive {receive} {shlex.quote(options.target)}"
        )
        with opened_source(options.target, folder) as there:
            is_right = [_agrees(source), _agrees(there)]
        if source.revision() == copied.revision:
            return _EXIT_OK if all(is_right) else _EXIT_FAILED
    say(
        f"kvitto: Something was stored at {source.place} after it was copied, and is only there. "
        "Stop what receives there; to have it in the copy, too, copy once more to another place."
    )
    return _EXIT_FAILED


def _agrees(source: "CopySource") -> bool:
    """Check a store, and tell of it; return whether all of it is right."""
    from kvitto.store.check import check

    progress = TerminalProgress(f"reports of {source.place} checked")
    result = check(source.database, on_progress=progress)
    progress.end()
    for difference in result.differences:
        tell(plain_line(difference))
    found = count(result.found, "difference", "differences") if result.found else "all agrees"
    tell(plain_line(f"Checked {source.place}: {found}."))
    return not result.found


def opened_source(place: str, folder: Path) -> "CopySource":
    """Return the store at a URL or in a folder, opened to be read.

    Raises:
        StoreError: it can't be.
    """
    from kvitto.store.copy_source import FolderSource
    from kvitto.store.engines.opening import server_source

    url = _url_of(place)
    return FolderSource(Path(place)) if url is None else server_source(url, folder)


def opened_target(place: str, folder: Path) -> "CopyTarget":
    """Return the place at a URL or in a folder, that is to become a copy.

    Raises:
        StoreError: it can't be.
    """
    from kvitto.store.copy_target import FolderTarget
    from kvitto.store.engines.opening import server_target

    url = _url_of(place)
    return FolderTarget(Path(place)) if url is None else server_target(url, folder)


def _url_of(place: str) -> "StoreUrl | None":
    """Return the URL that is meant; None where a folder is."""
    from kvitto.store.engines.store_url import is_store_url, store_url

    return store_url(place) if is_store_url(place) else None
