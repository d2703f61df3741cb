"""Stores to back up, and what is in them."""

import stat
from pathlib import Path

from kvitto.store.check import check
from kvitto.store.database import open_database
from kvitto.store.reader import Reader
from kvitto.store.writer import Writer
from tests.store.arrivals import a_report, append_all, arriving


async def fill(folder: Path, count: int, name: str = "m") -> None:
    with open_database(folder) as database:
        writer = Writer(database)
        writer.start()
        await append_all(writer, [arriving(a_report(f"{name}{n}")) for n in range(count)])
        writer.close()


def messages(folder: Path) -> set[str]:
    with open_database(folder) as database:
        assert check(database).differences == []
        return {one.message_id for one in Reader(database).stream_messages()}


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
