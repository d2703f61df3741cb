"""Lets the driver of stores on servers use the libraries that the program or the system has.

Its wheel brings copies of its own, OpenSSL among them, under names that hold a number of their
build. Two copies are twice the size, and the system's fixes do not reach those of a wheel.
"""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

_FOLDER: Final = "psycopg_binary.libs"
_COPY: Final = re.compile(r"(lib(?!pq-).+)-[0-9a-f]{8}(\.so\.\d+)[.\d]*")
"""Not of libpq itself: the driver asks for what only its own, newer version has."""


def replace_copies(internal: Path, is_there: Callable[[str], bool]) -> list[str]:
    """Delete the copies that something else takes the place of; return the names of those others.

    Args:
        internal: the folder with all that the program loads.
        is_there: tells whether a library will be found by its usual name, such as `libssl.so.3`.
    """
    replaced = {}
    for file in sorted((internal / _FOLDER).glob("lib*")):
        found = _COPY.fullmatch(file.name)
        if found is not None and is_there(name := found[1] + found[2]):
            replaced[file.name] = name
            file.unlink()
            (internal / file.name).unlink(missing_ok=True)
    if replaced:
        names = [part for pair in replaced.items() for part in ("--replace-needed", *pair)]
        needing = [*(internal / _FOLDER).glob("lib*"), *(internal / "psycopg_binary").glob("*.so")]
        subprocess.run(["patchelf", *names, *needing], check=True)
    return list(replaced.values())
