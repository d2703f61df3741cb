"""The three lamps of an empty window, each with its name and its state in words."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kvitto.ui.services.languages import Languages
from kvitto.ui.services.preferences import Language
from kvitto.ui.text.reachability_text import Light
from kvitto.ui.widgets.empty_state import EmptyState
from tests.ui.stage import SEEN_S, all_texts, button, on_stage
from tests.ui.waiting import until


def test_copying_warns_until_the_second_lamp_is_green(qtbot: QtBot, languages: Languages) -> None:
    languages.speak(Language.ENGLISH)
    page = EmptyState(lambda: ("127.0.0.1", 8370))
    qtbot.addWidget(page)
    page.show()
    copy = button(page, "Copy callback URL")
    for second, has_sign in ((Light.LOCAL, True), (Light.BAD, True), (Light.GOOD, False)):
        page.show_lights((Light.GOOD, second, Light.WAITING))
        assert copy.icon().isNull() is not has_sign
    assert page.lamps.words == [
        "Kvitto runs: Receiving",
        "The internet reaches it: Yes, tested",
        "The SMS service uses it: No report yet",
    ]
    languages.speak(Language.SWEDISH)
    qtbot.waitUntil(lambda: page.lamps.words[0] == "Kvitto är igång: Tar emot")


def test_a_port_that_is_not_known_yet_is_not_named(qtbot: QtBot, languages: Languages) -> None:
    languages.speak(Language.ENGLISH)
    page = EmptyState(lambda: ("127.0.0.1", 0))
    qtbot.addWidget(page)
    assert not any("127.0.0.1" in text for text in all_texts(page))
    page.show_address("http://127.0.0.1:41234/r/x")
    assert any("127.0.0.1:41234" in text for text in all_texts(page))
    page.show_address("")
    assert not any("127.0.0.1" in text for text in all_texts(page))


@pytest.mark.qasync
@pytest.mark.usefixtures("as_before", "loopback_is_public")
@pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True)
async def test_the_lamps_show_how_far_a_report_gets(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        lamps = stage.window.empty_state.lamps
        await until(lambda: lamps.lights == [Light.GOOD, Light.LOCAL, Light.WAITING], SEEN_S)
        assert lamps.words[1] == "The internet reaches it: Not connected yet"
