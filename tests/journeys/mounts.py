"""File systems of a test's own: small ones, read-only ones, ones that can be looked at as a disk.

They are mounted in a mount namespace, which nobody else sees and which ends with its process, so
nothing is left behind. An ordinary user gets one as root of a user namespace, where the system
allows that.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pytest

_END_S: Final = 60.0


class Mounts:
    """A mount namespace. A context; leaving it unmounts all.

    Attributes:
        prefix: the beginning of a command line that runs the rest of it inside.
    """

    def __init__(self) -> None:
        """Make it, or skip the test where that is not possible."""
        if not (shutil.which("unshare") and shutil.which("nsenter")):
            pytest.skip(reason="needs unshare and nsenter, which only Linux has")
        is_root = os.geteuid() == 0
        new = ["--mount"] if is_root else ["--mount", "--map-root-user"]
        self._holder = subprocess.Popen(
            ["unshare", *new, "sh", "-c", "echo ready; exec cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        into = ["--mount"] if is_root else ["--mount", "--user", "--preserve-credentials"]
        # Entering forgets the working folder.
        self.prefix: Final[Sequence[str]] = [
            *("nsenter", "--target", str(self._holder.pid), *into),
            *("env", f"--chdir={Path.cwd()}"),
        ]
        assert self._holder.stdout is not None
        if self._holder.stdout.readline() != b"ready\n":
            _, told = self._holder.communicate(timeout=_END_S)
            pytest.skip(reason=f"may not mount anything here: {told.decode().strip()}")

    def run(self, *command: str | Path) -> str:
        """Run a command inside; return what it says.

        Raises:
            AssertionError: it fails.
        """
        done = self._run(command)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def mount(self, kind: str, what: str | Path, folder: Path, options: str = "") -> None:
        """Mount something on a new folder, or skip the test where that is not possible."""
        folder.mkdir()
        options_ = ("-o", options) if options else ()
        done = self._run(["mount", "-t", kind, *options_, what, folder])
        if done.returncode != 0:
            pytest.skip(reason=f"may not mount {kind} here: {done.stderr.strip()}")

    def inside(self, path: Path) -> Path:
        """Return where a path inside is to be found from outside."""
        return Path(f"/proc/{self._holder.pid}/root{path}")

    def _run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.prefix, *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=30,
            check=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._holder.communicate(timeout=_END_S)
