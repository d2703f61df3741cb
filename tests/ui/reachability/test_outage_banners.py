"""The banners of outages, with a real store and a clock that is set by hand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kvitto.clock import utc_now
from kvitto.core.outages import Outage, OutageCause
from kvitto.core.timestamps import minute_of, to_microseconds
from kvitto.store.mutations import RecordHeartbeat, RecordOutage
from kvitto.store.write_requests import UnauthorizedCount
from kvitto.ui.reachability.outage_banners import OutageBanners
from kvitto.ui.services.context import Context
from kvitto.ui.services.todo import Todo
from kvitto.ui.services.todo_list import Severity
from tests.store.arrivals import a_report, arriving
from tests.ui.sessions import runtime_of
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync
MINUTE = timedelta(minutes=1)


@dataclass
class Stage:
    """Alerts, and the hands that turn their clock."""

    context: Context
    todo: Todo
    now: datetime
    alerts: OutageBanners | None = None

    def sentence(self, subject: str) -> str:
        return self.todo.sentences().get(subject, "")

    async def close(self, minutes: float, until_: float | None, failure: str = "dns") -> Outage:
        """Note that the tunnel was broken, between minutes before now."""
        begin = self.now - minutes * MINUTE
        end = None if until_ is None else self.now - until_ * MINUTE
        edit = self.context.backend.edit(RecordOutage(begin, end, OutageCause.TUNNEL, failure))
        await self.context.tasks.in_thread(edit.result)
        return Outage(begin, end, OutageCause.TUNNEL, failure)

    async def report(self, batch: str, minutes: float, code: int = 112) -> None:
        """Receive a report so many minutes before now."""
        at = self.now - minutes * MINUTE
        await self.context.backend.append(arriving(a_report("m", batch_id=batch, code=code), at=at))

    def severity(self, subject: str) -> Severity | None:
        return self.todo.severities().get(subject)

    def know(self, subject: str) -> None:
        """Press *I know* of what is listed."""
        self.todo.know(next(one for one in self.todo.to_do() if subject in one.subjects))


@pytest.fixture
async def stage(qtbot: QtBot, context: Context) -> AsyncIterator[Stage]:
    owner = QWidget()
    qtbot.addWidget(owner)
    made = Stage(context, Todo(context.preferences, context.undo, owner), utc_now())
    long_ago = made.now - timedelta(days=2)
    opened = context.backend.edit(RecordHeartbeat(long_ago, made.now))
    await context.tasks.in_thread(opened.result)
    made.alerts = OutageBanners(context, made.todo, owner, clock=lambda: made.now)
    context.feed.start()
    made.alerts.start()
    yield made
    made.alerts.stop()


async def test_an_open_reachability_says_nothing(stage: Stage) -> None:
    await stage.report("b", 5)
    await until(lambda: stage.alerts is not None and len(stage.alerts.waiting) == 1)

    assert stage.todo.sentences() == {}


async def test_while_it_is_closed_the_clock_runs(stage: Stage) -> None:
    await stage.report("b", 20)
    await stage.close(18, None)
    await until(lambda: "another 1 h 10 min" in stage.sentence("outage"))
    assert "can't be found" in stage.sentence("outage")
    [listed] = stage.todo.to_do()
    assert listed.headline.startswith("Reports are safe at the SMS service for another 1 h 10 min")

    assert stage.alerts is not None
    stage.now += 2 * MINUTE
    stage.alerts.say()
    assert "another 1 h 8 min" in stage.sentence("outage")
    stage.now += 80 * MINUTE
    stage.alerts.say()
    assert "may be lost since" in stage.sentence("outage")


async def test_what_stopping_would_cost_counts_the_outage_that_is_under_way(stage: Stage) -> None:
    alerts = stage.alerts
    assert alerts is not None
    assert alerts.loss_if_stopped() == stage.now + 88 * MINUTE

    await stage.report("b", 90)
    shut = await stage.close(80, None)
    await until(lambda: "outage" in stage.todo.sentences())

    assert alerts.loss_if_stopped() == shut.begin + 88 * MINUTE
    assert alerts.loss_if_stopped() - stage.now == 8 * MINUTE


async def test_a_reachability_that_opens_again_tells_what_comes_and_what_has_come(
    stage: Stage,
) -> None:
    await stage.close(40, 2)
    await until(lambda: "Not reachable for 38 min" in stage.sentence("recovered"))
    assert "outage" not in stage.todo.sentences()

    created = stage.now - 20 * MINUTE
    await stage.context.backend.append(
        arriving(msgspec.structs.replace(a_report("late"), created=created), at=stage.now)
    )
    await until(lambda: "1 report" in stage.sentence("recovered"))
    assert stage.alerts is not None
    stage.now += 20 * MINUTE
    stage.alerts.say()
    assert stage.todo.sentences() == {}


async def test_what_is_dismissed_stays_so(stage: Stage) -> None:
    await stage.close(40, 2)
    await until(lambda: bool(stage.sentence("recovered")))

    stage.know("recovered")
    await until(lambda: not stage.sentence("recovered"))
    [outage] = stage.context.backend.outages(stage.now - 60 * MINUTE)
    assert outage.acknowledged == stage.now

    stage.context.undo.take_back()
    await until(lambda: bool(stage.sentence("recovered")))


@pytest.mark.parametrize("code", [None, 201], ids=["no batch", "all finished"])
async def test_where_nothing_is_waited_for_nothing_is_at_stake_and_nothing_is_listed(
    stage: Stage, code: int | None
) -> None:
    if code is not None:
        await stage.report("b", 2000, code=code)
    await stage.close(60, None)
    assert stage.alerts is not None
    await until(lambda: stage.alerts is not None and stage.alerts.told_from(stage.now) is None)

    stage.alerts.say()
    assert stage.todo.sentences() == {}


async def test_a_long_interruption_is_split_and_stays_until_it_is_dismissed(stage: Stage) -> None:
    await stage.report("Host", 200)
    await stage.close(190, 3)
    await until(lambda: "Höstrea" in stage.sentence("possible_loss"))
    assert "may be lost" in stage.sentence("possible_loss")
    assert "has not come is gone" in stage.sentence("possible_loss")
    assert "on comes again by" in stage.sentence("possible_loss")
    assert "recovered" not in stage.todo.sentences(), "it is said once"
    assert stage.severity("possible_loss") is Severity.DANGER
    assert stage.alerts is not None
    assert list(stage.alerts.exposed) == [1]

    await stage.report("Host", 0, code=201)
    await until(lambda: stage.severity("possible_loss") is Severity.WARNING)
    assert "Höstrea" in stage.sentence("possible_loss"), "its seen messages are finished"
    stage.know("possible_loss")
    await until(lambda: not stage.sentence("possible_loss"))
    assert list(stage.alerts.exposed) == [1], "the batch stays marked"


async def test_a_loss_is_told_though_no_batch_was_under_way(stage: Stage) -> None:
    await stage.close(500, 30)
    await until(lambda: "may be lost" in stage.sentence("possible_loss"))

    assert stage.severity("possible_loss") is Severity.NOTE
    assert "Ask iP.1" in stage.sentence("possible_loss")


async def test_a_batch_of_which_only_the_last_reports_came_is_named(stage: Stage) -> None:
    await stage.close(500, 30)
    await stage.report("Rest", 5, code=201)

    await until(lambda: "Höstrea" in stage.sentence("possible_loss"))


async def test_a_batch_may_be_said_to_be_finished_when_all_must_have_come(stage: Stage) -> None:
    assert stage.alerts is not None
    assert stage.alerts.told_from(stage.now) == stage.now
    shut = await stage.close(40, None)
    alerts = stage.alerts
    await until(lambda: alerts.told_from(stage.now) is None)

    edit = stage.context.backend.edit(
        RecordOutage(shut.begin, stage.now - MINUTE, OutageCause.TUNNEL, "dns")
    )
    await stage.context.tasks.in_thread(edit.result)
    stage.alerts.look()
    await until(lambda: bool(stage.sentence("recovered")))
    assert stage.alerts.told_from(stage.now) == stage.now + 11 * MINUTE


async def test_many_unknown_callers_are_told_of_and_may_be_waved_away(stage: Stage) -> None:
    minute = minute_of(to_microseconds(stage.now))
    await runtime_of(stage.context.backend).writer.append(UnauthorizedCount(minute - 1, 150))
    assert stage.alerts is not None
    stage.alerts.start()
    await until(lambda: "150 requests" in stage.sentence("spike"))

    stage.know("spike")
    assert not stage.sentence("spike")
    await runtime_of(stage.context.backend).writer.append(UnauthorizedCount(minute - 1, 20))
    stage.alerts.look()
    await until(lambda: "170 requests" in stage.todo._list.items["spike"].sentence)  # noqa: SLF001
    assert not stage.sentence("spike"), "a few more are not worse"
    await runtime_of(stage.context.backend).writer.append(UnauthorizedCount(minute - 1, 150))
    stage.alerts.look()
    await until(lambda: "320 requests" in stage.sentence("spike"))
