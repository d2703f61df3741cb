"""Give a damaged database the pages that say where its tables are, from a new one.

Every database of a version is made by the same statements, so that its tables begin at the same
pages; a copy by VACUUM, such as a backup, has them at others, which are the same for all copies.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from kvitto.paths import database_file
from kvitto.store.database import open_database
from kvitto.store.engines.sqlite import uri_of

_HEADER: Final = 100
"""Bytes at the beginning of a database that say how to read the rest."""
_INTERIOR_TABLE: Final = 0x05
_KINDS: Final = (frozenset({0x05, 0x0D}), frozenset({0x02, 0x0A}))
"""The first byte of a page: of a table, with more pages below it or not; and of an index."""
_LEAST_SHARE: Final = 0.75
"""So many of the pages must fit: what is no database of ours at all has none that do."""


class _Layout(NamedTuple):
    """Where the tables of a whole database begin.

    Attributes:
        pages: the pages of its list of tables, by their numbers, from 0.
        roots: the pages at which tables and indexes begin, and what their first byte can be.
        names: the names of the tables.
    """

    pages: dict[int, bytes]
    roots: dict[int, frozenset[int]]
    names: frozenset[str]


def table_names(scratch: Path) -> frozenset[str]:
    """Return the names of the tables of a new database, made in a folder that is not there yet."""
    return _layout_of(_made(scratch)).names


def grafts(damaged: bytes, scratch: Path) -> Iterator[dict[int, bytes]]:
    """Yield what may make a database readable, the likeliest first: pages by their numbers, from 0.

    Args:
        damaged: its contents.
        scratch: a folder in which new databases can be made; it is not there yet.
    """
    new = _made(scratch)
    copied = new.with_name("copied.db")
    with closing(sqlite3.connect(uri_of(new, "ro"), uri=True)) as connection:
        connection.execute("VACUUM INTO ?", (str(copied),))
    layouts = [_layout_of(one) for one in (new, copied)]
    header = _with_own_length(layouts[0].pages, damaged)[0][:_HEADER]
    yield {0: header + damaged[_HEADER : _page_size(header)]}
    fits = [(_fitting_share(damaged, one), -number) for number, one in enumerate(layouts)]
    for share, number in sorted(fits, reverse=True):
        if share >= _LEAST_SHARE:
            yield _with_own_length(layouts[-number].pages, damaged)


def replace_pages(file: Path, pages: dict[int, bytes]) -> dict[int, bytes]:
    """Replace pages of a file, by their numbers from 0; return what was there."""
    before: dict[int, bytes] = {}
    with file.open("r+b") as opened:
        for number, page in pages.items():
            opened.seek(number * len(page))
            before[number] = opened.read(len(page))
            opened.seek(number * len(page))
            opened.write(page)
    return before


def _made(folder: Path) -> Path:
    if not folder.exists():
        open_database(folder).close()
    return database_file(folder)


def _layout_of(file: Path) -> _Layout:
    content = file.read_bytes()
    page = _page_size(content)
    with closing(sqlite3.connect(uri_of(file, "ro"), uri=True)) as connection:
        rows = connection.execute("SELECT type, name, rootpage FROM sqlite_schema").fetchall()
    numbers = [0]
    if content[_HEADER] == _INTERIOR_TABLE:
        numbers += _children(content[:page])
    return _Layout(
        {number: content[number * page : (number + 1) * page] for number in numbers},
        {
            root - 1: kind
            for _, _, root in rows
            for kind in _KINDS
            if root and content[(root - 1) * page] in kind
        },
        frozenset(name for kind, name, _ in rows if kind == "table"),
    )


def _children(first: bytes) -> list[int]:
    """Return the numbers of the pages below the first one, which is not a leaf."""
    count = int.from_bytes(first[_HEADER + 3 : _HEADER + 5], "big")
    cells = [
        int.from_bytes(first[_HEADER + 12 + 2 * one : _HEADER + 14 + 2 * one], "big")
        for one in range(count)
    ]
    last = int.from_bytes(first[_HEADER + 8 : _HEADER + 12], "big")
    return [int.from_bytes(first[at : at + 4], "big") - 1 for at in cells] + [last - 1]


def _fitting_share(damaged: bytes, layout: _Layout) -> float:
    page = _page_size(layout.pages[0])
    fitting = sum(
        number * page < len(damaged) and damaged[number * page] in kind
        for number, kind in layout.roots.items()
    )
    return fitting / len(layout.roots)


def _with_own_length(pages: dict[int, bytes], damaged: bytes) -> dict[int, bytes]:
    first = bytearray(pages[0])
    first[28:32] = (len(damaged) // _page_size(pages[0])).to_bytes(4, "big")
    first[92:96] = first[24:28]
    return {**pages, 0: bytes(first)}


def _page_size(content: bytes) -> int:
    return int.from_bytes(content[16:18], "big") or 65536
