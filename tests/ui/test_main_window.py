"""The whole window over a real store and a real socket: what is posted is seen, everywhere."""

import asyncio
import gc
import logging
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QModelIndex, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton, QWidget

from app.door.kinds import TunnelKind
from app.paths import database_file
from app.receiver.reception import Reception
from app.store.errors import DiskFullError
from app.ui.badge import OutcomeBadge
from app.ui.batches.columns import COLUMNS
from app.ui.closing import ClosingDialog
from app.ui.context import Context
from app.ui.costs.cost_chart import CostRow
from app.ui.door.door import Door
from app.ui.door.window import DoorWindow
from app.ui.feed import Feed
from app.ui.languages import Languages
from app.ui.main_window import MainWindow
from app.ui.preferences import Language, OnClose, Preferences
from app.ui.session import Session
from app.ui.tasks import Tasks
from app.ui.theme import ThemeChoice, is_dark
from app.ui.tray import Tray
from tests.helpers.posting import post, report_body
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    # The platform without a screen has no stack of windows, and no tray.
    pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True),
]

SEEN_S: Final = 2.0
"""How long an answered report may take to be seen, on a machine busy with other tests."""
TROUBLE_S: Final = 2.0
"""The same for a store that can't be written, and for its recovery: a second, and some."""
CALM_S: Final = 20.0
"""The receiver waits a while before it calls the store well; that is looked for now and then."""
NUMBER: Final = "+46 70 123 45 67".replace(" ", "\N{NO-BREAK SPACE}")


@pytest.fixture(autouse=True)
def _as_before(qapp: QApplication) -> Iterator[None]:
    """Give the application its palette, colours and locale back, and leave no litter.

    Python may collect it in any thread, and timers can be stopped only in their own.
    """
    locale, palette = QLocale(), qapp.palette()
    gc.collect()
    yield
    gc.collect()
    qapp.styleHints().unsetColorScheme()
    qapp.setPalette(palette)
    QLocale.setDefault(locale)


@dataclass
class Stage:
    """A window, and what it stands on."""

    context: Context
    window: MainWindow
    languages: Languages
    quits: list[bool] = field(default_factory=list)

    @property
    def session(self) -> Session:
        return self.context.session

    async def post(self, *bodies: bytes) -> None:
        """Post bodies as the sender does; each must be answered 200."""
        async with aiohttp.ClientSession() as client:
            for body in bodies:
                async with client.post(self.session.read_callback_url(), data=body) as answer:
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
        await until(lambda: bool(self.text("Status", row, messages - 1)))

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
        return self.window.banners.sentences().get(subject, "")

    def action(self, text: str) -> QAction:
        """Return a menu's action by its English text."""
        (found,) = (
            one for one in self.window.findChildren(QAction) if one.text().replace("&", "") == text
        )
        return found


@asynccontextmanager
async def on_stage(folder: Path, port: int = 0) -> AsyncIterator[Stage]:
    """Show a window on a data folder, as the program does; close it as the program does."""
    feeds: list[Feed] = []

    def nudge(revision: int) -> None:
        for one in feeds:
            one.nudge(revision)

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
        session = await tasks.in_thread(Session, folder, port=port, on_commit=nudge)
        stack.push_async_callback(asyncio.to_thread, session.close)
        feed = Feed(session.reader, tasks, polls=session.attached_to is not None)
        feeds.append(feed)
        context = Context(session, feed, tasks, preferences, Door(session, tasks, preferences))
        window = MainWindow(context, languages)

        async def take_down() -> None:
            window.leave()
            window.close()
            feed.stop()
            await context.door.close()
            await tasks.close()
            window.deleteLater()
            QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete.value)

        stack.push_async_callback(take_down)
        stage = Stage(context, window, languages)
        window.quit_requested.connect(lambda: stage.quits.append(True))
        feed.start()
        window.start(is_hidden=False)
        await until(lambda: feed.revision > 0 or window.welcome.isVisible())
        yield stage


def button(owner: QWidget, text: str) -> QPushButton:
    """Return the visible button with a text."""
    (found,) = (one for one in owner.findChildren(QPushButton) if one.text() == text)
    return found


def all_texts(owner: QWidget) -> set[str]:
    return {one.text() for one in owner.findChildren(QLabel)} | {
        one.text() for one in owner.findChildren(QPushButton)
    }


# --- What is posted is seen ---------------------------------------------------------------------


async def test_a_posted_report_is_seen_everywhere(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        await stage.post(report_body("m1", code=102))
        await until(lambda: stage.rows() == 1, SEEN_S)
        await stage.open_batch()
        assert stage.text("Batch / recipient") == "batch-a"
        assert stage.text("Batch / recipient", 0, 0) == NUMBER
        assert stage.text("Reference", 0, 0) == "Höstrea"
        assert stage.text("Segments") == "2"

        await stage.post(
            report_body("m1", code=201, final=True, created="2026-03-01T10:00:04Z"),
            report_body("m2", code=511, final=True, recipient="46707654321"),
        )
        await until(lambda: stage.text("Segments") == "4", SEEN_S)
        await until(lambda: stage.text("Status") == "Delivered 1, Failed 1", SEEN_S)
        await until(lambda: stage.children() == 2, SEEN_S)
        assert "0.164" in stage.text("Cost")
        assert "€" in stage.text("Cost")
        assert stage.text("Progress").startswith("2")

        await until(lambda: stage.totals() == ["0.164\N{NO-BREAK SPACE}€"], SEEN_S)
        await stage.select_message()
        page = stage.window.details.message_page
        await until(lambda: len(stage.history()) == 2)
        assert [text.partition(" ")[0] for text in stage.history()] == ["Queued", "Delivered"]
        assert page.header.recipient == NUMBER
        (badge,) = page.header.findChildren(OutcomeBadge)
        assert badge.isVisible()
        assert "m1" in page.body.text


async def test_a_change_is_seen_within_a_moment_and_moves_nothing(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        await stage.post(*(report_body(f"m{n}", batch_id=f"batch-{n:03}") for n in range(60)))
        await until(lambda: stage.rows() == 60, SEEN_S)
        view = stage.window.batches.view
        middle = stage.window.batches.model.index(30, 0)
        view.select(middle)
        before = view.visualRect(view.currentIndex()).top()
        name = str(middle.data())

        delays = []
        for number in range(5):
            begin = time.perf_counter()
            await stage.post(report_body("new", batch_id=f"new-{number}"))
            rows = 61 + number
            await until(lambda rows=rows: stage.rows() == rows, SEEN_S)  # type: ignore[misc]  # mypy can't infer it
            delays.append(time.perf_counter() - begin)
            await asyncio.sleep(0)

        assert min(delays) < 0.2, "the promise, on an idle machine"
        assert view.currentIndex().data() == name
        assert view.visualRect(view.currentIndex()).top() == before


async def test_an_empty_window_teaches_until_something_comes(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        assert stage.window.welcome.isVisible()
        assert not stage.window.batches.isVisible()

        await stage.post(report_body("m1"))

        await until(stage.window.batches.isVisible, SEEN_S)
        assert not stage.window.welcome.isVisible()


async def test_the_sample_goes_through_the_real_port(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        await until(lambda: bool(stage.window.strip.url))
        button(stage.window.welcome, "Send a sample report to myself").click()

        await until(lambda: stage.rows() == 1, SEEN_S)
        counters = stage.session.counters()
        assert counters is not None
        assert counters.stored == 1
        assert stage.text("Batch / recipient") == "sample"
        assert stage.text("Status") == "Delivered 1"


async def test_the_callback_url_is_copied(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        await until(lambda: bool(stage.window.strip.url))
        button(stage.window.welcome, "Copy callback URL").click()

        assert QGuiApplication.clipboard().text() == stage.session.read_callback_url()


async def test_after_a_restart_the_picture_is_the_same(data_dir: Path) -> None:
    bodies = [
        report_body(
            f"m{number}",
            batch_id=f"batch-{number % 3}",
            code=(102, 201, 511)[number % 3],
            final=number % 3 > 0,
            recipient=f"4670123456{number}",
        )
        for number in range(9)
    ]

    async def picture(stage: Stage) -> tuple[object, ...]:
        await until(lambda: stage.rows() == 3, SEEN_S)
        await until(lambda: all(stage.text("Segments", row) == "6" for row in range(3)), SEEN_S)
        await until(lambda: stage.totals() == ["0.738\N{NO-BREAK SPACE}€"], SEEN_S)
        titles = ("Batch / recipient", "Status", "Progress", "Segments", "Cost")
        table = [[stage.text(title, row) for title in titles] for row in range(3)]
        await stage.open_batch(1, 3)
        messages = [stage.text("Batch / recipient", 1, at) for at in range(3)]
        totals = stage.totals()
        await stage.select_message(1, 2)
        await until(lambda: stage.window.details.message_page.header.recipient == messages[2])
        page = stage.window.details.message_page
        return table, messages, totals, stage.history(), page.header.recipient, page.body.text

    async with on_stage(data_dir) as stage:
        await stage.post(*bodies)
        before = await picture(stage)
        stage.window.batches.view.columns.resizeSection(4, 177)
        stage.action("Details").setChecked(False)
    async with on_stage(data_dir) as stage:
        assert stage.window.batches.view.columns.sectionSize(4) == 177
        assert not stage.window.details.isVisible()
        await until(lambda: stage.rows() == 3, SEEN_S)
        opened = stage.window.batches.view.isExpanded(stage.window.batches.model.index(1, 0))
        assert opened, "what was open is open again"
        stage.action("Details").setChecked(True)
        assert await picture(stage) == before


# --- Language, theme, mask ----------------------------------------------------------------------


async def test_the_language_is_switched_without_a_restart(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        await stage.post(report_body("m1", code=201, final=True, price=1234.5))
        await until(lambda: stage.rows() == 1, SEEN_S)
        assert "1,234.50" in stage.text("Cost")

        await stage.speak(Language.SWEDISH)

        model = stage.window.batches.model
        assert stage.text("Status") == "Levererat 1"
        assert "1\N{NO-BREAK SPACE}234,50" in stage.text("Cost")
        title = model.headerData(4, Qt.Orientation.Horizontal)
        assert title == "Kostnad"
        assert "Kopiera rapportadressen" in all_texts(stage.window.welcome)

        await stage.speak(Language.ENGLISH)
        assert stage.text("Status") == "Delivered 1"
        assert "Copy callback URL" in all_texts(stage.window.welcome)


async def test_no_text_of_the_window_stays_english_in_swedish(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        english = {one.text() for one in stage.window.findChildren(QAction) if one.text()}
        english |= {text for text in all_texts(stage.window) if text}
        await stage.speak(Language.SWEDISH)
        swedish = {one.text() for one in stage.window.findChildren(QAction) if one.text()}
        swedish |= {text for text in all_texts(stage.window) if text}

    same = {text.replace("&", "") for text in english & swedish}
    assert not {text for text in same if any(sign.isalpha() for sign in text)} - {
        "English",
        "Svenska",
        "Status",
        "Demo",
        "Export...",  # of pyqtgraph, in a menu that it never shows
    }


async def test_the_theme_is_switched_without_a_restart(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        await stage.post(report_body("m1"))
        await until(lambda: stage.rows() == 1, SEEN_S)
        for choice in (ThemeChoice.DARK, ThemeChoice.LIGHT):
            stage.context.preferences.put("theme", choice.value)
            await asyncio.sleep(0)

            assert is_dark() is (choice is ThemeChoice.DARK)
            picture = stage.window.grab().toImage()
            corner = picture.pixelColor(picture.width() // 2, picture.height() - 4)
            assert (corner.lightness() < 128) is (choice is ThemeChoice.DARK)


async def test_one_key_masks_every_number(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        await stage.post(report_body("m1"))
        await until(lambda: stage.rows() == 1, SEEN_S)
        await stage.open_batch()
        await stage.select_message()
        page = stage.window.details.message_page
        await until(lambda: "46701234567" in page.body.text)

        stage.action("Mask phone numbers").trigger()

        assert "•" in stage.text("Batch / recipient", 0, 0)
        for text in (
            stage.text("Batch / recipient", 0, 0),
            page.header.recipient,
            page.body.text,
        ):
            assert "123" not in text
        stage.action("Mask phone numbers").trigger()
        assert stage.text("Batch / recipient", 0, 0) == NUMBER


# --- Closing ------------------------------------------------------------------------------------


def closing_dialog(stage: Stage) -> ClosingDialog:
    stage.window.close()
    (dialog,) = (one for one in stage.window.findChildren(ClosingDialog) if one.isVisible())
    return dialog


async def test_closing_asks_first(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        dialog = closing_dialog(stage)
        assert stage.window.isVisible()
        button(dialog, "Cancel").click()
        assert not stage.quits
        assert stage.window.isVisible()

        dialog = closing_dialog(stage)
        button(dialog, "Stop receiving").click()
        assert stage.quits
        assert stage.context.preferences.on_close is OnClose.ASK


async def test_closing_asks_once_if_that_is_wanted(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        dialog = closing_dialog(stage)
        (forever,) = dialog.findChildren(QCheckBox)
        forever.click()
        button(dialog, "Stop receiving").click()
    async with on_stage(data_dir) as stage:
        stage.window.close()
        assert not stage.window.findChildren(ClosingDialog)
        assert stage.quits


async def test_the_window_goes_to_the_tray_and_goes_on(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tray, "is_there", staticmethod(lambda: True))
    async with on_stage(data_dir) as stage:
        dialog = closing_dialog(stage)
        button(dialog, "Keep receiving in the tray").click()
        assert not stage.window.isVisible()
        assert not stage.quits

        await stage.post(report_body("m1"))
        stage.window.bring_to_front()

        await until(lambda: stage.rows() == 1, SEEN_S)
        assert stage.window.isVisible()


async def test_without_a_tray_closing_says_so(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tray, "is_there", staticmethod(lambda: False))
    async with on_stage(data_dir) as stage:
        dialog = closing_dialog(stage)
        assert any("no tray" in text for text in all_texts(dialog))
        assert not button(dialog, "Keep receiving in the tray").isVisible()
        dialog.close()


# --- The front door -----------------------------------------------------------------------------


async def test_the_strip_is_green_only_while_the_public_address_leads_here(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        door, strip = stage.context.door, stage.window.strip
        door.begin()
        await until(lambda: strip.state == "Receiving · local only")
        base = door.local_url.rpartition("/r/")[0]

        door.choose(base, TunnelKind.OTHER)
        await until(lambda: strip.state == "Receiving")
        await until(lambda: strip.url not in {"", door.local_url})
        stage.action("Copy callback URL").trigger()
        assert QGuiApplication.clipboard().text() == strip.url == door.callback_url

        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            door.choose(f"http://127.0.0.1:{held.getsockname()[1]}", TunnelKind.OTHER)
            await until(lambda: strip.state == "Not reachable · the tunnel is down")
            await until(lambda: "safe at the sender" in stage.banner("closed"))

            stage.action("The front door…").trigger()
            (panel,) = stage.window.findChildren(DoorWindow)
            await until(lambda: "nothing is connected" in panel.state_panel.text)
            door.choose(base, TunnelKind.OTHER)
            await until(lambda: strip.state == "Receiving")
            await until(lambda: not stage.banner("closed"))
            panel.close()


# --- Where something is in the way --------------------------------------------------------------


async def test_a_taken_port_is_told_and_another_works(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with on_stage(data_dir, port) as stage:
            assert str(port) in stage.banner("session")
            assert stage.window.strip.url == ""
            assert stage.window.strip.state == "Not receiving"
            button(stage.window.banners, "Try again")

            button(stage.window.banners, "Use any free port").click()

            await until(lambda: stage.session.is_receiving)
            await until(lambda: not stage.banner("session"))
            await until(lambda: bool(stage.window.strip.url))
            await stage.post(report_body("m1"))
            await until(lambda: stage.rows() == 1, SEEN_S)
            assert stage.window.strip.state == "Receiving · local only"


async def test_where_another_receives_the_window_watches(data_dir: Path) -> None:
    with Reception(data_dir, port=0) as other:
        async with on_stage(data_dir) as stage:
            assert "Another Kvitto receives" in stage.banner("session")
            await until(lambda: stage.window.strip.url == other.callback_url)
            assert "Watching" in stage.window.strip.state

            await stage.post(report_body("m1", code=201, final=True))
            await until(lambda: stage.rows() == 1, SEEN_S)
            await stage.post(report_body("m2", code=511, final=True))
            await until(lambda: stage.text("Status") == "Delivered 1, Failed 1", SEEN_S)

            stage.window.close()
            assert stage.quits, "nothing to ask: the other one goes on"


async def test_a_full_disk_is_told_and_so_is_that_it_works_again(
    data_dir: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with on_stage(data_dir) as stage:
        await stage.post(report_body("m1"))
        with monkeypatch.context() as patch:

            def full(*_arguments: object) -> None:
                raise DiskFullError(database_file(data_dir))

            patch.setattr("app.store.group.Group.store", full)
            with caplog.at_level(logging.ERROR):
                async with aiohttp.ClientSession() as client:
                    url = stage.session.read_callback_url()
                    async with client.post(url, data=report_body("m2")) as answer:
                        assert answer.status == 503
            await until(lambda: bool(stage.banner("store")), TROUBLE_S)
            assert "full" in stage.banner("store")
            assert stage.window.strip.state == "Turning reports away"
            await until(lambda: "safe at the sender" in stage.banner("closed"), TROUBLE_S)

        with caplog.at_level(logging.WARNING):
            await stage.post(report_body("m2"))
        await until(lambda: not stage.banner("store"), TROUBLE_S)
        await until(lambda: not stage.banner("closed"), CALM_S)
        await until(lambda: stage.window.strip.state.startswith("Receiving"), TROUBLE_S)
        await until(lambda: stage.text("Segments") == "4", SEEN_S)


async def test_answers_keep_their_speed_while_the_window_sleeps(data_dir: Path) -> None:
    latencies: list[float] = []
    statuses: set[int] = set()
    begun = threading.Event()

    async with on_stage(data_dir) as stage:
        url = stage.session.read_callback_url()

        def load() -> None:
            for number in range(100):
                begin = time.perf_counter()
                status, _ = post(url, report_body(f"m{number}"))
                statuses.add(status)
                latencies.append(time.perf_counter() - begin)
                begun.set()

        sender = threading.Thread(target=load)
        sender.start()
        try:
            assert begun.wait(10)
            end = time.perf_counter() + 2
            # The window's thread is asleep, and its loop with it: nothing of Qt runs.
            threading.Event().wait(2)
            assert time.perf_counter() >= end
            answered = len(latencies)
        finally:
            sender.join()
        await until(lambda: stage.rows() == 1)
        await until(lambda: stage.text("Segments") == "200", SEEN_S)

    assert statuses == {200}
    assert answered > 50
    assert sorted(latencies)[len(latencies) // 2] < 0.05
    assert max(latencies) < 0.5
