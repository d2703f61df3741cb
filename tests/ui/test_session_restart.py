"""Restarting and closing a session, from several threads at once."""

import logging
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from app.receiver.errors import AddressUnusableError, PortTakenError
from app.receiver.reception import Reception
from app.store.edits import BatchChange, ChangeBatch
from app.store.errors import StoreClosedError, StoreError
from app.ui.receiving import Receiving
from app.ui.session import Session
from tests.helpers.logwatch import LogWatch
from tests.store.arrivals import a_report, arriving

WRITERS = "kvitto-writer"
RECEIVERS = "kvitto-receiver"


def alive(name: str) -> int:
    return sum(thread.name == name for thread in threading.enumerate())


def at_once(*calls: Callable[[], object]) -> list[BaseException | None]:
    """Make calls on a thread each, all at the same time; return what they raised."""
    ready = threading.Barrier(len(calls))

    def make(call: Callable[[], object]) -> BaseException | None:
        ready.wait(10)
        try:
            call()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error
        return None

    with ThreadPoolExecutor(len(calls)) as threads:
        return [one.result(30) for one in [threads.submit(make, call) for call in calls]]


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.mark.parametrize("threads", [2, 5])
def test_restarts_at_once_leave_one_writer_and_one_receiver(data_dir: Path, threads: int) -> None:
    session = Session(data_dir, port=0)
    ports = [a_free_port() for _ in range(threads)]

    raised = at_once(*(lambda port=port: session.restart("127.0.0.1", port) for port in ports))

    assert raised == [None] * threads
    assert (alive(WRITERS), alive(RECEIVERS)) == (1, 1)
    assert session.is_receiving
    assert session.listens_on in [("127.0.0.1", port) for port in ports]
    session.close()
    assert (alive(WRITERS), alive(RECEIVERS)) == (0, 0)


def test_a_session_is_restarted_and_closed_on_other_threads_than_it_was_made_on(
    data_dir: Path,
) -> None:
    (session,) = [Session(data_dir, port=0)]
    for _ in range(3):
        assert at_once(lambda: session.restart("127.0.0.1", 0)) == [None]
        assert session.is_receiving, "the folder was given back, and taken again"
    assert at_once(session.close) == [None]

    with Reception(data_dir, port=0) as again:
        assert again.service.snapshot().listening


def test_closing_while_it_restarts_leaves_nothing_behind(data_dir: Path) -> None:
    session = Session(data_dir, port=0)

    def restart() -> None:
        session.restart("127.0.0.1", 0)

    raised = at_once(restart, session.close, restart, session.close)

    assert all(error is None or isinstance(error, StoreClosedError) for error in raised)
    assert (alive(WRITERS), alive(RECEIVERS)) == (0, 0)
    with Reception(data_dir, port=0) as again:
        assert again.service.snapshot().listening


def test_a_closed_session_is_not_restarted(data_dir: Path) -> None:
    session = Session(data_dir, port=0)
    session.close()
    session.close()

    with pytest.raises(StoreClosedError):
        session.restart("127.0.0.1", 0)
    assert (alive(WRITERS), alive(RECEIVERS)) == (0, 0)


async def test_no_edit_is_lost_while_it_restarts(data_dir: Path) -> None:
    session = Session(data_dir, port=0)
    await session.append(arriving(a_report("m", batch_id="b")))
    [batch] = session.reader.batches()
    restarted = threading.Event()
    made: list[Future[int]] = []

    def edit() -> None:
        number = 0
        while not restarted.is_set():
            number += 1
            change = ChangeBatch(batch.key, BatchChange(label=f"{number}"))
            made.append(session.edit(change))
            made[-1].exception(10)

    def restart() -> None:
        for _ in range(5):
            session.restart("127.0.0.1", 0)
        restarted.set()

    assert at_once(edit, restart) == [None, None]
    assert made
    assert [one.exception(10) for one in made] == [None] * len(made)
    assert session.reader.batches()[0].label == f"{len(made)}"
    session.close()


async def test_an_edit_that_is_asked_for_while_nothing_writes_is_made_afterwards(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(data_dir, port=0)
    await session.append(arriving(a_report("m", batch_id="b")))
    [batch] = session.reader.batches()
    asked: list[Future[int]] = []
    start = Receiving.start

    def start_later(self: Receiving, host: str, port: int) -> None:
        asked.append(session.edit(ChangeBatch(batch.key, BatchChange(label="meanwhile"))))
        assert not asked[0].done()
        start(self, host, port)

    monkeypatch.setattr(Receiving, "start", start_later)
    assert session.restart("127.0.0.1", 0) is None

    asked[0].result(10)
    assert session.reader.batches()[0].label == "meanwhile"
    session.close()


def test_an_edit_after_closing_ends_with_a_sentence(data_dir: Path) -> None:
    session = Session(data_dir, port=0)
    session.close()

    error = session.edit(ChangeBatch(1, BatchChange(label="late"))).exception(10)

    assert isinstance(error, StoreError)
    assert error.sentence


def test_a_port_that_is_taken_interrupts_nothing(data_dir: Path) -> None:
    session = Session(data_dir, port=0)
    before = session.listens_on
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refusal = session.restart("127.0.0.1", taken.getsockname()[1])

    assert isinstance(refusal, PortTakenError)
    assert str(refusal.port) in refusal.sentence
    assert (session.is_receiving, session.listens_on) == (True, before)
    assert session.trouble is None
    session.close()


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", ""])
def test_an_address_that_is_none_of_this_computer_interrupts_nothing(
    data_dir: Path, host: str
) -> None:
    session = Session(data_dir, port=0)
    before = session.listens_on

    refusal = session.restart(host, 0)

    assert isinstance(refusal, AddressUnusableError)
    assert (session.is_receiving, session.listens_on) == (True, before)
    session.close()


def test_what_is_found_out_too_late_goes_back_to_the_address_that_worked(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(data_dir, port=0)
    before = session.listens_on
    start, wanted = Receiving.start, a_free_port()

    def start_refused(self: Receiving, host: str, port: int) -> None:
        if port == wanted:
            with socket.create_server(("127.0.0.1", port)):
                start(self, host, port)  # somebody was quicker
        else:
            start(self, host, port)

    monkeypatch.setattr(Receiving, "start", start_refused)
    refusal = session.restart("127.0.0.1", wanted)

    assert isinstance(refusal, PortTakenError)
    assert (session.is_receiving, session.listens_on) == (True, before)
    assert session.trouble is None
    assert (alive(WRITERS), alive(RECEIVERS)) == (1, 1)
    session.close()


def test_a_store_that_is_gone_is_named_as_the_reason(data_dir: Path, log_watch: LogWatch) -> None:
    session = Session(data_dir, port=0)
    kept = data_dir.with_name("kept")
    data_dir.rename(kept)
    data_dir.write_text("not a folder")

    with log_watch.expect(logging.ERROR, "Reports can't be stored"):
        refusal = session.restart("127.0.0.1", 0)
        made = session.edit(ChangeBatch(1, BatchChange(label="lost")))
        assert isinstance(made.exception(10), StoreError)

    assert isinstance(refusal, StoreError)
    assert session.trouble is not None
    assert not session.is_receiving
    session.close()
    data_dir.unlink()
    kept.rename(data_dir)
