"""Somebody touches the database's files under load, then `kill -9`: what was answered is there."""

import asyncio
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count, islice
from pathlib import Path

import pytest

from kvitto.paths import database_file
from kvitto.receiver.mapping_faults import LEAST_S
from tests.helpers.network import free_port
from tests.helpers.posting import Answer, Poster, report_body
from tests.helpers.program import START_S, Program, assert_check_agrees, exported

pytestmark = pytest.mark.no_cover

PER_SECOND = 300.0


def rm_log(path: Path) -> None:
    path.with_name("kvitto.db-wal").unlink(missing_ok=True)


def rm_index(path: Path) -> None:
    path.with_name("kvitto.db-shm").unlink(missing_ok=True)


def rm_both(path: Path) -> None:
    rm_log(path)
    rm_index(path)


def mv_and_cp(path: Path) -> None:
    path.rename(path.with_name("old.db"))
    shutil.copyfile(path.with_name("old.db"), path)


def rm_everything(path: Path) -> None:
    rm_both(path)
    path.unlink()


def overwrite_in_place(path: Path) -> None:
    shutil.copyfile(path, path.with_name("copy.db"))
    shutil.copyfile(path.with_name("copy.db"), path)


def link_database(path: Path) -> None:
    path.rename(path.with_name("moved.db"))
    path.symlink_to("moved.db")


def link_log(path: Path) -> None:
    log = path.with_name("kvitto.db-wal")
    log.rename(path.with_name("moved"))
    log.symlink_to("moved")


@pytest.mark.parametrize(
    "touch",
    [
        rm_log,
        rm_index,
        rm_both,
        mv_and_cp,
        rm_everything,
        overwrite_in_place,
        link_database,
        link_log,
    ],
    ids=lambda touch: touch.__name__,
)
def test_none_of_those_answered_is_missing(data_dir: Path, touch: Callable[[Path], None]) -> None:
    answered: set[bytes] = set()

    def note(answer: Answer) -> None:
        if answer.status == 200:
            answered.add(answer.body)

    def bodies(count: int, name: str) -> Iterator[bytes]:
        for number in range(count):
            yield report_body(f"{name}-{number}", batch_id=f"b{number % 3}")

    async def load(url: str) -> None:
        async with Poster(url, note, connections=8) as poster:
            await poster.post_paced(bodies(150, "before"), PER_SECOND)
            async with asyncio.TaskGroup() as group:
                group.create_task(poster.post_paced(bodies(300, "under way"), PER_SECOND))
                await asyncio.sleep(0.3)
                touch(database_file(data_dir))
            await poster.post_paced(bodies(60, "after"), PER_SECOND)

    with Program(data_dir) as program:
        asyncio.run(load(program.url))
        program.kill()
        told = program.stderr
    assert len(answered) >= 450
    there = {row["body"].encode() for row in exported(data_dir)}
    assert answered - there == set()
    assert_check_agrees(data_dir)
    if touch is not overwrite_in_place:
        assert "touched while Kvitto was using it" in told


def hit_log_and_index(program: Program, hit: Callable[[Path], None], data_dir: Path) -> None:
    """Hit both until the system ends the program; in many moments that only notices it."""
    command = program.usage.cmdline()
    end = time.monotonic() + START_S
    while program.usage.cmdline() == command:
        assert time.monotonic() < end
        hit(data_dir / "kvitto.db-wal")
        # What opens the database anew is without it for a moment.
        with suppress(FileNotFoundError):
            os.truncate(data_dir / "kvitto.db-shm", 0)
        # What is rescued then is on the disk alone until it has started: it is not hit once more.
        threading.Event().wait(0.3)
    while "has started again" not in program.stderr:
        assert time.monotonic() < end
        threading.Event().wait(0.02)


def cut(log: Path) -> None:
    with suppress(FileNotFoundError):
        os.truncate(log, 0)


def delete(log: Path) -> None:
    log.unlink(missing_ok=True)


@pytest.mark.parametrize("hit", [cut, delete])
def test_a_receiver_that_the_system_ends_for_a_cut_index_starts_again(
    data_dir: Path, hit: Callable[[Path], None]
) -> None:
    """The log is hit, too: what was answered is then in the memory of that process alone."""
    answered: set[bytes] = set()

    def note(answer: Answer) -> None:
        if answer.status == 200:
            answered.add(answer.body)

    def bodies(name: str) -> Iterator[bytes]:
        for number in count():
            yield report_body(f"{name}-{number}", batch_id=f"b{number % 3}")

    async def load(program: Program) -> None:
        async with Poster(program.url, note, connections=8) as poster:
            await poster.post_paced(islice(bodies("first"), 450), PER_SECOND / LEAST_S)
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.to_thread(hit_log_and_index, program, hit, data_dir))
                await poster.post_all(bodies("under way"))
        before = len(answered)
        async with Poster(program.url, note, connections=8) as poster:
            await poster.post_all(islice(bodies("after"), 100))
        assert len(answered) == before + 100

    with Program(data_dir, port=free_port()) as program:
        asyncio.run(load(program))
        program.kill()
        told = program.stderr
    assert answered - {row["body"].encode() for row in exported(data_dir)} == set()
    assert_check_agrees(data_dir)
    assert "kvitto.db-shm, or another file" in told
    assert "Traceback" not in told
    assert "are lost" not in told
