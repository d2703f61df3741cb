"""The servers that Kvitto is compared with, each in a process of its own."""

import subprocess
import sys
from types import TracebackType
from typing import Final, Protocol, Self

import psutil

from tests.helpers.program import PROJECT

_END_S: Final = 10.0


class Serving(Protocol):
    """A process that takes reports."""

    @property
    def url(self) -> str:
        """Where."""

    @property
    def usage(self) -> psutil.Process:
        """What the system knows about it."""


class Server:
    """A server of `tests.benchmarks`, until its context ends.

    Args:
        module: its module.
        arguments: what it is given.
    """

    def __init__(self, module: str, *arguments: str) -> None:
        self._process: Final = subprocess.Popen(
            [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        assert self._process.stdout is not None
        self.url: Final = self._process.stdout.readline().strip()

    @property
    def usage(self) -> psutil.Process:
        """What the system knows about its process."""
        return psutil.Process(self._process.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate(timeout=_END_S)


def cpu_seconds(server: Serving) -> float:
    """Return how much processor time a server has taken."""
    times = server.usage.cpu_times()
    return times.user + times.system
