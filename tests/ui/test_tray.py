"""What the icon in the tray says."""

from pathlib import Path

import pytest

from app.door.kinds import TunnelKind
from app.ui.tray import Tray
from tests.ui.stage import on_stage
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("loopback_is_public"),
    pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True),
]


async def test_it_says_what_the_strip_says(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        (tray,) = stage.window.findChildren(Tray)
        strip, door = stage.window.strip, stage.context.door
        assert tray.tip == f"Kvitto: {strip.state}" == "Kvitto: Receiving · local only"
        door.begin()
        await until(lambda: bool(door.local_url))
        door.choose(door.local_url.rpartition("/r/")[0], TunnelKind.OTHER)
        await until(lambda: tray.tip == "Kvitto: Receiving · checked just now")
        door.choose("http://127.0.0.1:9", TunnelKind.OTHER)
        await until(lambda: "Not reachable" in tray.tip)
        assert tray.tip == f"Kvitto: {strip.state}"
