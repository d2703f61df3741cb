"""Load Qt, and leave Python's import as it is.

PySide6 replaces it by one that reads the source of each module that is imported from then on, for
the one who wants its names spelled in another way, which nothing here does. That takes a seventh
of the time in which the window starts, and the sources stay in memory, 20 MB of it.
"""

import builtins


def load_qt() -> None:
    """Load Qt; where it is loaded already, nothing changes."""
    usual = builtins.__import__
    import PySide6.QtCore  # noqa: F401 - loaded for what it does to the import

    builtins.__import__ = usual
