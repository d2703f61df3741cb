"""The user guide: both languages say the same, all that it names exists, and F1 opens it."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html import unescape
from itertools import product
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QKeySequence, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kvitto.paths import resource
from kvitto.ui.dialogs.guide import LANGUAGES, PAGES, GuideWindow, page_file
from kvitto.ui.services.preferences import Language
from tests.ui.stage import Stage, on_stage
from tests.ui.waiting import until

NATIVE: Final = QKeySequence.SequenceFormat.NativeText
KEY: Final = re.compile(r"(Ctrl|Shift|Alt|F\d)")
NAMED: Final = re.compile(r"<b>(.*?)</b>(?: \(<code>(.*?)</code>\))?")


def source(page: str, language: str) -> str:
    return page_file(page, language).read_text("utf-8")


def plain(text: str) -> str:
    return text.replace("&", "").rstrip("…").strip()


def named(page: str, language: str) -> list[tuple[str, str]]:
    """Return what a page names of the window, and the key behind each; "" for none."""
    return [(unescape(text), key) for text, key in NAMED.findall(source(page, language))]


def window_texts() -> Iterator[tuple[str, str]]:
    """Yield each text of the window, in English and in Swedish."""
    for message in ET.parse(resource("translations/kvitto_sv.ts")).iter("message"):
        english, swedish = message.findtext("source"), message.findtext("translation")
        if english and swedish:
            yield plain(english), plain(swedish)


def test_both_languages_have_the_same_pages_of_the_same_build() -> None:
    for language in LANGUAGES:
        folder = resource("guide") / language
        assert {one.stem for one in folder.glob("*.html")} == set(PAGES)
    for page in PAGES:
        english, swedish = (
            re.findall(r"<(h[12]|p|li|tr|pre|img|a)\b", source(page, language))
            for language in LANGUAGES
        )
        assert english == swedish, page
        assert source(page, "en") != source(page, "sv")


def test_every_link_leads_to_a_page_and_every_picture_is_there(qapp: QApplication) -> None:
    shown = set()
    for page in PAGES:
        for language in LANGUAGES:
            text, folder = source(page, language), page_file(page, language).parent
            for link in re.findall(r'href="(.*?)"', text):
                assert (folder / link).is_file(), (page, link)
            for picture in re.findall(r'src="(.*?)"', text):
                file = folder / picture
                shown.add(file)
                document = QTextDocument()
                document.setBaseUrl(QUrl.fromLocalFile(str(page_file(page, language))))
                kind = QTextDocument.ResourceType.ImageResource
                assert document.resource(kind, QUrl(picture)) is not None, file
                assert file.stat().st_size < 100_000
                image = QImage(str(file))
                places = product(range(0, image.width(), 8), range(0, image.height(), 8))
                assert len({image.pixel(*place) for place in places}) > 10, f"{file} shows nothing"
    assert shown == set(resource("guide").glob("*/*.png"))


@pytest.mark.parametrize("page", PAGES)
def test_what_the_guide_names_is_what_the_window_says_in_each_language(page: str) -> None:
    texts = set(window_texts())
    english, swedish = (
        [plain(part) for text, _key in named(page, language) for part in text.split(" → ")]
        for language in LANGUAGES
    )
    of_english = {text for text, _ in texts}
    assert [text for text in english if text not in of_english] == []
    assert [
        text
        for text in english
        if not any(text == one and other in swedish for one, other in texts)
    ] == []
    of_swedish = {text for _, text in texts}
    assert [text for text in swedish if text not in of_swedish] == []


@pytest.mark.qasync
@pytest.mark.usefixtures("as_before")
@pytest.mark.qt_log_ignore("does not support", "systemTrayWindowChanged", extend=True)
async def test_f1_opens_the_page_of_the_window_in_its_language_with_the_right_keys(
    data_dir: Path, qapp: QApplication
) -> None:
    async with on_stage(data_dir) as stage:
        for choice, language in ((Language.ENGLISH, "en"), (Language.SWEDISH, "sv")):
            await stage.speak(choice)
            assert wrong_commands(stage, language) == []

        window = stage.window
        window.show()
        await press_f1(window)
        guide = opened(stage)
        assert (guide.page, guide.windowTitle()) == ("start", "Användarhandbok")
        assert "Första starten" in guide.browser.toPlainText()
        assert guide.contents.item(0).text() == "Första starten"

        window._follow_ups.show_month()  # noqa: SLF001 - as the menu does
        await press_f1(stage.window._dialogs._open["month"])  # noqa: SLF001
        assert opened(stage) is guide
        assert guide.page == "cost"

        await stage.speak(Language.ENGLISH)
        assert (guide.page, guide.windowTitle()) == ("cost", "User guide")
        assert "What it cost" in guide.browser.toPlainText()
        for name in ("month", "guide"):
            window._dialogs.close(name)  # noqa: SLF001

        stage.action("User guide").trigger()
        assert opened(stage).page == "start"
        window._dialogs.close("guide")  # noqa: SLF001


def opened(stage: Stage) -> GuideWindow:
    guide = stage.window._dialogs._open["guide"]  # noqa: SLF001
    assert isinstance(guide, GuideWindow)
    return guide


async def press_f1(window: QWidget) -> None:
    window.activateWindow()
    await until(lambda: QApplication.activeWindow() is window)
    QTest.keyClick(window, Qt.Key.Key_F1)


def wrong_commands(stage: Stage, language: str) -> list[tuple[str, str]]:
    """Return the commands and keys that the guide names otherwise than the menus."""
    actions = {
        f"{plain(title)} → {plain(action.text())}": action.shortcut().toString(NATIVE)
        for title, actions in stage.window._menus.groups  # noqa: SLF001
        for action in actions
    }
    wrong = []
    for page in PAGES:
        for text, key in named(page, language):
            is_command = " → " in text
            if is_command and actions.get(plain(text)) not in ({key} if key else actions.values()):
                wrong.append((text, key))
        behind = [key for _text, key in named(page, language) if key]
        written = re.findall(r"<code>(.*?)</code>", source(page, language))
        wrong += [(page, key) for key in written if KEY.match(key) and key not in behind]
    return wrong


def test_back_forward_contents_and_links_go_through_the_pages(qtbot: QtBot) -> None:
    guide = GuideWindow()
    qtbot.addWidget(guide)
    assert (guide.back.isEnabled(), guide.forward.isEnabled()) == (False, False)
    guide.contents.setCurrentRow(PAGES.index("cost"))
    guide.browser.setSource(QUrl.fromLocalFile(str(page_file("words", "en"))))
    assert guide.contents.currentRow() == PAGES.index("words")
    guide.back.click()
    assert guide.page == "cost"
    guide.back.click()
    assert guide.page == "start"
    assert not guide.back.isEnabled()
    guide.forward.click()
    assert (guide.page, guide.contents.currentRow()) == ("cost", PAGES.index("cost"))


def test_the_search_counts_its_places_goes_round_and_follows_the_page(qtbot: QtBot) -> None:
    guide = GuideWindow()
    qtbot.addWidget(guide)
    guide.show_page("cost")
    guide.search.setText("invoice")
    count = guide.browser.toPlainText().lower().count("invoice")
    assert count > 1
    assert guide.found.text() == f"{count} place(s) on this page"  # no translator is installed
    places = []
    for _ in range(count + 1):
        places.append(guide.browser.textCursor().position())
        QTest.keyClick(guide.search, Qt.Key.Key_Return)
    assert len(set(places)) == count
    assert places[-1] == places[0]

    guide.show_page("privacy")
    assert guide.found.text() == "Not on this page"
    guide.search.clear()
    assert guide.found.text() == ""
    assert guide.browser.extraSelections() == []

    guide.browser.setFocus()
    QTest.keyClick(guide.browser, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert guide.focusWidget() is guide.search
