import asyncio

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop


async def test_an_async_test_runs_on_the_loop_of_asyncio() -> None:
    assert isinstance(asyncio.get_running_loop(), asyncio.SelectorEventLoop)


@pytest.mark.qasync
async def test_a_test_that_is_marked_runs_on_the_loop_of_the_window() -> None:
    assert isinstance(asyncio.get_running_loop(), QEventLoop)
    fired = asyncio.Event()
    QTimer.singleShot(0, fired.set)
    await fired.wait()


@pytest.mark.qasync
async def test_a_second_test_gets_a_loop_of_its_own(qapp: QApplication) -> None:
    await asyncio.sleep(0)
    assert QApplication.instance() is qapp
