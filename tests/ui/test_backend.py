"""The session: the store is read, and its receiver asked, whoever started that."""

import asyncio
import logging
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import pytest
from sqlalchemy.exc import OperationalError

from kvitto.clock import utc_now
from kvitto.core.outages import OutageCause
from kvitto.core.report import Origin
from kvitto.core.timestamps import to_microseconds
from kvitto.paths import database_file
from kvitto.receiver.probes import ProbePath
from kvitto.receiver.receiver_errors import PortTakenError, ReceiverUnreachableError
from kvitto.receiver.receiver_outlook import LinkState, ReceiverOutlook
from kvitto.receiver.remote_store import open_store
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.errors import DatabaseBrokenError, StoreClosedError
from kvitto.store.migrations.runner import go_on
from kvitto.store.mutations import BatchChange, ChangeBatch, RecordHeartbeat
from kvitto.store.unauthorized_log import RequestedPath
from kvitto.store.write_requests import WriteResult
from kvitto.ui.backend import Backend
from tests.store.arrivals import a_report, arriving
from tests.ui.sessions import BackendHere, trouble_of
from tests.ui.waiting import until

BODY = b'{"messageId": "m1", "batchId": "b1", "code": 102}'


class Open(Protocol):
    def __call__(self, folder: Path, *, port: int = 0) -> BackendHere: ...


@pytest.fixture
def opened() -> Iterator[Open]:
    """Return what opens a session, which is closed with the test."""
    with ExitStack() as sessions:

        def open_one(folder: Path, *, port: int = 0) -> BackendHere:
            backend = BackendHere(folder, port=port)
            sessions.callback(backend.close)
            return backend

        yield open_one


async def post(url: str, body: bytes) -> int:
    async with aiohttp.ClientSession() as client, client.post(url, data=body) as answer:
        return answer.status


def news(backend: Backend, connection: LinkState, within_s: float = 20) -> ReceiverOutlook:
    """Wait until the link stands so."""
    end = time.monotonic() + within_s
    outlook = backend.outlook
    while outlook.connection is not connection:
        assert time.monotonic() < end, outlook
        outlook = backend.link.wait_for_news(outlook, 0.5)
    return outlook


async def test_reports_are_received_and_read(data_dir: Path, opened: Open) -> None:
    backend = opened(data_dir)

    assert backend.is_receiving
    assert backend.ends_with_window
    assert await post(backend.read_callback_url(), BODY) == 200
    assert backend.reader.counts().messages == 1
    counters = backend.counters()
    assert counters is not None


async def test_what_another_process_receives_is_read_and_changed_in_the_same_way(
    data_dir: Path, opened: Open
) -> None:
    with ReceiverRuntime(data_dir, port=0) as other:
        backend = opened(data_dir)

        assert backend.is_receiving
        assert not backend.ends_with_window
        assert backend.receivers.started == []
        assert backend.listens_on == (other.service.host, other.service.port)
        assert backend.read_callback_url() == other.callback_url
        assert await post(other.callback_url, BODY) == 200
        assert await backend.append(arriving(a_report())) is WriteResult.STORED
        [batch, _] = backend.reader.batches()
        change = ChangeBatch(batch.key, BatchChange(label="Autumn"))
        await asyncio.wrap_future(backend.edit(change))
        assert backend.reader.batches()[0].label == "Autumn"


def test_the_store_can_t_be_written_from_here(data_dir: Path, opened: Open) -> None:
    backend = opened(data_dir)
    with (
        backend.database.reading.connect() as connection,
        pytest.raises(OperationalError, match="readonly"),
        connection.begin(),
    ):
        connection.exec_driver_sql("UPDATE store_state SET revision = 0")


async def test_new_revisions_are_told_as_they_come(data_dir: Path, opened: Open) -> None:
    backend = opened(data_dir)
    told: list[int] = []
    backend.when_committed(told.append)
    await backend.append(arriving(a_report()))
    await until(lambda: backend.reader.revision() in told)
    assert backend.is_told


def test_it_hears_that_the_receiver_has_stopped_and_that_one_is_there_again(
    data_dir: Path, opened: Open
) -> None:
    with ReceiverRuntime(data_dir, port=0):
        backend = opened(data_dir)
    news(backend, LinkState.STOPPED)
    assert backend.read_callback_url() == ""
    assert backend.read_probes() is None
    assert not backend.is_told

    with ReceiverRuntime(data_dir, port=0) as again:
        news(backend, LinkState.CONNECTED)
        backend.wait_until_decided()
        assert backend.read_callback_url() == again.callback_url


async def test_a_change_is_made_by_the_next_receiver_where_the_first_ends(
    data_dir: Path, opened: Open
) -> None:
    backend = opened(data_dir)
    await backend.append(arriving(a_report()))
    [batch] = backend.reader.batches()
    backend.stop_receiver()
    with pytest.raises(ReceiverUnreachableError, match="not certain"):
        backend.edit(ChangeBatch(batch.key, BatchChange(label="lost"))).result(60)

    backend.listen("127.0.0.1", 0)
    await asyncio.wrap_future(backend.edit(ChangeBatch(batch.key, BatchChange(label="kept"))))

    assert backend.reader.batches()[0].label == "kept"


def test_nothing_can_be_asked_for_after_the_end(data_dir: Path) -> None:
    backend = BackendHere(data_dir)
    backend.close()
    with pytest.raises(StoreClosedError):
        backend.edit(ChangeBatch(1, BatchChange(label="late")))


def test_a_taken_port_leaves_the_store_open_and_can_be_tried_again(
    data_dir: Path, opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        backend = opened(data_dir, port=port)
        assert isinstance(trouble_of(backend), PortTakenError)
        assert backend.read_callback_url() == ""
        assert backend.reader.batches() == []
        backend.append_all([arriving(a_report())])

    backend.listen("127.0.0.1", port)

    while not backend.is_receiving:
        backend.link.wait_for_news(backend.outlook, 0.1)
    assert trouble_of(backend) is None


def test_a_broken_store_is_told_whether_or_not_the_receiver_has_looked(data_dir: Path) -> None:
    database_file(data_dir).write_bytes(b"no database" * 100)
    with pytest.raises(DatabaseBrokenError):
        BackendHere(data_dir)


def test_why_a_receiver_has_failed_is_kept_without_who_was_told_of_it(data_dir: Path) -> None:
    kept = PortTakenError("127.0.0.1", 8370)

    class Failed:
        """A link with a receiver that could not be started."""

        folder = data_dir
        outlook = ReceiverOutlook(LinkState.FAILED, error=kept)

    link: Any = Failed()
    with pytest.raises(PortTakenError) as told:
        open_store(link, go_on)
    assert vars(told.value) == vars(kept)
    assert kept.__traceback__ is None, "it holds all of those frames, on the link's thread"


async def test_a_renewed_callback_key_works_beside_the_old_one_until_that_is_ended(
    data_dir: Path, opened: Open
) -> None:
    backend = opened(data_dir)
    old_url = backend.read_callback_url()
    old, new = backend.valid_callback_keys()[0], backend.renew_callback_key()
    new_url = backend.read_callback_url()

    assert new_url != old_url
    assert await post(old_url, BODY) == 200
    assert await post(new_url, BODY.replace(b"102", b"201")) == 200
    [message] = backend.reader.stream_messages()
    assert [one.callback_key for one in backend.reader.reports(message.key)] == [old.key, new.key]

    backend.end_callback_key(old.key)
    assert await post(old_url, BODY) == 404
    assert await post(new_url, BODY) == 200


async def test_the_demo_and_each_public_url_have_a_callback_key_of_their_own(
    data_dir: Path, opened: Open
) -> None:
    backend = opened(data_dir)
    demo, public = backend.read_demo_url(), backend.read_public_url("https://example.org")
    assert backend.read_demo_url() == demo
    assert backend.read_public_url("https://example.org") == public
    assert public.startswith("https://example.org/r/")
    origins = {one.origin for one in backend.valid_callback_keys()}
    assert origins == {Origin.WEBHOOK, Origin.DEMO}
    assert await post(demo, BODY) == 200


async def test_a_probe_is_known_to_the_receiver_and_so_is_that_it_came(
    data_dir: Path, opened: Open
) -> None:
    with ReceiverRuntime(data_dir, port=0):
        backend = opened(data_dir)
        probes = backend.read_probes()
        assert probes is not None
        probe = probes.make()
        assert await asyncio.to_thread(probes.seen, probe) is None
        url = backend.read_callback_url()
        async with aiohttp.ClientSession() as client, client.post(url, data=probe.body) as answer:
            assert probes.proved(probe, await answer.read()) is ProbePath.KEY
        assert await asyncio.to_thread(probes.seen, probe) is ProbePath.KEY
        assert backend.unknown_callers() == []


async def test_unknown_callers_are_known_to_any_window_and_after_a_restart(
    data_dir: Path, opened: Open
) -> None:
    backend = opened(data_dir)
    backend.believe("X-Forwarded-For")
    runtime = backend.runtime
    while runtime.service.unknown_callers.trusted_header is None:  # noqa: ASYNC110 - on another thread
        await asyncio.sleep(0.01)
    url = backend.read_callback_url().rpartition("/")[0] + "/wrong"
    headers = {"X-Forwarded-For": "192.0.2.1"}
    async with aiohttp.ClientSession() as client, client.post(url, headers=headers) as answer:
        assert answer.status == 404
    backend.stop_receiver()

    assert [(one.source, one.at) for one in backend.unknown_callers()] == [
        ("192.0.2.1", RequestedPath.KEY)
    ]
    backend.listen("127.0.0.1", 0)
    news(backend, LinkState.CONNECTED)
    again = backend.runtime
    while again.service.unknown_callers.trusted_header is None:  # noqa: ASYNC110 - the next is told, too
        await asyncio.sleep(0.01)


def test_it_knows_when_the_reachability_was_closed_and_that_it_is_open_now(
    data_dir: Path, opened: Open
) -> None:
    now = utc_now()
    earlier = RecordHeartbeat(now - timedelta(hours=2), now - timedelta(hours=1), is_stopped=True)
    backend = opened(data_dir)
    backend.edit(earlier).result(60)

    [outage] = backend.outages(now - timedelta(days=1))

    assert (outage.begin, outage.by) == (now - timedelta(hours=1), OutageCause.STOPPED)
    assert outage.end is not None


def test_a_receiver_that_has_ended_is_an_outage_once_it_was_silent_for_a_while(
    data_dir: Path, opened: Open
) -> None:
    backend = opened(data_dir)
    assert backend.outages(utc_now() - timedelta(days=1)) == []
    backend.stop_receiver()
    assert backend.outages(utc_now() - timedelta(days=1)) == []
    now = utc_now()
    with closing(sqlite3.connect(database_file(data_dir))) as connection, connection:
        long_ago = to_microseconds(now) - 20_000_000
        connection.execute("UPDATE receiver_run SET heartbeat_at_us = ?", (long_ago,))
    connection.close()

    [outage] = backend.outages(now - timedelta(days=1))

    assert (outage.end, outage.by) == (None, OutageCause.STOPPED)


@pytest.mark.parametrize(("silent_s", "count"), [(70, 0), (80, 1)])
def test_one_that_did_not_say_that_it_ends_may_only_be_between_two_heartbeats(
    data_dir: Path, opened: Open, silent_s: int, count: int
) -> None:
    backend = opened(data_dir)
    backend.stop_receiver()
    now = utc_now()
    with sqlite3.connect(database_file(data_dir)) as connection:
        last = to_microseconds(now) - silent_s * 1_000_000
        connection.execute(
            "UPDATE receiver_run SET heartbeat_at_us = ?, stopped_at_us = NULL", (last,)
        )
    connection.close()

    assert len(backend.outages(now - timedelta(days=1))) == count


def test_it_is_told_that_the_computer_has_slept(
    data_dir: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = opened(data_dir)
    woken = threading.Event()
    backend.when_woken(woken.set)
    read = time.clock_gettime
    monkeypatch.setattr(time, "clock_gettime", lambda clock: read(clock) + 3600.0)
    assert woken.wait(60)
