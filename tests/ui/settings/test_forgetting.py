"""Forgetting in the background: on request, and once a day."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import shiboken6

from app.store.forgetting import Forgotten
from app.ui.context import Context
from app.ui.settings.forgetting import EVERY, Forgetting
from tests.store.arrivals import START, a_report, arriving
from tests.ui.sessions import reception_of
from tests.ui.waiting import until

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
async def forgetting(context: Context, clock: Clock) -> AsyncIterator[Forgetting]:
    made = Forgetting(context, clock=clock)
    yield made
    # In this thread: the collector of garbage may run in another.
    shiboken6.delete(made)


@pytest.fixture
async def _old_batch(context: Context) -> None:
    for number in range(3):
        await context.session.append(arriving(a_report(f"m{number}", code=201, final=True)))


def is_running(forgetting: Forgetting) -> bool:
    return forgetting.is_running


def messages(context: Context) -> int:
    return len(list(context.session.reader.stream_messages()))


@pytest.mark.usefixtures("_old_batch")
async def test_a_run_forgets_by_the_preferences_and_tells(
    context: Context, forgetting: Forgetting
) -> None:
    told: list[object] = []
    forgetting.started.connect(lambda: told.append("started"))
    forgetting.progressed.connect(lambda done, of_all: told.append((done, of_all)))
    forgetting.ended.connect(told.append)
    context.preferences.put("retention_days", 99)

    forgetting.run()
    assert is_running(forgetting)
    forgetting.run()
    await until(lambda: not forgetting.is_running)

    assert told == ["started", (3, 3), Forgotten(batches=1, messages=3)]
    assert messages(context) == 0
    [kept] = context.session.reader.batches()
    assert kept.messages == 3


@pytest.mark.usefixtures("_old_batch")
async def test_it_forgets_once_a_day_but_not_on_the_day_when_that_was_chosen(
    context: Context, forgetting: Forgetting, clock: Clock
) -> None:
    forgetting.look()
    assert forgetting.next_run is None
    assert not is_running(forgetting), "nothing is forgotten unless the user wants it"

    context.preferences.put("forgets", True)
    assert forgetting.next_run == clock.now + EVERY
    clock.now += EVERY - HOUR
    forgetting.look()
    assert not is_running(forgetting)

    context.preferences.put("retention_days", 30)
    clock.now += HOUR
    forgetting.look()
    assert not is_running(forgetting), "a new rule waits for a day as well"
    announced: list[str] = []
    forgetting.announced.connect(announced.append)
    clock.now += EVERY
    forgetting.look()
    await until(lambda: bool(announced))
    assert not is_running(forgetting), "what goes first is shown a day before"
    assert "3 message(s) of 1 batch(es)" in announced[0]
    assert messages(context) == 3
    clock.now += EVERY
    forgetting.look()
    assert is_running(forgetting)
    await until(lambda: not forgetting.is_running)

    assert messages(context) == 0
    assert forgetting.next_run == clock.now + EVERY
    forgetting.look()
    assert not is_running(forgetting)


async def test_without_a_time_for_the_next_run_it_waits_for_a_day(
    context: Context, forgetting: Forgetting, clock: Clock
) -> None:
    context.preferences.put("forgets", True)
    context.preferences.put("next_forgetting", "some day")
    assert forgetting.next_run is None

    forgetting.look()

    assert not is_running(forgetting)
    assert forgetting.next_run == clock.now + EVERY


@pytest.mark.usefixtures("_old_batch")
async def test_nothing_goes_by_a_clock_that_is_ahead_until_it_is_confirmed(
    context: Context, forgetting: Forgetting, clock: Clock
) -> None:
    failed: list[str] = []
    forgetting.failed.connect(failed.append)
    clock.now = datetime.now(UTC) + timedelta(days=370)

    forgetting.run()
    await until(lambda: not forgetting.is_running)

    assert "until you confirm the date" in failed[0]
    assert messages(context) == 3
    confirmed: list[bool] = []
    forgetting.clock_confirmed.connect(lambda: confirmed.append(True))
    forgetting.confirm_clock()
    await until(lambda: bool(confirmed))
    forgetting.run()
    await until(lambda: not forgetting.is_running)
    assert messages(context) == 0


@pytest.mark.usefixtures("_old_batch")
async def test_a_run_can_be_stopped(
    context: Context, forgetting: Forgetting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.forgetting._PART_MESSAGES", 1)
    ended: list[Forgotten] = []
    forgetting.ended.connect(ended.append)
    forgetting.progressed.connect(lambda _done, _all: forgetting.stop())

    forgetting.run()
    await until(lambda: not forgetting.is_running)

    assert ended == [Forgotten(batches=0, messages=1, is_stopped=True)]
    assert messages(context) == 2


@pytest.mark.usefixtures("_old_batch")
async def test_why_a_run_failed_is_told(context: Context, forgetting: Forgetting) -> None:
    failed: list[str] = []
    forgetting.failed.connect(failed.append)
    reception_of(context.session).writer.close()

    forgetting.run()
    await until(lambda: not forgetting.is_running)

    [sentence] = failed
    assert "stopping" in sentence
