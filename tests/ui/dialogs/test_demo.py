"""The demo campaign: sent to our own port, marked, and removed with one click."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QPushButton, QSpinBox
from shiboken6 import isValid

from kvitto.core.report import Origin
from kvitto.store.check import check
from kvitto.ui.dialogs.demo import Demo
from kvitto.ui.services.context import Context
from kvitto.ui.services.open_dialogs import OpenDialogs
from tests.store.arrivals import a_report, arriving
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    # The platform without a screen has no stack of windows.
    pytest.mark.qt_log_ignore("does not support raise", extend=True),
]


def button(demo: Demo, text: str) -> QPushButton:
    return next(one for one in demo.findChildren(QPushButton) if one.text() == text)


async def test_a_demo_is_received_marked_and_removed_with_one_click(context: Context) -> None:
    await context.backend.append(arriving(a_report("real", batch_id="real")))
    demo = Demo(context)
    demo.show()
    await until(button(demo, "Send").isEnabled)
    demo.findChildren(QSpinBox)[0].setValue(5)

    button(demo, "Send").click()
    assert demo.is_running
    await until(lambda: context.backend.reader.counts().messages > 1)
    button(demo, "Cancel").click()
    await until(lambda: not demo.is_running)

    reader = context.backend.reader
    origins = {one.batch_id: one.origin for one in reader.batches()}
    assert origins.pop("real") is Origin.WEBHOOK
    assert set(origins.values()) == {Origin.DEMO}
    assert not context.preferences.shows_demo, "sending shows nothing by itself"
    assert set(context.backend.charts.totals()) == {"EUR"}, "a demo stays out of the totals"

    button(demo, "Remove all demo batches").click()
    await until(lambda: [one.batch_id for one in reader.batches()] == ["real"])
    await until(button(demo, "Remove all demo batches").isEnabled)
    assert check(context.backend.database).differences == []
    demo.close()


async def test_it_sends_nowhere_but_to_its_own_port(context: Context) -> None:
    url = context.backend.read_demo_url()

    assert url.rpartition("/")[0] == context.backend.read_callback_url().rpartition("/")[0]
    assert url != context.backend.read_callback_url()
    assert context.backend.read_demo_url() == url, "one secret for all demos"


WAYS: Final[dict[str, Callable[[Demo], Any]]] = {
    "Esc": lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Escape),
    "close": lambda dialog: dialog.close(),
    "reject": lambda dialog: dialog.reject(),
}


@pytest.mark.parametrize("way", WAYS)
async def test_however_it_is_closed_a_campaign_goes_on_and_is_shown_again(
    context: Context, way: str
) -> None:
    dialogs, made = OpenDialogs(), []

    def make() -> Demo:
        made.append(Demo(context))
        return made[-1]

    dialogs.show("demo", make)
    [demo] = made
    await until(button(demo, "Send").isEnabled)
    demo.findChildren(QSpinBox)[0].setValue(5)
    button(demo, "Send").click()
    await until(lambda: context.backend.reader.counts().messages > 0)

    WAYS[way](demo)

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert isValid(demo)
    assert not demo.isVisible()
    assert demo.is_running
    await until(lambda: context.backend.reader.counts().messages == 5)

    dialogs.show("demo", make)
    assert made == [demo]
    assert demo.isVisible()
    button(demo, "Cancel").click()
    await until(lambda: not demo.is_running)
    WAYS[way](demo)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(demo), "there is nothing left to show"


async def test_demo_batches_are_shown_on_purpose(context: Context) -> None:
    demo = Demo(context)
    [shows] = [one for one in demo.findChildren(QCheckBox) if "Show demo" in one.text()]
    assert not shows.isChecked()
    shows.click()
    assert context.preferences.shows_demo
    context.preferences.put("shows_demo", False)
    assert not shows.isChecked()
