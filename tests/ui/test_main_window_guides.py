"""What the window says of its address, and where it goes when a notice is opened."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSystemTrayIcon, QToolButton, QWidget

from kvitto.core.follow_up import FollowUpGroup
from kvitto.reachability.reachability_status import ReachabilityState
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.ui.batches.columns import COLUMNS
from kvitto.ui.followup.follow_up_window import FollowUpWindow
from kvitto.ui.reachability.reachability_dialog import ReachabilityDialog
from kvitto.ui.services.context import Selection
from kvitto.ui.services.notifications import NotDelivered
from kvitto.ui.services.tray import Tray
from tests.helpers.posting import report_body
from tests.ui.stage import SEEN_S, button, on_stage
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("as_before"),
    # The platform without a screen has no stack of windows, and no tray.
    pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True),
]


def press_visible(owner: QWidget, text: str) -> None:
    """Press the button with a text that is to be seen; others may be about to go."""
    [found] = [
        one for one in owner.findChildren(QPushButton) if one.text() == text and one.isVisible()
    ]
    found.click()


async def test_a_callback_url_of_this_computer_is_warned_of_until_there_is_a_public_one(
    data_dir: Path,
) -> None:
    async with on_stage(data_dir) as stage:
        window = stage.window
        await until(lambda: bool(window.strip.url))
        assert "SMS service can't reach" in window.empty_state.warning
        copy = next(one for one in window.strip.findChildren(QToolButton) if one.text() == "Copy")
        assert "this computer only" in copy.toolTip()

        for press in (button(window.empty_state, "Copy callback URL").click, window.strip.copy_url):
            press()
            assert "SMS service can't reach" in stage.banner("local-url")
            press_visible(window.banners, "Close")
        window.strip.copy_url()
        press_visible(window.banners, "Connect…")
        assert window.findChildren(ReachabilityDialog)
        window.findChildren(ReachabilityDialog)[0].close()

        stage.context.preferences.put("language", "sv")
        await until(lambda: "SMS-tjänsten" in stage.banner("local-url"))
        stage.context.preferences.put("language", "en")

        public = ReachabilityState(public_url="https://kvitto.example.net")
        stage.context.reachability._on_state(public)  # noqa: SLF001 - as the watch tells it
        await until(lambda: window.strip.url.startswith("https://kvitto.example.net"))
        assert window.empty_state.warning == ""
        assert stage.banner("local-url") == ""
        window.strip.copy_url()
        assert stage.banner("local-url") == ""
        assert copy.toolTip() == "Copy the callback URL for the SMS service"


async def test_a_notice_opens_its_batch_whatever_is_filtered_out(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        bodies = [report_body(f"m{n}", batch_id=f"b{n}", code=201, final=True) for n in range(60)]
        await stage.post(*bodies)
        await until(lambda: stage.rows() == 60, SEEN_S)
        panel, tray = stage.window.batches, stage.window.findChildren(Tray)[0]
        batches = {one.batch_id: one for one in stage.backend.reader.batches()}
        wanted = batches["b7"]

        def is_opened() -> bool:
            view = panel.view
            index = panel.model.index_of(wanted.key)
            selected = view.selection().batch
            return (
                selected is not None
                and selected.key == wanted.key
                and view.isExpanded(index)
                and view.viewport().rect().intersects(view.visualRect(index))
            )

        panel.set_follow(True)
        tray.notice_opened.emit(Selection(wanted))
        await until(is_opened)
        assert stage.banner("done") == ""

        # It is filtered out.
        panel.view.select(panel.model.index_of(batches["b50"].key))
        panel.top_row.field.setText("b50")
        await until(lambda: stage.rows() == 1)
        tray.notice_opened.emit(Selection(wanted))
        await until(is_opened)
        assert panel.top_row.field.text() == ""
        assert "were cleared" in stage.banner("done")

        # It is done, and those are hidden.
        change = ChangeBatch(wanted.key, BatchChange(is_archived=True))
        panel.view.select(panel.model.index_of(batches["b50"].key))
        await asyncio.wrap_future(stage.backend.edit(change))
        await until(lambda: stage.rows() == 59)
        tray.notice_opened.emit(Selection(wanted))
        await until(is_opened)
        assert "Archived batches are shown now" in stage.banner("done")

        # It is gone; one about several batches only opens the window.
        before = panel.view.selection()
        tray.notice_opened.emit(Selection(msgspec.structs.replace(wanted, key=10**6)))
        assert "deleted meanwhile" in stage.banner("done")
        tray.notice_opened.emit(Selection())
        assert panel.view.selection() == before


async def test_a_notice_of_those_who_did_not_get_it_opens_their_list(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        await stage.post(
            *(report_body(f"m{n}", batch_id=f"b{n}", code=511, final=True) for n in range(3))
        )
        await until(lambda: stage.rows() == 3, SEEN_S)
        window, tray = stage.window, stage.window.findChildren(Tray)[0]
        first, second, third = sorted(
            stage.backend.reader.batches(), key=lambda batch: batch.batch_id
        )

        def listed() -> list[int]:
            """Return the keys of the batches of the list that was opened last."""
            lists = window.findChildren(FollowUpWindow)
            if not lists or not lists[-1].is_whole:
                return []
            rows = lists[-1].models[FollowUpGroup.DID_NOT_ARRIVE].rows
            return sorted(row.then.batch_key for row in rows)

        tray.notice_opened.emit(NotDelivered((second,)))
        await until(lambda: listed() == [second.key])
        assert window.batches.view.selection().batch == second

        tray.notice_opened.emit(NotDelivered((first, third)))
        await until(lambda: listed() == [first.key, third.key])

        gone = msgspec.structs.replace(first, key=10**6)
        before = len(window.findChildren(FollowUpWindow))
        tray.notice_opened.emit(NotDelivered((gone,)))
        assert "deleted meanwhile" in stage.banner("done")
        assert len(window.findChildren(FollowUpWindow)) == before
        for one in window.findChildren(FollowUpWindow):
            one.close()


async def test_the_tray_gives_back_what_its_notice_was_about(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        tray, opened = stage.window.findChildren(Tray)[0], list[object]()
        tray.notice_opened.connect(opened.append)
        tray.notify("title", "text", "first")
        tray.notify("title", "text", "second")
        icon = stage.window.findChildren(QSystemTrayIcon)[0]

        def gives_back_the_second() -> bool:
            # The bubble comes once the desktop has said that it shows no notices.
            icon.messageClicked.emit()
            return opened[-1] == "second"

        await until(gives_back_the_second)


async def test_the_last_report_is_told_by_its_arrival(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        now = datetime.now(UTC)
        late = (now - timedelta(hours=5)).isoformat()
        # Changed hours ago, and reported only now: as after an outage.
        await stage.post(report_body("m1", batch_id="late", created=late))
        await until(lambda: stage.rows() == 1, SEEN_S)
        column = [str(one.title) for one in COLUMNS].index("Last report")

        await stage.open_batch()
        for message in (None, 0):
            assert "s ago" in stage.text("Last report", 0, message) or (
                stage.text("Last report", 0, message) == "now"
            )
        model = stage.window.batches.model
        tip = model.index(0, column, model.index(0, 0)).data(Qt.ItemDataRole.ToolTipRole)
        assert tip.startswith("Reported ")
        assert "; changed " in tip
