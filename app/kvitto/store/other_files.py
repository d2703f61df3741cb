"""Find the files of a data folder, besides the database in use, that have a number in them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kvitto.core.phone_number import PhoneNumber
from kvitto.paths import database_file
from kvitto.store.file_guard import companions

_AT_ONCE: Final = 1 << 20
_LONGEST: Final = 64
"""Bytes of the longest form of a number."""


def files_with(folder: Path, number: PhoneNumber) -> list[Path]:
    """Return the files in which a number stands in digits, in the order of their names.

    Such are copies of the database that a repair or a restore has kept, and lists that were saved
    into the folder. Packed files, as those of Excel, are not looked into. What can't be read is
    left out.

    Args:
        folder: the data folder.
        number: the number.
    """
    in_use = database_file(folder)
    # SQLite loses its locks on a database that its own process opens and closes.
    left_out = {in_use, *companions(in_use)}
    sought = re.compile(
        rb"(?:%s|0|(?<!\d))%s" % (number.calling_code.encode() + b"0?", number.national.encode())
    )
    return [one for one in sorted(_files(folder)) if one not in left_out and _has(one, sought)]


def _files(folder: Path) -> Iterator[Path]:
    for one in folder.rglob("*"):
        if one.is_file() and not one.is_symlink():
            yield one


def _has(file: Path, sought: "re.Pattern[bytes]") -> bool:
    try:
        with file.open("rb") as reading:
            before = b""
            while some := reading.read(_AT_ONCE):
                if sought.search(before + some):
                    return True
                before = some[-_LONGEST:]
    except OSError:
        pass
    return False
