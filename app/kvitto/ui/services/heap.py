"""How the window takes memory from the system: without Qt, since it comes before all else."""

import sys
from typing import Final

_ARENAS: Final = -8
"""glibc's M_ARENA_MAX."""


def share_heap_among_threads() -> None:
    """Let all threads take memory from one heap, instead of several that each keep a rest: 3 MB.

    To be called before there are any. They seldom take memory at once: Python has its own for what
    is small, and runs in one of them at a time.
    """
    if sys.platform == "linux":
        import ctypes  # the window needs it in any case, but nobody else who loads this

        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other libcs have none
        if mallopt is not None:
            mallopt(_ARENAS, 1)
