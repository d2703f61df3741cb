"""Output of the commands on the terminal, and their progress."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from kvitto.core.invisible import plain_text
from kvitto.output import UnblockedStream

if TYPE_CHECKING:
    from kvitto.store.migrations.runner import UpgradeProgress

_AT_ONCE_S: Final = 1.0
_ENDING: Final = ("SIGTERM", "SIGHUP", "SIGBREAK")
_QUIET_S: Final = 2.0
"""What takes longer than this shows its progress."""


def say(line: str) -> None:
    """Print to stderr, without control characters; a closed stderr is no error."""
    with contextlib.suppress(OSError):
        print(plain_text(line), file=sys.stderr, flush=True)


def give_outputs() -> None:
    """Give a program without a console, as on Windows, outputs that lead nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - stays open


class StoppedError(Exception):
    """The user or the system stopped a command.

    Attributes:
        exit_code: with which it ends: 128 and the signal's number, as a shell has it.
    """

    def __init__(self, sentence: str, number: int) -> None:
        """Say what became of what it did."""
        self.exit_code = 128 + number
        super().__init__(sentence)


@contextlib.contextmanager
def stoppable(sentence: str) -> Iterator[None]:
    """Let the system's signals end what runs here as Ctrl+C does, so that it can clean up.

    For the main thread.

    Args:
        sentence: what is said then.

    Raises:
        StoppedError: it was stopped.
    """
    numbers = [signal.SIGINT.value]

    def end(number: int, _frame: object) -> None:
        numbers.append(number)
        raise KeyboardInterrupt

    before = {}
    for name in _ENDING:
        number = getattr(signal, name, None)
        # One that is ignored, as by nohup, stays so.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, end)
    try:
        yield
    except (KeyboardInterrupt, InterruptedError) as error:
        # SQLite, interrupted, raises the second.
        raise StoppedError(sentence, numbers[-1]) from error
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


class OutputError(Exception):
    """What a command has found out could not be written to stdout.

    Attributes:
        sentence: what happened, for the user.
    """

    def __init__(self, error: OSError) -> None:
        """Say why."""
        if isinstance(error, BrokenPipeError):
            why = "nobody reads it any more"
        else:
            why = error.strerror or str(error)
        self.sentence = f"What was to be written is lost: {why}."
        super().__init__(self.sentence)


def tell(line: str) -> None:
    """Print a result to stdout.

    Raises:
        OutputError: it can't be written.
    """
    try:
        print(line)
    except OSError as error:
        raise OutputError(error) from error


def tell_at_once(line: str) -> None:
    """Print a result to stdout while the program goes on; where that can't be, say so on stderr."""
    hindered: OSError | None = None
    try:
        print(line, flush=True)
    except OSError as error:
        hindered = error
    if isinstance(sys.stdout, UnblockedStream):
        hindered = sys.stdout.hindered(_AT_ONCE_S)
    if hindered is not None:
        say(f"kvitto: {OutputError(hindered).sentence}")


def flush_results() -> None:
    """See that all results are written, before the interpreter tries.

    Raises:
        OutputError: they can't be written; what is left of them is dropped.
    """
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError as error:
        # Otherwise the interpreter tries once more when it ends, and reports that as a crash.
        with contextlib.suppress(OSError, ValueError):
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, sys.stdout.fileno())
            os.close(nothing)
        raise OutputError(error) from error


def count(number: int, one: str, many: str) -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else many}"


class TerminalProgress:
    """Shows progress on stderr, where something takes long."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._started = time.monotonic()
        self._next = self._started + _QUIET_S
        self._is_terminal = sys.stderr is not None and sys.stderr.isatty()
        self._was_shown = False

    def __call__(self, done: int, total: int) -> None:
        """Show the progress, at most every so often."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (0.25 if self._is_terminal else 5.0)
        self._was_shown = True
        share = f" ({100 * done // total} %)" if total else ""
        line = f"{done} of {total} {self._what}{share}"
        with contextlib.suppress(OSError):
            print(line, end="\r" if self._is_terminal else "\n", file=sys.stderr, flush=True)

    def end(self) -> None:
        """End the line that was overwritten."""
        if self._was_shown and self._is_terminal:
            say("")


class TerminalUpgrade:
    """Shows the progress of the upgrade of a database, where it takes long."""

    def __init__(self, may_go_on: Callable[[], bool] = lambda: True) -> None:
        from kvitto.store.migrations.runner import UpgradeStage

        self._may_go_on = may_go_on
        self._shown = {
            UpgradeStage.COPYING: TerminalProgress("per cent of a copy of the database made"),
            UpgradeStage.CHANGING: TerminalProgress("steps of its upgrade done"),
        }

    def __call__(self, progress: "UpgradeProgress") -> bool:
        """Show the progress; return whether to go on."""
        self._shown[progress.stage](progress.done, progress.total)
        return self._may_go_on()

    def end(self) -> None:
        """End the lines that were overwritten."""
        for shown in self._shown.values():
            shown.end()
