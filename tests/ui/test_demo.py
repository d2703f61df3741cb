"""The demo campaign: sent to our own port, marked, and removed with one click."""

import pytest
from PySide6.QtWidgets import QPushButton, QSpinBox

from app.core.report import Origin
from app.store.check import check
from app.ui.context import Context
from app.ui.demo import Demo
from tests.store.arrivals import a_report, arriving
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


def button(demo: Demo, text: str) -> QPushButton:
    return next(one for one in demo.findChildren(QPushButton) if one.text() == text)


async def test_a_demo_is_received_marked_and_removed_with_one_click(context: Context) -> None:
    await context.session.append(arriving(a_report("real", batch_id="real")))
    demo = Demo(context)
    demo.show()
    await until(button(demo, "Send").isEnabled)
    demo.findChildren(QSpinBox)[0].setValue(5)

    button(demo, "Send").click()
    assert demo.is_running
    await until(lambda: context.session.reader.counts().messages > 1)
    button(demo, "Cancel").click()
    await until(lambda: not demo.is_running)

    reader = context.session.reader
    origins = {one.batch_id: one.origin for one in reader.batches()}
    assert origins.pop("real") is Origin.WEBHOOK
    assert set(origins.values()) == {Origin.DEMO}
    assert context.preferences.shows_demo
    assert set(context.session.charts.totals()) == {"EUR"}, "a demo stays out of the totals"

    button(demo, "Remove all demo batches").click()
    await until(lambda: [one.batch_id for one in reader.batches()] == ["real"])
    await until(lambda: not context.preferences.shows_demo)
    assert check(context.session.database).differences == []
    demo.close()


async def test_it_sends_nowhere_but_to_its_own_port(context: Context) -> None:
    url = context.session.read_demo_url()

    assert url.rpartition("/")[0] == context.session.read_callback_url().rpartition("/")[0]
    assert url != context.session.read_callback_url()
    assert context.session.read_demo_url() == url, "one secret for all demos"
