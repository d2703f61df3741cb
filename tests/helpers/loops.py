"""The event loops that async tests run on."""

import asyncio
from collections.abc import Callable, Mapping

import pytest
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from kvitto.ui.services.window_loop import WindowLoop

LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def is_for_the_window(item: pytest.Item) -> bool:
    """Tell whether a test runs on the window's kind of loop."""
    return item.get_closest_marker("qasync") is not None


def loop_factories(item: pytest.Item) -> Mapping[str, LoopFactory]:
    """Return the loop that a test runs on, by its name."""
    if is_for_the_window(item):
        return {"qasync": _new_window_loop}
    return {"asyncio": asyncio.new_event_loop}


class _WindowLoop(WindowLoop):
    """The window's kind of loop, which leaves no timer running when it is closed."""

    @override
    def close(self) -> None:
        timer = self._timer
        super().close()
        # WORKAROUND qasync: what was cancelled keeps its timer until that is over. An object whose
        # timers run must not be collected in another thread.
        for number in list(timer._SimpleTimer__callbacks):  # noqa: SLF001 - there is no other way
            timer.killTimer(number)


def _new_window_loop() -> asyncio.AbstractEventLoop:
    application = QApplication.instance()
    assert application is not None
    loop: asyncio.AbstractEventLoop = _WindowLoop(application)
    return loop
