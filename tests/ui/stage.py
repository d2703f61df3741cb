"""A whole window over a real store and a real socket, and what tests do with it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp
from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from kvitto.store.engines.store_url import StoreUrl
from kvitto.ui.backend import Backend
from kvitto.ui.batches.columns import COLUMNS
from kvitto.ui.charts.cost_chart import CostRow
from kvitto.ui.main_window import MainWindow
from kvitto.ui.services.background_tasks import Tasks
from kvitto.ui.services.books_access import BooksAccess
from kvitto.ui.services.change_feed import ChangeFeed
from kvitto.ui.services.context import Context
from kvitto.ui.services.languages import Languages
from kvitto.ui.services.preferences import Language, Preferences
from kvitto.ui.services.reachability_service import Reachability
from tests.ui.sessions import BackendHere
from tests.ui.waiting import until

SEEN_S: Final = 60.0
"""How long an answered report may take to be seen, on a machine busy with other tests. How long it
does take is measured by the benchmarks."""
TROUBLE_S: Final = 60.0
"""The same for a store that can't be written, and for its recovery: a second, and some."""
CALM_S: Final = 60.0
"""The receiver waits a while before it calls the store well; that is looked for now and then."""
NUMBER: Final = "+46 70 123 45 67".replace(" ", "\N{NO-BREAK SPACE}")


@dataclass
class Stage:
    """A window, and what it stands on."""

    context: Context
    window: MainWindow
    languages: Languages
    quits: list[bool] = field(default_factory=list)
    leaves: list[bool] = field(default_factory=list)

    @property
    def backend(self) -> Backend:
        return self.context.backend

    async def post(self, *bodies: bytes) -> None:
        """Post bodies as the SMS service does; each must be answered 200."""
        async with aiohttp.ClientSession() as client:
            for body in bodies:
                async with client.post(self.backend.read_callback_url(), data=body) as answer:
                    assert answer.status == 200

    def rows(self) -> int:
        return self.window.batches.model.rowCount()

    def children(self, row: int = 0) -> int:
        """Return how many messages a batch shows."""
        model = self.window.batches.model
        return model.rowCount(model.index(row, 0))

    def text(self, column: str, row: int = 0, message: int | None = None) -> str:
        """Return what a cell of the table says."""
        at = [str(one.title) for one in COLUMNS].index(column)
        model = self.window.batches.model
        parent = QModelIndex() if message is None else model.index(row, 0)
        return str(model.index(row if message is None else message, at, parent).data() or "")

    async def open_batch(self, row: int = 0, messages: int = 1) -> None:
        """Open a batch, and wait until its messages are there."""
        panel = self.window.batches
        panel.view.expand(panel.model.index(row, 0))
        await until(lambda: panel.model.rowCount(panel.model.index(row, 0)) == messages)
        await until(lambda: bool(self.text("Result", row, messages - 1)))

    async def select_message(self, row: int = 0, message: int = 0) -> None:
        panel = self.window.batches
        panel.view.select(panel.model.index(message, 0, panel.model.index(row, 0)))
        page = self.window.details.message_page
        await until(lambda: self.window.details.page is page)
        await until(lambda: page.table.model().rowCount() > 0)

    def history(self) -> list[str]:
        """Return the names of the reports that the details show."""
        model = self.window.details.message_page.table.model()
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    async def speak(self, language: Language) -> None:
        """Choose a language, and wait until the window speaks it."""
        self.context.preferences.put("language", language.value)
        title = {Language.SWEDISH: "Arkiv", Language.ENGLISH: "File"}[language]
        (file, *_) = self.window.menuBar().actions()
        await until(lambda: file.text().replace("&", "") == title)
        await asyncio.sleep(0.1)

    def totals(self) -> list[str]:
        """Return what stands at the ends of the chart's lines."""
        rows = self.window.costs.cost_chart.rows
        return [row.total_text for row in rows if isinstance(row, CostRow)]

    def banner(self, subject: str) -> str:
        """Return what a banner or the list of what is wrong says of a subject; "" for nothing."""
        return (self.window.banners.sentences() | self.window.todo.sentences()).get(subject, "")

    def press(self, text: str) -> None:
        """Press the button with a text, in a banner or in the list of what is wrong."""
        owners = (self.window.banners, self.window.strip.todo.panel)
        (found,) = (
            one for owner in owners for one in owner.findChildren(QPushButton) if one.text() == text
        )
        found.click()

    def action(self, text: str) -> QAction:
        """Return a menu's action by its English text."""
        (found,) = (
            one for one in self.window.findChildren(QAction) if one.text().replace("&", "") == text
        )
        return found


@asynccontextmanager
async def on_stage(
    folder: Path,
    port: int = 0,
    *,
    store: StoreUrl | None = None,
    starts: bool = True,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[Stage]:
    """Show a window on a data folder, as the program does; close it as the program does.

    Args:
        folder: the data folder.
        port: the port to receive on; 0 takes any free one.
        store: the store on a server; None for the one of the folder.
        starts: whether a receiver is started.
        environment: the variables that name the key of the SMS service's API.
    """
    async with AsyncExitStack() as stack:
        preferences = Preferences(folder)
        stack.callback(preferences.flush)
        if preferences.language is Language.SYSTEM:
            preferences.put("language", Language.ENGLISH.value)
        languages = Languages()
        stack.callback(languages.end)
        stack.callback(languages.speak, Language.ENGLISH)
        languages.speak(preferences.language)
        tasks = Tasks()
        soon = asyncio.get_running_loop().call_soon_threadsafe
        backend = await tasks.in_thread(
            BackendHere, folder, port=port, store=store, starts=starts, soon=soon
        )
        stack.push_async_callback(asyncio.to_thread, backend.close)
        feed = ChangeFeed(
            backend.reader,
            tasks,
            is_notified=lambda: backend.is_told,
            silence=backend.silence,
        )
        backend.when_committed(feed.notify)
        reachability = Reachability(backend, tasks, preferences)
        books = BooksAccess(
            backend,
            tasks,
            preferences,
            environment=environment or {},
            addresses=lambda: frozenset(["127.0.0.1"]),
        )
        context = Context(backend, feed, tasks, preferences, reachability, books)
        window = MainWindow(context, languages)

        async def take_down() -> None:
            window.leave()
            window.close()
            feed.stop()
            await context.reachability.close()
            await context.books.close()
            await tasks.close()
            backend.link.observers.clear()
            window.deleteLater()
            QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete.value)

        stack.push_async_callback(take_down)
        stage = Stage(context, window, languages)
        window.quit_requested.connect(lambda: stage.quits.append(True))
        window.leave_requested.connect(lambda: stage.leaves.append(True))
        feed.start()
        window.start(is_hidden=False)
        await until(
            lambda: (
                feed.revision > 0 or window.empty_state.isVisible() or feed.failed_at is not None
            )
        )
        yield stage


def button(owner: QWidget, text: str) -> QPushButton:
    """Return the visible button with a text."""
    (found,) = (one for one in owner.findChildren(QPushButton) if one.text() == text)
    return found


def all_texts(owner: QWidget) -> set[str]:
    return {one.text() for one in owner.findChildren(QLabel)} | {
        one.text() for one in owner.findChildren(QPushButton)
    }
