"""The budget: told at 80 and at 100 per cent, once each in a month."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QObject

from kvitto.clock import utc_now
from kvitto.core.cost_period import budget_share
from kvitto.core.report import Origin
from kvitto.store.write_requests import ReportRequest
from kvitto.ui.costs.month_window import MonthWindow
from kvitto.ui.services.budget_watch import BudgetWatch
from kvitto.ui.services.context import Context
from kvitto.ui.services.preferences import MONTH_BUDGET, Preferences
from kvitto.ui.services.todo import Todo
from kvitto.ui.services.todo_list import Severity
from kvitto.ui.services.tray import Tray
from tests.store.arrivals import a_report
from tests.ui.stage import SEEN_S, on_stage
from tests.ui.waiting import until

BUDGET = f"{MONTH_BUDGET}/EUR"
UNIT = 1_000_000_000


@pytest.mark.parametrize(
    ("spent", "share"), [(0, 0), (79, 0), (80, 80), (99, 80), (100, 100), (400, 100), (-5, 0)]
)
def test_a_share_is_reached_exactly(spent: int, share: int) -> None:
    assert budget_share(spent, 100) == share
    assert budget_share(spent, 0) == 0


class Told:
    """A watch, its clock, and what it told."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.now = datetime(2026, 11, 28, 12, tzinfo=UTC)
        self.owner = QObject()
        self.todo = Todo(context.preferences, context.undo, self.owner)
        self.watch = BudgetWatch(context, self.todo, self.owner, clock=lambda: self.now)
        self.titles: list[str] = []
        self.texts: list[str] = []
        self.watch.notice.connect(self._on_told)
        self._number = 0

    def _on_told(self, title: str, text: str) -> None:
        self.titles.append(title)
        self.texts.append(text.replace("\N{NO-BREAK SPACE}", " "))

    async def spend(self, units: int, *, origin: Origin = Origin.WEBHOOK) -> None:
        self._number += 1
        report = msgspec.structs.replace(
            a_report(f"m{self._number}", batch_id=f"b{self._number}", price_nano=units * UNIT),
            created=self.now,
        )
        await self.context.backend.append(ReportRequest(report, b"{}", self.now, origin=origin))
        await self.look()

    @property
    def listed(self) -> dict[str, str]:
        """What the list of what is wrong says, by subject."""
        return {
            subject: sentence.replace("\N{NO-BREAK SPACE}", " ")
            for subject, sentence in self.todo.sentences().items()
        }

    async def look(self) -> None:
        await self.watch._read()  # noqa: SLF001 - without its rest

    def budget(self, units: int) -> None:
        self.context.preferences.put(BUDGET, str(units * UNIT))


@pytest.mark.qasync
async def test_it_is_told_once_each_and_once_more_in_another_month(context: Context) -> None:
    told = Told(context)
    told.budget(100)
    await told.spend(500, origin=Origin.DEMO)
    await told.spend(79)
    assert told.titles == []
    await told.spend(1)
    assert told.titles == ["80 % of the budget of November 2026 is spent"]
    assert told.texts == ["80.00 EUR of 100.00 EUR, by the time of sending."]
    await told.spend(1)
    assert len(told.titles) == 1
    await told.spend(30)
    assert told.titles[1:] == ["The budget of November 2026 is spent"]
    await told.spend(30)
    assert len(told.titles) == 2

    # A greater budget is another one; with none there is nothing to tell.
    told.budget(150)
    await told.look()
    assert told.titles[2:] == ["80 % of the budget of November 2026 is spent"]
    told.now = datetime(2026, 12, 1, 12, tzinfo=UTC)
    await told.spend(200)
    assert told.titles[3:] == ["The budget of December 2026 is spent"]
    told.budget(0)
    await told.spend(200)
    assert len(told.titles) == 4


@pytest.mark.qasync
async def test_it_is_listed_until_it_is_known_and_again_when_it_is_worse(
    context: Context, data_dir: Path
) -> None:
    told = Told(context)
    told.budget(100)
    await told.spend(79)
    assert told.listed == {}
    await told.spend(5)
    assert told.listed == {
        "budget EUR": "80 % of the budget of November 2026 is spent. 84.00 EUR of 100.00 EUR, by "
        "the time of sending."
    }
    [one] = told.todo.to_do()
    assert one.severity is Severity.NOTE
    shown: list[bool] = []
    told.watch.show_requested.connect(lambda: shown.append(True))
    [(_label, act)] = told.todo.actions_of(one)
    act()
    assert shown == [True]

    # It is still so after a restart, though it is told once.
    context.preferences.flush()
    again = Told(after_a_restart(context, data_dir))
    await again.look()
    assert again.listed == told.listed
    assert again.titles == []

    told.todo.know(one)
    await told.spend(5)
    assert told.listed == {}
    await told.spend(20)
    assert "The budget of November 2026 is spent." in told.listed["budget EUR"]
    told.now = datetime(2026, 12, 1, 12, tzinfo=UTC)
    await told.look()
    assert told.listed == {}, "another month has spent nothing yet"


@pytest.mark.qasync
async def test_a_restart_does_not_tell_again(context: Context, data_dir: Path) -> None:
    told = Told(context)
    told.budget(100)
    await told.spend(90)
    context.preferences.flush()

    again = Told(after_a_restart(context, data_dir))
    again._number = told._number  # noqa: SLF001 - its own
    await again.look()
    assert again.titles == []
    await again.spend(20)
    assert again.titles == ["The budget of November 2026 is spent"]


def after_a_restart(context: Context, folder: Path) -> Context:
    """Return the context as the next start has it: with what was kept on the disk."""
    return Context(
        context.backend,
        context.feed,
        context.tasks,
        Preferences(folder),
        context.reachability,
        context.books,
    )


@pytest.mark.qasync
async def test_changes_are_looked_at_where_there_is_a_budget(context: Context) -> None:
    told = Told(context)
    context.feed.start()
    await until(lambda: context.feed.has_read)
    told.budget(10)
    await told.context.backend.append(
        ReportRequest(
            msgspec.structs.replace(a_report("x", price_nano=9 * UNIT), created=told.now),
            b"{}",
            told.now,
        )
    )
    told.budget(11)  # which is looked at in a hurry
    await until(lambda: len(told.titles) == 1)


@pytest.mark.qasync
@pytest.mark.usefixtures("as_before", "loopback_is_public")
@pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True)
async def test_the_window_lists_it_and_shows_the_month(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        now = utc_now()
        report = msgspec.structs.replace(a_report("x", price_nano=9 * UNIT), created=now)
        await stage.backend.append(ReportRequest(report, b"{}", now))
        stage.context.preferences.put(BUDGET, str(10 * UNIT))
        await until(lambda: "80 % of the budget of" in stage.banner("budget EUR"), SEEN_S)
        assert "9.00\N{NO-BREAK SPACE}EUR of 10.00" in stage.banner("budget EUR")
        assert stage.window.strip.todo.text() == "To do (1)"
        assert not stage.window.banners.sentences().get("budget EUR")
        stage.window.findChildren(Tray)[0].notice_opened.emit(stage.window._budget)  # noqa: SLF001
        [month] = stage.window.findChildren(MonthWindow)
        assert month.isVisible()
        await until(lambda: month.is_read, SEEN_S)
        month.close()
