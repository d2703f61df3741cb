"""Noting that the door is closed, in a store that may be out of order."""

from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from app.core.door import ClosedBy, Closure
from app.door.closing import Closing
from app.door.doorstep import Doorstep
from app.door.faults import Fault
from app.paths import door_folder
from app.receiver.reception import Reception
from app.store.doors import DoorReader
from app.store.errors import DiskFullError, StoreClosedError
from tests.door.watching import Step

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class FullDisk(Step):
    """A doorstep whose store can't be written while `is_full`."""

    is_full = True

    @override
    def mark(self, begin: datetime, end: datetime | None, fault: str) -> "Future[int]":
        if not self.is_full:
            return super().mark(begin, end, fault)
        refused: Future[int] = Future()
        refused.set_exception(DiskFullError(Path("kvitto.db")))
        return refused


class Gone(Step):
    """A doorstep whose store is closed."""

    @override
    def mark(self, begin: datetime, end: datetime | None, fault: str) -> "Future[int]":
        raise StoreClosedError


@pytest.fixture
def step(reception: Reception, data_dir: Path) -> FullDisk:
    return FullDisk(reception, data_dir)


def closures(reception: Reception) -> list[Closure]:
    doors = DoorReader(reception.database)
    found = doors.closures(NOON - MINUTE, now=NOON + 60 * MINUTE, is_running=True)
    return [one for one in found if one.by is ClosedBy.TUNNEL]


async def test_what_a_full_disk_refuses_is_written_at_the_next_occasion(
    reception: Reception, step: FullDisk
) -> None:
    closing = Closing(step)
    await closing.closed(NOON, Fault.DNS)
    assert closing.since == NOON
    await closing.closed(NOON, Fault.DNS)
    assert closures(reception) == []
    step.is_full = False
    await closing.closed(NOON + MINUTE, Fault.DNS)
    assert closures(reception) == [Closure(NOON, None, ClosedBy.TUNNEL, "dns")]


async def test_an_end_that_a_full_disk_refuses_is_written_while_the_door_is_open(
    reception: Reception, step: FullDisk
) -> None:
    closing = Closing(step)
    await closing.closed(NOON, Fault.TLS)
    await closing.opened(NOON + MINUTE)
    await closing.opened(NOON + 2 * MINUTE)
    step.is_full = False
    await closing.opened(NOON + 3 * MINUTE)
    assert closures(reception) == [Closure(NOON, NOON + MINUTE, ClosedBy.TUNNEL, "tls")]
    assert closing.since is None


async def test_an_end_before_the_beginning_is_the_beginning(
    reception: Reception, step: FullDisk
) -> None:
    step.is_full = False
    closing = Closing(step)
    await closing.closed(NOON, Fault.TLS)
    await closing.opened(NOON - MINUTE)
    assert closures(reception) == [Closure(NOON, NOON, ClosedBy.TUNNEL, "tls")]


async def test_a_door_that_was_never_closed_needs_no_word(
    reception: Reception, data_dir: Path
) -> None:
    gone: Doorstep = Gone(reception, data_dir)
    await Closing(gone).opened(NOON)
    closing = Closing(gone)
    await closing.closed(NOON, Fault.DNS)
    assert closing.since == NOON


@pytest.mark.parametrize(
    ("kept", "at"),
    [
        ('{"url": "https://a.example", "at": "2026-05-04T12:00:00Z"}', NOON),
        ('{"url": "https://b.example", "at": "2026-05-04T12:00:00Z"}', None),
        ('{"url": "https://a.example", "at": "2026-05-04T12:00:00"}', None),
        ('{"url": "https://a.example", "at": "noon"}', None),
        ("[]", None),
        ("\x00", None),
    ],
)
def test_only_a_moment_of_this_url_is_a_proof_of_an_earlier_run(
    reception: Reception, kept: str, at: datetime | None
) -> None:
    file = door_folder(reception.folder) / "proof.json"
    file.parent.mkdir()
    file.write_text(kept)
    assert Step(reception, reception.folder).last_proof("https://a.example") == at


async def test_a_closure_that_lies_ahead_once_the_clock_is_set_back_begins_anew(
    reception: Reception, step: FullDisk
) -> None:
    step.is_full = False
    now = [NOON + 60 * MINUTE]
    closing = Closing(step, lambda: now[0])
    await closing.closed(NOON + 59 * MINUTE, Fault.NO_ANSWER)

    now[0] = NOON + 10 * MINUTE
    await closing.closed(NOON + 59 * MINUTE, Fault.NO_ANSWER)
    assert closing.since == NOON + 10 * MINUTE
    await closing.opened(NOON + 30 * MINUTE)

    told = closures(reception)
    assert (NOON + 10 * MINUTE, NOON + 30 * MINUTE) in [(one.begin, one.end) for one in told]
