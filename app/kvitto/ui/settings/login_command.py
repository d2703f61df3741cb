"""What is started at log-in, read from how each system writes it down."""

import os
import re
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Final

_EARLIER_OPTION: Final = "--minimized"
"""Of what earlier versions had started: the window, in the tray."""
_FOLDER: Final = "--data-dir"
_PLACES: Final = ("--store", "--store-file", _FOLDER)
_ARGUMENT: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)', re.DOTALL)
_WINDOWS_ARGUMENT: Final = re.compile(r'"([^"]*)"|(\S+)')


class StartedAtLogIn(ABC):
    """What a system starts at log-in, compared with the command that is meant.

    Args:
        command: the program and its arguments, which name the data folder.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command

    @abstractmethod
    def started(self) -> list[str]:
        """Return the command that is started now; empty for none, or where it can't be read."""

    @abstractmethod
    def turn_on(self) -> None:
        """See `autostart.Autostart`."""

    def is_on(self) -> bool:
        """See `autostart.Autostart`."""
        started = self.started()
        return _can_start(started) and _are_for_the_same(started, self._command)

    def other(self) -> str:
        """See `autostart.Autostart`."""
        started = self.started()
        is_other = _can_start(started) and not _are_for_the_same(started, self._command)
        return _place_words(started) if is_other else ""

    def is_outdated(self) -> bool:
        """Tell whether `renew` is to replace what is started now."""
        started = self.started()
        is_good = _EARLIER_OPTION not in started and _can_start(started)
        return bool(started) and not is_good and _are_for_the_same(started, self._command)

    def renew(self) -> None:
        """See `autostart.Autostart`."""
        if self.is_outdated():
            self.turn_on()


def desktop_command(line: str) -> list[str]:
    """Return the command that the value of `Exec` in a desktop entry means."""
    return _arguments(_unescaped(line), _ARGUMENT, lambda one: _unescaped(one).replace("%%", "%"))


def unit_command(line: str) -> list[str]:
    """Return the command that `ExecStart` in a unit of systemd's means."""
    return _arguments(
        line, _ARGUMENT, lambda one: _unescaped(one).replace("%%", "%").replace("$$", "$")
    )


def windows_command(line: str) -> list[str]:
    """Return the command that a command line of Windows means, where no argument has a quote."""
    return _arguments(line, _WINDOWS_ARGUMENT, str)


def _are_for_the_same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two commands receive into the same store."""
    return _places(one) == _places(other)


def _can_start(command: Sequence[str]) -> bool:
    return bool(command) and shutil.which(command[0]) is not None


def _place_words(command: Sequence[str]) -> str:
    """Return where a command keeps reports, for the user."""
    found = _places(command)
    return next((found[name] for name in _PLACES if name in found), "")


def _arguments(text: str, kind: re.Pattern[str], plain: Callable[[str], str]) -> list[str]:
    return [plain(quoted or bare) for quoted, bare in kind.findall(text)]


def _unescaped(argument: str) -> str:
    def meant(found: re.Match[str]) -> str:
        return "\n" if found[1] == "n" else found[1]

    return re.sub(r"\\(.)", meant, argument, flags=re.DOTALL)


def _places(command: Sequence[str]) -> Mapping[str, str]:
    found = {}
    for name, value in pairwise(command):
        if name in _PLACES:
            found[name] = os.path.realpath(value) if name == _FOLDER else value
    return found
