"""Reports for the charts' pane to show, and what tests read off it."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QToolButton

from kvitto.core.outages import Outage
from kvitto.core.report import DeliveryReport, Origin
from kvitto.store.records import BatchRecord
from kvitto.store.write_requests import ReportRequest
from kvitto.ui.charts.charts_panel import ChartsPanel
from kvitto.ui.charts.outage_bands import OutageSpan, outage_spans
from kvitto.ui.services.context import Context
from tests.ui.waiting import until

NOW = datetime.now(UTC)
Make = Callable[[], ChartsPanel]
"""Shows a panel on the store of the test."""
SPACE = "\N{NO-BREAK SPACE}"


def report(
    message_id: str = "m1",
    *,
    batch_id: str = "höstrea",
    minutes_ago: float = 10.0,
    code: int = 101,
    nano: int | None = 82_000_000,
    currency: str = "EUR",
    origin: Origin = Origin.WEBHOOK,
) -> ReportRequest:
    at = NOW - timedelta(minutes=minutes_ago)
    told = DeliveryReport(
        message_id, batch_id, code, created=at, price_nano=nano, currency=currency
    )
    return ReportRequest(told, b"{}", at, origin=origin)


async def drawn(panel: ChartsPanel) -> None:
    """Wait until the chosen chart is seen."""
    await until(lambda: not panel.message and panel.chart.isVisible() and panel.chart.pixels > 500)


def ends(panel: ChartsPanel) -> list[str]:
    return [one.overlay.end_text for one in panel.cost_chart.lines]


async def batch_of(context: Context, batch_id: str = "höstrea") -> BatchRecord:
    found = await context.tasks.in_thread(context.backend.reader.batch, batch_id)
    assert found is not None
    return found


def count_reads(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return a list that grows with every reading of interruptions from now on."""
    reads: list[object] = []

    def counted(outages: Iterable[Outage]) -> list[OutageSpan]:
        reads.append(outages)
        return outage_spans(outages)

    monkeypatch.setattr("kvitto.ui.charts.chart_source.outage_spans", counted)
    return reads


def button(panel: ChartsPanel, name: str) -> QToolButton:
    [found] = [
        one for one in panel.findChildren(QToolButton) if name in (one.text(), one.accessibleName())
    ]
    return found
