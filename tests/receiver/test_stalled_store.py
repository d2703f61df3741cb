"""A disk that does not answer: refused over HTTP, told to the windows, and over by itself."""

import http.client
import logging
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from kvitto.receiver.receiver_errors import Problem, problem_of
from kvitto.receiver.receiver_link import ReceiverLink
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.errors import StoreStalledError
from kvitto.store.writer import Writer
from kvitto.store.writer_connection import WriterConnection
from tests.helpers.logwatch import LogWatch
from tests.helpers.posting import post, report_body
from tests.helpers.receivers import ReceiversHere

STALL_S = 0.3
STALLED = problem_of(StoreStalledError())


@pytest.fixture
def receivers(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReceiversHere]:
    """Return what starts receivers that soon notice a disk that does not answer."""
    monkeypatch.setattr("kvitto.receiver.runtime.Writer", partial(Writer, stall_s=STALL_S))
    made = ReceiversHere()
    yield made
    made.end()


@pytest.fixture
def link(data_dir: Path, receivers: ReceiversHere) -> Iterator[ReceiverLink]:
    """Return a window's link with a receiver."""
    made = ReceiverLink(data_dir, host="127.0.0.1", port=0, start=receivers)
    until(lambda: made.outlook.is_receiving)
    yield made
    made.close()


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end
        threading.Event().wait(0.02)


def health_of(runtime: ReceiverRuntime) -> int:
    connection = http.client.HTTPConnection(runtime.service.host, runtime.service.port, timeout=60)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    finally:
        connection.close()


def alarm_of(link: ReceiverLink) -> Problem | None:
    status = link.outlook.status
    assert status is not None
    return status.alarm


def test_a_disk_that_does_not_answer_is_told_until_it_answers_again(
    link: ReceiverLink,
    receivers: ReceiversHere,
    monkeypatch: pytest.MonkeyPatch,
    log_watch: LogWatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    runtime = receivers.runtime
    url, answers = runtime.callback_url, threading.Event()
    assert post(url, report_body("m1"))[0] == 200
    assert health_of(runtime) == 200
    connection = runtime.writer.files  # stands for the disk
    assert isinstance(connection, WriterConnection)
    ready = connection.ready

    def wait() -> object:
        answers.wait()
        return ready()

    monkeypatch.setattr(connection, "ready", wait)
    with log_watch.expect(logging.ERROR, "disk does not answer"):
        try:
            assert post(url, report_body("m2"))[0] == 503
            until(lambda: health_of(runtime) == 503)
            until(lambda: alarm_of(link) == STALLED)
            assert {post(url, report_body("m3"))[0] for _ in range(20)} == {503}
        finally:
            answers.set()

    until(lambda: health_of(runtime) == 200)
    until(lambda: alarm_of(link) is None)
    assert [post(url, report_body(one))[0] for one in ("m2", "m3")] == [200, 200]
    until(lambda: "The disk answers again" in caplog.messages)
    assert len([one for one in caplog.records if one.levelno >= logging.WARNING]) == 1
    assert caplog.messages.count("The disk answers again") == 1
    assert runtime.reader.counts().reports == 3, "what was repeated is stored once"
