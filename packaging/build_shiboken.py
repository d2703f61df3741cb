"""Compiles what Qt for Python would compile at each start.

Its binding generator's runtime holds Python code as text, since it is the same for each version of
Python, and looks first for a folder `files.dir` beside itself that has it as files.
Source: shiboken6, `signature_bootstrap.py`, the function `find_incarnated_files`.
"""

import importlib.util
import marshal
import sys
from pathlib import Path
from typing import Final

import PySide6.QtCore  # noqa: F401 - loads that code

_PACKAGE: Final = "shibokensupport"
_NEITHER_TIME_NOR_SIZE: Final = bytes(12)
"""Of the source, of which there is no file."""


def compile_support(internal: Path) -> None:
    """Put that code, compiled, where it is looked for.

    Args:
        internal: the folder with all that the program loads.
    """
    archive = sys.modules[_PACKAGE].__loader__.zfile
    for name in sorted(archive.namelist()):
        if name.startswith(f"{_PACKAGE}/") and name.endswith(".py"):
            code = compile(archive.read(name), name, "exec", dont_inherit=True)
            file = internal / "shiboken6/files.dir" / f"{name}c"
            file.parent.mkdir(parents=True, exist_ok=True)
            head = importlib.util.MAGIC_NUMBER + _NEITHER_TIME_NOR_SIZE
            file.write_bytes(head + marshal.dumps(code))
