"""A panel that is shown, and what it is to show."""

from typing import Any

from pytestqt.qtbot import QtBot

from kvitto.store.write_requests import ReportRequest
from kvitto.ui.details.details_panel import DetailsPanel
from kvitto.ui.services.context import Context
from tests.ui.details.arriving import (
    a_body,
    arriving,
    at,
    begin,
)

NBSP = "\N{NO-BREAK SPACE}"


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


async def shown(context: Context, qtbot: QtBot) -> DetailsPanel:
    await begin(context)
    panel = DetailsPanel(context, now=lambda: at(120))
    qtbot.addWidget(panel)
    panel.resize(380, 680)
    panel.show()
    return panel


def delivered(message_id: str = "message-1", second: float = 60, **fields: Any) -> ReportRequest:
    body = a_body(message_id, code=201, duration=1, created=at(second).isoformat(), **fields)
    return arriving(body, second + 1)


# --- Everything ---------------------------------------------------------------------------------
