"""Recording outages in a store that may not be writable."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from kvitto.clock import utc_now
from kvitto.core.outages import Outage, OutageCause
from kvitto.paths import reachability_folder
from kvitto.reachability.failures import CheckFailure
from kvitto.reachability.outage_recorder import OutageRecorder
from kvitto.reachability.receiver_access import ReceiverAccess
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.errors import DiskFullError, StoreClosedError
from kvitto.store.outage_queries import OutageReader
from tests.reachability.watching import PatchableAccess

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class FullDisk(PatchableAccess):
    """Receiver access whose store can't be written while `is_full`."""

    is_full = True

    @override
    def record_outage(self, begin: datetime, end: datetime | None, failure: str) -> "Future[int]":
        if not self.is_full:
            return super().record_outage(begin, end, failure)
        refused: Future[int] = Future()
        refused.set_exception(DiskFullError(Path("kvitto.db")))
        return refused


class Gone(PatchableAccess):
    """Receiver access whose store is closed."""

    @override
    def record_outage(self, begin: datetime, end: datetime | None, failure: str) -> "Future[int]":
        raise StoreClosedError


@pytest.fixture
def access(runtime: ReceiverRuntime, data_dir: Path) -> FullDisk:
    return FullDisk(runtime, data_dir)


def recorder_of(access: ReceiverAccess, clock: Callable[[], datetime] = utc_now) -> OutageRecorder:
    return OutageRecorder(access.open_outages, access.record_outage, clock)


def outages(runtime: ReceiverRuntime) -> list[Outage]:
    outage_queries = OutageReader(runtime.database)
    found = outage_queries.outages(NOON - MINUTE, now=NOON + 60 * MINUTE, is_running=True)
    return [one for one in found if one.by is OutageCause.TUNNEL]


async def test_what_a_full_disk_refuses_is_written_at_the_next_occasion(
    runtime: ReceiverRuntime, access: FullDisk
) -> None:
    recorder = recorder_of(access)
    await recorder.begin(NOON, CheckFailure.DNS)
    assert recorder.since == NOON
    await recorder.begin(NOON, CheckFailure.DNS)
    assert outages(runtime) == []
    access.is_full = False
    await recorder.begin(NOON + MINUTE, CheckFailure.DNS)
    assert outages(runtime) == [Outage(NOON, None, OutageCause.TUNNEL, "dns")]


async def test_an_end_that_a_full_disk_refuses_is_written_while_the_url_is_reachable(
    runtime: ReceiverRuntime, access: FullDisk
) -> None:
    recorder = recorder_of(access)
    await recorder.begin(NOON, CheckFailure.TLS)
    await recorder.end(NOON + MINUTE)
    await recorder.end(NOON + 2 * MINUTE)
    access.is_full = False
    await recorder.end(NOON + 3 * MINUTE)
    assert outages(runtime) == [Outage(NOON, NOON + MINUTE, OutageCause.TUNNEL, "tls")]
    assert recorder.since is None


async def test_an_end_before_the_beginning_is_the_beginning(
    runtime: ReceiverRuntime, access: FullDisk
) -> None:
    access.is_full = False
    recorder = recorder_of(access)
    await recorder.begin(NOON, CheckFailure.TLS)
    await recorder.end(NOON - MINUTE)
    assert outages(runtime) == [Outage(NOON, NOON, OutageCause.TUNNEL, "tls")]


async def test_without_an_outage_nothing_is_written(
    runtime: ReceiverRuntime, data_dir: Path
) -> None:
    gone: ReceiverAccess = Gone(runtime, data_dir)
    await recorder_of(gone).end(NOON)
    recorder = recorder_of(gone)
    await recorder.begin(NOON, CheckFailure.DNS)
    assert recorder.since == NOON


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
    assert PatchableAccess(runtime, runtime.folder).last_proof("https://a.example") == at


async def test_an_outage_that_lies_ahead_once_the_clock_is_set_back_begins_anew(
    runtime: ReceiverRuntime, access: FullDisk
) -> None:
    access.is_full = False
    now = [NOON + 60 * MINUTE]
    recorder = recorder_of(access, lambda: now[0])
    await recorder.begin(NOON + 59 * MINUTE, CheckFailure.NO_ANSWER)

    now[0] = NOON + 10 * MINUTE
    await recorder.begin(NOON + 59 * MINUTE, CheckFailure.NO_ANSWER)
    assert recorder.since == NOON + 10 * MINUTE
    await recorder.end(NOON + 30 * MINUTE)

    told = outages(runtime)
    assert (NOON + 10 * MINUTE, NOON + 30 * MINUTE) in [(one.begin, one.end) for one in told]
