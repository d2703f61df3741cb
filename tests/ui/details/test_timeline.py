"""A batch's reports over time: what the pointer and a screen reader read, and what is painted."""

import pytest
from PySide6.QtCore import QEvent, QLocale, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from kvitto.core.outages import OutageCause
from kvitto.ui.charts.outage_bands import ShadedBand
from kvitto.ui.details.arrivals import ArrivalsTimeline
from kvitto.ui.details.timeline import Timeline
from kvitto.ui.services.preferences import ThemeChoice
from kvitto.ui.widgets.theme import apply_theme
from tests.ui.details.arriving import START

BEGIN_S = START.timestamp()
MINUTE_S = 60.0


@pytest.fixture
def timeline(qtbot: QtBot) -> Timeline:
    QLocale.setDefault(QLocale("en_GB"))
    made = Timeline(None)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(300, made.sizeHint().height())
    made.show()
    return made


def a_line(
    *closed: ShadedBand, counts: tuple[int, ...] = (4, 0, 2), goes_on: bool = False
) -> ArrivalsTimeline:
    return ArrivalsTimeline(BEGIN_S, BEGIN_S + 30 * MINUTE_S, counts, closed, goes_on)


def asleep(begin_min: float, end_min: float) -> ShadedBand:
    return ShadedBand(
        BEGIN_S + begin_min * MINUTE_S, BEGIN_S + end_min * MINUTE_S, OutageCause.ASLEEP
    )


def clock(minutes: int) -> str:
    return f"{START.astimezone().replace(minute=minutes):%H:%M}"


def test_the_pointer_reads_the_reports_of_a_part(timeline: Timeline) -> None:
    timeline.show_line(a_line())

    assert timeline.text_at(20) == f"{clock(0)} – {clock(10)}: 4 report(s)"
    assert timeline.text_at(150) == f"{clock(10)} – {clock(20)}: 0 report(s)"
    assert timeline.text_at(299.9) == f"{clock(20)} – {clock(30)}: 2 report(s)"
    assert timeline.text_at(300) == ""
    timeline.show_line(None)
    assert timeline.text_at(20) == ""


def test_the_pointer_reads_why_no_report_could_come_in(timeline: Timeline) -> None:
    timeline.show_line(a_line(asleep(11, 19)))

    assert timeline.text_at(150).splitlines()[1] == f"asleep {clock(11)} – {clock(19)} (8 min)"
    assert len(timeline.text_at(20).splitlines()) == 1


def test_a_screen_reader_is_told_all_of_it(timeline: Timeline) -> None:
    timeline.show_line(a_line(asleep(11, 19)))

    assert timeline.accessibleDescription() == (
        f"{clock(0)} – {clock(30)}: 6 report(s); asleep {clock(11)} – {clock(19)} (8 min)"
    )
    timeline.show_line(None)
    assert timeline.accessibleDescription() == ""


def test_a_line_that_is_longer_than_a_day_says_the_days(timeline: Timeline) -> None:
    two_days = ArrivalsTimeline(BEGIN_S, BEGIN_S + 2 * 86_400, (1, 1), (), goes_on=False)

    timeline.show_line(two_days)

    assert timeline.text_at(10).startswith(f"1 Mar {clock(0)} – 2 Mar {clock(0)}")


def test_the_tip_is_shown_at_the_pointer(
    timeline: Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, _widget: told.append(text))
    timeline.show_line(a_line())
    at = QPoint(20, 10)

    QApplication.sendEvent(timeline, QHelpEvent(QEvent.Type.ToolTip, at, timeline.mapToGlobal(at)))

    assert told == [timeline.text_at(20)]


@pytest.mark.parametrize(
    "other",
    [
        a_line(asleep(11, 19)),
        a_line(asleep(11, 11.01)),
        a_line(counts=(4, 1, 2)),
        a_line(goes_on=True),
    ],
)
def test_what_is_different_looks_different(timeline: Timeline, other: ArrivalsTimeline) -> None:
    timeline.show_line(a_line())
    before = timeline.grab().toImage()

    timeline.show_line(other)

    assert timeline.grab().toImage() != before


def test_it_follows_the_theme(qapp: QApplication, timeline: Timeline) -> None:
    timeline.show_line(a_line(asleep(11, 19)))
    palette, style = qapp.palette(), qapp.style().name()
    try:
        apply_theme(qapp, ThemeChoice.LIGHT)
        light = timeline.grab().toImage()
        apply_theme(qapp, ThemeChoice.DARK)
        assert timeline.grab().toImage() != light
    finally:
        qapp.setPalette(palette)
        qapp.setStyle(style)
        qapp.styleHints().unsetColorScheme()
