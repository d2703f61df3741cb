"""The receiver moves while it is used: from several threads, and while changes are made."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from kvitto.receiver.receiver_errors import AddressUnusableError, ReceiverError
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.errors import StoreError
from kvitto.store.mutations import BatchChange, ChangeBatch
from tests.helpers.posting import post, report_body
from tests.store.arrivals import a_report, arriving
from tests.ui.sessions import BackendHere


@pytest.fixture
def backend(data_dir: Path) -> Iterator[BackendHere]:
    made = BackendHere(data_dir)
    yield made
    made.close()


def move_to_and_fro(backend: BackendHere, times: int) -> None:
    for number in range(times):
        backend.listen(("127.0.0.1", "127.0.0.2")[number % 2], 0)


def test_moves_at_once_leave_one_receiver(backend: BackendHere) -> None:
    with ThreadPoolExecutor(3) as threads:
        for done in [threads.submit(move_to_and_fro, backend, 6) for _ in range(3)]:
            done.result(30)

    status = backend.link.client().status()
    assert status.is_listening
    assert len(backend.receivers.started) == 1
    url = backend.runtime.callback_url
    assert post(url, report_body("m1"))[0] == 200
    receiving = [one for one in threading.enumerate() if one.name == "kvitto-receiver"]
    assert len(receiving) == 1


def test_no_change_is_lost_while_it_moves(backend: BackendHere) -> None:
    backend.append_all([arriving(a_report(f"m{n}", batch_id=f"b{n}")) for n in range(30)])
    made: list[Future[int]] = []
    with ThreadPoolExecutor(1) as thread:
        moved = thread.submit(move_to_and_fro, backend, 8)
        change = BatchChange(label="changed")
        made += [backend.edit(ChangeBatch(one.key, change)) for one in backend.reader.batches()]
        moved.result(30)
    for one in made:
        one.result(30)

    assert {one.label for one in backend.reader.batches()} == {"changed"}


def test_an_address_that_is_none_of_this_computer_interrupts_nothing(backend: BackendHere) -> None:
    url = backend.read_callback_url()
    with pytest.raises(AddressUnusableError):
        backend.listen("203.0.113.7", 0)
    assert post(url, report_body("m1"))[0] == 200


def test_closing_while_it_moves_leaves_nothing_behind(data_dir: Path) -> None:
    backend = BackendHere(data_dir)
    has_begun = threading.Event()

    def move() -> None:
        has_begun.set()
        try:
            move_to_and_fro(backend, 20)
        except (StoreError, ReceiverError):
            return  # there is nobody to be asked any more

    mover = threading.Thread(target=move)
    mover.start()
    assert has_begun.wait(60)
    backend.close()
    mover.join(30)
    assert not mover.is_alive()

    with ReceiverRuntime(data_dir, port=0) as again:
        assert again.service.snapshot().listening
