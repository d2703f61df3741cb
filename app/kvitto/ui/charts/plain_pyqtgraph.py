"""Load pyqtgraph, and make only those of Qt's classes that are used.

PySide6 makes each class when it is first asked for. pyqtgraph copies all of them into modules of
its own, so that it can change these: that makes all, which takes as long as the rest of the charts
to load, and 5 MB. Here its modules get a class from Qt's when they are asked for it.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any, Final

from typing_extensions import override

_COPIED: Final = ("QtCore", "QtGui", "QtWidgets")


def load_pyqtgraph() -> None:
    """Load pyqtgraph; where it is loaded already, nothing changes."""
    if "pyqtgraph" in sys.modules:
        return
    sources = [import_module(f"PySide6.{name}") for name in _COPIED]
    for source, name in zip(sources, _COPIED, strict=True):
        sys.modules[f"pyqtgraph.Qt.{name}"] = _Mirror(f"pyqtgraph.Qt.{name}", source)
    with _listing_nothing(sources):
        import_module("pyqtgraph")


class _Mirror(ModuleType):
    """Has what pyqtgraph puts in, and all that a module of Qt's has."""

    def __init__(self, name: str, source: ModuleType) -> None:
        super().__init__(name)
        self._source = source

    @override
    def __getattr__(self, name: str) -> Any:
        found = getattr(self._source, name)
        setattr(self, name, found)
        return found


@contextmanager
def _listing_nothing(modules: list[ModuleType]) -> Iterator[None]:
    """Let `dir` of these modules be empty meanwhile: pyqtgraph copies what it lists."""
    listing = [one.__dir__ for one in modules]  # PySide6's own, which names what is not made yet
    for one in modules:
        one.__dir__ = list  # type: ignore[method-assign]
    try:
        yield
    finally:
        for one, usual in zip(modules, listing, strict=True):
            one.__dir__ = usual  # type: ignore[method-assign]
