"""Noting that the door is closed, in a store that may be out of order."""

from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from kvitto.core.outages import Outage, OutageCause
from kvitto.paths import reachability_folder
from kvitto.reachability.failures import CheckFailure
from kvitto.reachability.outage_recorder import Closing
from kvitto.reachability.receiver_gateway import ReceiverAccess
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.errors import DiskFullError, StoreClosedError
from kvitto.store.outage_queries import OutageReader
from tests.reachability.watching import Step

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
def step(runtime: ReceiverRuntime, data_dir: Path) -> FullDisk:
    return FullDisk(runtime, data_dir)


def outages(runtime: ReceiverRuntime) -> list[Outage]:
    outage_queries = OutageReader(runtime.database)
    found = outage_queries.outages(NOON - MINUTE, now=NOON + 60 * MINUTE, is_running=True)
    return [one for one in found if one.by is OutageCause.TUNNEL]


async def test_what_a_full_disk_refuses_is_written_at_the_next_occasion(
    runtime: ReceiverRuntime, step: FullDisk
) -> None:
    closing = Closing(step)
    await closing.closed(NOON, CheckFailure.DNS)
    assert closing.since == NOON
    await closing.closed(NOON, CheckFailure.DNS)
    assert outages(runtime) == []
    step.is_full = False
    await closing.closed(NOON + MINUTE, CheckFailure.DNS)
    assert outages(runtime) == [Outage(NOON, None, OutageCause.TUNNEL, "dns")]


async def test_an_end_that_a_full_disk_refuses_is_written_while_the_reachability_is_open(
    runtime: ReceiverRuntime, step: FullDisk
) -> None:
    closing = Closing(step)
    await closing.closed(NOON, CheckFailure.TLS)
    await closing.opened(NOON + MINUTE)
    await closing.opened(NOON + 2 * MINUTE)
    step.is_full = False
    await closing.opened(NOON + 3 * MINUTE)
    assert outages(runtime) == [Outage(NOON, NOON + MINUTE, OutageCause.TUNNEL, "tls")]
    assert closing.since is None


async def test_an_end_before_the_beginning_is_the_beginning(
    runtime: ReceiverRuntime, step: FullDisk
) -> None:
    step.is_full = False
    closing = Closing(step)
    await closing.closed(NOON, CheckFailure.TLS)
    await closing.opened(NOON - MINUTE)
    assert outages(runtime) == [Outage(NOON, NOON, OutageCause.TUNNEL, "tls")]


async def test_a_reachability_that_was_never_closed_needs_no_word(
    runtime: ReceiverRuntime, data_dir: Path
) -> None:
    gone: ReceiverAccess = Gone(runtime, data_dir)
    await Closing(gone).opened(NOON)
    closing = Closing(gone)
    await closing.closed(NOON, CheckFailure.DNS)
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
    runtime: ReceiverRuntime, kept: str, at: datetime | None
) -> None:
    file = reachability_folder(runtime.folder) / "last_check.json"
    file.parent.mkdir()
    file.write_text(kept)
    assert Step(runtime, runtime.folder).last_proof("https://a.example") == at


async def test_an_outage_that_lies_ahead_once_the_clock_is_set_back_begins_anew(
    runtime: ReceiverRuntime, step: FullDisk
) -> None:
    step.is_full = False
    now = [NOON + 60 * MINUTE]
    closing = Closing(step, lambda: now[0])
    await closing.closed(NOON + 59 * MINUTE, CheckFailure.NO_ANSWER)

    now[0] = NOON + 10 * MINUTE
    await closing.closed(NOON + 59 * MINUTE, CheckFailure.NO_ANSWER)
    assert closing.since == NOON + 10 * MINUTE
    await closing.opened(NOON + 30 * MINUTE)

    told = outages(runtime)
    assert (NOON + 10 * MINUTE, NOON + 30 * MINUTE) in [(one.begin, one.end) for one in told]
