"""Deletes libraries that nothing in the packaged program needs.

PyInstaller takes along what each file needs that it collects, and the program's parts that are left
out afterwards had needs of their own.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

NEEDED: Final = re.compile(r"^\s+NEEDED\s+(\S+)", re.MULTILINE)
_MAGIC: Final = b"\x7fELF"
_PYTHON: Final = "libpython"


def delete_unneeded(internal: Path) -> list[str]:
    """Delete them; return their names.

    Args:
        internal: the folder with all that the program loads.
    """
    libraries: dict[str, list[Path]] = {}
    wanted: list[Path] = []
    for file in elf_files(internal):
        if _is_library(file, internal):
            libraries.setdefault(file.name, []).append(file)
        else:
            wanted.append(file)
    while wanted:
        told = subprocess.run(
            ["objdump", "--private-headers", str(wanted.pop())],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for name in NEEDED.findall(told):
            wanted += libraries.pop(name, [])
    for file in internal.iterdir():
        if file.is_symlink() and file.name in libraries:
            file.unlink()
    for files in libraries.values():
        for file in files:
            file.unlink()
    return sorted(libraries)


def elf_files(folder: Path) -> Iterator[Path]:
    """Return the programs and libraries in a folder, each once."""
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as opened:
                if opened.read(4) == _MAGIC:
                    yield file


def _is_library(file: Path, internal: Path) -> bool:
    """Tell whether a file is loaded for another one, and not by its own name."""
    # The program itself loads Python.
    is_shared = file.parent == internal and not file.name.startswith(_PYTHON)
    return file.name.startswith("lib") and (
        is_shared or file.parent.name == "lib" or file.parent.name.endswith(".libs")
    )
