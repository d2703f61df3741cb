"""What the icon in the tray says."""

from pathlib import Path

import pytest

from kvitto.reachability.tunnels.providers import TunnelProvider
from kvitto.ui.services.todo_list import Severity
from kvitto.ui.services.tray import Tray
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
        strip, reachability = stage.window.strip, stage.context.reachability
        assert tray.tip == f"Kvitto: {strip.state}" == "Kvitto: Receiving · not connected"
        reachability.begin()
        await until(lambda: bool(reachability.local_url))
        reachability.choose(reachability.local_url.rpartition("/r/")[0], TunnelProvider.OTHER)
        await until(lambda: tray.tip == "Kvitto: Receiving · checked just now")
        reachability.choose("http://127.0.0.1:9", TunnelProvider.OTHER)
        await until(lambda: "Not reachable" in tray.tip)
        assert tray.tip == f"Kvitto: {strip.state}"


async def test_it_shows_the_worst_of_what_is_wrong(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        (tray,) = stage.window.findChildren(Tray)
        todo = stage.window.todo
        assert not tray.severity
        todo.put("a", "The disk is nearly full.")
        todo.put("b", "Reports are being lost.", severity=Severity.DANGER)
        assert tray.severity is Severity.DANGER
        assert tray.tip.endswith("\nReports are being lost.")
        todo.take_out("b")
        assert "nearly full" in tray.tip
        todo.know(todo.to_do()[0])
        assert not tray.severity
        assert tray.tip == f"Kvitto: {stage.window.strip.state}"
