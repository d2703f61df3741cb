"""What holds for every window: each control has a name, no key does two things, and Esc is ×."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QAction, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QProgressBar,
    QProxyStyle,
    QPushButton,
    QScrollBar,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QTextEdit,
    QWidget,
)
from typing_extensions import override

from kvitto.ui.batches.batch_dialogs import DeleteDialog, ExpectedDialog, LabelDialog
from kvitto.ui.costs.departments_dialog import DepartmentsDialog
from kvitto.ui.dialogs.migration_dialog import MigrationDialog
from kvitto.ui.dialogs.startup_error import StartupErrorDialog
from kvitto.ui.services.preferences import Language
from kvitto.ui.services.todo_list import Severity
from kvitto.ui.widgets.unmask_question import UnmaskQuestion
from tests.helpers.posting import report_body
from tests.ui.stage import SEEN_S, Stage, on_stage
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("as_before"),
    # The platform without a screen has no stack of windows, and no tray.
    pytest.mark.qt_log_ignore("does not support", "systemTrayWindowChanged", extend=True),
]
CONTROLS: Final = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QProgressBar,
)
ROOM: Final = QSize(1024 - 4, 700 - 40)
"""What a window has on a small screen, without the frame that the desktop draws around it."""
ROUNDING: Final = 2
"""By so many pixels Qt's two measures of one text differ."""
OF_QT: Final = (QScrollBar, QHeaderView)
"""Parts of a control that Qt names itself, or that are no stops of the keyboard."""


@pytest.fixture
async def stage(data_dir: Path, qapp: QApplication) -> AsyncIterator[Stage]:
    qapp.setQuitOnLastWindowClosed(False)
    async with on_stage(data_dir) as made:
        await made.post(report_body("m1"), report_body("m2", code=202))
        await until(lambda: made.rows() == 1, SEEN_S)
        yield made


def open_windows(stage: Stage) -> dict[str, QWidget]:
    """Open every window and dialog there is; return them by name."""
    window = stage.window
    follow_ups, help_ = window._follow_ups, window._help  # noqa: SLF001 - as the menus do
    record = window.batches.model.batches.shown[0].record
    window.windows.show_settings()
    window.windows.show_reachability()
    window.windows.show_quarantine()
    window.windows.show_demo()
    follow_ups.show_batch(record)
    follow_ups.show_shown(window.batches.scope)
    follow_ups.show_dead_numbers()
    follow_ups.show_month()
    follow_ups.show_bin()
    help_.show_guide()
    help_.show_shortcuts([])
    help_.show_legend()
    help_.show_about()
    window._closing.ask()  # noqa: SLF001
    opened: dict[str, QWidget] = dict(window._dialogs._open)  # noqa: SLF001
    asked: dict[str, Callable[[], QWidget]] = {
        "label": lambda: LabelDialog(record, window),
        "expected": lambda: ExpectedDialog(record, window),
        "delete": lambda: DeleteDialog([record], window),
        "departments": lambda: DepartmentsDialog(stage.backend.folder, window),
    }
    opened |= {name: make() for name, make in asked.items()}
    # Where nothing is received here, closing asks nothing.
    assert len(opened) == (18 if stage.backend.ends_with_window else 17)
    return opened


async def close_all(stage: Stage, opened: dict[str, QWidget]) -> None:
    for one in opened.values():
        one.close()
    await until(lambda: not stage.window._dialogs._open)  # noqa: SLF001


def above(one: QWidget) -> Iterator[QWidget]:
    parent = one.parentWidget()
    while parent is not None:
        yield parent
        parent = parent.parentWidget()


def controls(owner: QWidget) -> Iterator[QWidget]:
    for one in owner.findChildren(QWidget):
        if isinstance(one, CONTROLS) and not isinstance(one, OF_QT):
            is_part = one.objectName().startswith("qt_") or any(
                isinstance(parent, QComboBox | QAbstractSpinBox) for parent in above(one)
            )
            has_nothing_to_say = isinstance(one, QPushButton) and one.isHidden() and not one.text()
            if not (is_part or has_nothing_to_say):
                yield one


def name_of(control: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(control)
    return control.accessibleName() or interface.text(QAccessible.Text.Name)


def where(control: QWidget) -> str:
    """Return a control's place in the tree, to find it by."""
    return " < ".join(type(one).__name__ for one in (control, *above(control)))


async def show_pages(stage: Stage) -> None:
    """Show what is made only when it is seen: the details' pages, the charts, the list."""
    assert stage.window.costs is not None
    await stage.open_batch(messages=2)
    await stage.select_message()
    stage.window.todo.put(
        "x", "Something.", severity=Severity.DANGER, detail="errno", actions=[("Go", print)]
    )
    stage.window.banners.show_banner("y", "Words.", detail="more", can_close=True)


def cut_texts(owner: QWidget) -> Iterator[str]:
    """Yield the texts of which a part can't be seen, nor is said to be left out."""
    for one in owner.findChildren(QLabel):
        if not one.isVisible() or not one.text() or "…" in one.text():
            continue
        if one.wordWrap():
            is_cut = one.heightForWidth(one.width()) > one.height()
        else:
            needed = one.minimumSizeHint()
            is_cut = needed.width() > one.width() + ROUNDING or needed.height() > one.height()
        if is_cut:
            yield f"{one.text()}: {one.size().toTuple()} in {where(one)}"
    for button in owner.findChildren(QPushButton):
        is_seen = button.isVisible() and bool(button.text())
        if is_seen and button.minimumSizeHint().width() > button.width():
            yield f"{button.text()}: {button.width()} in {where(button)}"


@pytest.mark.parametrize("language", [Language.ENGLISH, Language.SWEDISH])
async def test_every_window_fits_a_small_screen_and_cuts_no_text(
    stage: Stage, language: Language
) -> None:
    await stage.speak(language)
    await show_pages(stage)
    window, cut = stage.window, list[str]()
    assert window.minimumSize().boundedTo(ROOM) == window.minimumSize()
    window.resize(ROOM)
    for select in (
        stage.select_message,
        lambda: window.batches.view.select(window.batches.model.index(0, 0)),
    ):
        done = select()
        if done is not None:
            await done
        await until(lambda: window.size() == ROOM)
        await asyncio.sleep(0.1)
        cut += cut_texts(window)
    opened = open_windows(stage)
    for name, one in opened.items():
        one.show()
        room = one.screen().availableGeometry().size()
        assert one.size().boundedTo(room) == one.size(), name
        one.resize(one.size().boundedTo(ROOM))
        assert one.size().boundedTo(ROOM) == one.size(), name

    def cut_in_opened() -> list[str]:
        return [f"{name}: {text}" for name, one in opened.items() for text in cut_texts(one)]

    for _ in range(20):  # texts may come late, and are laid out after that
        await asyncio.sleep(0.1)
        if not cut_in_opened():
            break
    cut += cut_in_opened()
    await close_all(stage, opened)
    assert cut == []


async def test_every_control_of_every_window_has_a_name(stage: Stage) -> None:
    await show_pages(stage)
    opened = open_windows(stage)
    startup = {"migration": MigrationDialog(), "startup": StartupErrorDialog()}
    nameless = {
        f"{name}: {where(one)}"
        for name, owner in ({"window": stage.window} | opened | startup).items()
        for one in controls(owner)
        if not name_of(one).strip()
    }
    for one in startup.values():
        one.deleteLater()
    await close_all(stage, opened)
    assert sorted(nameless) == []


@pytest.mark.parametrize("language", [Language.ENGLISH, Language.SWEDISH])
async def test_no_two_actions_of_all_windows_have_one_key(stage: Stage, language: Language) -> None:
    await stage.speak(language)
    await show_pages(stage)
    opened = open_windows(stage)
    keys: Counter[str] = Counter()
    for action in {id(one): one for one in stage.window.findChildren(QAction)}.values():
        keys.update(sequence.toString() for sequence in action.shortcuts())
    for shortcut in stage.window.findChildren(QShortcut):
        keys[shortcut.key().toString()] += 1
    await close_all(stage, opened)
    assert QKeySequence(Qt.Key.Key_Z | Qt.KeyboardModifier.ControlModifier).toString() in keys
    assert [key for key, count in keys.items() if key and count > 1] == []


class PicturesOnButtons(QProxyStyle):
    """Puts pictures on the buttons of dialogs, as some desktops do."""

    @override
    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,
    ) -> int:
        if hint == QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons:
            return 1
        return super().styleHint(hint, option, widget, returnData)


async def test_no_button_of_a_dialog_has_a_picture_of_another_family(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It would put our own style back.
    monkeypatch.setattr("kvitto.ui.main_window.apply_theme", lambda *_: None)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    name = application.style().name()
    application.setStyle(PicturesOnButtons("fusion"))
    window, preferences = stage.window, stage.context.preferences
    opened = open_windows(stage)
    window._exporter.ask("messages")  # noqa: SLF001 - as the menu does
    preferences.put("is_masked", True)
    UnmaskQuestion(preferences, window).ask(lambda: None)
    asked = [one for one in window.findChildren(QDialog) if one.isVisible()]
    assert {type(one).__name__ for one in asked} >= {"ExportDialog", "QMessageBox"}
    pictured = {
        f"{one.windowTitle()}: {button.text()}"
        for one in (*asked, *opened.values())
        for box in one.findChildren(QDialogButtonBox)
        for button in box.buttons()
        if not button.icon().isNull()
    }
    (question,) = (one for one in asked if isinstance(one, QMessageBox))
    assert question.defaultButton().text() == "Cancel"
    for dialog in asked:
        dialog.close()
    await close_all(stage, opened)
    application.setStyle(name)
    assert pictured == set()


def stops(owner: QWidget) -> list[QWidget]:
    """Return where the tab key can stop in a window, in its order."""
    found = [owner]
    while (one := found[-1].nextInFocusChain()) not in (owner, None):
        assert one is not None
        found.append(one)
    tab = Qt.FocusPolicy.TabFocus
    return [
        one
        for one in found
        if one.focusPolicy() & tab and one.isVisibleTo(owner) and one.isEnabled()
    ]


async def test_the_tab_key_goes_through_all_of_the_window_and_comes_back(stage: Stage) -> None:
    assert stage.window.costs is not None
    batches = stage.window.batches
    batches.view.select(batches.model.index(0, 0))
    page = stage.window.details.batch_page
    await until(lambda: page.batch is not None and page.receipt_actions.isVisible())
    first = batches.top_row.field
    stage.window.activateWindow()
    first.setFocus()
    await until(first.hasFocus)
    visited: list[QWidget] = []
    while (now := QApplication.focusWidget()) is not first or not visited:
        assert now is not None
        assert now not in visited, [name_of(one) for one in visited]
        visited.append(now)
        QTest.keyClick(now, Qt.Key.Key_Tab)
    names = [name_of(one) for one in visited]
    missed = {name_of(one) for one in stops(stage.window)} - set(names)
    # Of switches that exclude each other, the tab key stops at the one that is on.
    assert missed <= {"Reports received", "Hour", "Day", "Week"}
    actions = page.receipt_actions
    wanted = [actions.follow_up, page.form.expected, page.form.notes, actions.print, actions.copy]
    assert sorted(wanted, key=visited.index) == wanted
    chips = batches.top_row.chips
    assert sorted([chips.period, chips.results, chips.unfinished], key=visited.index) == [
        chips.period,
        chips.results,
        chips.unfinished,
    ]


async def test_esc_takes_the_same_way_as_closing_in_every_dialog(stage: Stage) -> None:
    ends: list[dict[str, tuple[bool, list[int]]]] = []
    for close in (lambda one: one.close(), lambda one: QTest.keyClick(one, Qt.Key.Key_Escape)):
        opened = open_windows(stage)
        results: dict[str, tuple[bool, list[int]]] = {}
        for name, one in opened.items():
            assert isinstance(one, QDialog), name
            finished: list[int] = []
            one.finished.connect(finished.append)
            one.show()
            close(one)
            results[name] = (one.isVisible(), finished)
        ends.append(results)
        await until(lambda: not stage.window._dialogs._open)  # noqa: SLF001
    by_closing, by_escape = ends
    assert by_escape == by_closing
    assert all(result == (False, [0]) for result in by_closing.values()), by_closing


@pytest.mark.parametrize("kind", [MigrationDialog, StartupErrorDialog])
async def test_esc_ends_the_start_as_closing_does(
    kind: type[MigrationDialog] | type[StartupErrorDialog],
) -> None:
    for close in (lambda one: one.close(), lambda one: QTest.keyClick(one, Qt.Key.Key_Escape)):
        dialog, quits = kind(), list[bool]()
        dialog.quit_requested.connect(lambda quits=quits: quits.append(True))
        dialog.show()
        close(dialog)
        assert quits == [True]
        dialog.hide()
        dialog.deleteLater()
