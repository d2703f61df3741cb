"""How long one of Python's threads may keep the others waiting."""

import sys
from typing import Final

_TURN_S: Final = 0.0005


def switch_threads_often() -> None:
    """Let the threads of this program change turns ten times as often as Python usually does.

    Only one of them runs Python at a time: the window's, those that read for it, the receiver's and
    the writer's. A report passes from one to another several times before it is answered, and each
    time may have to wait for a whole turn of a thread that draws or converts rows. With Python's
    5 ms that made the slowest 1 % of answers three times as slow while the window was in use.
    """
    sys.setswitchinterval(_TURN_S)
