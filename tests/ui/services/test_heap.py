"""What is large is given back to the system as soon as it is not needed."""

import subprocess
import sys

import pytest

from tests.helpers.program import END_S

_PROGRAM = """
import ctypes
from kvitto.ui.services.heap import share_heap_among_threads

class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd",
        "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost",
    )]

libc = ctypes.CDLL(None)
libc.mallinfo2.restype = Info
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]

share_heap_among_threads()
# Whoever has freed a large piece gets the next ones from a heap, where nothing was said of that.
libc.free(libc.malloc(20_000_000))
before = libc.mallinfo2().hblkhd
kept = libc.malloc(5_000_000)
print(libc.mallinfo2().hblkhd - before)
libc.free(kept)
print(libc.mallinfo2().hblkhd - before)
"""


def _is_glibc() -> bool:
    import ctypes

    return sys.platform == "linux" and hasattr(ctypes.CDLL(None), "mallinfo2")


@pytest.mark.skipif(not _is_glibc(), reason="needs a glibc that tells how much it has mapped")
def test_large_memory_is_mapped_and_given_back_however_much_was_freed_before() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        timeout=END_S,
        check=True,
    )
    mapped, left = map(int, done.stdout.split())
    assert mapped >= 5_000_000
    assert left == 0
