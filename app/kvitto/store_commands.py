"""The commands for the store: check, backup, salvage, restore.

Each imports what it needs when it runs, since every start declares all of them.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kvitto.core.invisible import plain_line
from kvitto.paths import data_folder, database_file
from kvitto.terminal import TerminalProgress, TerminalUpgrade, count, say, tell

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from kvitto.store.backup_contents import StoreContents

_EXIT_OK: Final = 0
_EXIT_FAILED: Final = 1
_MOST_BATCHES: Final = 20
"""Batches that are named one by one."""


def add_store_commands(
    commands: "_SubParsersAction[Any]", common: Callable[[], argparse.ArgumentParser]
) -> None:
    """Declare the commands.

    Args:
        commands: where they are added.
        common: makes the options that every command has.
    """
    one = commands.add_parser(
        "check",
        parents=[common()],
        help="check that all states and sums are right",
        description="Recompute every state and every sum from the reports, and say whether they "
        "agree with what is shown. Nothing is changed. Ends with 1 if anything differs.",
    )
    one.set_defaults(command=_check)

    one = commands.add_parser(
        "backup",
        parents=[common()],
        help="copy everything to one file, while reports come in",
        description="Copy everything that was received to one file, whole as of one moment and "
        "checked. Reports may come in meanwhile. Put it on another disk; kvitto restore puts it "
        "back, here or on another computer. It holds phone numbers, texts and the keys of your "
        "callback URLs.",
    )
    one.add_argument("--force", action="store_true", help="replace an older file of that name")
    one.add_argument("file", type=Path, metavar="FILE", help="the file to make")
    one.set_defaults(command=_backup)

    one = commands.add_parser(
        "salvage",
        parents=[common()],
        help="save what can be read of a damaged store",
        description="Make a new store, in one file, of all that can be read of a damaged one, and "
        "say how much that is. The damaged one is not changed. kvitto restore puts the new one in "
        "its place. Ends with 1 if anything is lost.",
    )
    one.add_argument("--force", action="store_true", help="replace an older file of that name")
    one.add_argument(
        "--from",
        dest="damaged",
        type=Path,
        metavar="DAMAGED",
        help="the damaged database (otherwise the one of the data folder)",
    )
    one.add_argument("file", type=Path, metavar="FILE", help="the file to make")
    one.set_defaults(command=_salvage)

    one = commands.add_parser(
        "restore",
        parents=[common()],
        help="put a backup in the place of what is there",
        description="Check a backup, and put it in the place of what was received so far. That is "
        "kept in a folder beside it. Quit Kvitto first: nothing is restored while it runs.",
    )
    one.add_argument("file", type=Path, metavar="FILE", help="the backup")
    one.set_defaults(command=_restore)


def _check(options: argparse.Namespace) -> int:
    from kvitto.store.check import MAX_DIFFERENCES, check
    from kvitto.store.database import open_database
    from kvitto.store.database_copies import incomplete_since

    progress = TerminalProgress("reports")
    folder = data_folder(options.data_dir)
    upgrading = TerminalUpgrade()
    with open_database(folder, must_exist=True, on_upgrade=upgrading) as database:
        upgrading.end()
        missing_since = incomplete_since(database)
        result = check(database, on_progress=progress)
    progress.end()
    if missing_since is not None:
        last = missing_since.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        result.differ(
            "This database seems to be a copy that was made without its log while Kvitto was "
            f"receiving: what came after {last}, or a little before, may be missing in it. "
            "kvitto backup makes copies that are whole."
        )
    checked = ", ".join(
        (
            count(result.reports, "report", "reports"),
            count(result.messages, "message", "messages"),
            count(result.batches, "batch", "batches"),
        )
    )
    if not result.found:
        tell(f"All states and sums agree with the reports: {checked}.")
        return _EXIT_OK
    for difference in result.differences:
        tell(plain_line(difference))
    if result.found > MAX_DIFFERENCES:
        tell(f"… and {result.found - MAX_DIFFERENCES} more")
    tell(f"{count(result.found, 'difference', 'differences')} in {checked}.")
    return _EXIT_FAILED


def _backup(options: argparse.Namespace) -> int:
    from kvitto.store.backup import back_up

    contents = back_up(
        data_folder(options.data_dir), options.file, replaces=options.force, may_go_on=lambda: True
    )
    say(f"{_summary(contents)} copied to {options.file}, and checked.")
    return _EXIT_OK


def _salvage(options: argparse.Namespace) -> int:
    from kvitto.store.salvage import salvage

    damaged = options.damaged or database_file(data_folder(options.data_dir))
    saved = salvage(damaged, options.file, replaces=options.force)
    say(f"{_summary(saved.contents)} saved to {options.file}.")
    if not saved.lost and saved.is_exact:
        say("Nothing is lost.")
        return _EXIT_OK
    bound = "" if saved.is_exact else "at least "
    say(f"Lost: {bound}{count(saved.lost, 'report', 'reports')}.")
    for batch_id in saved.batches_lost[:_MOST_BATCHES]:
        say(f"  Reports of batch {batch_id} are missing.")
    if len(saved.batches_lost) > _MOST_BATCHES:
        say(f"  … and of {len(saved.batches_lost) - _MOST_BATCHES} more batches.")
    return _EXIT_FAILED


def _restore(options: argparse.Namespace) -> int:
    from kvitto.store.backup import restore

    restored = restore(data_folder(options.data_dir), options.file, may_go_on=lambda: True)
    say(f"{_summary(restored.contents)} restored from {options.file}.")
    if restored.kept is not None:
        say(f"What was there before is kept in {restored.kept}.")
    return _EXIT_OK


def _summary(contents: "StoreContents") -> str:
    return ", ".join(
        (
            count(contents.reports, "report", "reports"),
            count(contents.messages, "message", "messages"),
            count(contents.batches, "batch", "batches"),
        )
    )
