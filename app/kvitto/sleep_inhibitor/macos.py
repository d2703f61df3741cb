"""macOS: its own program `caffeinate`, which makes the assertion and ends when we do.

Not tried on macOS: only that the program is started with these arguments, and ended.
"""

import os
import subprocess
from typing import Final

from kvitto.sleep_inhibitor.inhibitor import CannotKeepAwakeError

PROGRAM: Final = "/usr/bin/caffeinate"
_PATIENCE_S: Final = 5.0


class MacInhibitor:
    """Runs `caffeinate` for as long as it holds.

    Args:
        program: the program's path.
    """

    def __init__(self, program: str = PROGRAM) -> None:
        self._program = program
        self._running: subprocess.Popen[bytes] | None = None

    def hold(self, reason: str) -> None:
        """Keep the computer awake; the reason is not shown anywhere.

        Raises:
            CannotKeepAwakeError: the program is not there.
        """
        del reason
        self.release()
        # -i: against idle sleep, not against a dark screen; -w: no longer than this process lives.
        command = [self._program, "-i", "-w", str(os.getpid())]
        try:
            self._running = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            msg = f"caffeinate can't be started: {error}"
            raise CannotKeepAwakeError(msg) from error

    def is_held(self) -> bool:
        """Tell whether the program still runs."""
        return self._running is not None and self._running.poll() is None

    def release(self) -> None:
        """End the program."""
        running, self._running = self._running, None
        if running is None:
            return
        running.terminate()
        try:
            running.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
