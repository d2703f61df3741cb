"""What is shown while a backup is restored: the window is closed, and comes back by itself."""

import asyncio
import logging
from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QProgressDialog
from typing_extensions import override

from kvitto.paths import database_file
from kvitto.store.errors import StoreError
from kvitto.store.restore_errors import UnfinishedRestoreError
from kvitto.ui.text.error_text import error_text

log = logging.getLogger(__name__)

_WIDTH: Final = 420


class RestoreOrder(msgspec.Struct, frozen=True):
    """What the user wants.

    Attributes:
        file: the backup.
        keeps_newer: whether the reports that were received since are added to it.
    """

    file: Path
    keeps_newer: bool


class BegunRestore(msgspec.Struct, frozen=True):
    """What is noted before a restore, so that a window that was killed in it is not silent.

    Attributes:
        file: the backup.
        kept: the folders that earlier restores had made.
    """

    file: str
    kept: list[str]

    @classmethod
    def of(cls, folder: Path, file: Path) -> "BegunRestore":
        """Return what is noted now."""
        return cls(str(file), _kept_folders(folder))

    def result(self, folder: Path) -> tuple[str, str]:
        """Return what came of it where it was cut off, as `restore_with_progress` does."""
        new = [one for one in _kept_folders(folder) if one not in self.kept]
        if not new:
            said = QCoreApplication.translate(
                "RestoreProgress",
                "Kvitto was ended while it restored {file}. It was not restored; everything is as "
                "it was.",
            )
            return "restore_failed", said.format(file=self.file)
        said = QCoreApplication.translate(
            "RestoreProgress",
            "Kvitto was ended while it restored {file}. It is restored all the same. What was "
            "there before is kept in {kept}.",
        )
        return "restore_done", said.format(file=self.file, kept=folder / new[-1])


def _kept_folders(folder: Path) -> list[str]:
    found = folder.glob("kvitto-before-restore-*/kvitto.db")
    return sorted(one.parent.name for one in found)


class _Progress(QProgressDialog):
    """Says that something goes on. Nothing closes it: neither Esc nor the window's frame."""

    @override
    def reject(self) -> None:
        """Stay."""


async def restore_with_progress(folder: Path, order: RestoreOrder) -> tuple[str, str]:
    """Restore a backup while nothing has the store open, and show that it is under way.

    Args:
        folder: the data folder.
        order: what the user wants.

    Returns:
        Under which preference the next window finds what to say, `restore_done` or
        `restore_failed`; and the sentence.
    """
    # Imported when it is needed: it would hold up the start of the window.
    from kvitto.store.backup import restore

    file = order.file
    shown = _Progress()
    shown.setWindowTitle("Kvitto")
    shown.setLabelText(
        QCoreApplication.translate(
            "RestoreProgress", "The backup is being restored. Kvitto then starts again by itself."
        )
    )
    shown.setRange(0, 0)
    shown.setCancelButton(None)
    shown.setWindowFlag(Qt.WindowType.WindowCloseButtonHint, on=False)
    shown.setMinimumWidth(_WIDTH)
    shown.show()
    added = ""
    try:
        restored = await asyncio.to_thread(restore, folder, file)
        if order.keeps_newer and restored.kept is not None and restored.left_out is not None:
            added = await asyncio.to_thread(_add, folder, database_file(restored.kept))
    except StoreError as error:
        log.error("The backup was not restored: %s", error)  # noqa: TRY400
        said = QCoreApplication.translate(
            "RestoreProgress", "The backup was not restored; everything is as it was. {reason}"
        )
        if isinstance(error, UnfinishedRestoreError):
            said = "{reason}"
        return "restore_failed", said.format(reason=error_text(error))
    finally:
        shown.hide()
        shown.deleteLater()
    log.info("Restored %d reports from %s", restored.contents.reports, file)
    if restored.kept is None:
        said = QCoreApplication.translate("RestoreProgress", "{file} is restored.")
        return "restore_done", said.format(file=file)
    said = QCoreApplication.translate(
        "RestoreProgress", "{file} is restored. What was there before is kept in {kept}."
    )
    said = said.format(file=file, kept=restored.kept)
    return "restore_done", f"{said} {added}".strip()


def _add(folder: Path, file: Path) -> str:
    """Add what was received since; return the sentence that says what came of it."""
    from kvitto.store.merging import merge

    try:
        merged = merge(folder, file)
    except StoreError as error:
        log.error("What was received since was not added: %s", error)  # noqa: TRY400
        said = QCoreApplication.translate(
            "RestoreProgress", "What was received since could not be added: {reason}"
        )
        return said.format(reason=error_text(error))
    log.info("Added %d reports from %s", merged.reports, file)
    return QCoreApplication.translate(
        "RestoreProgress", "%Ln report(s) received since are added.", "", merged.reports
    )
