"""Load of pyqtgraph, and of Qt's classes, only what the charts use.

pyqtgraph loads all that it has, of which the charts draw with a fifth; the rest, its images,
regions and trees of parameters, is empty here. And PySide6 makes each class when it is first asked
for, but pyqtgraph copies all of them into modules of its own, so that it can change these: here
these modules get a class from Qt's when they are asked for it. Together that is three quarters of
the time that loading would take, and 10 MB.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final

from typing_extensions import override

_COPIED: Final = ("QtCore", "QtGui", "QtWidgets")
_ALL: Final = "pyqtgraph."
_USED: Final = (
    "colormap",
    "colors",
    "debug",
    "functions",
    "graphicsItems.AxisItem",
    "graphicsItems.BarGraphItem",
    "graphicsItems.GraphicsItem",
    "graphicsItems.GraphicsLayout",
    "graphicsItems.GraphicsObject",
    "graphicsItems.GraphicsWidget",
    "graphicsItems.GraphicsWidgetAnchor",
    "graphicsItems.ItemGroup",
    "graphicsItems.LabelItem",
    "graphicsItems.PlotCurveItem",
    "graphicsItems.ViewBox",
    "GraphicsScene",
    "Point",
    "Qt",
    "reload",
    "SignalProxy",
    "SRTTransform",
    "SRTTransform3D",
    "ThreadsafeTimer",
    "Transform3D",
    "util",
    "Vector",
    "widgets.GraphicsLayoutWidget",
    "widgets.GraphicsView",
)


def load_pyqtgraph() -> None:
    """Load pyqtgraph; where it is loaded already, nothing changes. In the window's thread."""
    if "pyqtgraph" in sys.modules:
        return
    sources = [import_module(f"PySide6.{name}") for name in _COPIED]
    for source, name in zip(sources, _COPIED, strict=True):
        sys.modules[f"pyqtgraph.Qt.{name}"] = _Mirror(f"pyqtgraph.Qt.{name}", source)
    with _listing_nothing(sources), _leaving_out():
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


@contextmanager
def _leaving_out() -> Iterator[None]:
    """Let what is not used of pyqtgraph be empty."""
    finder = _Unused()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Unused(MetaPathFinder, Loader):
    """Finds what is not used of pyqtgraph, and loads nothing for it."""

    @override
    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        name = fullname.removeprefix(_ALL)
        is_used = any(
            f"{name}.".startswith(f"{one}.") or one.startswith(f"{name}.") for one in _USED
        )
        return None if name == fullname or is_used else ModuleSpec(fullname, self, is_package=True)

    @override
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Empty(spec.name)

    @override
    def exec_module(self, module: ModuleType) -> None:
        """There is nothing in it."""


class _Empty(ModuleType):
    """Has a class of any name, for whoever takes one along; nothing can be done with it."""

    __all__: tuple[str, ...] = ()

    @override
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (), {})
        setattr(self, name, made)
        return made
