"""The command `kvitto simulate`: a campaign from the command line, and its scorecard."""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, Final

import msgspec

from kvitto.output import is_ignored_hangup
from kvitto.paths import data_folder
from kvitto.simulator.campaign import Campaign
from kvitto.simulator.campaign_arguments import (
    USUAL_FOLDER,
    add_options,
    arguments_of,
    manner_of,
    plan_of,
)
from kvitto.simulator.campaign_runner import CampaignRunner
from kvitto.simulator.plan import PlanError
from kvitto.simulator.progress import ProgressLine
from kvitto.simulator.serving_books import LifeClock, books_served, say_served, until_stopped
from kvitto.simulator.summary import PostingSummary
from kvitto.simulator.target import Target
from kvitto.simulator.verification import Verification, verify
from kvitto.store.check_result import MAX_DIFFERENCES
from kvitto.store.database import open_database
from kvitto.store.reader import Reader

_WIDTH: Final = 78
_EXIT_CLEAN: Final = 0
_EXIT_NOT_CLEAN: Final = 1
_EXIT_INTERRUPTED: Final = 130


def declare_simulate(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options; its `command` takes the options and returns the exit code.

    That is 0 for a clean scorecard; 1 if reports were deleted, answers broke the contract, or
    something differs in the store; 130 if it was stopped.
    """
    description = (
        "Post the delivery reports of an invented campaign to a callback URL, exactly as the "
        "sender would: with its retries, at its pace, and with all that can go wrong on the way. "
        "The numbers are fictitious and no SMS is sent. Stop it with Ctrl-C. Ends with 1 if "
        "reports were deleted, an answer broke the contract, or (with --verify) the store differs."
    )
    parser.description = textwrap.fill(description, _WIDTH)
    add_options(parser)
    parser.set_defaults(command=_Command(parser.error))


class _Command:
    """Runs the command.

    Args:
        refuse: tells wrong use in one line, and ends the program.
    """

    def __init__(self, refuse: Callable[[str], Any]) -> None:
        self._refuse = refuse

    def __call__(self, options: argparse.Namespace) -> int:
        """Run a campaign, and say what came of it."""
        try:
            plan = plan_of(options)
        except PlanError as error:
            self._refuse(str(error))
            raise
        folder = None if options.verify is None else _folder(options.verify)
        if folder is not None:
            # Better told now than after an hour.
            open_database(folder, must_exist=True).close()
        campaign = Campaign(plan)
        if options.books is None:
            return self._post(campaign, options, folder)
        life = LifeClock(manner_of(options).pace)
        with contextlib.ExitStack() as stack:
            try:
                base = stack.enter_context(
                    books_served(
                        campaign, options.books, life.lived_s, callback_url=options.url.url
                    )
                )
            except OSError as error:
                self._refuse(f"The books can't have port {options.books}: {error.strerror}.")
                raise
            say_served(base)
            exit_code = self._post(campaign, options, folder)
            life.end()
            if exit_code != _EXIT_INTERRUPTED:
                until_stopped()
            return exit_code

    def _post(self, campaign: Campaign, options: argparse.Namespace, folder: Path | None) -> int:
        began = datetime.now(UTC)
        line = ProgressLine(sys.stderr, time.monotonic)
        runner = CampaignRunner(campaign, options.url, manner_of(options), on_progress=line.sending)
        is_whole = _run(runner)
        line.end()
        checked = None
        if folder is not None and is_whole:
            with contextlib.suppress(KeyboardInterrupt), open_database(folder) as database:
                checked = verify(
                    Reader(database),
                    campaign,
                    runner.summary,
                    began=began,
                    on_progress=line.comparing,
                )
            line.end()
            is_whole = checked is not None
        head = _head(campaign, options.url, options.profile, is_whole=is_whole)
        if options.json:
            _print_json(campaign, head, runner.summary, checked)
        else:
            _print_text(campaign, head, runner.summary, checked)
        if not is_whole:
            return _EXIT_INTERRUPTED
        is_clean = runner.summary.is_clean and not (checked and checked.found)
        return _EXIT_CLEAN if is_clean else _EXIT_NOT_CLEAN


def _folder(chosen: Path) -> Path:
    return data_folder(None if chosen == USUAL_FOLDER else chosen)


# --- Running ------------------------------------------------------------------------------------


def _run(runner: CampaignRunner) -> bool:
    """Run a campaign until it ends or is stopped; return whether it ran to its end."""
    asked = False

    async def run() -> None:
        loop = asyncio.get_running_loop()

        def stop() -> None:
            nonlocal asked
            asked = True
            loop.call_soon_threadsafe(runner.stop)

        with _on_signals(stop):
            await runner.run()

    with contextlib.suppress(KeyboardInterrupt), asyncio.Runner() as loop_runner:
        loop_runner.run(run())
        return not asked
    return False


_ENDING: Final = frozenset({"SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP"})


@contextmanager
def _on_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` when the user or the system asks for the end; asked again, end at once."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        restore()
        stop()

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    numbers = [
        number
        for number in signal.Signals
        if number.name in _ENDING and not is_ignored_hangup(number)
    ]
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        for number in numbers:
            signal.signal(number, handle)
        yield
    finally:
        restore()


# --- The scorecard ------------------------------------------------------------------------------


def _head(campaign: Campaign, target: Target, profile: str, *, is_whole: bool) -> dict[str, Any]:
    plan = campaign.plan
    return {
        "url": target.shown,
        "profile": profile,
        "options": arguments_of(plan, profile),
        "seed": plan.seed,
        "start": plan.start.isoformat(),
        "messages": plan.messages,
        "batches": plan.batches,
        "interrupted": not is_whole,
    }


def _print_json(
    campaign: Campaign,
    head: dict[str, Any],
    summary: PostingSummary,
    checked: Verification | None,
) -> None:
    store = None if checked is None else msgspec.structs.asdict(checked)
    told = head | summary.as_json(campaign) | {"verification": store}
    told["clean"] = summary.is_clean and not (checked and checked.found)
    _write(json.dumps(told, ensure_ascii=False, indent=2))


def _counted(count: int, one: str, several: str = "") -> str:
    return f"{count} {one if count == 1 else several or one + 's'}"


def _print_text(
    campaign: Campaign,
    head: dict[str, Any],
    summary: PostingSummary,
    checked: Verification | None,
) -> None:
    stopped = " (stopped before its end)" if head["interrupted"] else ""
    _write(
        f"{'Campaign':<22} {_counted(head['messages'], 'message')} in "
        f"{_counted(head['batches'], 'batch', 'batches')} to "
        f"{head['url']}{stopped}"
    )
    _write(f"{'To repeat it':<22} {head['options']}")
    for line in summary.as_text(campaign):
        _write(line)
    if checked is None:
        return
    compared = ", ".join(
        (
            _counted(checked.batches, "batch", "batches"),
            _counted(checked.messages, "message"),
            _counted(checked.reports, "report"),
        )
    )
    found = _counted(checked.found, "difference") if checked.found else "all agree"
    _write(f"{'Compared with the store':<22} {compared}: {found}")
    if checked.uncertain:
        _write(
            f"  {checked.uncertain} reports were never answered 200, so may be stored or not: "
            f"{checked.uncertain_stored} are"
        )
    if checked.known_before:
        _write(f"  {checked.known_before} reports were there before this campaign began")
    for difference in checked.differences:
        _write(f"  {difference}")
    if checked.found > MAX_DIFFERENCES:
        _write(f"  … and {checked.found - MAX_DIFFERENCES} more")


def _write(line: str) -> None:
    """Write to stdout; nobody reading is no reason to stop."""
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
