"""How the window takes memory from the system: without Qt, since it comes before all else."""

import sys
from typing import Final

_ARENAS: Final = -8
"""glibc's M_ARENA_MAX."""
_MAPPED_FROM: Final = -3
"""glibc's M_MMAP_THRESHOLD."""
_TRIMMED_FROM: Final = -1
"""glibc's M_TRIM_THRESHOLD."""
_LARGE_BYTES: Final = 4 << 20
"""The chart's arrays are smaller, up to half a million minutes: they are made ten times a second,
and memory that comes from the system is ten times as slow at first."""
_SPARE_BYTES: Final = 16 << 20


def share_heap_among_threads() -> None:
    """Let all threads take memory from one heap, instead of several that each keep a rest.

    To be called before there are any. They seldom take memory at once: Python has its own for what
    is small, and runs in one of them at a time.

    What is large never lies in it, and is given back as soon as it is not needed. glibc would take
    ever larger pieces from there once some were given back, up to 32 MB, and what is left between
    others stays: after searches among 50,000 batches that was 13 MB.
    """
    if sys.platform == "linux":
        import ctypes  # the window needs it in any case, but nobody else who loads this

        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other libcs have none
        if mallopt is not None:
            mallopt(_ARENAS, 1)
            mallopt(_MAPPED_FROM, _LARGE_BYTES)
            mallopt(_TRIMMED_FROM, _SPARE_BYTES)
