"""Garbage is collected in the window's thread only."""

import gc
import linecache
import weakref

import pytest

from kvitto.ui.services.interpreter import GarbageCollector


class Knot:
    def __init__(self) -> None:
        self.itself = self


@pytest.mark.usefixtures("qapp")
def test_it_collects_instead_of_python_and_gives_back() -> None:
    was_enabled = gc.isenabled()
    collector = GarbageCollector()
    assert not gc.isenabled()
    knot = weakref.ref(Knot())
    filling = [[number] for number in range(5000)]

    collector.look()

    assert knot() is None
    assert len(filling) == 5000
    collector.close()
    assert gc.isenabled()
    if not was_enabled:
        gc.disable()


@pytest.mark.usefixtures("qapp")
def test_it_keeps_no_source_that_was_read_at_the_start() -> None:
    assert linecache.getlines(__file__)
    collector = GarbageCollector()
    assert __file__ not in linecache.cache
    collector.close()
