"""Periods by the time of sending drive the table, the page, the chart and the totals alike."""

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kvitto.core.cost_period import Period
from kvitto.core.report import DeliveryReport
from kvitto.core.sending_period import ANY_TIME, PeriodKind, SendingPeriod
from kvitto.core.status import Result
from kvitto.store.write_requests import ReportRequest
from kvitto.ui.batches import batches_panel, period_chip, search_field
from kvitto.ui.batches.period_chip import DaysDialog, PeriodChip
from kvitto.ui.services.languages import Languages
from kvitto.ui.services.preferences import Language
from kvitto.ui.text.local_days import sent_range
from kvitto.ui.text.period_text import period_word
from tests.store.arrivals import a_report
from tests.ui.batches.conftest import Table
from tests.ui.stage import SEEN_S, Stage, on_stage
from tests.ui.waiting import until

BATCHES = 30
TODAY = SendingPeriod(PeriodKind.TODAY)
OCTOBER = SendingPeriod(PeriodKind.MONTH, date(2026, 10, 15))
NOVEMBER = SendingPeriod(PeriodKind.MONTH, date(2026, 11, 1))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Give a way to move the computer to another time zone."""

    def move(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    move("Europe/Stockholm")
    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Give a way to set the clock by which the table's periods are counted."""
    told = [utc("2026-11-28T12:00")]
    modules: tuple[ModuleType, ...] = (batches_panel, period_chip, search_field)
    for module in modules:
        monkeypatch.setattr(module, "utc_now", lambda: told[0])

    def set_it(text: str) -> None:
        told[0] = utc(text)

    return set_it


def sent(
    batch_id: str, created: str | None, arrived: str = "2026-11-28T11:00", **report: object
) -> ReportRequest:
    """Return what tells of a batch that was sent at a time, UTC, and reported later."""
    made: DeliveryReport = a_report(f"m-{batch_id}", batch_id=batch_id)
    made = msgspec.structs.replace(made, created=created and utc(created), **report)
    return ReportRequest(made, b"{}", utc(arrived))


# --- Which time it is ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "begin", "end"),
    [
        # The clocks go forward at 02:00, and back at 03:00: days of 23 and of 25 hours.
        ("2026-03-29T12:00", "2026-03-28T23:00", "2026-03-29T22:00"),
        ("2026-10-25T12:00", "2026-10-24T22:00", "2026-10-25T23:00"),
    ],
)
def test_today_is_as_long_as_the_day_is(
    zone: Callable[[str], None], now: str, begin: str, end: str
) -> None:
    del zone
    found = sent_range(TODAY, utc(now))
    assert found
    assert (found.begin, found.end) == (utc(begin), utc(end))


def test_every_period_has_a_word(as_before: None) -> None:
    del as_before
    QLocale.setDefault(QLocale("en_GB"))
    days = SendingPeriod(PeriodKind.DAYS, date(2026, 11, 3), date(2026, 11, 1))
    assert period_word(OCTOBER) == "October 2026"
    assert period_word(days) == "01/11/2026 – 03/11/2026"
    plain = [period_word(SendingPeriod(kind)) for kind in list(PeriodKind)[:6]]
    assert plain == [
        "Any time",
        "Today",
        "Last 7 days",
        "The 7 days before",
        "This month",
        "Last month",
    ]


def test_the_chip_says_that_it_is_by_the_time_of_sending(
    qtbot: QtBot, languages: Languages
) -> None:
    languages.speak(Language.ENGLISH)
    chip = PeriodChip(None, now=lambda: utc("2026-11-28T12:00"))  # type: ignore[arg-type]
    qtbot.addWidget(chip)
    assert (chip.text(), chip.isChecked()) == ("Sent", False)
    assert chip.accessibleName() == "Sent: Any time"
    chip.menu().aboutToShow.emit()
    *plain, months, days = chip.menu().actions()
    assert [one.text() for one in plain][-1] == "Last month"
    assert days.text() == "From … to …"
    months.menu().actions()[1].trigger()  # type: ignore[attr-defined]

    assert chip.text() == "Sent: October 2026"
    assert "time of sending" in chip.toolTip()
    languages.speak(Language.SWEDISH)
    qtbot.waitUntil(lambda: chip.text() == "Skickat: oktober 2026")
    assert "skickades" in chip.toolTip()


def test_two_days_are_asked_for(qtbot: QtBot) -> None:
    dialog = DaysDialog(Period(date(2026, 11, 5), date(2026, 11, 3)), None)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    chosen: list[SendingPeriod] = []
    dialog.chosen.connect(chosen.append)
    dialog.accept()
    assert chosen == [
        SendingPeriod(PeriodKind.DAYS, date(2026, 11, 3), date(2026, 11, 5)),
    ]


# --- The table ----------------------------------------------------------------------------------


@pytest.mark.qasync
async def test_a_batch_counts_on_the_day_of_its_earliest_status(
    zone: Callable[[str], None], clock: Callable[[str], None], table: Table
) -> None:
    del zone, clock
    await table.context.backend.append(sent("last second", "2026-10-31T22:59:59"))
    await table.context.backend.append(sent("first second", "2026-10-31T23:00:00"))
    # A clock that is an hour ahead: nothing is sent after it was reported.
    await table.context.backend.append(
        sent("ahead", "2026-12-01T00:10", arrived="2026-11-30T22:50")
    )
    # No time that can be read: by its arrival.
    await table.context.backend.append(sent("untold", None, arrived="2026-10-02T08:00"))
    await until(lambda: len(table.names()) == 4)
    period = table.panel.top_row.chips.period

    period.choose(OCTOBER)
    assert sorted(table.names()) == ["last second", "untold"]
    assert table.panel.top_row.count.text().startswith("Shown: 2 of 4 batch(es)")
    period.choose(NOVEMBER)
    assert sorted(table.names()) == ["ahead", "first second"]
    period.choose(ANY_TIME)
    assert len(table.names()) == 4


@pytest.mark.qasync
async def test_midnight_and_another_time_zone_change_what_today_is(
    zone: Callable[[str], None], clock: Callable[[str], None], table: Table
) -> None:
    clock("2026-11-28T22:59:59")
    await table.context.backend.append(sent("evening", "2026-11-28T22:30", "2026-11-28T22:40"))
    await table.context.backend.append(sent("noon", "2026-11-28T10:00"))
    await until(lambda: len(table.names()) == 2)
    table.panel.top_row.chips.period.choose(TODAY)
    assert len(table.names()) == 2

    zone("Asia/Tokyo")  # there, the evening is of the day after
    table.panel.search.ageing.timeout.emit()
    assert table.names() == ["evening"]

    zone("Europe/Stockholm")
    clock("2026-11-28T23:00:00")
    table.panel.search.ageing.timeout.emit()
    assert table.names() == []
    assert table.panel.search.ageing.isActive(), "tomorrow has an end, too"
    table.panel.clear_filters()
    assert not table.panel.search.ageing.isActive()


@pytest.mark.qasync
async def test_what_comes_is_shown_where_it_was_sent_in_the_period(
    zone: Callable[[str], None], clock: Callable[[str], None], table: Table
) -> None:
    del zone, clock
    await table.context.backend.append(sent("old", "2026-10-01T10:00"))
    await until(lambda: len(table.names()) == 1)
    table.panel.top_row.chips.period.choose(TODAY)
    assert table.names() == []

    await table.context.backend.append(sent("new", "2026-11-28T10:00"))
    await table.context.backend.append(sent("older", "2026-11-27T10:00"))
    await until(lambda: table.names() == ["new"])
    # A report about it that is earlier than all before: it was sent yesterday.
    earlier = sent("new", "2026-11-27T10:00", message_id="m2")
    await table.context.backend.append(earlier)
    await until(lambda: table.names() == [])
    assert table.panel.top_row.count.text().startswith("Shown: 0 of 3 batch(es)")


# --- The whole window ---------------------------------------------------------------------------


def _shown(stage: Stage) -> tuple[str, str, str, list[str]]:
    page = stage.window.details.overview_page
    return (
        stage.window.batches.top_row.count.text(),
        page.fact("batches"),
        page.fact("cost"),
        stage.totals(),
    )


@pytest.mark.qasync
@pytest.mark.usefixtures("as_before", "loopback_is_public")
@pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True)
async def test_table_page_and_chart_are_of_the_same_batches(
    zone: Callable[[str], None], clock: Callable[[str], None], data_dir: Path, qapp: QApplication
) -> None:
    del zone, clock, qapp
    async with on_stage(data_dir) as stage:
        for one in (
            sent("a", "2026-11-02T10:00", price_nano=1_000_000_000),
            sent("b", "2026-11-03T10:00", price_nano=2_000_000_000, code=511, final=True),
            sent("c", "2026-10-03T10:00", price_nano=4_000_000_000),
        ):
            await stage.backend.append(one)
        chips = stage.window.batches.top_row.chips
        await until(lambda: _shown(stage)[3] == ["7.00\N{NO-BREAK SPACE}EUR"], SEEN_S)
        assert _shown(stage)[:2] == ("3 batches, 3 messages", "3")

        chips.period.choose(NOVEMBER)
        await until(lambda: _shown(stage)[3] == ["3.00\N{NO-BREAK SPACE}EUR"], SEEN_S)
        assert _shown(stage) == (
            "Shown: 2 of 3 batches, 2 messages",
            "2 of 3",
            "3.00\N{NO-BREAK SPACE}EUR",
            ["3.00\N{NO-BREAK SPACE}EUR"],
        )

        chips.results.choose((Result.FAILED,))
        await until(lambda: _shown(stage)[1] == "1 of 3", SEEN_S)
        await until(lambda: _shown(stage)[3] == ["2.00\N{NO-BREAK SPACE}EUR"], SEEN_S)
        assert _shown(stage)[:3] == (
            "Shown: 1 of 3 batches, 1 message",
            "1 of 3",
            "2.00\N{NO-BREAK SPACE}EUR",
        )

        # A filter that hides what is selected: its page goes with it.
        panel = stage.window.batches
        panel.view.select(panel.model.index(0, 0))
        await until(lambda: stage.window.details.page is stage.window.details.batch_page)
        chips.results.choose(())
        chips.period.choose(OCTOBER)
        await until(lambda: stage.window.details.page is stage.window.details.overview_page)
        await until(lambda: _shown(stage)[3] == ["4.00\N{NO-BREAK SPACE}EUR"], SEEN_S)
        assert _shown(stage)[1] == "1 of 3"


@pytest.mark.qasync
@pytest.mark.usefixtures("as_before", "loopback_is_public")
@pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True)
@pytest.mark.parametrize("is_of_messages", [False, True])
async def test_what_is_shown_stays_of_one_moment_while_batches_come(
    zone: Callable[[str], None],
    clock: Callable[[str], None],
    data_dir: Path,
    is_of_messages: bool,
) -> None:
    del zone, clock
    async with on_stage(data_dir) as stage:
        await stage.backend.append(sent("b0", "2026-11-02T10:00", price_nano=1_000_000_000))
        chips = stage.window.batches.top_row.chips
        if is_of_messages:
            chips.codes.choose((102,))
        else:
            chips.period.choose(NOVEMBER)
        await until(lambda: _shown(stage)[1] == "1 of 1", SEEN_S)
        await until(lambda: _shown(stage)[3] == ["1.00\N{NO-BREAK SPACE}EUR"], SEEN_S)

        async def arrive() -> None:
            for number in range(1, BATCHES):
                is_in = bool(number % 2)
                when = "2026-11-05T10:00" if is_in else "2026-10-05T10:00"
                code = 102 if is_in else 201
                one = sent(f"b{number}", when, price_nano=1_000_000_000, code=code)
                await stage.backend.append(one)
            # One leaves: its only message waits no more; and it was sent in October.
            gone = sent(
                "b1",
                "2026-10-07T10:00",
                message_id="m-b1",
                code=201,
                final=True,
                price_nano=1_000_000_000,
            )
            await stage.backend.append(gone)

        arriving = asyncio.create_task(arrive())  # noqa: TID251 - it is awaited below
        seen: list[tuple[str, str, str, list[str]]] = []
        while not arriving.done() or not seen[-1][0].startswith(
            f"Shown: {BATCHES // 2} of {BATCHES}"
        ):
            seen.append(_shown(stage))
            await asyncio.sleep(0.005)
        await arriving
        differing = [
            (table, page, cost, chart)
            for table, page, cost, chart in seen
            if page != " of ".join(re.findall(r"[0-9]+", table)[:2])
            or cost != f"{page.split()[0]}.00\N{NO-BREAK SPACE}EUR"
            or chart != [cost]
        ]
        assert differing == []


def test_the_range_of_a_day_is_the_days_own(zone: Callable[[str], None]) -> None:
    zone("America/Santiago")  # there is no midnight: the day begins at 01:00
    found = sent_range(TODAY, utc("2026-09-06T12:00"))
    assert found
    assert found.end - found.begin == timedelta(hours=23)
