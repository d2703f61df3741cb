"""The commands for the store: check, backup, salvage, restore, merge, confirm-clock.

Each imports what it needs when it runs, since every start declares all of them.
"""

import argparse
import contextlib
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kvitto.core.invisible import plain_line
from kvitto.paths import data_folder, database_file
from kvitto.store.unchecked import UNCHECKED
from kvitto.store_options import opened_store, store_option, url_of
from kvitto.terminal import TerminalProgress, count, say, stoppable, tell

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from kvitto.store.backup_contents import StoreContents
    from kvitto.store.database import Database

_EXIT_OK: Final = 0
_EXIT_FAILED: Final = 1
_EXIT_WRONG_USE: Final = 2
_UNCHECKED_LINE: Final = f"Not checked, since nothing else says it: {'; '.join(UNCHECKED)}."
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
        parents=[common(), store_option(argparse.ArgumentParser)],
        help="check that all states and sums are right",
        description="Recompute every state and every sum from the reports, and say whether they "
        "agree with what is shown. Nothing is changed. Ends with 1 if anything differs.",
    )
    one.set_defaults(command=_check)

    one = commands.add_parser(
        "backup",
        parents=[common(), store_option(argparse.ArgumentParser)],
        help="copy everything to one file, while reports come in",
        description="Copy everything that was received to one file, whole as of one moment and "
        "checked. Reports may come in meanwhile. Put it on another disk; kvitto restore puts it "
        "back, here or on another computer. It holds phone numbers, texts and the keys of your "
        "callback URLs. A store on a server is copied by that server's own pg_dump: its command "
        "line is named, and nothing is copied.",
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
    one.add_argument(
        "--keep-newer",
        action="store_true",
        help="add the reports that were received since to what is restored",
    )
    one.add_argument("file", type=Path, metavar="FILE", help="the backup")
    one.set_defaults(command=_restore)

    one = commands.add_parser(
        "merge",
        parents=[common()],
        help="add the reports of another database that are missing here",
        description="Add the reports of another database, such as the one that a restore has "
        "kept, to what is there: those that are missing. The other one is only read. Quit Kvitto "
        "first.",
    )
    one.add_argument("file", type=Path, metavar="FILE", help="the other database, or a backup")
    one.set_defaults(command=_merge)

    one = commands.add_parser(
        "confirm-clock",
        parents=[common()],
        help="say that the computer's date is right",
        description="Say that the computer's date and time are right, after kvitto receive or the "
        "window has told that they don't agree with what was received: old data is deleted and "
        "keys are revoked by them from then on. Look at the date first.",
    )
    one.set_defaults(command=_confirm_clock)


def _check(options: argparse.Namespace) -> int:
    from kvitto.store.check import check
    from kvitto.store.check_result import MAX_DIFFERENCES
    from kvitto.store.database import FileDatabase
    from kvitto.store.database_copies import incomplete_since
    from kvitto.store.file_errors import WrongValueError
    from kvitto.store.wrong_values import explained_by_wrong_values

    progress = TerminalProgress("reports")
    folder = data_folder(options.data_dir)
    with stoppable("Stopped before all was checked."), opened_store(options) as database:
        missing_since, left_out = None, list[str]()
        # The check itself names such values.
        with contextlib.suppress(WrongValueError), explained_by_wrong_values(database):
            if isinstance(database, FileDatabase):
                missing_since = incomplete_since(database)
            left_out = _left_out_lines(folder, database)
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
        if result.purged:
            tell(_purged_line(result.purged))
        for line in left_out:
            tell(line)
        tell(_UNCHECKED_LINE)
        return _EXIT_OK
    for difference in result.differences:
        tell(plain_line(difference))
    if result.found > MAX_DIFFERENCES:
        tell(f"… and {result.found - MAX_DIFFERENCES} more")
    tell(f"{count(result.found, 'difference', 'differences')} in {checked}.")
    if result.purged:
        tell(_purged_line(result.purged))
    for line in left_out:
        tell(line)
    tell(_UNCHECKED_LINE)
    return _EXIT_FAILED


def _purged_line(batches: int) -> str:
    return (
        f"Of {count(batches, 'batch', 'batches')} the old messages were deleted, so their sums "
        "were only compared with one another."
    )


def _backup(options: argparse.Namespace) -> int:
    from kvitto.store.backup import back_up

    url = url_of(options)
    if url is not None:
        file = shlex.quote(str(options.file))
        say(
            "kvitto: Nothing is copied: a store on a server is backed up there, by pg_dump. It "
            "asks for a password, if there is one:"
        )
        tell(f"pg_dump --format=custom --file={file} {shlex.quote(url.without_password)}")
        return _EXIT_WRONG_USE
    contents = back_up(data_folder(options.data_dir), options.file, replaces=options.force)
    say(f"{_summary(contents)} copied to {options.file}, and checked.")
    return _EXIT_OK


def _salvage(options: argparse.Namespace) -> int:
    from kvitto.store.errors import NothingReceivedError
    from kvitto.store.salvage import salvage

    damaged = options.damaged
    if damaged is None:
        folder = data_folder(options.data_dir)
        damaged = database_file(folder)
        if not damaged.exists():
            raise NothingReceivedError(folder)
    saved = salvage(damaged, options.file, replaces=options.force)
    say(f"{_summary(saved.contents)} saved to {options.file}.")
    if not saved.lost and saved.is_exact:
        say("Nothing is lost.")
        return _EXIT_OK
    if saved.incomplete_since is not None:
        say(
            "The file lies without its log: it was copied or linked while Kvitto was receiving, or "
            "the log was deleted. What was received since "
            f"{saved.incomplete_since.astimezone():%Y-%m-%d %H:%M}, and perhaps some of what came "
            "before, is not in it. Salvage the file where its log lies beside it."
        )
    bound = "" if saved.is_exact else "at least "
    if saved.lost or saved.incomplete_since is None:
        say(f"Lost: {bound}{count(saved.lost, 'report', 'reports')}.")
    for batch_id in saved.batches_lost[:_MOST_BATCHES]:
        say(f"  Reports of batch {batch_id} are missing.")
    if len(saved.batches_lost) > _MOST_BATCHES:
        say(f"  … and of {len(saved.batches_lost) - _MOST_BATCHES} more batches.")
    return _EXIT_FAILED


def _restore(options: argparse.Namespace) -> int:
    from kvitto.store.backup import restore

    folder = data_folder(options.data_dir)
    restored = restore(folder, options.file)
    say(f"{_summary(restored.contents)} restored from {options.file}.")
    if restored.kept is not None:
        say(f"What was there before is kept in {restored.kept}.")
    left_out = restored.left_out
    if left_out is None:
        return _EXIT_OK
    if restored.kept is None:
        say(
            "The backup was made while Kvitto was receiving. What came later is on the computer "
            "that it was made on, and the SMS service does not send it again. Add it with: "
            "kvitto merge FILE, where FILE is a new backup made there."
        )
        return _EXIT_OK
    kept = database_file(restored.kept)
    if options.keep_newer:
        return _add(folder, kept)
    missing, it = "Reports that were received since may be", "them"
    if left_out.reports == 1:
        missing, it = "1 report that was received since is", "it"
    elif left_out.reports is not None:
        missing = f"{left_out.reports} reports that were received since are"
    say(
        f"{missing} only there, and the SMS service does not send {it} again. Add {it} with: "
        f"kvitto merge {shlex.quote(str(kept))}"
    )
    return _EXIT_OK


def _merge(options: argparse.Namespace) -> int:
    return _add(data_folder(options.data_dir), options.file)


def _add(folder: Path, file: Path) -> int:
    from kvitto.store.merging import merge

    merged = merge(folder, file)
    say(f"{count(merged.reports, 'report', 'reports')} added from {file}.")
    return _EXIT_OK


def _left_out_lines(folder: Path, database: "Database") -> list[str]:
    """Return which reports were received and are in another database, since a restore."""
    from kvitto.store.restorations import read_restorations

    lines = []
    for one in read_restorations(database, acknowledged_too=True):
        begin, end = (at.astimezone().strftime("%Y-%m-%d %H:%M:%S") for at in (one.begin, one.end))
        kept = one.kept_file(folder)
        number = one.left_out.reports
        where = "where the backup was made" if kept is None else f"in {kept}"
        it = "it" if number == 1 else "them"
        add = "" if kept is None else f" Add {it} with: kvitto merge {shlex.quote(str(kept))}"
        if number is None:
            what = f"Reports received from {begin} to {end} may be only {where}"
        else:
            reports = count(number, "report", "reports")
            is_only = "is only" if number == 1 else "are only"
            what = f"{reports} received from {begin} to {end} {is_only} {where}"
        lines.append(
            plain_line(
                f"{what}, since a backup was restored here. The SMS service does not send {it} "
                f"again.{add}"
            )
        )
    return lines


def _confirm_clock(options: argparse.Namespace) -> int:
    from kvitto.receiver.control_client import ControlClient
    from kvitto.receiver.heartbeat import read_clocks
    from kvitto.store.clock_guard import ConfirmClock
    from kvitto.store.lockfile import is_alive, read_instance_info

    folder, reading = data_folder(options.data_dir), read_clocks()
    receiver = read_instance_info(folder)
    if receiver is None or not receiver.control_port or not is_alive(receiver):
        say(f"kvitto: Nothing is received in {folder}. Start kvitto receive or the window first.")
        return _EXIT_FAILED
    client = ControlClient(receiver.control_port, receiver.control_token)
    with contextlib.closing(client):
        client.edit(ConfirmClock(reading))
    say(f"Confirmed: it is {reading.now.astimezone():%Y-%m-%d %H:%M}.")
    return _EXIT_OK


def _summary(contents: "StoreContents") -> str:
    return ", ".join(
        (
            count(contents.reports, "report", "reports"),
            count(contents.messages, "message", "messages"),
            count(contents.batches, "batch", "batches"),
        )
    )
