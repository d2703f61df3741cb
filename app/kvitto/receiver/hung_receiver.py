"""End a receiver that hangs: it keeps the folder locked, so that no other can receive."""

import logging
import time
from pathlib import Path
from typing import Final

from kvitto.receiver.receiver_process import BACKGROUND_OPTION
from kvitto.store.lockfile import InstanceInfo

log = logging.getLogger(__name__)

HUNG_AFTER_S: Final = 12.0
"""How long one may send no status once that was noticed, which takes some 8 s."""
_KILL_S: Final = 5.0


class HungReceiver:
    """Decides when a receiver that sends no status is ended. Belongs to the link's thread.

    Args:
        folder: the data folder.
        after_s: for how long it must have sent nothing, in seconds; None for `HUNG_AFTER_S`.
    """

    def __init__(self, folder: Path, after_s: float | None = None) -> None:
        self._folder = str(folder.absolute())
        self._after_s = HUNG_AFTER_S if after_s is None else after_s
        self._missed: tuple[str, float] | None = None
        """The token of the one that sends nothing, and since when."""

    def heard(self) -> None:
        """Note that the receiver has sent a status."""
        self._missed = None

    def is_given_up(self, instance: InstanceInfo) -> bool:
        """Note that a receiver sends nothing; end it if that has lasted and a window started it.

        Returns:
            Whether it makes no sense to ask it again: it has ended, or belongs to somebody else.
        """
        if not self._is_a_windows(instance.pid):
            return True
        now = time.monotonic()
        if self._missed is None or self._missed[0] != instance.control_token:
            self._missed = (instance.control_token, now)
        if now - self._missed[1] < self._after_s:
            return False
        self._missed = None
        is_ended = _end(instance)
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


def _end(instance: InstanceInfo) -> bool:
    """Kill a process; return whether it has ended."""
    import psutil

    try:
        process = psutil.Process(instance.pid)
        process.kill()
        process.wait(_KILL_S)
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:  # a process that waits for a disk is not even killed
        return False
    return True
