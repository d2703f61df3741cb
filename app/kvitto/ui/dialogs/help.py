"""Help: the keyboard's shortcuts, and what this program is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from kvitto import __version__
from kvitto.store.sqlite_version import SQLITE_VERSION, has_log_repair
from kvitto.ui.services.app_icon import app_icon
from kvitto.ui.widgets.key_value_grid import KeyValueGrid
from kvitto.ui.widgets.theme import STEP
from kvitto.versions import component_versions

_APP_ICON_SIZE = 64
_WIDTH: Final = 130 * STEP
_NATIVE = QKeySequence.SequenceFormat.NativeText


class ShortcutsDialog(QDialog):
    """All shortcuts, read off the actions that have them."""

    def __init__(
        self, groups: Sequence[tuple[str, Sequence[QAction]]], parent: QWidget | None = None
    ) -> None:
        """List the shortcuts of the actions of `groups`, each under its title."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        written = [
            (
                title,
                [
                    (_plain(action.text()), action.shortcut().toString(_NATIVE))
                    for action in actions
                    if not action.shortcut().isEmpty()
                ],
            )
            for title, actions in groups
        ]
        moving = (
            self.tr("Moving about"),
            [
                (self.tr("Open or close a batch"), "→  ←"),
                (self.tr("Menu of a row"), QKeySequence("Shift+F10").toString(_NATIVE)),
                (self.tr("Next part of the window"), QKeySequence("Tab").toString(_NATIVE)),
                (self.tr("Leave the search"), QKeySequence("Esc").toString(_NATIVE)),
            ],
        )
        self._lay_out([(title, keys) for title, keys in (*written, moving) if keys])

    def _lay_out(self, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        """Stand the groups in two columns: in one they are higher than a small screen."""
        columns = QHBoxLayout(self)
        columns.setContentsMargins(6 * STEP, 6 * STEP, 6 * STEP, 6 * STEP)
        columns.setSpacing(12 * STEP)
        half = sum(1 + len(keys) for _title, keys in groups) / 2
        rows, grid = 0, _key_grid(columns)
        for title, keys in groups:
            if rows >= half:
                rows, grid = 0, _key_grid(columns)
            self._add_group(grid, title, keys)
            rows += 1 + len(keys)

    def _add_group(self, grid: QGridLayout, title: str, written: Sequence[tuple[str, str]]) -> None:
        row = grid.rowCount()
        heading = QLabel(_plain(title), self)
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        heading.setContentsMargins(0, 2 * STEP if row > 1 else 0, 0, 0)
        grid.addWidget(heading, row, 0, 1, 2)
        for place, (text, keys) in enumerate(written, start=row + 1):
            grid.addWidget(QLabel(text, self), place, 0)
            label = QLabel(keys, self)
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label, place, 1)


def _key_grid(columns: QHBoxLayout) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12 * STEP)
    grid.setVerticalSpacing(STEP)
    column = QVBoxLayout()
    column.addLayout(grid)
    column.addStretch()
    columns.addLayout(column)
    return grid


def _plain(text: str) -> str:
    return text.replace("&", "").rstrip("…")


class AboutDialog(QDialog):
    """The program's name, version, purpose and licence, and what it runs on."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        """Show them, and the data folder."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Kvitto"))
        picture = QLabel(self)
        picture.setPixmap(app_icon().pixmap(_APP_ICON_SIZE, _APP_ICON_SIZE))
        name = QLabel(f"Kvitto {__version__}", self)
        font = name.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.4)
        name.setFont(font)
        purpose = QLabel(
            self.tr(
                "Receives the delivery reports of your SMS, loses none of them, and shows what "
                "became of your messages."
            ),
            self,
        )
        purpose.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8 * STEP, 8 * STEP, 8 * STEP, 8 * STEP)
        column.setSpacing(3 * STEP)
        for widget in (picture, name, purpose, self._facts(folder)):
            column.addWidget(widget)
        if not has_log_repair():
            told = QLabel(
                self.tr(
                    "This computer's SQLite {version} has a rare fault in its log that SQLite "
                    "3.51.3 mends. Kvitto works so that it is all but impossible to meet; update "
                    "Python or the system when you can."
                ).format(version=SQLITE_VERSION),
                self,
            )
            told.setWordWrap(True)
            column.addWidget(told)
        # Its texts are wrapped: only of a width that is given do they know how high they are.
        self.setFixedSize(_WIDTH, column.heightForWidth(_WIDTH))

    def _facts(self, folder: Path) -> QWidget:
        facts = KeyValueGrid(self)
        licence = self.tr(
            "MIT, © the Kvitto authors. Qt and Qt for Python are used under the GNU LGPL, "
            "version 3. The licences of all that Kvitto is shipped with lie beside it, in the "
            "folder licences."
        )
        versions = component_versions(qVersion())
        del versions["Kvitto"]
        for title, text in (
            (self.tr("Licence"), licence),
            (self.tr("Runs on"), ", ".join(f"{one} {each}" for one, each in versions.items())),
            (self.tr("Data folder"), str(folder)),
        ):
            facts.add(title)
            facts.name(title, title)
            facts.say(title, text)
        return facts
