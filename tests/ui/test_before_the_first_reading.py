"""What has not been read yet says so: no pane shows a zero, or that nothing has come."""

import re
import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from sqlalchemy import Connection

from kvitto.store.database import open_database
from kvitto.store.writer import Writer
from kvitto.ui.main_window import MainWindow
from kvitto.ui.services.background_tasks import Tasks
from kvitto.ui.services.books_access import BooksAccess
from kvitto.ui.services.change_feed import ChangeFeed
from kvitto.ui.services.context import Context
from kvitto.ui.services.languages import Languages
from kvitto.ui.services.preferences import Language, Preferences
from kvitto.ui.services.reachability_service import Reachability
from tests.store.arrivals import a_report, append_all, arriving
from tests.ui.sessions import BackendHere
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("as_before", "loopback_is_public"),
    pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True),
]

MESSAGES = 1200
FALSE = re.compile(
    r"(?<![\d.:,])0(?![\d.:,])|no (report|interruption|batch|cost|message)"
    r"|nothing (received|was|has)"
    r"|(?<!väntas )ing(a|et) (rapport|avbrott|utskick|kostnad|meddelande|har)",
    re.IGNORECASE,
)
"""A zero, or words for none, in both languages."""


def shown(window: QWidget) -> list[str]:
    """Return what can be read in a window."""
    labels = [one.text() for one in window.findChildren(QLabel) if one.isVisible()]
    buttons = [one.text() for one in window.findChildren(QAbstractButton) if one.isVisible()]
    return [one for one in (*labels, *buttons) if one]


@pytest.mark.parametrize("language", [Language.ENGLISH, Language.SWEDISH])
async def test_no_pane_says_that_there_is_nothing_before_it_was_read(
    data_dir: Path, languages: Languages, language: Language
) -> None:
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        await append_all(
            writer,
            [arriving(a_report(f"m{n}", batch_id=f"b{n % 40}")) for n in range(MESSAGES)],
        )
        writer.close()
    languages.speak(language)
    tasks = Tasks()
    backend = await tasks.in_thread(BackendHere, data_dir)
    may_read, connect = threading.Event(), backend.database.reading.connect

    def slowly() -> Connection:
        assert may_read.wait(60.0)
        return connect()

    backend.database.reading.connect = slowly  # type: ignore[method-assign]
    feed = ChangeFeed(backend.reader, tasks, is_notified=lambda: backend.is_told)
    preferences = Preferences(data_dir)
    reachability = Reachability(backend, tasks, preferences)
    books = BooksAccess(backend, tasks, preferences, environment={})
    context = Context(backend, feed, tasks, preferences, reachability, books)
    window = MainWindow(context, languages)
    try:
        feed.start()
        window.start(is_hidden=False)
        window.windows.show_reachability()
        reading = {Language.ENGLISH: "Reading …", Language.SWEDISH: "Läser …"}[language]
        await until(lambda: window.batches.placeholder.text == reading)
        await until(lambda: shown(window).count(reading) >= 3)
        languages.speak(language)  # texts that are set anew

        told = shown(window)

        false = [one for one in told if FALSE.search(one) and "http" not in one]
        assert false == []
        assert not window.empty_state.isVisible()
        assert window.batches.top_row.count.text() == ""

        may_read.set()
        await until(lambda: window.batches.model.rowCount() == 40)
        await until(lambda: reading not in shown(window))
        assert "200" in window.batches.top_row.count.text()
    finally:
        may_read.set()
        window.leave()
        window.close()
        feed.stop()
        await context.reachability.close()
        await tasks.close()
        backend.link.observers.clear()
        backend.close()
        window.deleteLater()
