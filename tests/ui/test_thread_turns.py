"""Threads change turns often enough for a report to be answered while the window draws."""

import sys
from collections.abc import Iterator

import pytest

from app.ui.thread_turns import take_short_turns

USUAL_S = 0.005


@pytest.fixture
def _usual_turns() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(USUAL_S)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_usual_turns")
def test_turns_are_much_shorter_than_usual() -> None:
    take_short_turns()
    assert sys.getswitchinterval() <= USUAL_S / 5
