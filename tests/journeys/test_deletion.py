"""A deletion under load, killed at any point: nothing of it comes back, nothing counts twice."""

import asyncio
import random
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.helpers.posting import Answer, Poster, report_body
from tests.helpers.program import PROJECT, Program, assert_check_agrees, exported

pytestmark = pytest.mark.no_cover

_MESSAGES: Final = 400
_ROUNDS: Final = 3
_LONGEST_S: Final = 0.3


async def post_all(url: str, *, to_the_end: bool = True) -> int:
    """Post two reports of each message; return how many were answered 200."""
    answered: list[Answer] = []
    async with Poster(url, answered.append, connections=8) as poster:
        bodies = (
            report_body(f"m{number}", code=code, final=code == 201)
            for code in (101, 201)
            for number in range(_MESSAGES)
        )
        await poster.post_all(bodies)
    assert not to_the_end or len(answered) == 2 * _MESSAGES
    return sum(one.status == 200 for one in answered)


@pytest.mark.timeout(240)  # a dozen starts of the program
def test_a_deletion_that_is_killed_is_whole_after_every_start(data_dir: Path) -> None:
    chance = random.Random(11)
    with Program(data_dir) as program:
        asyncio.run(post_all(program.url))
    for _ in range(_ROUNDS):
        with Program(data_dir) as program:
            url = program.url
            deleting = subprocess.Popen(
                [sys.executable, "-m", "tests.journeys.deleting", data_dir],
                cwd=PROJECT,
                stdout=subprocess.PIPE,
            )
            with deleting:
                assert deleting.stdout is not None
                assert deleting.stdout.readline() == b"deleted\n"
                asyncio.run(_retried_until_killed(url, chance.uniform(0, _LONGEST_S), deleting))
                program.kill()
        assert_check_agrees(data_dir)
        with Program(data_dir) as program:
            asyncio.run(post_all(program.url))
            assert_check_agrees(data_dir)
            program.kill()
        assert_check_agrees(data_dir)
        [batch] = exported(data_dir, "batches")
        assert (batch["message_count"], batch["report_count"]) == (_MESSAGES, 2 * _MESSAGES)


async def _retried_until_killed(
    url: str, after_s: float, deleting: subprocess.Popen[bytes]
) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(post_all(url, to_the_end=False))
        await asyncio.sleep(after_s)
        deleting.kill()
