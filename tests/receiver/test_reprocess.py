"""What was refused is read again by today's rules, and none is lost on the way."""

import asyncio
import gzip
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from kvitto.core.rejection import RejectionKind
from kvitto.core.report import Origin
from kvitto.receiver.control_client import ControlClient
from kvitto.receiver.control_messages import Reprocess
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.lockfile import InstanceInfo
from kvitto.store.quarantine import QuarantineReader, RejectionScope
from kvitto.store.write_requests import RejectedRequest, ReportRequest
from tests.journeys.patience import eventually
from tests.ui.details.arriving import a_body, arriving, at
from tests.ui.quarantine.refusing import refused, rightly_refused


class Receiver:
    """A receiver, and a window's way to it."""

    def __init__(self, folder: Path) -> None:
        told: list[InstanceInfo] = []
        self.runtime = ReceiverRuntime(
            folder, port=0, on_reachable=told.append, find_inhibitor=lambda: None
        )
        self.client = ControlClient(told[0].control_port, told[0].control_token)
        self.rejections = QuarantineReader(self.runtime.database)

    def arrive(self, *arrivals: ReportRequest | RejectedRequest) -> None:
        async def append() -> None:
            await asyncio.gather(*(self.runtime.writer.append(one) for one in arrivals))

        asyncio.run(append())

    def keys(self) -> list[int]:
        return self.rejections.keys(RejectionScope(), up_to=10**9)

    def left(self) -> list[bytes]:
        return [body.record.body for body in self.rejections.bodies(self.keys())]

    @property
    def state(self) -> Reprocess:
        state = self.client.status().reprocess
        assert state is not None
        return state

    def read_all_again(self, keys: Sequence[int] | None = None) -> tuple[int, int, int]:
        """Return how many were stored, had come already, and still are no reports."""
        self.client.start_reprocess(self.keys() if keys is None else keys)
        assert eventually(lambda: not self.state.is_running)
        assert not self.state.failure
        return self.state.stored, self.state.known, self.state.refused


@pytest.fixture
def receiver(data_dir: Path) -> Iterator[Receiver]:
    made = Receiver(data_dir)
    yield made
    made.client.close()
    made.runtime.close()


def test_what_is_a_report_now_is_stored_with_the_time_at_which_it_came(receiver: Receiver) -> None:
    receiver.arrive(refused(a_body(created=None), 5), refused(a_body(created=None), 700))

    assert receiver.read_all_again() == (1, 0, 0)

    (report,) = receiver.runtime.reader.stream_reports()
    assert report.received.arrived == at(5)
    assert report.body == a_body(created=None)
    assert receiver.left() == []


def test_what_still_is_no_report_stays(receiver: Receiver) -> None:
    receiver.arrive(rightly_refused(b"nonsense"), rightly_refused(b"[]"), refused(a_body()))

    assert receiver.read_all_again() == (1, 0, 2)

    assert receiver.left() == [b"nonsense", b"[]"]


def test_what_had_come_already_leaves_quarantine_too(receiver: Receiver) -> None:
    receiver.arrive(arriving(a_body()), refused(a_body()))

    assert receiver.read_all_again() == (0, 1, 0)

    assert receiver.left() == []
    assert receiver.runtime.reader.counts().reports == 1


def test_a_body_of_which_only_the_beginning_is_here_is_never_read(receiver: Receiver) -> None:
    receiver.arrive(refused(a_body(), kind=RejectionKind.TOO_LARGE, size=99_999))

    assert receiver.read_all_again() == (0, 0, 1)

    assert receiver.left() == [a_body()]


def test_what_the_api_said_when_it_was_asked_is_never_a_report(receiver: Receiver) -> None:
    receiver.arrive(refused(a_body(), kind=RejectionKind.API))

    assert receiver.read_all_again() == (0, 0, 1)

    assert receiver.left() == [a_body()]
    assert receiver.runtime.reader.counts().reports == 0


def test_a_body_is_unpacked_as_its_headers_say(receiver: Receiver) -> None:
    packed = gzip.compress(a_body(), mtime=0)
    receiver.arrive(refused(packed, headers=(("content-encoding", "gzip"),)))

    assert receiver.read_all_again() == (1, 0, 0)

    (report,) = receiver.runtime.reader.stream_reports()
    assert report.body == a_body()


def test_what_came_from_the_demo_counts_as_demo(receiver: Receiver) -> None:
    callback_key = receiver.runtime.callback_keys.make(at(0), Origin.DEMO)
    receiver.arrive(refused(a_body(), callback_key=callback_key.key))

    receiver.read_all_again()

    batch = receiver.runtime.reader.batch("batch-a")
    assert batch is not None
    assert batch.origin is Origin.DEMO


def test_what_is_gone_meanwhile_is_no_obstacle(receiver: Receiver) -> None:
    receiver.arrive(refused(a_body()))

    assert receiver.read_all_again([*receiver.keys(), 4711])[0] == 1


def test_it_can_be_stopped_and_goes_on_without_who_has_begun_it(receiver: Receiver) -> None:
    receiver.arrive(*(refused(a_body(f"m{number}")) for number in range(1000)))
    keys = receiver.keys()

    begun = receiver.client.start_reprocess(keys)
    assert (begun.total, begun.is_running) == (1000, True)
    assert receiver.client.start_reprocess(keys).number == begun.number, "one at a time"
    assert eventually(lambda: receiver.state.stored > 0)
    receiver.client.stop_reprocess()
    assert eventually(lambda: not receiver.state.is_running)
    stopped = receiver.state
    assert 0 < stopped.stored < 1000
    assert len(receiver.left()) == 1000 - stopped.stored

    receiver.client.start_reprocess(receiver.keys())
    receiver.client.close()
    assert eventually(lambda: receiver.left() == [])
    batch = receiver.runtime.reader.batch("batch-a")
    assert batch is not None
    assert batch.messages == 1000


def test_a_receiver_that_stops_in_the_middle_loses_none(data_dir: Path) -> None:
    receiver = Receiver(data_dir)
    receiver.arrive(*(refused(a_body(f"m{number}")) for number in range(1000)))
    receiver.client.start_reprocess(receiver.keys())
    while receiver.state.stored == 0:
        threading.Event().wait(0.001)
    receiver.client.close()
    receiver.runtime.close()

    again = Receiver(data_dir)
    left = len(again.left())
    assert 0 < left < 1000
    assert again.runtime.reader.counts().messages + left >= 1000
    again.client.close()
    again.runtime.close()


def test_where_nothing_can_be_written_nothing_leaves_quarantine(receiver: Receiver) -> None:
    receiver.arrive(refused(a_body()))
    keys = receiver.keys()
    receiver.runtime.writer.close()

    receiver.client.start_reprocess(keys)

    assert eventually(lambda: bool(receiver.state.failure))
    assert not receiver.state.is_running
    assert receiver.left() == [a_body()]
