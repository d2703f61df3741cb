"""Threads change turns often enough for a report to be answered while the window draws."""

import sys
from collections.abc import Iterator

import pytest

from kvitto.ui.services.interpreter import switch_threads_often

USUAL_S = 0.005


@pytest.fixture
def _usual_turns() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(USUAL_S)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_usual_turns")
def test_turns_are_much_shorter_than_usual() -> None:
    switch_threads_often()
    assert sys.getswitchinterval() <= USUAL_S / 5
