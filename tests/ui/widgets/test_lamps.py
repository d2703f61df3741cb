"""The three lamps of an empty window, each with its name and its state in words."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kvitto.ui.services.languages import Languages
from kvitto.ui.services.preferences import Language
from kvitto.ui.text.reachability_text import Light
from kvitto.ui.widgets.empty_state import EmptyState
from tests.ui.stage import SEEN_S, button, on_stage
from tests.ui.waiting import until


def test_copying_warns_until_the_second_lamp_is_green(qtbot: QtBot, languages: Languages) -> None:
    languages.speak(Language.ENGLISH)
    page = EmptyState()
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


@pytest.mark.qasync
@pytest.mark.usefixtures("as_before", "loopback_is_public")
@pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True)
async def test_the_lamps_show_how_far_a_report_gets(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        lamps = stage.window.empty_state.lamps
        await until(lambda: lamps.lights == [Light.GOOD, Light.LOCAL, Light.WAITING], SEEN_S)
        assert lamps.words[1] == "The internet reaches it: Not connected yet"
