"""An event that the handler of a signal sets, in the middle of anything."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from kvitto.receiver.signal_event import SignalEvent

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends itself signals")


@contextmanager
def handling(event: threading.Event) -> Iterator[None]:
    before = signal.signal(signal.SIGUSR1, lambda _number, _frame: event.set())
    try:
        yield
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_it_is_what_an_event_is() -> None:
    event = SignalEvent()
    assert not event.is_set()
    assert not event.wait(0)
    event.set()
    event.set()
    assert event.is_set()
    assert event.wait(0)
    assert event.wait()
    event.clear()
    assert not event.wait(0)
    event.set()
    assert event.wait(60)


def test_all_that_wait_go_on() -> None:
    event = SignalEvent()
    went_on: list[bool] = []
    threads = [threading.Thread(target=lambda: went_on.append(event.wait(60))) for _ in range(5)]
    for one in threads:
        one.start()
    event.set()
    for one in threads:
        one.join(60)
    assert went_on == [True] * 5


def test_a_signal_sets_it_at_every_line_of_its_own() -> None:
    """Send a signal before each line that is executed: each handler sets it once more."""
    event = SignalEvent()
    sent = 0

    def trace(_frame: FrameType, _what: str, _argument: Any) -> Any:
        nonlocal sent
        if sent < 500:
            sent += 1
            sys.settrace(None)
            signal.raise_signal(signal.SIGUSR1)
            sys.settrace(trace)
        return trace

    with handling(event):
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            event.wait(60)
            event.set()
            event.wait()
        finally:
            sys.settrace(before)
    assert sent > 5
    assert event.is_set()
