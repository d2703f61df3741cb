"""Keep awake: what the window says of what its receiver does, and that it does what is wanted."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import shiboken6

from kvitto.receiver.keep_awake import SleepState
from kvitto.store.write_requests import ReportRequest
from kvitto.ui.services.context import Context
from kvitto.ui.services.sleep_status import SleepStatus, awake_words
from tests.receiver.sleeping import System
from tests.store.arrivals import a_report
from tests.ui.sessions import BackendHere
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


@pytest.fixture
def system(context: Context) -> System:
    assert isinstance(context.backend, BackendHere)
    made = System()
    context.backend.receivers.inhibitor = made
    return made


@pytest.fixture
async def awake(context: Context, system: System) -> AsyncIterator[SleepStatus]:
    made = SleepStatus(context)
    context.feed.start()
    yield made
    shiboken6.delete(made)


async def arrive(context: Context, code: int) -> None:
    report = a_report("m1", batch_id="b1", code=code, final=code >= 200)
    await context.backend.append(ReportRequest(report, b"", datetime.now(UTC)))


async def test_what_the_receiver_does_is_told(
    context: Context, awake: SleepStatus, system: System
) -> None:
    assert awake.state is SleepState.NOT_NEEDED
    assert not awake.is_waiting

    await arrive(context, 112)
    await until(lambda: awake.state is SleepState.AWAKE and awake.is_waiting)
    assert system.is_kept_awake

    await arrive(context, 201)
    await until(lambda: awake.state is SleepState.NOT_NEEDED and not awake.is_waiting)
    assert not system.is_kept_awake


async def test_the_user_can_switch_it_off_and_on(
    context: Context, awake: SleepStatus, system: System
) -> None:
    await arrive(context, 112)
    await until(lambda: awake.state is SleepState.AWAKE)

    context.preferences.put("keeps_awake", False)
    assert awake.state is SleepState.OFF
    assert awake_words(awake.state) == ""
    await until(lambda: not system.is_kept_awake)
    assert awake.is_waiting, "whatever the user prefers"

    context.preferences.put("keeps_awake", True)
    await until(lambda: awake.state is SleepState.AWAKE and system.is_kept_awake)


async def test_a_rejection_is_said(context: Context, awake: SleepStatus, system: System) -> None:
    system.refuses = True
    await arrive(context, 112)

    await until(lambda: awake.state is SleepState.REFUSED)
    assert awake_words(awake.state).startswith("This system does not let itself be kept awake")


async def test_without_a_receiver_nobody_keeps_it_awake(
    context: Context, awake: SleepStatus, system: System
) -> None:
    await arrive(context, 112)
    await until(lambda: awake.state is SleepState.AWAKE)

    await context.tasks.in_thread(context.backend.stop_receiver)

    await until(lambda: awake.state is SleepState.NOT_NEEDED)
    assert not system.is_kept_awake
