"""Merge the search index in short steps, while much is deleted.

FTS5 keeps the index in pieces, on levels: each transaction adds a piece to the lowest, and the
pieces of a level are merged into one of the next. By itself SQLite does that a thousand pages at
a time, within what adds a piece; by a command, some pages at a time. Either ends only between two
words: a step that comes to one which all messages have, as the first digits of a number, writes
all of it. Of a merge of a hundred thousand pages that takes 100 ms and more.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from sqlalchemy import Connection

_SET_INDEX: Final = "INSERT INTO message_fts (message_fts, rank) VALUES (?, ?)"
_FLUSH: Final = ("SAVEPOINT merging", "RELEASE merging")
"""Has FTS5 write the piece of what was changed. SQLite later than 3.40 may do that at the commit
else, and would merge then as it does by itself."""
_MERGED_PAGES: Final = 8
"""What is merged between two looks at the clock."""
_AUTOMERGE: Final = 4
"""How many pieces SQLite merges by itself, and goes on merging when messages are added."""
_USERMERGE: Final = 8
"""How many pieces of a like size are merged into one. Of fewer, all would be written more often; of
more, each search would look into more, and at 16 SQLite merges all of them at once."""
_MERGE_S: Final = 0.002
"""How long is merged in a part: a part's own piece is written again two or three times in all."""
_LARGE_PAGES: Final = 4000
"""A merge of more pages that SQLite began by itself is left to it until all is deleted: of twice as
many some steps take 20 ms, of 100,000 pages 100 ms. No merge of what is deleted waits for it."""
_MOST_PIECES: Final = 200
"""With as many on its level it is not left any longer: SQLite takes 2,000 pieces in all."""
_STRUCTURE: Final = "SELECT block FROM message_fts_data WHERE id = 10"
"""The levels and their pieces: "Structure record" in SQLite's ext/fts5/fts5_index.c."""
_COOKIE_BYTES: Final = 4


class Level(NamedTuple):
    """A level of the index.

    Attributes:
        merging: how many of its pieces, the first, are being merged into the next level's last.
        pages: of each piece.
    """

    merging: int
    pages: list[int]


@contextmanager
def merging_in_parts(connection: Connection) -> Iterator[None]:
    """Let the search index be merged a little, whatever is changed within the context.

    SQLite puts merging off, and then does it in one piece that takes as long as many parts do. A
    server has no such index.
    """
    raw = connection.connection.driver_connection
    if not isinstance(raw, sqlite3.Connection):
        yield
        return
    raw.execute(_SET_INDEX, ("automerge", 0))
    raw.execute(_SET_INDEX, ("usermerge", _USERMERGE))
    yield
    for flush in _FLUSH:
        raw.execute(flush)
    end_s = time.monotonic() + _MERGE_S
    while time.monotonic() < end_s and (pages := mergeable_pages(levels_of(raw))):
        raw.execute(_SET_INDEX, ("merge", pages))
    raw.execute(_SET_INDEX, ("automerge", _AUTOMERGE))


def mergeable_pages(levels: list[Level]) -> int:
    """Return how many pages the next step is to merge; 0 if it is to be left.

    Args:
        levels: the lowest first.
    """
    chosen, most = 0, 0
    for number, level in enumerate(levels):  # SQLite's own choice
        if (count := level.merging or len(level.pages)) > most:
            chosen, most = number, count
        if level.merging:
            break
    if most < _USERMERGE and not (levels and levels[chosen].merging):
        return 0
    level = levels[chosen]
    left = sum(level.pages[:most])
    if level.merging:
        written = [page for above in levels[chosen + 1 : chosen + 2] for page in above.pages[-1:]]
        size = left + sum(written)
        is_needed = level.merging >= _USERMERGE or len(level.pages) >= _MOST_PIECES
        if size > _LARGE_PAGES and not is_needed:
            return 0
    # With what is over of a step that comes to the end of its level, SQLite goes on in another.
    return max(1, min(_MERGED_PAGES, left // 4))


def levels_of(raw: sqlite3.Connection) -> list[Level]:
    """Return the levels of the search index, the lowest first.

    None where they can't be read: of a damaged index, or of a later SQLite that keeps them
    otherwise. Then SQLite merges by itself, later.
    """
    found = raw.execute(_STRUCTURE).fetchone()
    try:
        return _levels(found[0])
    except (StopIteration, TypeError):
        return []


def _levels(record: bytes) -> list[Level]:
    numbers = _numbers(record[_COOKIE_BYTES:])
    count, _pieces, _written = next(numbers), next(numbers), next(numbers)
    levels = []
    for _ in range(count):
        merging, pieces = next(numbers), next(numbers)
        ends = [(next(numbers), next(numbers), next(numbers)) for _ in range(pieces)]
        levels.append(Level(merging, [last - first + 1 for _, first, last in ends]))
    return levels


def _numbers(record: bytes) -> Iterator[int]:
    """Yield SQLite's integers of one to nine bytes, all of which are less than 2^56 here."""
    number = 0
    for byte in record:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            yield number
            number = 0
