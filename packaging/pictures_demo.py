"""Shows how a demo campaign is repaired, in one language, and takes the pictures of it.

Run by `pictures.py`: the real window, and what a user clicks in it.
"""

import asyncio
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT / "app"))

from PySide6.QtWidgets import QCheckBox, QPushButton, QSpinBox, QWidget  # noqa: E402

from kvitto.core.report import Origin  # noqa: E402 - it lies beside this folder
from kvitto.ui.bootstrap import run_window  # noqa: E402
from kvitto.ui.dialogs.demo import Demo  # noqa: E402
from kvitto.ui.main_window import MainWindow  # noqa: E402
from kvitto.ui.services.context import Context  # noqa: E402

_WIDTH: Final = 1280
_HEIGHT: Final = 800
_MESSAGES: Final = 100
_SENDING_S: Final = 12.0
_DRAWN_S: Final = 3.0
_PATIENCE_S: Final = 120.0


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while not is_so():  # noqa: ASYNC110 - any condition, of any widget
            await asyncio.sleep(0.1)


async def _take(widget: QWidget, file: Path) -> None:
    await asyncio.sleep(_DRAWN_S)
    widget.grab().save(str(file))


async def _visit(pictures: Path, language: str, window: MainWindow, context: Context) -> None:
    window.resize(_WIDTH, _HEIGHT)
    await _until(lambda: bool(window.strip.url))
    demo = Demo(context, window)
    demo.show()
    send, cancel, _remove = demo.findChildren(QPushButton)
    _is_public, loses, shows = demo.findChildren(QCheckBox)
    await _until(send.isEnabled)
    demo.findChildren(QSpinBox)[0].setValue(_MESSAGES)
    loses.setChecked(True)
    shows.setChecked(True)
    await _take(demo, pictures / f"demo-{language}.png")
    send.click()
    await asyncio.sleep(_SENDING_S)
    cancel.click()
    await _until(lambda: not demo.is_running)
    demo.close()
    model, page = window.batches.model, window.details.batch_page
    await _until(lambda: model.rowCount() == 1)
    window.batches.view.select(model.index(0, 0))
    await _until(lambda: page.batch is not None and page.ask_action.isVisible())
    assert page.batch is not None
    assert page.batch.origin is Origin.DEMO
    page.ask_action.click()
    await _until(lambda: page.batch is not None and page.batch.messages == _MESSAGES)
    await _until(page.ask_action.isEnabled)
    await asyncio.sleep(_DRAWN_S)
    page.ensureWidgetVisible(page.asked_menu)
    await _take(window, pictures / f"asked-{language}.png")


def main() -> None:
    """Take them: `pictures_demo.py DATA_FOLDER PICTURES_FOLDER LANGUAGE`."""
    folder, pictures, language = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    folder.mkdir(mode=0o700)
    text = f"[General]\nlanguage={language}\ntheme=light\n"
    (folder / "settings.ini").write_text(text, encoding="utf-8")
    visit = partial(_visit, pictures, language)
    run_window(folder, host="127.0.0.1", port=0, no_auth=False, visit=visit)


if __name__ == "__main__":
    main()
