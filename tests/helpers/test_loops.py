import asyncio
import threading

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from kvitto.ui.services.window_loop import WindowLoop


async def test_an_async_test_runs_on_the_loop_of_asyncio() -> None:
    assert isinstance(asyncio.get_running_loop(), asyncio.SelectorEventLoop)


@pytest.mark.qasync
async def test_a_test_that_is_marked_runs_on_the_loop_of_the_window() -> None:
    assert isinstance(asyncio.get_running_loop(), WindowLoop)
    fired = asyncio.Event()
    QTimer.singleShot(0, fired.set)
    await fired.wait()


@pytest.mark.qasync
async def test_what_is_waited_for_is_no_thread_of_qts() -> None:
    name = await asyncio.to_thread(lambda: threading.current_thread().name)
    assert name.startswith("kvitto-waiting")


@pytest.mark.qasync
async def test_a_second_test_gets_a_loop_of_its_own(qapp: QApplication) -> None:
    await asyncio.sleep(0)
    assert QApplication.instance() is qapp
