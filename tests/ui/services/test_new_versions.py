"""A newer version is asked for once a day, after a yes, and told in the list of what is wrong."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from kvitto.ui.services.background_tasks import Tasks
from kvitto.ui.services.context import Context
from kvitto.ui.services.languages import Languages
from kvitto.ui.services.new_versions import ASKED_AT, PROBLEM, NewVersions
from kvitto.ui.services.preferences import Language, Preferences
from kvitto.ui.services.todo import Todo
from kvitto.ui.services.todo_list import Severity
from kvitto.ui.services.undo import Undo
from kvitto.ui.settings.notifications_page import NotificationsPage
from kvitto.ui.todo.new_version_item import NewVersionItem
from kvitto.updates.update_errors import WhyUnknown
from tests.helpers.signed_files import Signer
from tests.ui.settings.finding import texts
from tests.ui.waiting import finished, until
from tests.updates.serving import Announcing, announcing

pytestmark = pytest.mark.qasync

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
Make = Callable[[], NewVersions]


class Desk:
    """A window's part that asks, and its time."""

    def __init__(self, folder: Path, server: Announcing) -> None:
        folder.mkdir(exist_ok=True)
        self.preferences = Preferences(folder)
        self.tasks = Tasks()
        self.server = server
        self.now = NOON
        self._owner = QObject()
        self.todo = Todo(self.preferences, Undo(), self._owner, clock=lambda: self.now)

    def start(self, version: str = "1.0.0") -> NewVersions:
        """Start the window once more."""
        made = NewVersions(
            self.preferences,
            self.tasks,
            source=self.server.source,
            version=version,
            clock=lambda: self.now,
            parent=self._owner,
        )
        NewVersionItem(made, self.todo, made)
        made.begin()
        return made

    async def settle(self) -> None:
        """Wait until all that was begun has ended."""
        await finished({asyncio.current_task()})  # type: ignore[arg-type]

    async def close(self) -> None:
        await self.tasks.close()
        delete(self._owner)


@pytest.fixture
async def desk(data_dir: Path, qtbot: QtBot) -> AsyncIterator[Desk]:
    async with announcing() as server:
        made = Desk(data_dir, server.announce("1.1.0", notes="Sums are right."))
        yield made
        await made.close()


def _said(desk: Desk) -> str:
    return " ".join(desk.todo.sentences().values())


async def test_nobody_is_asked_before_a_yes(desk: Desk) -> None:
    versions = desk.start()
    await desk.settle()
    assert not desk.preferences.asks_for_updates
    assert desk.server.asked == []
    desk.preferences.put("asks_for_updates", True)
    await desk.settle()
    assert len(desk.server.asked) == 2
    assert versions.newer is not None
    assert _said(desk) == "Kvitto 1.1.0 is out; this is 1.0.0. Nothing is installed by itself."


async def test_it_is_asked_once_a_day_also_by_later_windows(desk: Desk) -> None:
    desk.preferences.put("asks_for_updates", True)
    desk.start()
    await desk.settle()
    desk.now += timedelta(hours=23)
    again = desk.start()
    await desk.settle()
    assert len(desk.server.asked) == 2
    assert again.newer is not None, "what was told is known without asking"
    desk.now += timedelta(hours=2)
    desk.start()
    await desk.settle()
    assert len(desk.server.asked) == 4
    desk.now = NOON - timedelta(days=400)  # the clock was wrong
    desk.start()
    await desk.settle()
    assert len(desk.server.asked) == 6


async def test_the_same_an_older_and_a_forged_version_are_not_told(desk: Desk) -> None:
    desk.preferences.put("asks_for_updates", True)
    for version in ("1.0.0", "0.9.9"):
        desk.server.announce(version)
        desk.preferences.put(ASKED_AT, "")
        assert desk.start().newer is None
        await desk.settle()
        assert _said(desk) == ""
    desk.server.announce("2.0.0").signature = Signer().sign(desk.server.data)
    desk.preferences.put(ASKED_AT, "")
    versions = desk.start()
    await desk.settle()
    assert versions.newer is None
    assert desk.preferences.get(PROBLEM, "") == WhyUnknown.SIGNATURE
    assert _said(desk) == ""


async def test_an_earlier_announcement_that_is_served_again_takes_nothing_back(
    desk: Desk,
) -> None:
    desk.preferences.put("asks_for_updates", True)
    desk.server.announce("1.2.0", severity="security")
    desk.start()
    await desk.settle()
    desk.server.announce("1.1.0")  # well signed, and old
    desk.now += timedelta(days=2)
    later = desk.start()
    await desk.settle()
    assert len(desk.server.asked) == 4
    for versions in (later, desk.start()):
        await desk.settle()
        assert versions.newer is not None
        assert versions.newer.version == "1.2.0"


async def test_what_was_kept_is_believed_only_with_its_signature(desk: Desk) -> None:
    desk.preferences.put("asks_for_updates", True)
    desk.start()
    await desk.settle()
    kept = desk.preferences.get("update_kept", "")
    for changed in ("{", kept[:60] + "AAAA" + kept[64:]):
        desk.preferences.put("update_kept", changed)
        versions = desk.start()
        await desk.settle()
        assert versions.newer is None


async def test_an_installed_a_known_and_an_unwanted_version_are_told_no_more(desk: Desk) -> None:
    desk.preferences.put("asks_for_updates", True)
    assert desk.start("1.1.0").newer is None
    await desk.settle()
    assert _said(desk) == ""
    desk.start()
    await desk.settle()
    desk.todo.know(desk.todo.to_do()[0])
    assert _said(desk) == ""
    desk.server.announce("1.2.0")
    desk.now += timedelta(days=1)
    desk.start()
    await desk.settle()
    assert "Kvitto 1.2.0 is out" in _said(desk)
    desk.preferences.put("asks_for_updates", False)
    assert _said(desk) == ""
    assert desk.preferences.get(ASKED_AT, "") == ""
    assert desk.preferences.get("update_kept", "") == ""


async def test_a_security_hole_is_a_warning_and_the_page_opens_on_request_only(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    desk.server.announce("1.1.0", severity="security")
    desk.preferences.put("asks_for_updates", True)
    desk.start()
    await desk.settle()
    assert "It closes a security hole" in _said(desk)
    assert list(desk.todo.severities().values()) == [Severity.WARNING]
    assert opened == []
    ((label, act),) = desk.todo.actions_of(desk.todo.to_do()[0])
    assert label == "Get it …"
    act()
    assert opened == ["https://kvitto.example/"]


async def test_it_is_asked_again_soon_where_nobody_was_reached(desk: Desk) -> None:
    desk.preferences.put("asks_for_updates", True)
    address, desk.server.address = desk.server.address, "http://127.0.0.1:1/latest.json"
    desk.start()
    await desk.settle()
    assert desk.preferences.get(PROBLEM, "") == WhyUnknown.UNREACHABLE
    assert desk.preferences.get(ASKED_AT, "") == ""
    desk.server.address = address
    desk.start()
    await desk.settle()
    assert desk.preferences.get(PROBLEM, "") == ""
    assert "1.1.0" in _said(desk)


async def test_the_settings_say_whom_is_asked_and_how_it_went(
    context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def has_switch(shown: NotificationsPage) -> bool:
        switches = {one.text(): one for one in shown.findChildren(QCheckBox)}
        return switches["A newer version of Kvitto is out"].isVisibleTo(shown)

    def page() -> NotificationsPage:
        made = NotificationsPage(context)
        qtbot.addWidget(made)
        return made

    for name in ("ADDRESS", "PUBLIC_KEY"):
        monkeypatch.setattr(f"kvitto.updates.source.{name}", "")
    shown = page()
    assert any("this build has no address to ask at." in one for one in texts(shown))
    assert not has_switch(shown), "it would do nothing"
    monkeypatch.setenv("KVITTO_UPDATE_ADDRESS", "https://kvitto.example/latest.json")
    monkeypatch.setenv("KVITTO_UPDATE_KEY", "RW…")
    shown = page()
    assert has_switch(shown)
    assert any("kvitto.example is asked once a day." in one for one in texts(shown))
    assert not any("answered yet" in one for one in texts(shown))
    preferences: Any = context.preferences
    preferences.put("asks_for_updates", True)
    assert any("It has not answered yet." in one for one in texts(shown))
    preferences.put(PROBLEM, WhyUnknown.SIGNATURE.value)
    assert any("not believed" in one for one in texts(shown))
    languages = Languages()
    languages.speak(Language.SWEDISH)
    await until(lambda: any("tillfrågas en gång om dygnet." in one for one in texts(shown)))
    languages.end()
