"""Keep awake: from what is in the store to what the system is asked."""

import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import shiboken6

from app.awake.inhibitor import CannotKeepAwakeError
from app.core.awaited import AFTER_LAST_REPORT
from app.core.report import Origin
from app.store.arrivals import ReportArrival
from app.store.edits import BatchChange, ChangeBatch
from app.ui.awake import StayAwake, Wakefulness, awake_words
from app.ui.context import Context
from tests.store.arrivals import a_report
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


class System:
    """A system that remembers what it was asked, and refuses on demand."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.is_kept_awake = False
        self.refuses = False
        self.may_answer = threading.Event()
        self.may_answer.set()

    def hold(self, reason: str) -> None:
        self.asked.append(f"hold: {reason}")
        assert self.may_answer.wait(10)
        if self.refuses:
            msg = "no service"
            raise CannotKeepAwakeError(msg)
        self.is_kept_awake = True

    def is_held(self) -> bool:
        return self.is_kept_awake

    def release(self) -> None:
        self.asked.append("release")
        self.is_kept_awake = False


class Clock:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def system() -> System:
    return System()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def awake(context: Context, system: System, clock: Clock) -> AsyncIterator[StayAwake]:
    made = StayAwake(context, lambda: system, clock=clock)
    context.feed.start()
    yield made
    await made.close()
    shiboken6.delete(made)


async def arrive(context: Context, code: int, at: datetime, *, is_demo: bool = False) -> None:
    report = a_report("m1", batch_id="b1", code=code, final=code >= 200)
    origin = Origin.DEMO if is_demo else Origin.WEBHOOK
    await context.session.append(ReportArrival(report, b"", at, origin=origin))


async def up_to_date(context: Context) -> None:
    await until(lambda: context.feed.revision >= context.session.reader.revision())


async def test_it_is_awake_while_a_batch_is_not_settled(
    context: Context, awake: StayAwake, system: System, clock: Clock
) -> None:
    assert awake.state is Wakefulness.NOT_NEEDED

    await arrive(context, 112, clock.now)
    await until(lambda: awake.state is Wakefulness.AWAKE)
    assert system.asked == ["hold: Delivery reports are waited for"]

    await arrive(context, 201, clock.now)
    await until(lambda: awake.state is Wakefulness.NOT_NEEDED)
    assert not system.is_kept_awake


async def test_the_user_can_switch_it_off_and_on(
    context: Context, awake: StayAwake, system: System, clock: Clock
) -> None:
    await arrive(context, 112, clock.now)
    await until(lambda: awake.state is Wakefulness.AWAKE)

    context.preferences.put("keeps_awake", False)
    await until(lambda: awake.state is Wakefulness.OFF)
    assert not system.is_kept_awake
    assert awake_words(awake.state) == ""

    context.preferences.put("keeps_awake", True)
    await until(lambda: awake.state is Wakefulness.AWAKE)
    assert system.is_kept_awake


async def test_demo_and_done_batches_keep_nobody_awake(
    context: Context, awake: StayAwake, system: System, clock: Clock
) -> None:
    await arrive(context, 112, clock.now, is_demo=True)
    await up_to_date(context)
    assert awake.state is Wakefulness.NOT_NEEDED

    await arrive(context, 113, clock.now)
    await until(lambda: awake.state is Wakefulness.AWAKE)
    batch = context.session.reader.batch("b1")
    assert batch is not None
    context.session.edit(ChangeBatch(batch.key, BatchChange(done=True)))
    await until(lambda: awake.state is Wakefulness.NOT_NEEDED)
    assert not system.is_kept_awake


async def test_a_batch_that_was_silent_for_days_is_not_waited_for(
    context: Context, awake: StayAwake, system: System, clock: Clock
) -> None:
    await arrive(context, 112, clock.now)
    await until(lambda: awake.state is Wakefulness.AWAKE)

    clock.now += AFTER_LAST_REPORT + timedelta(minutes=1)
    awake.look()

    await until(lambda: awake.state is Wakefulness.NOT_NEEDED)
    assert not system.is_kept_awake


async def test_a_refusal_is_said_and_asked_again(
    context: Context, awake: StayAwake, system: System, clock: Clock
) -> None:
    system.refuses = True
    await arrive(context, 112, clock.now)
    await until(lambda: awake.state is Wakefulness.REFUSED)
    assert awake_words(awake.state).startswith("This system does not let itself be kept awake")

    system.refuses = False
    awake.look()

    await until(lambda: awake.state is Wakefulness.AWAKE)


async def test_what_the_system_forgets_is_asked_again(
    context: Context, awake: StayAwake, system: System, clock: Clock
) -> None:
    await arrive(context, 112, clock.now)
    await until(lambda: awake.state is Wakefulness.AWAKE)
    system.is_kept_awake = False

    awake.look()

    await until(lambda: system.is_kept_awake)
    assert len(system.asked) == 2


async def test_what_changes_while_the_system_answers_is_done_after(
    context: Context, awake: StayAwake, system: System, clock: Clock
) -> None:
    system.may_answer.clear()
    await arrive(context, 112, clock.now)
    await until(lambda: len(system.asked) == 1)

    context.preferences.put("keeps_awake", False)
    system.may_answer.set()

    await until(lambda: awake.state is Wakefulness.OFF)
    assert system.asked[1:] == ["release"]


async def test_it_ends_with_the_window(
    context: Context, awake: StayAwake, system: System, clock: Clock
) -> None:
    await arrive(context, 112, clock.now)
    await until(lambda: awake.state is Wakefulness.AWAKE)

    await awake.close()

    assert not system.is_kept_awake


async def test_a_system_without_a_way_says_so_only_when_it_is_needed(
    context: Context, clock: Clock
) -> None:
    awake = StayAwake(context, lambda: None, clock=clock)
    context.feed.start()
    await up_to_date(context)
    assert awake.state is Wakefulness.NOT_NEEDED

    await arrive(context, 112, clock.now)

    await until(lambda: awake.state is Wakefulness.REFUSED)
    await awake.close()
    shiboken6.delete(awake)
