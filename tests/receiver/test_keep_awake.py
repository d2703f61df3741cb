"""The receiver keeps the computer awake: from what is in the store to what the system is asked."""

import asyncio
import errno
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kvitto.core.awaited import AFTER_LAST_REPORT
from kvitto.core.report import Origin
from kvitto.receiver.keep_awake import KeepAwake, SleepState
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.write_requests import ReportRequest
from kvitto.user_settings import SETTINGS_FILE
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
def runtime(data_dir: Path) -> Iterator[ReceiverRuntime]:
    with ReceiverRuntime(data_dir, port=0, find_inhibitor=lambda: None) as made:
        yield made


@pytest.fixture
def awake(runtime: ReceiverRuntime, system: System, clock: Clock) -> Iterator[KeepAwake]:
    with KeepAwake(
        runtime.reader,
        runtime.folder,
        lambda: None,
        find=lambda: system,
        clock=clock,
        pace_s=0.001,
    ) as made:
        yield made


def store(runtime: ReceiverRuntime, arrival: ReportRequest) -> None:
    asyncio.run(_append(runtime, arrival))


async def _append(runtime: ReceiverRuntime, arrival: ReportRequest) -> None:
    await runtime.writer.append(arrival)


def arrive(
    runtime: ReceiverRuntime, awake: KeepAwake, code: int, at: datetime, *, is_demo: bool = False
) -> None:
    report = a_report("m1", batch_id="b1", code=code, final=code >= 200)
    origin = Origin.DEMO if is_demo else Origin.WEBHOOK
    store(runtime, ReportRequest(report, b"", at, origin=origin))
    awake.look()


def becomes(awake: KeepAwake, state: SleepState) -> bool:
    return eventually(lambda: awake.state is state)


def looked_again(awake: KeepAwake, system: System, is_so: Callable[[], bool]) -> bool:
    """Look once more and wait until that is done: it asks the system whether it still holds."""
    awake.look()
    return eventually(is_so)


def set_keeps_awake(folder: Path, *, is_on: bool) -> None:
    (folder / SETTINGS_FILE).write_text(f"[General]\nkeeps_awake={str(is_on).lower()}\n")


def test_it_is_awake_while_a_batch_is_not_finished(
    runtime: ReceiverRuntime, awake: KeepAwake, system: System, clock: Clock
) -> None:
    arrive(runtime, awake, 112, clock.now)
    assert becomes(awake, SleepState.AWAKE)
    assert system.asked == ["hold: Delivery reports are waited for"]

    arrive(runtime, awake, 201, clock.now)
    assert becomes(awake, SleepState.NOT_NEEDED)
    assert not system.is_kept_awake


def test_what_was_waited_for_before_it_started_keeps_it_awake(
    runtime: ReceiverRuntime, clock: Clock, system: System
) -> None:
    report = a_report("m1", batch_id="b1", code=112, final=False)
    store(runtime, ReportRequest(report, b"", clock.now))

    with KeepAwake(runtime.reader, runtime.folder, lambda: None, find=lambda: system) as awake:
        assert becomes(awake, SleepState.AWAKE)
    assert not system.is_kept_awake, "it ends with the receiver"


def test_the_user_can_switch_it_off_and_on(
    runtime: ReceiverRuntime, awake: KeepAwake, system: System, clock: Clock
) -> None:
    arrive(runtime, awake, 112, clock.now)
    assert becomes(awake, SleepState.AWAKE)

    set_keeps_awake(runtime.folder, is_on=False)
    awake.look()
    assert becomes(awake, SleepState.OFF)
    assert not system.is_kept_awake

    set_keeps_awake(runtime.folder, is_on=True)
    awake.look()
    assert becomes(awake, SleepState.AWAKE)


def test_demo_and_done_batches_keep_nobody_awake(
    runtime: ReceiverRuntime, awake: KeepAwake, system: System, clock: Clock
) -> None:
    arrive(runtime, awake, 112, clock.now, is_demo=True)
    assert not runtime.reader.is_any_awaited(clock.now)

    arrive(runtime, awake, 113, clock.now)
    assert becomes(awake, SleepState.AWAKE)
    batch = runtime.reader.batch("b1")
    assert batch is not None
    runtime.writer.edit(ChangeBatch(batch.key, BatchChange(is_archived=True))).result(60)
    awake.look()
    assert becomes(awake, SleepState.NOT_NEEDED)


def test_a_batch_that_was_silent_for_days_is_not_waited_for(
    runtime: ReceiverRuntime, awake: KeepAwake, system: System, clock: Clock
) -> None:
    arrive(runtime, awake, 112, clock.now)
    assert becomes(awake, SleepState.AWAKE)

    clock.now += AFTER_LAST_REPORT + timedelta(minutes=1)
    awake.look()
    assert becomes(awake, SleepState.NOT_NEEDED)


def test_a_rejection_is_asked_again(
    runtime: ReceiverRuntime, awake: KeepAwake, system: System, clock: Clock
) -> None:
    system.refuses = True
    arrive(runtime, awake, 112, clock.now)
    assert becomes(awake, SleepState.REFUSED)

    system.refuses = False
    awake.look()
    assert becomes(awake, SleepState.AWAKE)


def test_what_the_system_forgets_is_asked_again(
    runtime: ReceiverRuntime, awake: KeepAwake, system: System, clock: Clock
) -> None:
    arrive(runtime, awake, 112, clock.now)
    assert becomes(awake, SleepState.AWAKE)
    system.is_kept_awake = False

    assert looked_again(awake, system, lambda: system.is_kept_awake)
    assert len(system.asked) == 2


def test_what_changes_while_the_system_answers_is_done_after(
    runtime: ReceiverRuntime, awake: KeepAwake, system: System, clock: Clock
) -> None:
    system.may_answer.clear()
    arrive(runtime, awake, 112, clock.now)
    assert eventually(lambda: len(system.asked) == 1)

    set_keeps_awake(runtime.folder, is_on=False)
    awake.look()
    system.may_answer.set()

    assert becomes(awake, SleepState.OFF)
    assert system.asked[1:] == ["release"]


def test_a_system_without_a_way_says_so_only_when_it_is_needed(runtime: ReceiverRuntime) -> None:
    assert runtime.status().sleep is SleepState.NOT_NEEDED

    report = a_report("m1", batch_id="b1", code=112, final=False)
    store(runtime, ReportRequest(report, b"", datetime.now(UTC)))

    assert eventually(lambda: runtime.status().sleep is SleepState.REFUSED)


def test_where_no_file_can_be_opened_it_goes_on_and_no_mistake_of_ours_is_told(
    runtime: ReceiverRuntime, system: System, clock: Clock
) -> None:
    """What the system needs is loaded late: of a process without file descriptors, not at all."""
    can_open = threading.Event()

    def find() -> System:
        if not can_open.is_set():
            raise OSError(errno.EMFILE, "Too many open files")
        return system

    faults: list[Exception] = []
    with KeepAwake(
        runtime.reader,
        runtime.folder,
        lambda: None,
        find=find,
        on_fault=faults.append,
        clock=clock,
        pace_s=0.001,
    ) as awake:
        arrive(runtime, awake, 112, clock.now)
        assert becomes(awake, SleepState.REFUSED)
        can_open.set()
        awake.look()
        assert becomes(awake, SleepState.AWAKE)
    assert faults == []
