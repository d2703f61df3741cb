"""Help: every shortcut once, under the menu where its command is."""

from collections import Counter

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kvitto.ui.dialogs.help import ShortcutsDialog


def command(text: str, keys: str = "") -> QAction:
    action = QAction(text)
    action.setShortcut(QKeySequence(keys))
    return action


def test_a_shortcut_stands_once_under_its_title_without_signs(qtbot: QtBot) -> None:
    groups = [
        ("&File", [command("&Quit", "Ctrl+Q"), command("&Export…")]),
        ("&Empty", [command("Nothing")]),
    ]
    dialog = ShortcutsDialog(groups)
    qtbot.addWidget(dialog)

    said = [label.text() for label in dialog.findChildren(QLabel)]

    assert said[:3] == ["File", "Quit", "Ctrl+Q"]
    assert "Empty" not in said
    assert not {"Export", "Nothing"} & set(said)
    assert max(Counter(said).values()) == 1
