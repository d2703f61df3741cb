"""The receiver keeps the computer awake: from what is in the store to what the system is asked."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.core.awaited import AFTER_LAST_REPORT
from app.core.report import Origin
from app.receiver.keep_awake import KeepAwake, SleepState
from app.receiver.reception import Reception
from app.settings import SETTINGS_FILE
from app.store.arrivals import ReportArrival
from app.store.edits import BatchChange, ChangeBatch
from tests.journeys.patience import eventually
from tests.receiver.sleeping import System
from tests.store.arrivals import a_report


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
def reception(data_dir: Path) -> Iterator[Reception]:
    with Reception(data_dir, port=0, find_inhibitor=lambda: None) as made:
        yield made


@pytest.fixture
def awake(reception: Reception, system: System, clock: Clock) -> Iterator[KeepAwake]:
    with KeepAwake(
        reception.reader,
        reception.folder,
        lambda: None,
        find=lambda: system,
        clock=clock,
        pace_s=0.001,
    ) as made:
        yield made


def store(reception: Reception, arrival: ReportArrival) -> None:
    asyncio.run(_append(reception, arrival))


async def _append(reception: Reception, arrival: ReportArrival) -> None:
    await reception.writer.append(arrival)


def arrive(
    reception: Reception, awake: KeepAwake, code: int, at: datetime, *, is_demo: bool = False
) -> None:
    report = a_report("m1", batch_id="b1", code=code, final=code >= 200)
    origin = Origin.DEMO if is_demo else Origin.WEBHOOK
    store(reception, ReportArrival(report, b"", at, origin=origin))
    awake.look()


def becomes(awake: KeepAwake, state: SleepState) -> bool:
    return eventually(lambda: awake.state is state)


def looked_again(awake: KeepAwake, system: System, is_so: Callable[[], bool]) -> bool:
    """Look once more and wait until that is done: it asks the system whether it still holds."""
    awake.look()
    return eventually(is_so)


def set_keeps_awake(folder: Path, *, is_on: bool) -> None:
    (folder / SETTINGS_FILE).write_text(f"[General]\nkeeps_awake={str(is_on).lower()}\n")


def test_it_is_awake_while_a_batch_is_not_settled(
    reception: Reception, awake: KeepAwake, system: System, clock: Clock
) -> None:
    arrive(reception, awake, 112, clock.now)
    assert becomes(awake, SleepState.AWAKE)
    assert system.asked == ["hold: Delivery reports are waited for"]

    arrive(reception, awake, 201, clock.now)
    assert becomes(awake, SleepState.NOT_NEEDED)
    assert not system.is_kept_awake


def test_what_was_waited_for_before_it_started_keeps_it_awake(
    reception: Reception, clock: Clock, system: System
) -> None:
    report = a_report("m1", batch_id="b1", code=112, final=False)
    store(reception, ReportArrival(report, b"", clock.now))

    with KeepAwake(reception.reader, reception.folder, lambda: None, find=lambda: system) as awake:
        assert becomes(awake, SleepState.AWAKE)
    assert not system.is_kept_awake, "it ends with the receiver"


def test_the_user_can_switch_it_off_and_on(
    reception: Reception, awake: KeepAwake, system: System, clock: Clock
) -> None:
    arrive(reception, awake, 112, clock.now)
    assert becomes(awake, SleepState.AWAKE)

    set_keeps_awake(reception.folder, is_on=False)
    awake.look()
    assert becomes(awake, SleepState.OFF)
    assert not system.is_kept_awake

    set_keeps_awake(reception.folder, is_on=True)
    awake.look()
    assert becomes(awake, SleepState.AWAKE)


def test_demo_and_done_batches_keep_nobody_awake(
    reception: Reception, awake: KeepAwake, system: System, clock: Clock
) -> None:
    arrive(reception, awake, 112, clock.now, is_demo=True)
    assert not reception.reader.is_any_awaited(clock.now)

    arrive(reception, awake, 113, clock.now)
    assert becomes(awake, SleepState.AWAKE)
    batch = reception.reader.batch("b1")
    assert batch is not None
    reception.writer.edit(ChangeBatch(batch.key, BatchChange(done=True))).result(10)
    awake.look()
    assert becomes(awake, SleepState.NOT_NEEDED)


def test_a_batch_that_was_silent_for_days_is_not_waited_for(
    reception: Reception, awake: KeepAwake, system: System, clock: Clock
) -> None:
    arrive(reception, awake, 112, clock.now)
    assert becomes(awake, SleepState.AWAKE)

    clock.now += AFTER_LAST_REPORT + timedelta(minutes=1)
    awake.look()
    assert becomes(awake, SleepState.NOT_NEEDED)


def test_a_refusal_is_asked_again(
    reception: Reception, awake: KeepAwake, system: System, clock: Clock
) -> None:
    system.refuses = True
    arrive(reception, awake, 112, clock.now)
    assert becomes(awake, SleepState.REFUSED)

    system.refuses = False
    awake.look()
    assert becomes(awake, SleepState.AWAKE)


def test_what_the_system_forgets_is_asked_again(
    reception: Reception, awake: KeepAwake, system: System, clock: Clock
) -> None:
    arrive(reception, awake, 112, clock.now)
    assert becomes(awake, SleepState.AWAKE)
    system.is_kept_awake = False

    assert looked_again(awake, system, lambda: system.is_kept_awake)
    assert len(system.asked) == 2


def test_what_changes_while_the_system_answers_is_done_after(
    reception: Reception, awake: KeepAwake, system: System, clock: Clock
) -> None:
    system.may_answer.clear()
    arrive(reception, awake, 112, clock.now)
    assert eventually(lambda: len(system.asked) == 1)

    set_keeps_awake(reception.folder, is_on=False)
    awake.look()
    system.may_answer.set()

    assert becomes(awake, SleepState.OFF)
    assert system.asked[1:] == ["release"]


def test_a_system_without_a_way_says_so_only_when_it_is_needed(reception: Reception) -> None:
    assert reception.status().sleep is SleepState.NOT_NEEDED

    report = a_report("m1", batch_id="b1", code=112, final=False)
    store(reception, ReportArrival(report, b"", datetime.now(UTC)))

    assert eventually(lambda: reception.status().sleep is SleepState.REFUSED)
