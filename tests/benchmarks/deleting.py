"""How long answers take while a large batch is deleted, and then while a year is purged."""

import asyncio
import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Final

from msgspec.structs import replace
from sqlalchemy import func, select

from kvitto.receiver.control_client import ControlClient
from kvitto.store.database import open_for_reading
from kvitto.store.deletions import DeleteBatches, PurgePart, is_any_pending
from kvitto.store.lockfile import read_instance_info
from kvitto.store.mutations import Edit
from kvitto.store.purge import Purger
from kvitto.store.reader import Reader
from kvitto.store.retention import Retention, RetentionRule
from kvitto.store.schema import message
from tests.benchmarks.big_store import NOW
from tests.benchmarks.load import SteadyLoad
from tests.benchmarks.stores import DAYS, copy_of, size_of_big_store
from tests.benchmarks.table import Row, Scale, at_most
from tests.helpers.program import Program

_PER_SECOND: Final = 500.0
_TARGET_MS: Final = 20.0
_PAUSE_TARGET_MS: Final = 50.0
_LONGEST_TIMES: Final = 2
"""How many times the length of a steady load the deletion of a batch may take."""
_LOOK_EVERY_S: Final = 0.05


def deleting(scale: Scale, folder: Path) -> Iterator[Row]:
    """Delete the largest batch of a store of each size, and purge what is older than a year."""
    for messages in scale.stores or (size_of_big_store(scale),):
        store = copy_of(messages, folder / "deleting")
        with (
            Program(store) as program,
            SteadyLoad(program.url, run="deleting", per_second=_PER_SECOND) as load,
        ):
            threading.Event().wait(scale.warm_up_s + 1)
            begin = time.monotonic()
            deleted = _delete_largest(store, _LONGEST_TIMES * scale.steady_s)
            between = time.monotonic()
            planned_s, purged = asyncio.run(_purge(store, scale.steady_s))
            end = time.monotonic()
            answers = load.end()
            assert answers.is_clean, (answers.statuses, answers.unanswered)
            assert program.stop() == 0
        what = f"answers at {_PER_SECOND:.0f} reports/s, while"
        for name, since, until, many in (
            ("a batch is deleted", begin, between, deleted),
            ("a year is purged", between + planned_s, end, purged),
        ):
            told = f" ({many / (until - since):,.0f} messages/s)"
            times = [1000 * took for at, took in answers.timed if since <= at <= until]
            limit = partial(at_most, unit="ms", messages=messages)
            yield limit(f"{what} {name}, 99 %", quantiles(times, n=100)[98], _TARGET_MS, more=told)
            yield limit(f"{what} {name}, slowest", max(times), _PAUSE_TARGET_MS)
        planned = f"{planned_s:.2f} s"
        yield Row("finding what a purge deletes", planned, messages=messages, value=planned_s)
        shutil.rmtree(store)


def _client(store: Path) -> ControlClient:
    told = read_instance_info(store)
    assert told is not None
    assert told.control_port is not None
    return ControlClient(told.control_port, told.control_token)


def _delete_largest(store: Path, most_s: float) -> int:
    """Delete the batch with the most messages, as a window does; return how many are gone."""
    with open_for_reading(store) as database:
        largest = max(Reader(database).batches(), key=lambda one: one.messages)
        _client(store).edit(DeleteBatches((largest.key,)))
        end = time.monotonic() + most_s
        while is_any_pending(database) and time.monotonic() < end:
            threading.Event().wait(_LOOK_EVERY_S)
        of_batch = select(func.count()).where(message.c.batch_pk == largest.key)
        with database.read() as connection:
            left = connection.scalars(of_batch).one()
    return largest.messages - left


async def _purge(store: Path, for_s: float) -> tuple[float, int]:
    """Purge for a while; return how long it took to find what, and how many messages are gone."""
    client = _client(store)

    def make(edit: Edit) -> int:
        made = client.edit(edit)
        if isinstance(edit, PurgePart):
            edit.made = made.part
        return made.revision

    with open_for_reading(store) as database, ThreadPoolExecutor(1) as thread:
        begin = time.monotonic()
        rule = RetentionRule(days=DAYS // 2)
        due = await asyncio.to_thread(Retention(database).due, rule, NOW)
        planned_s = time.monotonic() - begin
        purger = Purger(lambda edit: thread.submit(make, edit))
        asyncio.get_running_loop().call_later(for_s, purger.stop)
        # The store is of another time than the clock.
        done = await purger.run(replace(due, doubt=None), NOW)
    return planned_s, done.messages
