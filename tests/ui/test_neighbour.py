"""Another process that receives: the window says when it has stopped, and takes over if asked."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from app.receiver.reception import Reception
from tests.helpers.posting import report_body
from tests.ui.stage import on_stage
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


async def test_when_the_other_stops_the_window_says_so_and_can_receive_itself(
    data_dir: Path,
) -> None:
    with ExitStack() as other:
        other.enter_context(Reception(data_dir, port=0))
        async with on_stage(data_dir) as stage:
            await until(lambda: "Another Kvitto receives" in stage.banner("session"))
            other.close()

            await until(lambda: "has stopped" in stage.banner("session"))
            await until(lambda: not stage.window.strip.url)
            stage.context.preferences.put("port", 0)
            (button,) = (
                one
                for one in stage.window.banners.findChildren(QPushButton)
                if one.text() == "Receive here now"
            )
            button.click()

            await until(lambda: not stage.banner("session"))
            assert stage.session.is_receiving
            await stage.post(report_body("m1"))
            await until(lambda: stage.rows() == 1)
