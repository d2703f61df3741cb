"""Help: every shortcut once, under the menu where its command is."""

import platform
import sqlite3
import ssl
from collections import Counter
from pathlib import Path

from PySide6.QtCore import qVersion
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kvitto.ui.dialogs.help import AboutDialog, ShortcutsDialog


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


def test_about_names_the_licences_what_it_runs_on_and_where_the_data_lies(
    qtbot: QtBot, data_dir: Path
) -> None:
    dialog = AboutDialog(data_dir)
    qtbot.addWidget(dialog)
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    openssl = ssl.OPENSSL_VERSION.split()[1]
    for fact in (
        *("MIT", "the Kvitto authors", "LGPL", str(data_dir)),
        *(f"Python {platform.python_version()}", f"Qt {qVersion()}"),
        *(f"SQLite {sqlite3.sqlite_version}", f"OpenSSL {openssl}"),
    ):
        assert fact in said
    assert "project's page" not in said, "there is no address that it could lead to"


def test_every_text_of_about_is_seen_to_its_last_line(qtbot: QtBot, data_dir: Path) -> None:
    dialog = AboutDialog(data_dir)
    qtbot.addWidget(dialog)
    dialog.show()
    cut = [
        label.text()
        for label in dialog.findChildren(QLabel)
        if label.wordWrap() and label.heightForWidth(label.width()) > label.height()
    ]
    assert cut == []


def test_many_shortcuts_stand_in_two_columns_of_about_one_height(qtbot: QtBot) -> None:
    groups = [
        (f"Menu {number}", [command(f"Do {number} {key}", f"Ctrl+{key}") for key in "ABCDE"])
        for number in range(8)
    ]
    dialog = ShortcutsDialog(groups)
    qtbot.addWidget(dialog)
    dialog.show()
    headings = [one for one in dialog.findChildren(QLabel) if one.font().bold()]
    lefts = Counter(one.x() for one in headings)
    assert sorted(lefts.values()) == [4, 5]
