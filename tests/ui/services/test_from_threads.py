"""What other threads have the window's thread do."""

import threading
import weakref
from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from kvitto.ui.services.from_threads import CallsFromThreads


def in_another_thread(call: Callable[[], object]) -> None:
    thread = threading.Thread(target=call)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()


def test_calls_are_made_in_the_windows_thread_and_in_order(qtbot: QtBot) -> None:
    calls = CallsFromThreads()
    made: list[tuple[int, threading.Thread]] = []

    def note(number: int) -> None:
        made.append((number, threading.current_thread()))

    def ask() -> None:
        for number in range(3000):  # more than the bytes that a socket takes
            calls.call(partial(note, number))

    in_another_thread(ask)
    assert not made
    qtbot.waitUntil(lambda: len(made) == 3000)
    assert [number for number, _ in made] == list(range(3000))
    assert {thread for _, thread in made} == {threading.current_thread()}
    calls.close()


def test_a_call_that_fails_keeps_no_other_from_being_made(qtbot: QtBot) -> None:
    calls = CallsFromThreads()
    made: list[str] = []

    def fail() -> None:
        raise ValueError("on purpose")

    def ask() -> None:
        calls.call(fail)
        calls.call(lambda: made.append("made"))

    with qtbot.captureExceptions() as raised:
        in_another_thread(ask)
        qtbot.waitUntil(lambda: bool(made))
    assert [str(error) for _, error, _ in raised] == ["on purpose"]
    calls.close()


def test_a_call_may_have_qts_loop_run_in_which_the_others_are_made(qtbot: QtBot) -> None:
    calls = CallsFromThreads()
    made: list[str] = []

    def run_the_loop() -> None:
        made.append("begun")
        in_another_thread(lambda: calls.call(lambda: made.append("third")))
        qtbot.waitUntil(lambda: len(made) == 3)

    def ask() -> None:
        calls.call(run_the_loop)
        calls.call(lambda: made.append("second"))

    in_another_thread(ask)
    qtbot.waitUntil(lambda: bool(made))
    assert made == ["begun", "second", "third"]
    calls.close()


def test_a_call_may_end_it(qtbot: QtBot) -> None:
    calls = CallsFromThreads()
    made: list[str] = []

    def end() -> None:
        made.append("ended")
        calls.close()

    def ask() -> None:
        calls.call(end)
        calls.call(lambda: made.append("made"))

    in_another_thread(ask)
    qtbot.waitUntil(lambda: bool(made))
    qtbot.wait(1)
    assert made == ["ended"]


@pytest.mark.parametrize("ends", ["closed", "its owner is deleted"])
def test_nothing_is_called_after_its_end(qtbot: QtBot, ends: str) -> None:
    owner = QObject()
    calls = CallsFromThreads(owner)
    made: list[str] = []
    in_another_thread(lambda: calls.call(lambda: made.append("asked before")))
    if ends == "closed":
        calls.close()
    else:
        delete(owner)
    in_another_thread(lambda: calls.call(lambda: made.append("asked after")))
    qtbot.wait(1)
    assert not made


def test_another_thread_may_be_the_last_to_know_of_it(qtbot: QtBot) -> None:
    made: list[str] = []
    known = [CallsFromThreads(), CallsFromThreads()]
    listens = weakref.ref(known[0]._listener)  # noqa: SLF001 - what must not end there

    def ask_and_forget() -> None:
        known[0].call(lambda: made.append("made"))
        del known[0]

    in_another_thread(ask_and_forget)
    assert listens() is not None
    qtbot.waitUntil(lambda: listens() is None)
    assert made == ["made"]
    # Its socket's number is free again, and nobody listens there.
    known.append(CallsFromThreads())
    for one in known:
        in_another_thread(partial(one.call, partial(made.append, "again")))
    qtbot.waitUntil(lambda: made == ["made", "again", "again"])
    for one in known:
        one.close()
