"""The session: the store is read, and its receiver asked, whoever started that."""

import asyncio
import logging
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import aiohttp
import pytest
from sqlalchemy.exc import OperationalError

from app.clock import utc_now
from app.core.door import ClosedBy
from app.core.report import Origin
from app.core.times import to_microseconds
from app.paths import database_file
from app.receiver.errors import PortTakenError, ReceiverUnreachableError
from app.receiver.outlook import Connection, Outlook
from app.receiver.probes import Reached
from app.receiver.reception import Reception
from app.store.arrivals import Receipt
from app.store.edits import BatchChange, ChangeBatch, MarkOpen
from app.store.errors import DatabaseBrokenError, StoreClosedError
from app.store.unauthorized import RequestedPath
from app.ui.session import Session
from tests.store.arrivals import a_report, arriving
from tests.ui.sessions import SessionHere, trouble_of
from tests.ui.waiting import until

BODY = b'{"messageId": "m1", "batchId": "b1", "code": 102}'


class Open(Protocol):
    def __call__(self, folder: Path, *, port: int = 0) -> SessionHere: ...


@pytest.fixture
def opened() -> Iterator[Open]:
    """Return what opens a session, which is closed with the test."""
    with ExitStack() as sessions:

        def open_one(folder: Path, *, port: int = 0) -> SessionHere:
            session = SessionHere(folder, port=port)
            sessions.callback(session.close)
            return session

        yield open_one


async def post(url: str, body: bytes) -> int:
    async with aiohttp.ClientSession() as client, client.post(url, data=body) as answer:
        return answer.status


def news(session: Session, connection: Connection, within_s: float = 20) -> Outlook:
    """Wait until the link stands so."""
    end = time.monotonic() + within_s
    outlook = session.outlook
    while outlook.connection is not connection:
        assert time.monotonic() < end, outlook
        outlook = session.link.wait_for_news(outlook, 0.5)
    return outlook


async def test_reports_are_received_and_read(data_dir: Path, opened: Open) -> None:
    session = opened(data_dir)

    assert session.is_receiving
    assert session.ends_with_window
    assert await post(session.read_callback_url(), BODY) == 200
    assert session.reader.counts().messages == 1
    counters = session.counters()
    assert counters is not None


async def test_what_another_process_receives_is_read_and_changed_in_the_same_way(
    data_dir: Path, opened: Open
) -> None:
    with Reception(data_dir, port=0) as other:
        session = opened(data_dir)

        assert session.is_receiving
        assert not session.ends_with_window
        assert session.receivers.started == []
        assert session.listens_on == (other.service.host, other.service.port)
        assert session.read_callback_url() == other.callback_url
        assert await post(other.callback_url, BODY) == 200
        assert await session.append(arriving(a_report())) is Receipt.STORED
        [batch, _] = session.reader.batches()
        change = ChangeBatch(batch.key, BatchChange(label="Autumn"))
        await asyncio.wrap_future(session.edit(change))
        assert session.reader.batches()[0].label == "Autumn"


def test_the_store_can_t_be_written_from_here(data_dir: Path, opened: Open) -> None:
    session = opened(data_dir)
    with (
        session.database.reading.connect() as connection,
        pytest.raises(OperationalError, match="readonly"),
        connection.begin(),
    ):
        connection.exec_driver_sql("UPDATE meta SET revision = 0")


async def test_new_revisions_are_told_as_they_come(data_dir: Path, opened: Open) -> None:
    session = opened(data_dir)
    told: list[int] = []
    session.when_committed(told.append)
    await session.append(arriving(a_report()))
    await until(lambda: session.reader.revision() in told)
    assert session.is_told


def test_it_hears_that_the_receiver_has_stopped_and_that_one_is_there_again(
    data_dir: Path, opened: Open
) -> None:
    with Reception(data_dir, port=0):
        session = opened(data_dir)
    news(session, Connection.STOPPED)
    assert session.read_callback_url() == ""
    assert session.read_probes() is None
    assert not session.is_told

    with Reception(data_dir, port=0) as again:
        news(session, Connection.CONNECTED)
        session.wait_until_decided()
        assert session.read_callback_url() == again.callback_url


async def test_a_change_is_made_by_the_next_receiver_where_the_first_ends(
    data_dir: Path, opened: Open
) -> None:
    session = opened(data_dir)
    await session.append(arriving(a_report()))
    [batch] = session.reader.batches()
    session.stop_receiver()
    with pytest.raises(ReceiverUnreachableError, match="not certain"):
        session.edit(ChangeBatch(batch.key, BatchChange(label="lost"))).result(20)

    session.listen("127.0.0.1", 0)
    await asyncio.wrap_future(session.edit(ChangeBatch(batch.key, BatchChange(label="kept"))))

    assert session.reader.batches()[0].label == "kept"


def test_nothing_can_be_asked_for_after_the_end(data_dir: Path) -> None:
    session = SessionHere(data_dir)
    session.close()
    with pytest.raises(StoreClosedError):
        session.edit(ChangeBatch(1, BatchChange(label="late")))


def test_a_taken_port_leaves_the_store_open_and_can_be_tried_again(
    data_dir: Path, opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        session = opened(data_dir, port=port)
        assert isinstance(trouble_of(session), PortTakenError)
        assert session.read_callback_url() == ""
        assert session.reader.batches() == []
        session.append_all([arriving(a_report())])

    session.listen("127.0.0.1", port)

    while not session.is_receiving:
        session.link.wait_for_news(session.outlook, 0.1)
    assert trouble_of(session) is None


def test_a_broken_store_is_told_whether_or_not_the_receiver_has_looked(data_dir: Path) -> None:
    database_file(data_dir).write_bytes(b"no database" * 100)
    with pytest.raises(DatabaseBrokenError):
        SessionHere(data_dir)


async def test_a_renewed_secret_works_beside_the_old_one_until_that_is_ended(
    data_dir: Path, opened: Open
) -> None:
    session = opened(data_dir)
    old_url = session.read_callback_url()
    old, new = session.valid_secrets()[0], session.renew_secret()
    new_url = session.read_callback_url()

    assert new_url != old_url
    assert await post(old_url, BODY) == 200
    assert await post(new_url, BODY.replace(b"102", b"201")) == 200
    [message] = session.reader.stream_messages()
    assert [one.secret for one in session.reader.reports(message.key)] == [old.key, new.key]

    session.end_secret(old.key)
    assert await post(old_url, BODY) == 404
    assert await post(new_url, BODY) == 200


async def test_the_demo_and_each_public_url_have_a_secret_of_their_own(
    data_dir: Path, opened: Open
) -> None:
    session = opened(data_dir)
    demo, public = session.read_demo_url(), session.read_public_url("https://example.org")
    assert session.read_demo_url() == demo
    assert session.read_public_url("https://example.org") == public
    assert public.startswith("https://example.org/r/")
    origins = {one.origin for one in session.valid_secrets()}
    assert origins == {Origin.WEBHOOK, Origin.DEMO}
    assert await post(demo, BODY) == 200


async def test_a_probe_is_known_to_the_receiver_and_so_is_that_it_came(
    data_dir: Path, opened: Open
) -> None:
    with Reception(data_dir, port=0):
        session = opened(data_dir)
        probes = session.read_probes()
        assert probes is not None
        probe = probes.make()
        assert await asyncio.to_thread(probes.seen, probe) is None
        url = session.read_callback_url()
        async with aiohttp.ClientSession() as client, client.post(url, data=probe.body) as answer:
            assert probes.proved(probe, await answer.read()) is Reached.SECRET
        assert await asyncio.to_thread(probes.seen, probe) is Reached.SECRET
        assert session.strangers() == []


async def test_strangers_are_known_to_any_window_and_after_a_restart(
    data_dir: Path, opened: Open
) -> None:
    session = opened(data_dir)
    session.believe("X-Forwarded-For")
    reception = session.reception
    while reception.service.strangers.believed is None:  # noqa: ASYNC110 - on another thread
        await asyncio.sleep(0.01)
    url = session.read_callback_url().rpartition("/")[0] + "/wrong"
    headers = {"X-Forwarded-For": "192.0.2.1"}
    async with aiohttp.ClientSession() as client, client.post(url, headers=headers) as answer:
        assert answer.status == 404
    session.stop_receiver()

    assert [(one.source, one.at) for one in session.strangers()] == [
        ("192.0.2.1", RequestedPath.SECRET)
    ]
    session.listen("127.0.0.1", 0)
    news(session, Connection.CONNECTED)
    again = session.reception
    while again.service.strangers.believed is None:  # noqa: ASYNC110 - the next is told, too
        await asyncio.sleep(0.01)


def test_it_knows_when_the_door_was_closed_and_that_it_is_open_now(
    data_dir: Path, opened: Open
) -> None:
    now = utc_now()
    earlier = MarkOpen(now - timedelta(hours=2), now - timedelta(hours=1), is_closed=True)
    session = opened(data_dir)
    session.edit(earlier).result(10)

    [closure] = session.closures(now - timedelta(days=1))

    assert (closure.begin, closure.by) == (now - timedelta(hours=1), ClosedBy.STOPPED)
    assert closure.end is not None
    assert session.doors.known_since() == now - timedelta(hours=2)


def test_a_receiver_that_has_ended_is_a_closure_once_it_was_silent_for_a_while(
    data_dir: Path, opened: Open
) -> None:
    session = opened(data_dir)
    assert session.closures(utc_now() - timedelta(days=1)) == []
    session.stop_receiver()
    assert session.closures(utc_now() - timedelta(days=1)) == []
    now = utc_now()
    with sqlite3.connect(database_file(data_dir)) as connection:
        long_ago = to_microseconds(now) - 20_000_000
        connection.execute("UPDATE opening SET last_us = ?", (long_ago,))
    connection.close()

    [closure] = session.closures(now - timedelta(days=1))

    assert (closure.end, closure.by) == (None, ClosedBy.STOPPED)


def test_it_is_told_that_the_computer_has_slept(
    data_dir: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(data_dir)
    woken = threading.Event()
    session.when_woken(woken.set)
    read = time.clock_gettime
    monkeypatch.setattr(time, "clock_gettime", lambda clock: read(clock) + 3600.0)
    assert woken.wait(10)
