"""Put a chart's picture on the clipboard or into a file."""

import re
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QDir, QObject, QStandardPaths, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from kvitto.paths import is_in_folder
from kvitto.ui.charts.image_export import Heading, SavingError, image_of, png_of, save, svg_of
from kvitto.ui.services.context import Context

_NOT_IN_NAMES: Final = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_LONGEST_NAME: Final = 80


class PictureSaver(QObject):
    """Copies and saves pictures; asks where to without holding anything up.

    Attributes:
        folder: where the last picture went, and the next is offered to go.

    Signals:
        failed: a sentence that says why a picture could not be saved.
        done: a sentence that says where it is.
    """

    failed = Signal(str)
    done = Signal(str)

    def __init__(self, context: Context, parent: QWidget) -> None:
        """Ask in dialogs of `parent`."""
        super().__init__(parent)
        self._context = context
        self._window = parent
        self._dialog: QFileDialog | None = None
        pictures = QStandardPaths.StandardLocation.PicturesLocation
        self.folder = QStandardPaths.writableLocation(pictures) or QDir.homePath()

    def copy(self, chart: QWidget, heading: Heading) -> None:
        """Put the picture on the clipboard."""
        QGuiApplication.clipboard().setImage(image_of(chart, heading))

    def ask(self, chart: QWidget, heading: Heading, day: datetime) -> None:
        """Ask where to, then save. The picture is of the moment in which the file is named.

        Args:
            chart: what to save.
            heading: what stands above it.
            day: of the file's name.
        """
        dialog = QFileDialog(self._window, self.tr("Save the chart"), self.folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        filters = {
            self.tr("Picture (*.png)"): "png",
            self.tr("Drawing, sharp at any size (*.svg)"): "svg",
        }
        dialog.setNameFilters(list(filters))
        dialog.filterSelected.connect(lambda name: dialog.setDefaultSuffix(filters[name]))
        dialog.setDefaultSuffix("png")
        dialog.selectFile(file_name(heading.title, day))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.start(chart, heading, Path(name)))
        self._dialog = dialog
        dialog.open()

    def start(self, chart: QWidget, heading: Heading, file: Path) -> None:
        """Save to a file, in the background: a drawing where it ends so, else a picture."""
        self._context.tasks.start(self._save(chart, heading, file), "save chart")

    async def _save(self, chart: QWidget, heading: Heading, file: Path) -> None:
        if is_in_folder(file, self._context.backend.folder):
            self.failed.emit(
                self.tr(
                    "{folder} is where Kvitto keeps what it receives: nothing else is written "
                    "there. Choose another folder."
                ).format(folder=self._context.backend.folder)
            )
            return
        self.folder = str(file.parent)
        in_thread = self._context.tasks.in_thread
        try:
            if file.suffix.lower() == ".svg":
                await in_thread(save, svg_of(chart, heading), file)
            else:
                data = await in_thread(png_of, image_of(chart, heading))
                await in_thread(save, data, file)
        except SavingError as error:
            self.failed.emit(
                self.tr(
                    "The chart could not be saved as {file}: {reason}. "
                    "Choose another name or folder."
                ).format(file=file, reason=error.reason.rstrip("."))
            )
        else:
            self.done.emit(self.tr("The chart is saved as {file}.").format(file=file))


def file_name(title: str, day: datetime) -> str:
    """Return a name for a picture's file, without its ending."""
    name = _NOT_IN_NAMES.sub(" ", f"Kvitto {title}")[:_LONGEST_NAME].strip(" .")
    return f"{name} {day.astimezone():%Y-%m-%d}"
