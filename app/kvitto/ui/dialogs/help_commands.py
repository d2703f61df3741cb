"""The commands of the Help menu. What they show is imported when it is shown first."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QApplication, QWidget

from kvitto.ui.services.open_dialogs import OpenDialogs


class HelpCommands:
    """Shows help.

    Args:
        folder: the data folder.
        dialogs: shows one dialog of each kind.
        window: their owner.
    """

    def __init__(self, folder: Path, dialogs: OpenDialogs, window: QWidget) -> None:
        self._folder: Final = folder
        self._dialogs: Final = dialogs
        self._window: Final = window

    def show_guide(self) -> None:
        """Show the guide: the page that tells of the window in front, where one does."""
        from kvitto.ui.dialogs.guide import GuideWindow, page_of

        page = page_of(self._dialogs.name_of(QApplication.activeWindow()))
        guide = self._dialogs.show("guide", lambda: GuideWindow(self._window))
        if page is not None and isinstance(guide, GuideWindow):
            guide.show_page(page)

    def show_shortcuts(self, groups: Sequence[tuple[str, Sequence[QAction]]]) -> None:
        """Show all commands that have a key, by the menu that they are in."""
        from kvitto.ui.dialogs.help import ShortcutsDialog

        self._dialogs.show("shortcuts", lambda: ShortcutsDialog(groups, self._window))

    def show_legend(self) -> None:
        """Show what the statuses mean."""
        from kvitto.ui.details.status_reference import StatusReference

        self._dialogs.show("legend", lambda: StatusReference(self._window))

    def show_about(self) -> None:
        """Show what this program is."""
        from kvitto.ui.dialogs.help import AboutDialog

        self._dialogs.show("about", lambda: AboutDialog(self._folder, self._window))

    def open_folder(self) -> None:
        """Open the data folder in the desktop's own program."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))
