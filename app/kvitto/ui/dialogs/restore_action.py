"""Restore a backup from the window: choose it, see what it holds, agree.

The window can't do it while it is open: it reads the very database that is replaced. So this only
asks; `kvitto.ui.bootstrap` restores when the window and its receiver have ended, and starts again.
"""

import contextlib
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QMessageBox, QWidget

from kvitto.paths import home_folder, is_in_folder, is_linked_into
from kvitto.store.errors import StoreError
from kvitto.ui.dialogs.restore_progress import BegunRestore, RestoreOrder
from kvitto.ui.services.context import Context
from kvitto.ui.text import formatting
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.plain_buttons import take_icons_off


class RestoreAction(QObject):
    """Asks for a backup, says what it holds, and asks whether to put it in the place of all else.

    Signals:
        failed: the sentence that says why a file can't be restored, or was not.
        done: the sentence that says what was restored before this window was started.
        agreed: a `RestoreOrder`: the user wants it now.
    """

    failed = Signal(str)
    done = Signal(str)
    agreed = Signal(object)

    def __init__(self, context: Context, parent: QWidget) -> None:
        """Restore into the data folder of `context`."""
        super().__init__(parent)
        self._context = context
        self._window = parent

    def ask(self) -> None:
        """Ask which file, then look into it; a store on a server is not ours to restore."""
        if self._context.backend.store is not None:
            self.failed.emit(
                self.tr(
                    "The reports are on the server at {place}. Whoever looks after it restores "
                    "them there, from what pg_dump has written."
                ).format(place=self._context.backend.store)
            )
            return
        if self._context.backend.is_receiving and not self._context.backend.ends_with_window:
            self.failed.emit(
                self.tr(
                    "Reports are received by a Kvitto that runs without this window: a service, or "
                    "kvitto receive in a terminal. Stop that first, then restore."
                )
            )
            return
        dialog = QFileDialog(self._window, self.tr("Restore a backup"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Backup of Kvitto (*.db)"), self.tr("All files (*)")])
        documents = QStandardPaths.StandardLocation.DocumentsLocation
        folder = self._context.preferences.get(
            "backup_folder", QStandardPaths.writableLocation(documents)
        )
        dialog.setDirectory(folder if Path(folder).is_dir() else str(home_folder()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.look_into(Path(name)))
        dialog.open()

    def tell_result(self) -> None:
        """Say what came of the restore that this window was started after, if any, once."""
        preferences = self._context.preferences
        begun = preferences.get("restore_begun", "")
        if begun:
            # A window that was killed in it could not note what came of it.
            preferences.put("restore_begun", "")
            with contextlib.suppress(msgspec.DecodeError):
                found = msgspec.json.decode(begun, type=BegunRestore)
                preferences.put(*found.result(self._context.backend.folder))
        for name, said in (("restore_done", self.done), ("restore_failed", self.failed)):
            told = preferences.get(name, "")
            if told:
                preferences.put(name, "")
                said.emit(told)

    def look_into(self, file: Path) -> None:
        """Read what a file holds, in the background; then ask whether to restore it."""
        self._context.tasks.start(self._look_into(file), "look into a backup")

    async def _look_into(self, file: Path) -> None:
        # Imported when it is needed: it would hold up the start of the window.
        from kvitto.store.backup_contents import describe

        folder = self._context.backend.folder
        if await self._context.tasks.in_thread(_is_in_use, file, folder):
            self.failed.emit(
                self.tr("{file} is one of the files that Kvitto works with, and no backup.").format(
                    file=file
                )
            )
            return
        try:
            found = await self._context.tasks.in_thread(describe, file)
        except StoreError as error:
            self.failed.emit(error_text(error))
            return
        newest = found.newest
        until = self.tr("It is empty.")
        if newest is not None:
            until = self.tr("The last report in it came {when}.").format(
                when=formatting.exact_time(newest)
            )
        reports = self.tr("%Ln report(s)", "", found.contents.reports)
        batches = self.tr("%Ln batch(es)", "", found.contents.batches)
        question = QMessageBox(self._window)
        question.setIcon(QMessageBox.Icon.Question)
        question.setWindowTitle(self.tr("Restore this backup?"))
        question.setText(
            self.tr("{file} holds {reports} of {batches}. {until}").format(
                file=file.name, reports=reports, batches=batches, until=until
            )
        )
        question.setInformativeText(
            self.tr(
                "It takes the place of everything that Kvitto has received here. That is not "
                "deleted: it is kept in a folder beside it. No reports are received meanwhile; the "
                "SMS service tries each of them again after ten minutes. Kvitto then starts again "
                "by itself."
            )
        )
        restore = question.addButton(self.tr("Restore"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = question.addButton(QMessageBox.StandardButton.Cancel)
        question.setDefaultButton(cancel)
        take_icons_off(question)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        keeps = QCheckBox(self.tr("&Add the reports that were received since"))
        keeps.setToolTip(
            self.tr(
                "They were answered, so the SMS service does not send them again. Without this, "
                "they are only in what is kept."
            )
        )
        keeps.setChecked(True)
        question.setCheckBox(keeps)
        restore.clicked.connect(lambda: self.agreed.emit(RestoreOrder(file, keeps.isChecked())))
        question.open()


def _is_in_use(file: Path, folder: Path) -> bool:
    """Return whether a file is one that Kvitto works with; what a restore has kept is not."""
    is_kept = file.resolve().parent.parent == folder.resolve()
    return is_in_folder(file, folder) and not (is_kept and not is_linked_into(file, folder))
