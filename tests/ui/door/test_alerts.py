"""The banners of the door, over a real store and a clock that is turned by hand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.core.door import ClosedBy, Closure
from app.core.times import minute_of, to_microseconds
from app.receiver.service import utc_now
from app.store.arrivals import Knocks
from app.store.edits import MarkClosure, MarkOpen
from app.ui.banner import Banners
from app.ui.context import Context
from app.ui.door.alerts import Alerts
from tests.store.arrivals import a_report, arriving
from tests.ui.sessions import reception_of
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync
MINUTE = timedelta(minutes=1)


@dataclass
class Stage:
    """Alerts, and the hands that turn their clock."""

    context: Context
    banners: Banners
    now: datetime
    alerts: Alerts | None = None

    def sentence(self, subject: str) -> str:
        return self.banners.sentences().get(subject, "")

    async def close(self, minutes: float, until_: float | None, fault: str = "dns") -> Closure:
        """Note that the tunnel was broken, between minutes before now."""
        begin = self.now - minutes * MINUTE
        end = None if until_ is None else self.now - until_ * MINUTE
        edit = self.context.session.edit(MarkClosure(begin, end, ClosedBy.TUNNEL, fault))
        await self.context.tasks.in_thread(edit.result)
        return Closure(begin, end, ClosedBy.TUNNEL, fault)

    async def report(self, batch: str, minutes: float, code: int = 112) -> None:
        """Receive a report so many minutes before now."""
        at = self.now - minutes * MINUTE
        await self.context.session.append(arriving(a_report("m", batch_id=batch, code=code), at=at))

    def press(self, text: str) -> None:
        next(one for one in self.banners.findChildren(QPushButton) if one.text() == text).click()


@pytest.fixture
async def stage(qtbot: QtBot, context: Context) -> AsyncIterator[Stage]:
    banners = Banners()
    qtbot.addWidget(banners)
    made = Stage(context, banners, utc_now())
    long_ago = made.now - timedelta(days=2)
    opened = context.session.edit(MarkOpen(long_ago, made.now))
    await context.tasks.in_thread(opened.result)
    made.alerts = Alerts(context, banners, banners, clock=lambda: made.now)
    context.feed.start()
    made.alerts.start()
    yield made
    made.alerts.stop()


async def test_an_open_door_says_nothing(stage: Stage) -> None:
    await stage.report("b", 5)
    await until(lambda: stage.alerts is not None and len(stage.alerts.waiting) == 1)

    assert stage.banners.sentences() == {}


async def test_while_it_is_closed_the_clock_runs(stage: Stage) -> None:
    await stage.close(18, None)
    await until(lambda: "another 1 h 12 min" in stage.sentence("closed"))
    assert "can't be found" in stage.sentence("closed")

    assert stage.alerts is not None
    stage.now += 2 * MINUTE
    stage.alerts.say()
    assert "another 1 h 10 min" in stage.sentence("closed")
    stage.now += 80 * MINUTE
    stage.alerts.say()
    assert "may be lost since" in stage.sentence("closed")


async def test_a_door_that_opens_again_tells_what_comes_and_what_has_come(stage: Stage) -> None:
    await stage.close(40, 2)
    await until(lambda: "Closed for 38 min" in stage.sentence("returned"))
    assert "closed" not in stage.banners.sentences()

    created = stage.now - 20 * MINUTE
    await stage.context.session.append(
        arriving(msgspec.structs.replace(a_report("late"), created=created), at=stage.now)
    )
    await until(lambda: "1 report" in stage.sentence("returned"))
    assert stage.alerts is not None
    stage.now += 20 * MINUTE
    stage.alerts.say()
    assert stage.banners.sentences() == {}


async def test_what_is_dismissed_stays_so(stage: Stage) -> None:
    await stage.close(40, 2)
    await until(lambda: bool(stage.sentence("returned")))

    stage.press("Dismiss")
    await until(lambda: not stage.sentence("returned"))
    [closure] = stage.context.session.closures(stage.now - 60 * MINUTE)
    assert closure.dismissed == stage.now


async def test_batches_with_gaps_are_named_until_they_settle(stage: Stage) -> None:
    await stage.report("Host", 200)
    await stage.close(190, 30)
    await until(lambda: "Host" in stage.sentence("gaps"))

    await stage.report("Host", 0, code=201)
    await until(lambda: not stage.sentence("gaps"))


async def test_many_strangers_are_told_of_and_may_be_waved_away(stage: Stage) -> None:
    minute = minute_of(to_microseconds(stage.now))
    await reception_of(stage.context.session).writer.append(Knocks(minute - 1, 150))
    assert stage.alerts is not None
    stage.alerts.start()
    await until(lambda: "150 requests" in stage.sentence("surge"))

    stage.press("Close")
    assert not stage.sentence("surge")
