"""Takes the user guide's pictures in one language: a window over a demo campaign.

Run by `pictures.py`.
"""

import asyncio
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT / "app"))

from PySide6.QtCore import Qt  # noqa: E402 - it lies beside this folder
from PySide6.QtWidgets import QCheckBox, QPushButton, QSpinBox, QWidget  # noqa: E402

from kvitto.ui.bootstrap import run_window  # noqa: E402
from kvitto.ui.dialogs.demo import Demo  # noqa: E402
from kvitto.ui.main_window import MainWindow  # noqa: E402
from kvitto.ui.services.context import Context  # noqa: E402

_SIZE: Final = (1024, 720)
_SHOWN_WIDTH: Final = 800
_COLOURS: Final = 128
_MESSAGES: Final = 80
_SENDING_S: Final = 30.0
_DRAWN_S: Final = 3.0
_PATIENCE_S: Final = 120.0


async def _take(widget: QWidget, file: Path) -> None:
    """Take a picture, small enough for a page and in few colours."""
    await asyncio.sleep(_DRAWN_S)
    image = widget.grab().toImage()
    if image.width() > _SHOWN_WIDTH:
        smooth = Qt.TransformationMode.SmoothTransformation
        image = image.scaledToWidth(_SHOWN_WIDTH, smooth)
    image.save(str(file))
    command = ["mogrify", "+dither", "-colors", str(_COLOURS), "-strip", str(file)]
    subprocess.run(command, check=True)  # noqa: ASYNC221 - nothing else is to happen meanwhile


async def _visit(folder: Path, window: MainWindow, context: Context) -> None:
    window.resize(*_SIZE)
    async with asyncio.timeout(_PATIENCE_S):
        while not window.strip.url:  # noqa: ASYNC110 - any condition, of any widget
            await asyncio.sleep(0.1)
    window.windows.show_reachability()
    dialog = window._dialogs._open["reachability"]  # noqa: SLF001
    dialog.resize(1000, 640)
    await _take(dialog, folder / "address.png")
    dialog.close()

    demo = Demo(context, window)
    demo.show()
    send, cancel, _remove = demo.findChildren(QPushButton)
    _is_public, _loses, shows = demo.findChildren(QCheckBox)
    demo.findChildren(QSpinBox)[0].setValue(_MESSAGES)
    shows.setChecked(True)
    await asyncio.sleep(_DRAWN_S)
    send.click()
    await asyncio.sleep(_SENDING_S)
    cancel.click()
    async with asyncio.timeout(_PATIENCE_S):
        while demo.is_running:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    demo.close()
    model = window.batches.model
    window.batches.view.select(model.index(0, 0))
    await _take(window, folder / "window.png")

    window._follow_ups.show_batch(model.batches.shown[0].record)  # noqa: SLF001 - as its button
    list_ = next(
        one
        for name, one in window._dialogs._open.items()  # noqa: SLF001
        if name.startswith("follow-up")
    )
    list_.resize(900, 480)
    await _take(list_, folder / "followup.png")
    list_.close()


def main() -> None:
    """Take them: `pictures_guide.py DATA_FOLDER PAGES_FOLDER LANGUAGE`."""
    data, pages, language = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    data.mkdir(mode=0o700)
    text = f"[General]\nlanguage={language}\ntheme=light\n"
    (data / "settings.ini").write_text(text, encoding="utf-8")
    visit = partial(_visit, pages)
    run_window(data, host="127.0.0.1", port=0, no_auth=False, visit=visit)


if __name__ == "__main__":
    main()
