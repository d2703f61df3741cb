"""How the window takes memory from the system: without Qt, since it comes before all else."""

import sys
from typing import Final

_ARENAS: Final = -8
"""glibc's M_ARENA_MAX."""
_MAPPED_FROM: Final = -3
"""glibc's M_MMAP_THRESHOLD."""
_LARGE_BYTES: Final = 256 << 10


def share_heap_among_threads() -> None:
    """Let all threads take memory from one heap, instead of several that each keep a rest.

    To be called before there are any. They seldom take memory at once: Python has its own for what
    is small, and runs in one of them at a time.

    What is large never lies in a heap, and is given back as soon as it is not needed. glibc would
    take ever larger pieces from the heaps once some were given back, up to 32 MB, and what is left
    there between others stays. After searches among 50,000 batches all of this was 40 MB.
    """
    if sys.platform == "linux":
        import ctypes  # the window needs it in any case, but nobody else who loads this

        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other libcs have none
        if mallopt is not None:
            mallopt(_ARENAS, 1)
            mallopt(_MAPPED_FROM, _LARGE_BYTES)
