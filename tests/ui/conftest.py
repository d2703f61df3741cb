"""A window's ground: a session on a folder of the test's own, receiving on any free port."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale
from PySide6.QtWidgets import QApplication

from kvitto.ui.services.background_tasks import Tasks
from kvitto.ui.services.books_access import BooksAccess
from kvitto.ui.services.change_feed import ChangeFeed
from kvitto.ui.services.context import Context
from kvitto.ui.services.languages import Languages
from kvitto.ui.services.preferences import Preferences
from kvitto.ui.services.reachability_service import Reachability
from tests.helpers.new_store import lay_new_database
from tests.ui.sessions import BackendHere


@pytest.fixture
async def context(data_dir: Path) -> AsyncIterator[Context]:
    """Give everything that a part of the window is built from. For tests marked `qasync`."""
    soon = asyncio.get_running_loop().call_soon_threadsafe
    backend = BackendHere(lay_new_database(data_dir), soon=soon)
    tasks = Tasks()
    feed = ChangeFeed(backend.reader, tasks, is_notified=lambda: backend.is_told)
    backend.when_committed(feed.notify)
    preferences = Preferences(data_dir)
    reachability = Reachability(backend, tasks, preferences)
    books = BooksAccess(backend, tasks, preferences, environment={})
    yield Context(backend, feed, tasks, preferences, reachability, books)
    await books.close()
    await reachability.close()
    feed.stop()
    await tasks.close()
    backend.close()


@pytest.fixture(autouse=True)
def _receivers_have_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take no receiver for hanging because this machine is busy with other tests."""
    monkeypatch.setattr("kvitto.receiver.control_client._SILENT_S", 60.0)


@pytest.fixture(autouse=True)
def _own_locale() -> None:
    """Begin each test in the same locale, whichever another one has left."""
    QLocale.setDefault(QLocale.c())


@pytest.fixture(autouse=True)
def _widgets_end_in_this_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Delete what a test has made, before another thread happens to.

    Python may collect garbage in any thread, such as the writer's, and Qt does not survive that.
    """
    if "qapp" not in request.fixturenames:
        yield
        return
    gc.disable()
    gc.freeze()  # what is older need not be looked through
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    gc.unfreeze()
    gc.enable()


@pytest.fixture
def as_before(qapp: QApplication) -> Iterator[None]:
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


@pytest.fixture
def languages(qapp: QApplication) -> Iterator[Languages]:
    """Give the translators of the application; it speaks as before afterwards."""
    before = QLocale()
    made = Languages()
    yield made
    made.end()
    QLocale.setDefault(before)
