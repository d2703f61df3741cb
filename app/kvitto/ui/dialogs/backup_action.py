"""Back up from the window: ask where to, copy in the background, say how to put it back."""

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from kvitto.paths import home_folder
from kvitto.store.errors import StoreError
from kvitto.ui.services.context import Context
from kvitto.ui.text.error_text import error_text


class BackupAction(QObject):
    """Makes the backups that the user asks for, while reports come in.

    Signals:
        failed: the sentence that says why one could not be made.
        done: a sentence that says what was made, and how it is put back.
    """

    failed = Signal(str)
    done = Signal(str)

    def __init__(self, context: Context, parent: QWidget) -> None:
        """Back up the store of `context`."""
        super().__init__(parent)
        self._context = context
        self._window = parent
        self._dialog: QFileDialog | None = None

    def ask(self) -> None:
        """Ask where to, then back up; a store on a server is not ours to back up."""
        if self._context.backend.store is not None:
            self.failed.emit(
                self.tr(
                    "The reports are on the server at {place}. Whoever looks after it backs them "
                    "up there, with pg_dump."
                ).format(place=self._context.backend.store)
            )
            return
        dialog = QFileDialog(self._window, self.tr("Back up"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("Backup of Kvitto (*.db)")])
        dialog.setDefaultSuffix("db")
        documents = QStandardPaths.StandardLocation.DocumentsLocation
        folder = self._context.preferences.get(
            "backup_folder", QStandardPaths.writableLocation(documents)
        )
        dialog.setDirectory(folder if Path(folder).is_dir() else str(home_folder()))
        day = datetime.now(UTC).astimezone().date().isoformat()
        dialog.selectFile(f"kvitto-backup-{day}.db")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # The dialog has asked before it replaces an older file.
        dialog.fileSelected.connect(lambda name: self.start(Path(name)))
        self._dialog = dialog
        dialog.open()

    def start(self, file: Path) -> None:
        """Back up to a file, in the background; an older one of that name is replaced."""
        self._context.preferences.put("backup_folder", str(file.parent))
        self._context.tasks.start(self._back_up(file), "backup")

    async def _back_up(self, file: Path) -> None:
        # Imported when it is needed: it would hold up the start of the window.
        from kvitto.store.backup import back_up

        folder = self._context.backend.folder
        try:
            contents = await self._context.tasks.in_thread(back_up, folder, file, replaces=True)
        except StoreError as error:
            self.failed.emit(error_text(error))
        else:
            self.done.emit(
                self.tr(
                    "{reports} backed up to {file}, and checked. Tools → Restore… puts it back, "
                    "here or on another computer."
                ).format(reports=self.tr("%Ln report(s)", "", contents.reports), file=file)
            )
