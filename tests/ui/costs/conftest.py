"""Clocks and languages of other places."""

import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QLocale

Zone = Callable[[str], None]


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Zone]:
    """Give a function that moves this computer to a time zone."""

    def move(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def stockholm(zone: Zone) -> None:
    """Move this computer to Sweden."""
    zone("Europe/Stockholm")


@pytest.fixture
def swedish() -> Iterator[None]:
    """Speak Swedish."""
    before = QLocale()
    QLocale.setDefault(QLocale("sv_SE"))
    yield
    QLocale.setDefault(before)
