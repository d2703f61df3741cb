"""The process of the window that `window` measures: it begins as the program's own does.

``python -m tests.benchmarks.window_process STORE SECONDS`` prints a result as JSON.
"""

import gc
import sys
from pathlib import Path

from kvitto.ui.services.heap import share_heap_among_threads
from kvitto.ui.services.plain_imports import load_qt

if __name__ == "__main__":
    share_heap_among_threads()
    gc.disable()
    load_qt()
    from tests.benchmarks.window import measure

    measure(Path(sys.argv[1]), float(sys.argv[2]))
