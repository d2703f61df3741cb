"""Tells what the built folder takes from the system: libraries, and which glibc."""

import re
import subprocess
from pathlib import Path
from typing import Final

from build_unneeded import NEEDED, elf_files

_GLIBC: Final = re.compile(r"GLIBC_(\d+)\.(\d+)")
_OF_GLIBC: Final = re.compile(r"(ld-linux.*|lib(c|dl|m|pthread|resolv|rt|util))\.so\.\d+")
LOADED_LATER: Final = ("libx11-6", "libxcb1", "libegl1", "libgl1")
"""What Qt's plugins load by name only, as Debian names it."""
_TEXT: Final = """\
Kvitto needs Linux with glibc {glibc} or newer. For its window it also needs these libraries, which
any desktop has:

{libraries}

In a smaller system, Debian and Ubuntu have them in

    sudo apt install {packages}

For servers that are asked by HTTPS, and stores on servers, it needs the system's list of trusted
certificates (ca-certificates). kvitto-cli receive, and the other commands, need nothing else.
"""


def needed_libraries(folder: Path) -> set[str]:
    """Return the libraries that the folder's files need, and the folder has not."""
    needed: set[str] = set()
    for file in elf_files(folder):
        needed.update(NEEDED.findall(_headers(file)))
    return needed - {file.name for file in folder.rglob("*")}


def glibc_of(folder: Path) -> tuple[int, int]:
    """Return the oldest version of glibc with which all files of a folder run."""
    found = [(0, 0)]
    for file in elf_files(folder):
        found += [(int(major), int(minor)) for major, minor in _GLIBC.findall(_headers(file))]
    return max(found)


def needs_text(folder: Path) -> str:
    """Return what a person who unpacks the folder has to know.

    Raises:
        RuntimeError: no package, or more than one, has a library that is needed.
    """
    libraries = sorted(one for one in needed_libraries(folder) if not _OF_GLIBC.fullmatch(one))
    packages = sorted({owner(one) for one in libraries} | set(LOADED_LATER))
    return _TEXT.format(
        glibc=".".join(map(str, glibc_of(folder))),
        libraries="\n".join(f"    {one}" for one in libraries),
        packages=" ".join(packages),
    )


def owner(library: str) -> str:
    """Return the package of this system that has a library.

    Raises:
        RuntimeError: none has, or more than one.
    """
    found = subprocess.run(
        ["dpkg-query", "--search", f"*/{library}"], capture_output=True, text=True, check=False
    )
    packages = {line.partition(":")[0] for line in found.stdout.splitlines()}
    if len(packages) != 1:
        msg = f"{library} is needed, and lies in {sorted(packages) or 'no package'}"
        raise RuntimeError(msg)
    return packages.pop()


def _headers(file: Path) -> str:
    return subprocess.run(
        ["objdump", "--private-headers", str(file)], check=True, capture_output=True, text=True
    ).stdout
