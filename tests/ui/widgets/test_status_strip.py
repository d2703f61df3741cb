"""The strip counts the reports of today, which ends at midnight here."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kvitto.ui.services.context import Context
from kvitto.ui.services.todo import Todo
from kvitto.ui.widgets.status_strip import StatusStrip, SteadyLabel
from tests.store.arrivals import a_report, arriving
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


@pytest.fixture(autouse=True)
def _stockholm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Stockholm")
        time.tzset()
        yield
    time.tzset()


def figures(strip: StatusStrip) -> str:
    return " ".join(one.text() for one in strip.findChildren(SteadyLabel))


@pytest.mark.parametrize(
    "midnight",
    [
        datetime(2026, 3, 28, 23, tzinfo=UTC),  # 23 hours long
        datetime(2026, 10, 24, 22, tzinfo=UTC),  # 25 hours long
        datetime(2026, 6, 1, 22, tzinfo=UTC),
    ],
)
async def test_today_begins_at_midnight_here_and_ends_without_any_report(
    context: Context, qtbot: QtBot, midnight: datetime
) -> None:
    now = [midnight + timedelta(hours=22, minutes=30)]
    owner = QWidget()
    qtbot.addWidget(owner)
    todo = Todo(context.preferences, context.undo, owner)
    strip = StatusStrip(context, todo, clock=lambda: now[0])
    qtbot.addWidget(strip)
    for number, minutes in enumerate((-30, 30, 90, 21 * 60)):
        report = a_report(f"m{number}")
        arrival = arriving(report, at=midnight + timedelta(minutes=minutes))
        await context.backend.append(arrival)
    context.feed.start()

    await until(lambda: "today 3 " in figures(strip))

    now[0] = midnight + timedelta(hours=26)
    strip.refresh()
    await until(lambda: "today 0 " in figures(strip))
