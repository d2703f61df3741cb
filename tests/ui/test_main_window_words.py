"""The window's language, theme and mask: each is switched while it is seen."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction

from kvitto.ui.services.preferences import Language, ThemeChoice
from kvitto.ui.widgets.theme import is_dark
from tests.helpers.posting import report_body
from tests.ui.stage import NUMBER, SEEN_S, all_texts, on_stage
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("as_before"),
    # The platform without a screen has no stack of windows, and no tray.
    pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True),
]


async def test_the_language_is_switched_without_a_restart(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        await stage.post(report_body("m1", code=201, final=True, price=1234.5))
        await until(lambda: stage.rows() == 1, SEEN_S)
        assert "1,234.50" in stage.text("Cost")

        await stage.speak(Language.SWEDISH)

        model = stage.window.batches.model
        assert stage.text("Result") == "Levererat 1"
        assert "1\N{NO-BREAK SPACE}234,50" in stage.text("Cost")
        title = model.headerData(7, Qt.Orientation.Horizontal)
        assert title == "Kostnad"
        assert "Kopiera rapportadressen" in all_texts(stage.window.empty_state)

        await stage.speak(Language.ENGLISH)
        assert stage.text("Result") == "Delivered 1"
        assert "Copy callback URL" in all_texts(stage.window.empty_state)


async def test_no_text_of_the_window_stays_english_in_swedish(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        english = {one.text() for one in stage.window.findChildren(QAction) if one.text()}
        english |= {text for text in all_texts(stage.window) if text}
        await stage.speak(Language.SWEDISH)
        swedish = {one.text() for one in stage.window.findChildren(QAction) if one.text()}
        swedish |= {text for text in all_texts(stage.window) if text}

    same = {text.replace("&", "") for text in english & swedish}
    assert not {text for text in same if any(sign.isalpha() for sign in text)} - {
        "English",
        "Svenska",
        "Status",
        "Demo",
        "Export...",  # of pyqtgraph, in a menu that it never shows
    }


async def test_the_theme_is_switched_without_a_restart(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        await stage.post(report_body("m1"))
        await until(lambda: stage.rows() == 1, SEEN_S)
        for choice in (ThemeChoice.DARK, ThemeChoice.LIGHT):
            stage.context.preferences.put("theme", choice.value)
            await asyncio.sleep(0)

            assert is_dark() is (choice is ThemeChoice.DARK)
            picture = stage.window.grab().toImage()
            corner = picture.pixelColor(picture.width() // 2, picture.height() - 4)
            assert (corner.lightness() < 128) is (choice is ThemeChoice.DARK)


async def test_one_key_masks_every_number(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        await stage.post(report_body("m1"))
        await until(lambda: stage.rows() == 1, SEEN_S)
        await stage.open_batch()
        await stage.select_message()
        page = stage.window.details.message_page
        await until(lambda: "46701234567" in page.body.text)

        stage.action("Mask phone numbers").trigger()

        assert "•" in stage.text("Batch / recipient", 0, 0)
        for text in (
            stage.text("Batch / recipient", 0, 0),
            page.header.recipient,
            page.body.text,
        ):
            assert "123" not in text
        stage.action("Mask phone numbers").trigger()
        assert stage.text("Batch / recipient", 0, 0) == NUMBER
