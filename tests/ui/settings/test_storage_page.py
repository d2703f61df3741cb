"""Where reports are kept, how many, and how long."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QProgressBar, QSpinBox
from pytestqt.qtbot import QtBot

from kvitto.paths import database_file
from kvitto.store.errors import DatabaseLockedError
from kvitto.ui.services.context import Context
from kvitto.ui.settings.purge_now import PurgeNow
from kvitto.ui.settings.settings_dialog import PageName, SettingsDialog
from kvitto.ui.settings.storage_page import ElidedPath, StoragePage
from tests.store.arrivals import a_report, arriving, refused
from tests.ui.sessions import runtime_of
from tests.ui.settings.finding import button, question, texts
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync
LONG_AGO = datetime.now(UTC) - timedelta(days=100)


@pytest.fixture(autouse=True)
def _plain_numbers() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale.c())
    yield
    QLocale.setDefault(before)


@pytest.fixture
async def page(context: Context, dialog: SettingsDialog) -> StoragePage:
    """Return the page over a batch of long ago and one of today."""
    backend = context.backend
    for number in range(3):
        await backend.append(arriving(a_report(f"m{number}", code=201, final=True), at=LONG_AGO))
    await backend.append(arriving(a_report("m1", batch_id="today"), at=datetime.now(UTC)))
    dialog.show_page(PageName.STORAGE)
    shown = dialog.page(PageName.STORAGE)
    assert isinstance(shown, StoragePage)
    return shown


def said(page: StoragePage, part: str) -> bool:
    return any(part in text for text in texts(page))


async def test_the_data_folder_and_what_is_in_it_are_shown(
    context: Context, page: StoragePage
) -> None:
    await until(lambda: said(page, "4 report(s) in 2 batch(es)"))

    assert any(text.endswith(("kB", "MB")) for text in texts(page))
    [path] = page.findChildren(ElidedPath)
    assert path.toolTip() == path.accessibleName() == str(context.backend.folder)


class _Desktop(QObject):
    """Opens URLs instead of the desktop."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toLocalFile())


async def test_the_folder_is_opened_by_the_desktop(context: Context, page: StoragePage) -> None:
    desktop = _Desktop()
    # PySide's stubs say bytes.
    QDesktopServices.setUrlHandler("file", desktop, "open")  # type: ignore[arg-type]
    try:
        button(page, "Open").click()
    finally:
        QDesktopServices.unsetUrlHandler("file")

    assert [Path(one) for one in desktop.opened] == [context.backend.folder]


async def test_a_long_path_is_elided_in_its_middle(qtbot: QtBot, page: StoragePage) -> None:
    long = "/home/åsa/" + "a folder/" * 20 + "kvitto"
    path = ElidedPath(long, page)
    qtbot.addWidget(path)
    path.resize(200, 20)
    path.show()

    assert "…" in path.text()
    assert path.text().startswith("/home")
    assert path.fontMetrics().horizontalAdvance(path.text()) <= 200


async def test_everything_is_kept_unless_the_user_wants_otherwise(
    context: Context, page: StoragePage
) -> None:
    assert button(page, "Keep everything").isChecked()
    assert not button(page, "Delete now").isEnabled()
    assert not page.findChildren(QSpinBox)[0].isEnabled()
    assert context.preferences.purges is False


async def test_what_a_rule_would_forget_is_shown_before_anything_is(
    context: Context, page: StoragePage
) -> None:
    button(page, "Delete what is older").click()
    assert context.preferences.purges is True
    await until(lambda: said(page, "would delete 1 batch(es) with 3 message(s) and 3 report(s)"))
    assert button(page, "Delete now").isEnabled()
    assert said(page, "once a day by itself, next at")

    page.findChildren(QSpinBox)[0].setValue(200)
    await until(lambda: said(page, "Nothing is that old now."))
    assert context.preferences.retention_days == 200
    assert not button(page, "Delete now").isEnabled()


async def test_refused_requests_are_counted_too(context: Context, page: StoragePage) -> None:
    writer = runtime_of(context.backend).writer
    await writer.append(refused(b"what is this", at=LONG_AGO))

    button(page, "Delete what is older").click()

    await until(lambda: said(page, "1 refused request(s) as well."))


async def test_forgetting_asks_then_shows_its_progress_and_its_end(
    context: Context, page: StoragePage, purging: PurgeNow
) -> None:
    button(page, "Delete what is older").click()
    await until(button(page, "Delete now").isEnabled)
    button(page, "Delete now").click()
    button(question(page), "Cancel").click()
    assert len(list(context.backend.reader.stream_messages())) == 4

    button(page, "Delete now").click()
    button(question(page), "Delete").click()
    assert purging.is_running
    [bar] = page.findChildren(QProgressBar)
    assert bar.isVisible()
    assert button(page, "Cancel").isEnabled()
    assert said(page, "Reports are received meanwhile.")
    await until(lambda: not purging.is_running)

    await until(lambda: said(page, "Deleted: 3 message(s). Nothing is that old now."))
    assert not bar.isVisible()
    await until(lambda: said(page, "1 report(s) in 2 batch(es)"))
    assert len(list(context.backend.reader.stream_messages())) == 1


async def test_forgetting_can_be_cancelled(
    context: Context, page: StoragePage, purging: PurgeNow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.deletion_pace.MOST", 1)
    monkeypatch.setattr("kvitto.store.deletions._PART_S", 0)
    button(page, "Delete what is older").click()
    await until(button(page, "Delete now").isEnabled)
    purging.progressed.connect(lambda _done, _all: button(page, "Cancel").click())

    purging.run()
    await until(lambda: not purging.is_running)

    await until(lambda: said(page, "Stopped after 1 message(s). Now this would delete 1 batch"))
    assert len(list(context.backend.reader.stream_messages())) == 3


async def test_a_page_that_is_opened_during_a_run_shows_it(
    qtbot: QtBot, context: Context, page: StoragePage, purging: PurgeNow
) -> None:
    context.preferences.put("forgets", True)
    purging.run()
    late = StoragePage(context, purging)
    qtbot.addWidget(late)
    late.show()

    assert late.findChildren(QProgressBar)[0].isVisible()
    await until(lambda: not purging.is_running)
    assert not late.findChildren(QProgressBar)[0].isVisible()
    assert page is not late


async def test_why_it_cannot_be_counted_is_said(
    context: Context, dialog: SettingsDialog, page: StoragePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = database_file(context.backend.folder)

    def fail(_retention: object, _rule: object, _now: object) -> None:
        raise DatabaseLockedError(path)

    monkeypatch.setattr("kvitto.store.retention.Retention.due", fail)

    button(page, "Delete what is older").click()

    await until(lambda: "locked" in dialog.message)
