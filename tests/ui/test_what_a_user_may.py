"""A window offers what its user may do in a store on a server, and no more than that.

Each of its windows is opened as each role, and everything in them is pressed that can be. Then the
server's own log says whether anything was refused.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QDialog,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QWidget,
)
from shiboken6 import isValid

from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.bin import MoveToBin
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.engines.opening import open_store_at
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.reader import Reader
from kvitto.store.rights import Right
from kvitto.ui.services.todo_list import Severity
from tests.helpers.postgres import Cluster, running_cluster
from tests.helpers.posting import post, report_body
from tests.store.arrivals import START
from tests.ui.stage import SEEN_S, Stage, on_stage
from tests.ui.test_every_window import open_windows
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("as_before"),
    pytest.mark.qt_log_ignore("does not support", "systemTrayWindowChanged", extend=True),
]
ROLES: Final = {
    "viewer": frozenset[Right](),
    "editor": frozenset({Right.SEE, Right.EDIT}),
    "receiver": frozenset({Right.SEE, Right.RECEIVE}),
}
REFUSALS: Final = ("permission denied", "cannot update view", "must be owner")
LEFT_ALONE: Final = frozenset(
    {"&Quit", "Start Kvitto when I log in", "Ask once a day", "Start", "Export..."}
)
"""What ends the window, or changes more of the computer than a test's folder; and an action of the
charts' library that is in no menu."""
OF_VIEWERS: Final = {
    Right.EDIT: (
        "&Rename batch…", "Set e&xpected number…", "&Archive", "De&lete batch",
        "&Ask iP.1 about all batches", "Mark as", "Put back", "Delete for good…",
        "Keep everything", "Use this key",
    ),
    Right.SEE: ("&Numbers that don't work…", "What was &refused…", "Copy numbers"),
    Right.RECEIVE: (
        "Send a &demo campaign…", "Send a &test report to myself", "&Copy callback URL", "New key…",
    ),
}  # fmt: skip
"""Some of what is off for who has no right: not all of it was missed by who presses."""


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """Run a server whose users are of this module, and whose log tells of nobody else."""
    with running_cluster() as started:
        for role in ROLES:
            started.execute(f"CREATE ROLE a_{role} LOGIN IN ROLE kvitto_{role}")
        yield started


@pytest.fixture
def store(server: Cluster, tmp_path: Path) -> StoreUrl:
    """Return a store with something of everything in it."""
    made = server.new_store()
    with ReceiverRuntime(tmp_path / "other", store=made, port=0) as other:
        for batch_id in ("one", "two"):
            for name, code in (("m1", 201), ("m2", 202), ("m3", 777)):
                body = report_body(f"{batch_id}-{name}", batch_id=batch_id, code=code, final=True)
                assert post(other.callback_url, body)[0] == 200
        post(other.callback_url, b"{")
        binned = Reader(other.database).batch("two")
        assert binned is not None
        other.writer.edit(MoveToBin((binned.key,), START)).result(60)
    with open_store_at(made, tmp_path) as database:
        assert CallbackKeyStore(database).valid()
    return made


@asynccontextmanager
async def seen_as(role: str, store: StoreUrl, folder: Path) -> AsyncIterator[Stage]:
    """Show the window to a user of a role, with all that there is of it in view."""
    as_user = StoreUrl(store.text.replace("kvitto@", f"a_{role}@"))
    async with on_stage(folder, store=as_user, starts=False) as stage:
        await until(lambda: stage.rows() == 1, SEEN_S)
        assert stage.window.costs is not None
        stage.window.todo.put("x", "Something.", severity=Severity.DANGER)
        await stage.open_batch(messages=3)
        await stage.select_message()
        panel = stage.window.batches
        panel.view.select(panel.model.index(0, 0))
        page = stage.window.details.batch_page
        await until(lambda: page.batch is not None)
        yield stage


def text_of(control: QObject) -> str:
    return control.text() if isinstance(control, QAbstractButton | QAction) else ""


def what_can_be_pressed(owner: QWidget) -> list[QAbstractButton | QAction]:
    """Return what a user can press in a window, or by a key."""
    actions = list({id(one): one for one in owner.findChildren(QAction)}.values())
    buttons: list[QAbstractButton | QAction] = [
        one
        for one in owner.findChildren(QAbstractButton)
        if one.isVisibleTo(owner)
        # Its menu would hold up the test; what is in it is among the actions.
        and not (isinstance(one, QPushButton | QToolButton) and one.menu() is not None)
    ]
    buttons.extend(actions)
    return [one for one in buttons if one.isEnabled() and text_of(one) not in LEFT_ALONE]


def choose_everything(owner: QWidget) -> None:
    for view in owner.findChildren(QAbstractItemView):
        view.selectAll()


async def press_all_pages(owner: QWidget) -> int:
    """Press everything in a window, and return how much that was."""
    count = 0
    for stacked in owner.findChildren(QStackedWidget):
        for page in range(stacked.count()):
            stacked.setCurrentIndex(page)
            shown = stacked.widget(page)
            assert shown is not None
            count += await press_all(shown)
    return count + await press_all(owner)  # at last, since that closes it


async def press_all(owner: QWidget, *, depth: int = 0) -> int:
    """Press everything that is in view there, and in what that opens; return how much that was."""
    count = 0
    for one in what_can_be_pressed(owner):
        if not isValid(one) or not one.isEnabled():
            continue
        before = set(QApplication.topLevelWidgets())
        count += 1
        if isinstance(one, QAction):
            one.trigger()
        else:
            one.click()
        await asyncio.sleep(0.02)
        for opened in set(QApplication.topLevelWidgets()) - before:
            if not isValid(opened) or not opened.isVisible():
                continue
            is_of_system = type(opened).__name__ in {"QFileDialog", "QPrintDialog"}
            is_asked = isinstance(opened, QDialog) and not is_of_system
            if is_asked and depth == 0 and opened.isModal():
                count += await press_all(opened, depth=1)
            if isValid(opened):
                opened.close()
    return count


@pytest.mark.parametrize("role", list(ROLES))
async def test_nothing_that_can_be_pressed_is_refused(
    role: str,
    server: Cluster,
    store: StoreUrl,
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: True)
    said_before = len(server.log)
    async with seen_as(role, store, data_dir) as stage:
        permissions = stage.context.permissions
        assert {one for one in Right if permissions.may(one)} == ROLES[role]
        opened = open_windows(stage)
        await asyncio.sleep(0.5)  # what they read comes in
        for window in opened.values():
            choose_everything(window)
        found: dict[str, QAbstractButton | QAction] = {}
        for window in (stage.window, *opened.values()):
            found |= {text_of(one): one for one in window.findChildren(QAbstractButton)}
            found |= {text_of(one): one for one in window.findChildren(QAction)}
        for right, texts in OF_VIEWERS.items():
            if not permissions.may(right):
                for text in texts:
                    assert not found[text].isEnabled(), text
                    assert found[text].toolTip() == permissions.reason(right)
        pressed = [await press_all_pages(one) for one in opened.values() if isValid(one)]
        pressed.append(await press_all(stage.window))
        stage.window._purging.look()  # noqa: SLF001 - as once a day
        await asyncio.sleep(1.0)
    said = server.log[said_before:]
    assert not [line for line in said.splitlines() if any(one in line for one in REFUSALS)]
    assert sum(pressed) > 100, pressed
