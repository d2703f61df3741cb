"""Forgetting in the background: on request, and once a day."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import shiboken6
from PySide6.QtCore import QObject

from kvitto.store.bin import MoveToBin, read_bin
from kvitto.store.purge import Purged
from kvitto.store.retention import PurgePlan
from kvitto.ui.services.context import Context
from kvitto.ui.services.todo import Todo
from kvitto.ui.settings.purge_announcement import PurgeAnnouncement
from kvitto.ui.settings.purge_now import EVERY, PurgeNow
from tests.store.arrivals import START, a_report, arriving
from tests.ui.sessions import runtime_of
from tests.ui.waiting import finished, until

pytestmark = pytest.mark.qasync
HOUR = timedelta(hours=1)


class Clock:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = START + timedelta(days=100)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def purging(context: Context, clock: Clock) -> AsyncIterator[PurgeNow]:
    made = PurgeNow(context, clock=clock)
    yield made
    # In this thread: the collector of garbage may run in another.
    shiboken6.delete(made)


@pytest.fixture
async def _old_batch(context: Context) -> None:
    for number in range(3):
        await context.backend.append(arriving(a_report(f"m{number}", code=201, final=True)))


def is_running(purging: PurgeNow) -> bool:
    return purging.is_running


def messages(context: Context) -> int:
    return len(list(context.backend.reader.stream_messages()))


@pytest.mark.usefixtures("_old_batch")
async def test_a_run_forgets_by_the_preferences_and_tells(
    context: Context, purging: PurgeNow
) -> None:
    told: list[object] = []
    purging.started.connect(lambda: told.append("started"))
    purging.progressed.connect(lambda done, of_all: told.append((done, of_all)))
    purging.ended.connect(told.append)
    context.preferences.put("retention_days", 99)

    purging.run()
    assert is_running(purging)
    purging.run()
    await until(lambda: not purging.is_running)

    assert told == ["started", (3, 3), Purged(batches=1, messages=3)]
    assert messages(context) == 0
    [kept] = context.backend.reader.batches()
    assert kept.messages == 3


@pytest.mark.usefixtures("_old_batch")
async def test_it_forgets_once_a_day_but_not_on_the_day_when_that_was_chosen(
    context: Context, purging: PurgeNow, clock: Clock
) -> None:
    purging.look()
    assert purging.next_run is None
    assert not is_running(purging), "nothing is forgotten unless the user wants it"

    context.preferences.put("forgets", True)
    assert purging.next_run == clock.now + EVERY
    clock.now += EVERY - HOUR
    purging.look()
    assert not is_running(purging)

    context.preferences.put("retention_days", 30)
    clock.now += HOUR
    purging.look()
    assert not is_running(purging), "a new rule waits for a day as well"
    announced: list[tuple[PurgePlan, datetime]] = []
    purging.announced.connect(lambda *one: announced.append(one))
    clock.now += EVERY
    purging.look()
    await until(lambda: bool(announced))
    assert not is_running(purging), "what goes first is shown a day before"
    [(due, at)] = announced
    assert (due.messages, len(due.batches), at) == (3, 1, clock.now + EVERY)
    assert messages(context) == 3
    clock.now += EVERY
    purging.look()
    assert is_running(purging)
    await until(lambda: not purging.is_running)

    assert messages(context) == 0
    assert purging.next_run == clock.now + EVERY
    purging.look()
    assert not is_running(purging)


@pytest.mark.usefixtures("_old_batch")
async def test_what_goes_first_is_listed_until_it_is_gone_or_another_rule_is_chosen(
    context: Context, purging: PurgeNow, clock: Clock
) -> None:
    preferences, owner = context.preferences, QObject()
    todo = Todo(preferences, context.undo, owner)
    asked: list[bool] = []
    announcement = PurgeAnnouncement(preferences, purging, todo, owner)
    announcement.settings_requested.connect(lambda: asked.append(True))

    def said() -> str:
        return todo.sentences().get("purge", "")

    preferences.put("forgets", True)
    clock.now += EVERY
    purging.look()
    await until(lambda: "3 message(s) of 1 batch(es)" in said())
    [listed] = todo.to_do()
    [(_label, act)] = todo.actions_of(listed)
    act()
    assert asked == [True]

    preferences.put("retention_days", 95)
    assert said() == ""
    clock.now += EVERY
    purging.look()
    await until(lambda: "older than 95 day(s)" in said())
    preferences.put("forgets", False)
    assert said() == ""

    # Another window, before the time has come: it is listed again.
    preferences.put("forgets", True)
    clock.now += EVERY
    purging.look()
    await until(lambda: bool(said()))
    again_todo, again = Todo(preferences, context.undo, owner), PurgeNow(context, clock=clock)
    PurgeAnnouncement(preferences, again, again_todo, owner)
    again.look()
    await until(lambda: again_todo.sentences() == {"purge": said()})
    shiboken6.delete(again)

    clock.now += EVERY
    purging.look()
    assert said() == ""
    await until(lambda: not purging.is_running)
    assert messages(context) == 0
    shiboken6.delete(owner)


async def test_without_a_time_for_the_next_run_it_waits_for_a_day(
    context: Context, purging: PurgeNow, clock: Clock
) -> None:
    context.preferences.put("forgets", True)
    context.preferences.put("next_purging", "some day")
    assert purging.next_run is None

    purging.look()

    assert not is_running(purging)
    assert purging.next_run == clock.now + EVERY


@pytest.mark.usefixtures("_old_batch")
async def test_nothing_goes_by_a_clock_that_is_ahead_until_it_is_confirmed(
    context: Context, purging: PurgeNow, clock: Clock
) -> None:
    failed: list[str] = []
    purging.failed.connect(failed.append)
    clock.now = datetime.now(UTC) + timedelta(days=370)

    purging.run()
    await until(lambda: not purging.is_running)

    assert "until you confirm the date" in failed[0]
    assert messages(context) == 3
    confirmed: list[bool] = []
    purging.clock_confirmed.connect(lambda: confirmed.append(True))
    purging.confirm_clock()
    await until(lambda: bool(confirmed))
    purging.run()
    await until(lambda: not purging.is_running)
    assert messages(context) == 0


@pytest.mark.usefixtures("_old_batch")
async def test_a_run_can_be_stopped(
    context: Context, purging: PurgeNow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.deletion_pace.MOST", 1)
    monkeypatch.setattr("kvitto.store.deletions._PART_S", 0)
    ended: list[Purged] = []
    purging.ended.connect(ended.append)
    purging.progressed.connect(lambda _done, _all: purging.stop())

    purging.run()
    await until(lambda: not purging.is_running)

    assert ended == [Purged(batches=0, messages=1, is_stopped=True)]
    assert messages(context) == 2


@pytest.mark.usefixtures("_old_batch")
async def test_why_a_run_failed_is_told(context: Context, purging: PurgeNow) -> None:
    failed: list[str] = []
    purging.failed.connect(failed.append)
    runtime_of(context.backend).writer.close()

    purging.run()
    await until(lambda: not purging.is_running)

    [sentence] = failed
    assert "stopping" in sentence


@pytest.mark.usefixtures("_old_batch")
async def test_the_bin_is_emptied_after_30_days_though_nothing_else_is_deleted(
    context: Context, purging: PurgeNow, clock: Clock
) -> None:
    backend = context.backend
    edit = backend.edit(MoveToBin((1,), clock.now - timedelta(days=31)))
    await context.tasks.in_thread(edit.result)
    await context.backend.append(arriving(a_report("now", batch_id="b"), at=clock.now))
    purging.confirm_clock()
    before = asyncio.all_tasks()
    purging.look()

    await until(lambda: read_bin(backend.database) == [])
    await finished(before)
    assert backend.reader.batch("b") is not None
    assert backend.reader.counts().batches == 1
