"""The commands that write files for other programs: export, report.

Each imports what it needs when it runs, since every start declares both.
"""

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kvitto.clock import utc_now
from kvitto.core.money import amount_of
from kvitto.export.kinds import EXPORT_FORMATS, EXPORT_KINDS
from kvitto.export.leftovers import remove_leftovers
from kvitto.paths import data_folder
from kvitto.store_options import opened_store, store_option
from kvitto.terminal import TerminalProgress, count, say, stoppable

if TYPE_CHECKING:
    from argparse import _SubParsersAction

_EXIT_OK: Final = 0


def add_export_commands(
    commands: "_SubParsersAction[Any]", common: Callable[[], argparse.ArgumentParser]
) -> None:
    """Declare the commands.

    Args:
        commands: where they are added.
        common: makes the options that every command has.
    """
    one = commands.add_parser(
        "export",
        parents=[common(), store_option(argparse.ArgumentParser)],
        help="write what was received to a file",
        description="Write messages, reports, batches or refused requests to a file for Excel, "
        "LibreOffice or another program. It can run while reports are being received.",
    )
    one.add_argument("--batch", metavar="ID", help="only this batch (its id at the SMS service)")
    one.add_argument(
        "--table",
        choices=EXPORT_KINDS,
        default=EXPORT_KINDS[0],
        help="messages with their current status, every single report, the batches with their "
        "sums, or refused requests (%(default)s)",
    )
    one.add_argument(
        "--format",
        choices=EXPORT_FORMATS,
        help="the kind of file (by the file's ending, otherwise csv)",
    )
    one.add_argument(
        "--with-demo",
        action="store_true",
        help="include demo campaigns and test reports; a batch that is named is always included",
    )
    one.add_argument("file", nargs="?", default="-", metavar="FILE", help="where to; - is stdout")
    one.set_defaults(command=_export)

    one = commands.add_parser(
        "report",
        parents=[common(), store_option(argparse.ArgumentParser)],
        help="write what a month cost to an Excel file",
        description="Write what a month cost, by the time of sending: by day, batch, department "
        "and country, each currency on its own. Departments are read from departments.txt in the "
        "data folder: a line such as REF-12* = Schools for each.",
    )
    one.add_argument("--month", type=_month, metavar="YYYY-MM", help="the month (the one of today)")
    one.add_argument("file", type=Path, metavar="FILE", help="the .xlsx file to write")
    one.set_defaults(command=_report)


def _month(text: str) -> date:
    """Return the first day of a month that is written as in ISO 8601."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        msg = f"{text!r} is not a month, such as 2026-11"
        raise argparse.ArgumentTypeError(msg) from None


def _export(options: argparse.Namespace) -> int:
    from kvitto.export.exporter import export
    from kvitto.store.reader import Reader

    progress = TerminalProgress("rows")
    folder = data_folder(options.data_dir)
    stopped = "Stopped." if options.file == "-" else f"Stopped: {options.file} was not written."
    with stoppable(stopped), opened_store(options) as database:
        remove_leftovers(folder)
        rows = export(
            Reader(database),
            what=options.table,
            batch_id=options.batch,
            form=options.format,
            target=options.file,
            on_progress=progress,
            with_demo=options.with_demo,
        )
    progress.end()
    if options.file != "-":
        say(f"{count(rows, 'row', 'rows')} written to {options.file}")
    return _EXIT_OK


def _report(options: argparse.Namespace) -> int:
    from kvitto.core.cost_period import month_of
    from kvitto.export.month_report import read_month_report
    from kvitto.export.month_workbook import write_month_workbook
    from kvitto.store.wrong_values import explained_by_wrong_values

    today = utc_now().astimezone().date()
    folder = data_folder(options.data_dir)
    with (
        stoppable(f"Stopped: {options.file} was not written."),
        opened_store(options) as database,
        explained_by_wrong_values(database),
    ):
        remove_leftovers(folder)
        report = read_month_report(database, month_of(options.month or today), today)
        batches = write_month_workbook(options.file, folder, report)
    for one in report.currencies:
        say(f"{amount_of(one.spent)} {one.currency or '(no currency)'} spent")
    say(f"{count(batches, 'batch', 'batches')} written to {options.file}")
    return _EXIT_OK
