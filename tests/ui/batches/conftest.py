"""The table on a real store."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kvitto.core.report import DeliveryReport, Origin
from kvitto.store.write_requests import ReportRequest
from kvitto.ui.batches.batch_model import BatchModel
from kvitto.ui.batches.batch_view import BatchView
from kvitto.ui.batches.batches_panel import BatchesPanel
from kvitto.ui.batches.row import UNKNOWN
from kvitto.ui.services.context import Context
from tests.ui.batches.records import START, a_batch
from tests.ui.batches.watching import watched
from tests.ui.waiting import until


class Table:
    """A panel that is shown, and what a test wants to know of it."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.panel = BatchesPanel(context)
        self.model = self.panel.model
        self.view = self.panel.view
        self._tester: QAbstractItemModelTester | None = watched(self.model)
        self.panel.resize(1000, 400)
        self.panel.show()

    async def append(self, *reports: DeliveryReport, origin: Origin = Origin.WEBHOOK) -> None:
        """Store reports, without waiting for the table."""
        arrivals = [ReportRequest(report, b"{}", START, origin=origin) for report in reports]
        await asyncio.gather(*(self.context.backend.append(one) for one in arrivals))

    def names(self) -> list[str]:
        """Return the batches that are shown."""
        return [row.record.label or row.record.batch_id for row in self.model.batches.shown]

    def key(self, batch_id: str) -> int:
        [found] = (
            row.record.key for row in self.model.batches.known if row.record.batch_id == batch_id
        )
        return found

    def messages(self, batch_id: str) -> list[str]:
        """Return the ids of the messages that are shown of a batch, as far as they are read."""
        index = self.model.index_of(self.key(batch_id))
        tips = [
            self.model.index(row, 0, index).data(3) or "?"
            for row in range(self.model.rowCount(index))
        ]
        return [tip.removeprefix("Message ") for tip in tips]

    async def open(self, batch_id: str, messages: int) -> None:
        """Open a batch and wait until so many messages are read."""
        self.view.expand_batches({self.key(batch_id)})
        await until(lambda: len(self.messages(batch_id)) == messages)
        await until(lambda: "?" not in self.messages(batch_id))

    async def seek(self, text: str) -> None:
        """Type a text into the search field and wait until all is found."""
        self.panel.top_row.field.setText(text)
        await self.found()

    async def found(self) -> None:
        await until(lambda: not self.panel.search.is_running and self.panel.search.is_whole)

    def message_row(self, batch_id: str, message_id: str) -> int:
        return self.messages(batch_id).index(message_id)

    def select_message(self, batch_id: str, message_id: str) -> None:
        index = self.model.index_of(self.key(batch_id))
        row = self.message_row(batch_id, message_id)
        self.view.select(self.model.index(row, 0, index))
        assert self.model.message_key_at(self.view.currentIndex()) != UNKNOWN

    def close(self) -> None:
        self._tester = None
        self.panel.close()
        self.panel.deleteLater()
        QCoreApplication.sendPostedEvents(self.panel, QEvent.Type.DeferredDelete.value)


@pytest.fixture
async def table(context: Context, qapp: QApplication) -> AsyncIterator[Table]:
    """Give a table that shows an empty store, live."""
    del qapp
    made = Table(context)
    context.feed.start()
    await until(lambda: context.feed.revision >= 0)
    yield made
    # As the program does: first nothing is read any more, then the window goes.
    context.feed.stop()
    await context.tasks.close()
    made.close()


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[BatchView]:
    model = BatchModel(clock=lambda: START + timedelta(minutes=3))
    tester = watched(model)
    made = BatchView(model)
    qtbot.addWidget(made)
    made.resize(900, 400)
    model.batches.apply(
        [
            a_batch(1, statuses={201: 5, 500: 2, 405: 1, 777: 1}, expected_count=20),
            a_batch(2, label="Höstrea", origin=Origin.DEMO, costs={"EUR": 5, "SEK": 7}),
            a_batch(3, is_archived=True, label="En mycket lång etikett som inte får plats " * 3),
        ]
    )
    made.show()
    yield made
    del tester
