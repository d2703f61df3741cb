"""A receiver that is there and tells nothing: it keeps the folder, so that no other can receive."""

import logging
import time
from pathlib import Path
from typing import Final

from kvitto.receiver.receiver_process import BACKGROUND_OPTION
from kvitto.store.lockfile import InstanceInfo

log = logging.getLogger(__name__)

HUNG_AFTER_S: Final = 12.0
"""How long one may tell nothing after it was missed; it is missed after a silence of some 8 s."""
_KILL_S: Final = 5.0


class HungReceiver:
    """Decides when a receiver that tells nothing is ended. Belongs to the link's thread.

    Args:
        folder: the data folder.
        after_s: for how long it must have told nothing, in seconds; None for `HUNG_AFTER_S`.
    """

    def __init__(self, folder: Path, after_s: float | None = None) -> None:
        self._folder = str(folder.absolute())
        self._after_s = HUNG_AFTER_S if after_s is None else after_s
        self._missed: tuple[str, float] | None = None
        """The token of the one that tells nothing, and since when."""

    def heard(self) -> None:
        """Note that the receiver tells something."""
        self._missed = None

    def is_given_up(self, told: InstanceInfo) -> bool:
        """Note that a receiver tells nothing, and end one of a window's that has not for long.

        Returns:
            Whether it is no use to ask it again: it has ended, or belongs to somebody else.
        """
        if not self._is_a_windows(told.pid):
            return True
        now = time.monotonic()
        if self._missed is None or self._missed[0] != told.control_token:
            self._missed = (told.control_token, now)
        if now - self._missed[1] < self._after_s:
            return False
        self._missed = None
        is_ended = _end(told)
        if is_ended:
            log.warning("The receiver did not answer any more: it was ended")
        return not is_ended

    def _is_a_windows(self, pid: int) -> bool:
        """Tell whether a process is a receiver of our folder that a window has started."""
        import psutil

        try:
            process = psutil.Process(pid)
            is_over = process.status() == psutil.STATUS_ZOMBIE
            command = process.cmdline()
        except psutil.Error:
            return False
        return not is_over and BACKGROUND_OPTION in command and self._folder in command


def _end(told: InstanceInfo) -> bool:
    """Kill a process; return whether it has ended."""
    import psutil

    try:
        process = psutil.Process(told.pid)
        process.kill()
        process.wait(_KILL_S)
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:  # a process that waits for a disk is not even killed
        return False
    return True
