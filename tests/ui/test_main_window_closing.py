"""Closing the window: it asks, and goes on in the tray where there is one."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox

from kvitto.clock import utc_now
from kvitto.core.outages import IP1_RETRIES, OutageCause
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.mutations import RecordOutage
from kvitto.ui.dialogs.close_choice import CloseDialog
from kvitto.ui.services.preferences import OnClose
from kvitto.ui.services.tray import Tray
from kvitto.ui.text import formatting
from tests.helpers.posting import report_body
from tests.ui.stage import SEEN_S, Stage, all_texts, button, on_stage
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("as_before"),
    # The platform without a screen has no stack of windows, and no tray.
    pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True),
]


def closing_dialog(stage: Stage) -> CloseDialog:
    stage.window.close()
    (dialog,) = (one for one in stage.window.findChildren(CloseDialog) if one.isVisible())
    return dialog


async def test_closing_asks_first(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        dialog = closing_dialog(stage)
        assert stage.window.isVisible()
        button(dialog, "Cancel").click()
        assert not stage.quits
        assert stage.window.isVisible()

        dialog = closing_dialog(stage)
        button(dialog, "Stop receiving").click()
        assert stage.quits
        assert stage.context.preferences.on_close is OnClose.ASK


async def test_closing_asks_once_if_that_is_wanted(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        dialog = closing_dialog(stage)
        (forever,) = dialog.findChildren(QCheckBox)
        forever.click()
        button(dialog, "Stop receiving").click()
    async with on_stage(data_dir) as stage:
        stage.window.close()
        assert not stage.window.findChildren(CloseDialog)
        assert stage.quits


async def test_the_window_goes_to_the_tray_and_goes_on(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tray, "is_there", staticmethod(lambda: True))
    async with on_stage(data_dir) as stage:
        dialog = closing_dialog(stage)
        button(dialog, "Keep receiving in the background").click()
        assert not stage.window.isVisible()
        assert not stage.quits

        await stage.post(report_body("m1"))
        stage.window.bring_to_front()

        await until(lambda: stage.rows() == 1, SEEN_S)
        assert stage.window.isVisible()


async def test_without_a_tray_the_window_ends_and_what_receives_goes_on(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tray, "is_there", staticmethod(lambda: False))
    async with on_stage(data_dir) as stage:
        dialog = closing_dialog(stage)
        assert any("no tray" in text for text in all_texts(dialog))
        button(dialog, "Keep receiving in the background").click()

        assert stage.leaves
        assert not stage.quits


async def test_to_go_on_is_proposed_while_messages_are_not_finished(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        dialog = closing_dialog(stage)
        assert button(dialog, "Stop receiving").isDefault()
        assert any("Nothing is waited for now" in text for text in all_texts(dialog))
        dialog.close()

        await stage.post(report_body("m1", code=102))
        await until(lambda: stage.rows() == 1, SEEN_S)
        dialog = closing_dialog(stage)
        assert button(dialog, "Keep receiving in the background").isDefault()
        (told,) = (text for text in all_texts(dialog) if "is waited for" in text)
        assert told.startswith("1 batch is waited for, 1 message without a result.")
        dialog.close()


async def test_an_outage_that_is_under_way_leaves_less_time_to_be_stopped(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        await stage.post(report_body("m1", code=102))
        await until(lambda: stage.rows() == 1, SEEN_S)
        since = utc_now() - timedelta(minutes=80)
        stage.backend.edit(RecordOutage(since, None, OutageCause.TUNNEL, "dns"))
        loss_at = since + IP1_RETRIES.patience
        await until(lambda: stage.window.alerts.loss_if_stopped() == loss_at, SEEN_S)

        dialog = closing_dialog(stage)

        clock = formatting.clock_time(loss_at, with_seconds=False)
        assert any(f"started again by {clock}" in text for text in all_texts(dialog))
        dialog.close()


async def test_a_receiver_that_was_started_by_hand_is_not_asked_about(data_dir: Path) -> None:
    with ReceiverRuntime(data_dir, port=0) as other:
        async with on_stage(data_dir) as stage:
            stage.window.close()
            assert not stage.window.findChildren(CloseDialog)
            assert stage.quits
        assert not other.stop_requested.is_set()
