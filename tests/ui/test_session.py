"""The session: our own receiver, another process's, or none that can listen."""

import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import aiohttp
import msgspec
import pytest
from sqlalchemy import update

from app.core.door import ClosedBy
from app.core.times import to_microseconds
from app.paths import instance_file
from app.receiver.errors import PortTakenError, ReceiverError
from app.receiver.probes import Reached
from app.receiver.reception import Reception
from app.receiver.service import utc_now
from app.store.edits import MarkOpen
from app.store.instance import Whereabouts
from app.store.schema import opening
from app.store.unauthorized import RequestedPath
from app.ui.session import Session
from tests.store.arrivals import a_report, arriving


def trouble_of(session: Session) -> ReceiverError | None:
    return session.trouble


def attached_to(session: Session) -> Whereabouts | None:
    return session.attached_to


async def post(url: str, body: bytes) -> int:
    async with aiohttp.ClientSession() as client, client.post(url, data=body) as answer:
        return answer.status


BODY = b'{"messageId": "m1", "batchId": "b1", "code": 102}'


async def test_it_receives_by_itself(data_dir: Path) -> None:
    session = Session(data_dir, port=0)

    assert session.is_receiving
    assert await post(session.read_callback_url(), BODY) == 200
    assert session.reader.counts().messages == 1
    session.close()


async def test_it_attaches_where_another_receives_and_can_still_edit(data_dir: Path) -> None:
    with Reception(data_dir, port=0) as other:
        session = Session(data_dir, port=0)

        assert not session.is_receiving
        assert session.attached_to is not None
        assert session.read_callback_url() == other.callback_url
        assert await post(other.callback_url, BODY) == 200
        assert session.reader.counts().messages == 1
        await session.append(arriving(a_report()))
        session.close()


def test_it_hears_that_the_other_has_stopped_and_that_one_is_there_again(data_dir: Path) -> None:
    with Reception(data_dir, port=0):
        session = Session(data_dir, port=0)
        assert not session.look_for_others()
    assert session.look_for_others()
    assert attached_to(session) is None
    assert session.read_callback_url() == ""
    assert not session.look_for_others()

    with Reception(data_dir, port=0) as again:
        assert session.look_for_others()
        assert session.read_callback_url() == again.callback_url
    session.close()


def test_it_hears_that_the_other_was_killed(data_dir: Path) -> None:
    with Reception(data_dir, port=0):
        session = Session(data_dir, port=0)
        before = session.attached_to
        assert before is not None
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    told = Whereabouts(ended.pid, before.address)
    instance_file(data_dir).write_bytes(msgspec.json.encode(told))

    assert session.look_for_others()
    assert attached_to(session) is None
    session.close()


def test_where_we_receive_nobody_looks_for_others(data_dir: Path) -> None:
    session = Session(data_dir, port=0)
    assert not session.look_for_others()
    assert session.is_receiving
    assert attached_to(session) is None
    session.close()


def test_a_taken_port_leaves_the_store_open_and_can_be_tried_again(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        session = Session(data_dir, port=port)
        assert isinstance(trouble_of(session), PortTakenError)
        assert session.read_callback_url() == ""
        assert session.reader.batches() == []

    session.restart("127.0.0.1", port)

    assert trouble_of(session) is None
    assert session.is_receiving
    session.close()


async def test_a_renewed_secret_works_beside_the_old_one_until_that_is_ended(
    data_dir: Path,
) -> None:
    session = Session(data_dir, port=0)
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
    session.close()


@pytest.mark.parametrize("stops", [1, 2])
def test_restarting_leaves_nothing_behind(data_dir: Path, stops: int) -> None:
    session = Session(data_dir, port=0)
    for _ in range(stops):
        session.restart("127.0.0.1", 0)
    session.close()

    with Reception(data_dir, port=0) as again:
        assert again.service.snapshot().listening


async def test_a_probe_is_known_to_our_receiver_and_to_the_one_that_we_are_attached_to(
    data_dir: Path,
) -> None:
    with Reception(data_dir, port=0):
        session = Session(data_dir, port=0)
        probes = session.read_probes()
        assert probes is not None
        probe = probes.make()
        url = session.read_callback_url()
        async with aiohttp.ClientSession() as client, client.post(url, data=probe.body) as answer:
            assert probes.proved(probe, await answer.read()) is Reached.SECRET
        assert session.strangers() == []
        session.close()


async def test_strangers_are_known_to_any_window_and_after_a_restart(data_dir: Path) -> None:
    session = Session(data_dir, port=0)
    session.believe("X-Forwarded-For")
    url = session.read_callback_url().rpartition("/")[0] + "/wrong"
    headers = {"X-Forwarded-For": "192.0.2.1"}
    async with aiohttp.ClientSession() as client, client.post(url, headers=headers) as answer:
        assert answer.status == 404
    session.close()

    with Reception(data_dir, port=0):
        another = Session(data_dir, port=0)
        assert [(one.source, one.at) for one in another.strangers()] == [
            ("192.0.2.1", RequestedPath.SECRET)
        ]
        another.close()


def test_it_knows_when_the_door_was_closed_and_that_it_is_open_now(data_dir: Path) -> None:
    now = utc_now()
    earlier = MarkOpen(now - timedelta(hours=2), now - timedelta(hours=1), is_closed=True)
    session = Session(data_dir, port=0)
    session.edit(earlier).result(10)

    [closure] = session.closures(now - timedelta(days=1))

    assert (closure.begin, closure.by) == (now - timedelta(hours=1), ClosedBy.STOPPED)
    assert closure.end is not None
    assert session.doors.known_since() == now - timedelta(hours=2)
    session.close()


def test_another_process_that_lives_is_open_and_one_that_was_silent_is_not(data_dir: Path) -> None:
    with Reception(data_dir, port=0):
        session = Session(data_dir, port=0)
        assert session.closures(utc_now() - timedelta(days=1)) == []
    assert session.attached_to is not None
    now = utc_now()
    with session.database.writing.begin() as connection:
        connection.execute(update(opening).values(last_us=to_microseconds(now) - 20_000_000))

    [closure] = session.closures(now - timedelta(days=1))

    assert (closure.end, closure.by) == (None, ClosedBy.STOPPED)
    session.close()


def test_it_is_told_that_the_computer_has_slept(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(data_dir, port=0)
    woken = threading.Event()
    session.when_woken(woken.set)
    read = time.clock_gettime
    monkeypatch.setattr(time, "clock_gettime", lambda clock: read(clock) + 3600.0)
    assert woken.wait(10)
    session.close()
