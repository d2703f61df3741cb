"""Reports for the charts' pane to show, and what tests read off it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QToolButton

from app.core.report import DeliveryReport, Origin
from app.store.arrivals import ReportArrival
from app.store.doors import DoorReader
from app.store.records import BatchRecord
from app.ui.context import Context
from app.ui.costs.panel import CostPanel
from tests.ui.waiting import until

NOW = datetime.now(UTC)
Make = Callable[[], CostPanel]
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
) -> ReportArrival:
    at = NOW - timedelta(minutes=minutes_ago)
    told = DeliveryReport(
        message_id, batch_id, code, created=at, price_nano=nano, currency=currency
    )
    return ReportArrival(told, b"{}", at, origin=origin)


async def drawn(panel: CostPanel) -> None:
    """Wait until the chosen chart is seen."""
    await until(lambda: not panel.message and panel.chart.isVisible() and panel.chart.pixels > 500)


def ends(panel: CostPanel) -> list[str]:
    return [one.overlay.end_text for one in panel.cost_chart.lines]


async def batch_of(context: Context, batch_id: str = "höstrea") -> BatchRecord:
    found = await context.tasks.in_thread(context.session.reader.batch, batch_id)
    assert found is not None
    return found


def count_reads(monkeypatch: pytest.MonkeyPatch) -> list[DoorReader]:
    """Return a list that grows with every reading from now on."""
    reads: list[DoorReader] = []
    read = DoorReader.known_since

    def counted(self: DoorReader) -> datetime | None:
        reads.append(self)
        return read(self)

    monkeypatch.setattr(DoorReader, "known_since", counted)
    return reads


def button(panel: CostPanel, name: str) -> QToolButton:
    [found] = [
        one for one in panel.findChildren(QToolButton) if name in (one.text(), one.accessibleName())
    ]
    return found
