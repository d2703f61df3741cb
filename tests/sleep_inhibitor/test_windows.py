"""Windows: what the system is called with, and from which thread. The call itself is only there."""

import threading

import pytest

from kvitto.sleep_inhibitor.inhibitor import CannotKeepAwakeError
from kvitto.sleep_inhibitor.windows import WindowsInhibitor


class Calls:
    """Stands in for SetThreadExecutionState."""

    def __init__(self, answer: int = 0x80000000) -> None:
        self.answer = answer
        self.states: list[int] = []
        self.threads: list[threading.Thread] = []

    def __call__(self, state: int) -> int:
        self.states.append(state)
        self.threads.append(threading.current_thread())
        return self.answer


def test_the_state_is_set_and_put_back_from_one_thread_that_lives_meanwhile() -> None:
    calls = Calls()
    inhibitor = WindowsInhibitor(calls)

    inhibitor.hold("Delivery reports are waited for")
    assert calls.states == [0x80000001]
    assert inhibitor.is_held()
    assert calls.threads[0].is_alive()
    inhibitor.release()

    assert calls.states == [0x80000001, 0x80000000]
    assert calls.threads[0] is calls.threads[1]
    assert not calls.threads[0].is_alive()
    assert not inhibitor.is_held()


def test_a_system_that_fails_is_a_rejection() -> None:
    inhibitor = WindowsInhibitor(Calls(answer=0))
    with pytest.raises(CannotKeepAwakeError):
        inhibitor.hold("Delivery reports are waited for")
    assert not inhibitor.is_held()
