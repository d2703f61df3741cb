"""The files are cut and overwritten in place at random instants, under load, then `kill -9`."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

import pytest

from kvitto.paths import database_file
from tests.helpers.posting import Answer, Poster, report_body
from tests.helpers.program import Program, assert_check_agrees, exported

pytestmark = [pytest.mark.no_cover, pytest.mark.timeout(180)]

PER_SECOND: Final = 100.0
STRIKES: Final = 2
BETWEEN_S: Final = 1.5
"""The time in which a strike comes. The whole log is compared once a second."""
HEADER_BYTES: Final = 32
FRAME_BYTES: Final = 24 + 4096
INDEX_HEADER_BYTES: Final = 136
INDEX_BYTES: Final = 32 << 10
"""Of the first of its blocks."""

Attack = Callable[[Path, Random], None]


def empty(log: Path, _random: Random) -> None:
    log.write_bytes(b"")


def used_bytes(log: Path) -> int:
    """Return how much of a log is in use: what is behind that is of before it was folded in."""
    with log.open("rb") as file:
        salts = file.read(HEADER_BYTES)[16:24]
        used = HEADER_BYTES
        while file.read(FRAME_BYTES)[8:16] == salts:
            used += FRAME_BYTES
    return used


def cut(log: Path, random: Random) -> None:
    with log.open("r+b") as file:
        file.truncate(random.randrange(used_bytes(log)))


def zero(log: Path, random: Random) -> None:
    with log.open("r+b") as file:
        file.seek(random.randrange(used_bytes(log)))
        file.write(bytes(random.randrange(1, 100_000)))


def overwrite_by_older(log: Path, _random: Random) -> None:
    older = log.with_name("older")
    if older.exists():
        log.write_bytes(older.read_bytes())
    older.write_bytes(log.read_bytes())


def delete(log: Path, _random: Random) -> None:
    log.unlink()


def zero_index(log: Path, _random: Random) -> None:
    with log.with_name("kvitto.db-shm").open("r+b") as file:
        file.seek(INDEX_HEADER_BYTES)
        file.write(bytes(INDEX_BYTES - INDEX_HEADER_BYTES))


def overwrite_index_by_older(log: Path, _random: Random) -> None:
    index, older = log.with_name("kvitto.db-shm"), log.with_name("older")
    now = index.read_bytes()
    with index.open("r+b") as file:
        if older.exists():
            file.write(older.read_bytes())
    older.write_bytes(now)


def copy(older: Path, path: Path) -> None:
    shutil.copyfile(older, path)


def bodies(name: str, count: int) -> Iterator[bytes]:
    for number in range(count):
        yield report_body(f"{name}-{number}", batch_id=f"b{number % 3}")


async def load(url: str, name: str, strike: Callable[[], None] | None = None) -> set[bytes]:
    """Post for a while, and strike within that; return what was answered 200."""
    answered: set[bytes] = set()

    def note(answer: Answer) -> None:
        if answer.status == 200:
            answered.add(answer.body)

    async with Poster(url, note, connections=8) as poster:
        count = int(PER_SECOND * BETWEEN_S)
        async with asyncio.TaskGroup() as group:
            group.create_task(poster.post_paced(bodies(name, count), PER_SECOND))
            if strike is not None:
                await asyncio.sleep(Random(name).uniform(0, BETWEEN_S))
                strike()
    return answered


@pytest.mark.parametrize(
    "attack",
    [empty, cut, zero, overwrite_by_older, delete, zero_index, overwrite_index_by_older],
    ids=lambda attack: attack.__name__,
)
@pytest.mark.parametrize("is_young", [True, False])
def test_none_of_those_answered_is_missing(
    data_dir: Path, attack: Attack, *, is_young: bool
) -> None:
    random = Random(f"{attack.__name__} {is_young}")
    log = database_file(data_dir).with_name("kvitto.db-wal")
    answered: set[bytes] = set()
    with Program(data_dir) as program:
        if not is_young:
            answered |= asyncio.run(load(program.url, "before"))
        for number in range(STRIKES):
            answered |= asyncio.run(
                load(program.url, f"{random.random()} {number}", lambda: attack(log, random))
            )
        answered |= asyncio.run(load(program.url, "after"))
        program.kill()
        told = program.stderr
    assert len(answered) > STRIKES * PER_SECOND * BETWEEN_S
    assert answered - {row["body"].encode() for row in exported(data_dir)} == set()
    assert_check_agrees(data_dir)
    assert "touched while Kvitto was using it" in told
    assert "Traceback" not in told
    assert "are lost" not in told


@pytest.mark.parametrize("number", range(STRIKES))
def test_what_is_lost_by_an_older_database_is_told_and_the_newest_are_kept(
    data_dir: Path, number: int
) -> None:
    path = database_file(data_dir)
    older = data_dir.with_name("older.db")
    with Program(data_dir) as program:
        oldest = asyncio.run(load(program.url, "oldest"))
        assert program.stop() == 0
    shutil.copyfile(path, older)
    with Program(data_dir) as program:
        lost = asyncio.run(load(program.url, "lost"))
        assert program.stop() == 0

    with Program(data_dir) as program:
        newest = asyncio.run(load(program.url, f"newest {number}", partial(copy, older, path)))
        newest |= asyncio.run(load(program.url, "after"))
        program.kill()
        told = program.stderr
    there = {row["body"].encode() for row in exported(data_dir)}
    assert there & (oldest | lost | newest) == oldest | newest
    assert_check_agrees(data_dir)
    assert f"{len(lost)} of the newest reports in it are lost" in told
    assert "Traceback" not in told
