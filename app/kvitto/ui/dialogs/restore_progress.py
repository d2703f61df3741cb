"""What is shown while a backup is restored: the window is closed, and comes back by itself."""

import asyncio
import logging
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QProgressDialog

from kvitto.store.errors import StoreError
from kvitto.ui.text.error_text import error_text

log = logging.getLogger(__name__)

_WIDTH: Final = 420


async def restore_with_progress(folder: Path, file: Path) -> tuple[str, str]:
    """Restore a backup while nothing has the store open, and show that it is under way.

    Args:
        folder: the data folder.
        file: the backup.

    Returns:
        Under which preference the next window finds what to say, `restore_done` or
        `restore_failed`; and the sentence.
    """
    # Imported when it is needed: it would hold up the start of the window.
    from kvitto.store.backup import restore

    shown = QProgressDialog()
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
    try:
        restored = await asyncio.to_thread(restore, folder, file)
    except StoreError as error:
        log.error("The backup was not restored: %s", error)  # noqa: TRY400
        said = QCoreApplication.translate(
            "RestoreProgress", "The backup was not restored; everything is as it was. {reason}"
        )
        return "restore_failed", said.format(reason=error_text(error))
    finally:
        shown.close()
        shown.deleteLater()
    log.info("Restored %d reports from %s", restored.contents.reports, file)
    if restored.kept is None:
        said = QCoreApplication.translate("RestoreProgress", "{file} is restored.")
        return "restore_done", said.format(file=file)
    said = QCoreApplication.translate(
        "RestoreProgress", "{file} is restored. What was there before is kept in {kept}."
    )
    return "restore_done", said.format(file=file, kept=restored.kept)
