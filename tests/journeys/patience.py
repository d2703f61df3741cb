"""Wait for what happens in another process: a condition, within a limit of time."""

import threading
import time
from collections.abc import Callable
from typing import Final

_LOOK_EVERY_S: Final = 0.02


def eventually(is_so: Callable[[], bool], time_limit_s: float = 60.0) -> bool:
    """Wait until `is_so`; False if it is not in time."""
    end = time.monotonic() + time_limit_s
    pause = threading.Event()
    while not is_so():
        if time.monotonic() > end:
            return False
        pause.wait(_LOOK_EVERY_S)
    return True
