"""Only some modules of what runs in the window's process make threads.

The others have their calls made by `kvitto.receiver.numbered_calls`, whose threads hold nothing of
Qt's, directly or by the window's loop. These here have threads of their own for another reason, and
must be looked at for what they hold: an object of Qt's must not be deleted by them.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import kvitto

_FOLDER: Final = Path(kvitto.__file__).parent
_MAKING: Final = frozenset({"Thread", "Timer", "ThreadPoolExecutor", "QThread", "QThreadPool"})
_OF_WINDOW: Final = ("ui", "reachability", "books", "updates")
_MAY: Final = {
    "ui/services/desktop_notices.py": {"Thread"},  # it has a `_Desktop`, and knows no `QObject`
}


def _made_in(code: str) -> Iterator[str]:
    """Yield what makes threads and is named in a module, but `QTimer` and the like."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Attribute):
            name, of = node.attr, ast.unparse(node.value)
        elif isinstance(node, ast.alias):
            name, of = node.name.rpartition(".")[2], ""
        else:
            continue
        if name in _MAKING or (name == "start_new_thread" and of == "_thread"):
            yield name


@pytest.mark.parametrize("part", _OF_WINDOW)
def test_no_other_module_makes_threads(part: str) -> None:
    files = sorted((_FOLDER / part).rglob("*.py"))
    assert files
    made = {
        file.relative_to(_FOLDER).as_posix(): found
        for file in files
        if (found := set(_made_in(file.read_text("utf-8"))))
    }
    assert made == {file: what for file, what in _MAY.items() if file.startswith(f"{part}/")}


@pytest.mark.parametrize(
    "code",
    [
        "import threading\nthreading.Thread(target=print).start()",
        "from threading import Thread as T",
        "from concurrent.futures import ThreadPoolExecutor",
        "import concurrent.futures\nconcurrent.futures.ThreadPoolExecutor()",
        "from PySide6 import QtCore\nQtCore.QThreadPool()",
        "import _thread\n_thread.start_new_thread(print, ())",
    ],
)
def test_a_module_that_does_is_found(code: str) -> None:
    assert list(_made_in(code))
