"""Every key of the window does one thing."""

from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from kvitto.ui.main_window import MainWindow
from kvitto.ui.services.preferences import Language
from tests.helpers.posting import report_body
from tests.ui.stage import SEEN_S, on_stage
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("as_before"),
    # The platform without a screen has no stack of windows, and no tray.
    pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True),
]
SPOKEN: Final = (Language.ENGLISH, Language.SWEDISH)


def with_keys(window: MainWindow) -> list[QAction]:
    return [one for one in window.findChildren(QAction) if not one.shortcut().isEmpty()]


def mnemonics(actions: list[QAction]) -> list[str]:
    """Return the letters behind an ampersand."""
    texts = [one.text().replace("&&", "") for one in actions if not one.isSeparator()]
    return [text.partition("&")[2][0].casefold() for text in texts if "&" in text]


async def test_no_two_actions_share_a_key_and_no_two_entries_a_letter(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        for language in SPOKEN:
            await stage.speak(language)
            keys = Counter(
                sequence.toString()
                for action in stage.window.findChildren(QAction)
                for sequence in action.shortcuts()
            )
            assert keys
            assert [one for one, count in keys.items() if count > 1] == [], language

            bar = stage.window.menuBar().actions()
            menus = [bar, *(menu.actions() for menu in stage.window.findChildren(QMenu))]
            rows = stage.window.batches.actions_of_rows.menu()
            menus.append(rows.actions())
            rows.deleteLater()
            shared = {
                letter: [one.text() for one in actions]
                for actions in menus
                for letter, count in Counter(mnemonics(actions)).items()
                if count > 1
            }
            assert shared == {}, language


@pytest.mark.parametrize("language", SPOKEN)
async def test_every_key_fires_from_the_table(data_dir: Path, language: Language) -> None:
    async with on_stage(data_dir) as stage:
        await stage.speak(language)
        await stage.post(report_body("m1"))
        await until(lambda: stage.rows() == 1, SEEN_S)
        view = stage.window.batches.view
        view.select(stage.window.batches.model.index(0, 0))
        view.setFocus()
        stage.window.activateWindow()
        await until(view.hasFocus)

        stage.context.undo.offer("Something is done.", lambda: None)
        fired: list[str] = []
        actions = with_keys(stage.window)
        for action in actions:
            # What they do is tested elsewhere; here only that they would.
            action.triggered.disconnect()
            keys = action.shortcut().toString()
            action.triggered.connect(lambda _checked=False, keys=keys: fired.append(keys))
        for action in actions:
            sequence = action.shortcut()[0]  # type: ignore[index]
            QTest.keyClick(view, sequence.key(), sequence.keyboardModifiers())
            view.setFocus()

        assert fired == [one.shortcut().toString() for one in actions]
