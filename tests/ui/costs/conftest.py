"""Clocks and languages of other places."""

import gc
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale

Zone = Callable[[str], None]


@pytest.fixture(autouse=True)
def _widgets_end_in_this_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Delete what a test has made, before another thread happens to.

    Python may collect garbage in any thread, such as the writer's, and Qt does not survive that.
    """
    if "qapp" not in request.fixturenames:
        yield
        return
    gc.disable()
    gc.freeze()  # what is older need not be looked through
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    gc.unfreeze()
    gc.enable()


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
