"""The build's own modules, which are no package."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final

PROJECT: Final = Path(__file__).parents[2]


def build_module(name: str) -> ModuleType:
    """Return a module of the folder `packaging`."""
    folder = str(PROJECT / "packaging")
    if folder not in sys.path:
        sys.path.append(folder)
    return import_module(name)
