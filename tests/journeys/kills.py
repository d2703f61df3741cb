"""`kill -9` again and again, under load: what was answered 200 must be there."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from tests.helpers.posting import Answer, Poster, report_body
from tests.helpers.program import Program, assert_check_agrees, exported

_BATCHES: Final = 5
_CODES: Final = (101, 111, 201)
_CONNECTIONS: Final = 8
_LONGEST_LIFE_S: Final = 0.5
"""From the first request on."""
_LONGEST_START_S: Final = 1.5
_KILLED_STARTS: Final = 0.1
"""The share of kills that come before the program listens, or just as it does."""
_REPEATED: Final = 0.1
"""The share of posts that repeat a report which was posted before."""
_RECENT: Final = 500
"""As many reports back may a repeated one lie, so that some are still under way."""


class KillResult(NamedTuple):
    """What came of it.

    Attributes:
        kills: how many times the program was killed.
        starts: how many of these came before it had said its URL.
        answered: how many different reports were answered 200.
        posted: how many different reports were posted.
        missing: those that were answered 200 and are not there.
        strange: those that are there twice, or were never posted.
    """

    kills: int
    starts: int
    answered: int
    posted: int
    missing: int
    strange: int


class Sender:
    """Posts reports of several batches; what was not answered 200, it posts again.

    Args:
        random: chooses.
        name: tells its messages from those of others.

    Attributes:
        posted: all bodies so far.
        answered: those that were answered 200.
    """

    def __init__(self, random: Random, name: str = "") -> None:
        self.posted: Final[set[bytes]] = set()
        self.answered: Final[set[bytes]] = set()
        self._random = random
        self._name = name
        self._fresh = self._reports()
        self._recent: list[bytes] = []
        self._again: list[bytes] = []

    def bodies(self) -> Iterator[bytes]:
        """Yield bodies to post to one life of the program, without an end.

        None that an earlier life answered is among them: a second copy would hide its loss.
        """
        self._recent.clear()
        while True:
            if self._again:
                yield self._again.pop()
            elif self._recent and self._random.random() < _REPEATED:
                yield self._random.choice(self._recent)
            else:
                body = next(self._fresh)
                self.posted.add(body)
                self._recent.append(body)
                del self._recent[:-_RECENT]
                yield body

    def note(self, answer: Answer) -> None:
        """Take in an answer."""
        if answer.status == 200:
            self.answered.add(answer.body)
        else:
            self._again.append(answer.body)

    def repeat(self, bodies: Iterable[bytes]) -> None:
        """Post these again, next time."""
        self._again.extend(bodies)

    def _reports(self) -> Iterator[bytes]:
        number = 0
        while True:
            number += 1
            for code in _CODES:
                yield report_body(
                    f"{self._name}message-{number}",
                    batch_id=f"batch-{number % _BATCHES}",
                    code=code,
                    final=code == 201,
                    created=f"2026-03-01T10:00:{code % 100:02}Z",
                )


def kill_again_and_again(
    folder: Path, kills: int, seed: int, *, time_limit_s: float = 60.0
) -> KillResult:
    """Start the program, post, kill it at a random moment; then see what is there.

    Args:
        folder: the data folder.
        kills: how many times.
        seed: of all that is random, but for the machine's own timing.
        time_limit_s: how long the export at the end may take.

    Raises:
        AssertionError: the program does not start again, or `kvitto check` finds something.
    """
    random = Random(seed)
    sender = Sender(random)
    starts = live_and_die(folder, kills, random, sender)
    there = Counter(row["body"].encode() for row in exported(folder, time_limit_s=time_limit_s))
    assert_check_agrees(folder)
    return result_of(kills, starts, [sender], there)


def live_and_die(
    folder: Path, kills: int, random: Random, sender: Sender, options: Sequence[str] = ()
) -> int:
    """Start the program, post, kill it, so many times; at last post what is left, and stop it.

    Returns:
        How many times it was killed before it had said its URL.
    """
    starts = 0
    for _ in range(kills):
        if random.random() < _KILLED_STARTS:
            starts += 1
            asyncio.run(_killed_start(folder, random.uniform(0, _LONGEST_START_S), options))
        else:
            asyncio.run(_killed_life(folder, sender, random.uniform(0, _LONGEST_LIFE_S), options))
    asyncio.run(_last_life(folder, sender, options))
    return starts


def result_of(
    kills: int, starts: int, senders: Sequence[Sender], there: Counter[bytes]
) -> KillResult:
    """Compare what is in the store, and how many times, with what was answered and posted."""
    answered = set[bytes]().union(*(one.answered for one in senders))
    posted = set[bytes]().union(*(one.posted for one in senders))
    return KillResult(
        kills=kills,
        starts=starts,
        answered=len(answered),
        posted=len(posted),
        missing=len(answered - there.keys()),
        strange=len(there.keys() - posted) + there.total() - len(there),
    )


async def _killed_start(folder: Path, after_s: float, options: Sequence[str]) -> None:
    with Program(folder, *options) as program:
        await asyncio.sleep(after_s)
        program.kill()


async def _killed_life(
    folder: Path, sender: Sender, after_s: float, options: Sequence[str]
) -> None:
    with Program(folder, *options) as program:
        url = await asyncio.to_thread(lambda: program.url)
        async with Poster(url, sender.note, connections=_CONNECTIONS) as poster:
            async with asyncio.TaskGroup() as group:
                group.create_task(poster.post_all(sender.bodies()))
                await asyncio.sleep(after_s)
                program.kill()
            sender.repeat(poster.unanswered)


async def _last_life(folder: Path, sender: Sender, options: Sequence[str]) -> None:
    """Post what is left, and stop it as one should."""
    with Program(folder, *options) as program:
        url = await asyncio.to_thread(lambda: program.url)
        async with Poster(url, sender.note, connections=_CONNECTIONS) as poster:
            left = sender.posted - sender.answered
            await poster.post_all(left)
            assert sender.posted == sender.answered
        assert program.stop() == 0
