"""The window where something is in the way of reports, or of itself."""

import asyncio
import logging
import socket
import threading
from contextlib import ExitStack
from pathlib import Path

import aiohttp
import pytest
from PySide6.QtWidgets import QAbstractButton

from kvitto.paths import database_file
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.errors import DiskFullError, FolderUnusableError
from kvitto.store.file_guard import companions
from kvitto.ui.settings.settings_dialog import SettingsDialog
from kvitto.ui.text.error_text import error_text
from tests.helpers.logwatch import LogWatch
from tests.helpers.posting import post, report_body
from tests.ui.sessions import BackendHere
from tests.ui.stage import CALM_S, SEEN_S, TROUBLE_S, Stage, all_texts, button, on_stage
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("as_before"),
    # The platform without a screen has no stack of windows, and no tray.
    pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True),
]


def first_step(stage: Stage) -> str:
    [step] = [one for one in all_texts(stage.window.empty_state) if one.startswith("Open Callback")]
    return step.replace("\N{WORD JOINER}", "")


def copies(stage: Stage, *, is_enabled: bool) -> list[QAbstractButton]:
    """Return the window's buttons that copy the callback URL, by whether they can be pressed."""
    found = stage.window.findChildren(QAbstractButton)
    texts = {"Copy", "Copy callback URL"}
    return [one for one in found if one.text() in texts and one.isEnabled() is is_enabled]


async def test_a_taken_port_is_told_and_another_works(
    data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with on_stage(data_dir, port) as stage:
            assert str(port) in stage.banner("session")
            assert stage.window.strip.url == ""
            assert stage.window.strip.state == "Not receiving"
            assert f"leads to http://127.0.0.1:{port}. " in first_step(stage)
            assert not copies(stage, is_enabled=True), "there is no URL to copy"
            assert stage.window.empty_state.warning == ""
            button(stage.window.strip.todo.panel, "Try again")

            stage.press("Use any free port")

            await until(lambda: stage.backend.is_receiving)
            await until(lambda: not stage.banner("session"))
            await until(lambda: bool(stage.window.strip.url))
            assert str(port) not in first_step(stage)
            assert len(copies(stage, is_enabled=True)) == 2
            assert "SMS service can't reach" in stage.window.empty_state.warning
            await stage.post(report_body("m1"))
            await until(lambda: stage.rows() == 1, SEEN_S)
            assert stage.window.strip.state == "Receiving · not connected"


async def test_trying_again_means_the_port_that_was_asked_for_at_the_start(
    data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with on_stage(data_dir, port) as stage:
            assert port != stage.context.preferences.port
            taken.close()

            stage.press("Try again")

            await until(lambda: stage.backend.is_receiving)
            assert stage.backend.listens_on == ("127.0.0.1", port)


async def test_what_was_started_elsewhere_is_shown_as_if_it_were_our_own(data_dir: Path) -> None:
    with ReceiverRuntime(data_dir, port=0) as other:
        async with on_stage(data_dir) as stage:
            assert not stage.banner("session")
            await until(lambda: stage.window.strip.url == other.callback_url)
            assert stage.window.strip.state == "Receiving · not connected"

            await stage.post(report_body("m1", code=201, final=True))
            await until(lambda: stage.rows() == 1, SEEN_S)
            await stage.post(report_body("m2", code=511, final=True))
            await until(lambda: stage.text("Result") == "Delivered 1, Failed 1", SEEN_S)

            stage.window.close()
            assert stage.quits, "nothing to ask: the other one goes on"


async def test_when_the_receiver_is_stopped_the_window_says_so_and_starts_one_if_asked(
    data_dir: Path,
) -> None:
    with ExitStack() as other:
        other.enter_context(ReceiverRuntime(data_dir, port=0))
        async with on_stage(data_dir) as stage:
            await until(lambda: bool(stage.window.strip.url))
            await asyncio.to_thread(other.close)

            await until(lambda: "was stopped" in stage.banner("session"))
            await until(lambda: not stage.window.strip.url)
            assert stage.window.strip.state == "Not receiving"
            stage.context.preferences.put("port", 0)
            stage.press("Receive now")

            await until(lambda: not stage.banner("session"))
            assert stage.backend.is_receiving
            await stage.post(report_body("m1"))
            await until(lambda: stage.rows() == 1)


async def test_a_full_disk_is_told_and_so_is_that_it_works_again(
    data_dir: Path, log_watch: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    # That it is over, the first heartbeat that is stored says.
    with (
        log_watch.expect(logging.ERROR, "Reports can't be stored"),
        log_watch.expect(logging.WARNING, "Reports are stored again"),
    ):
        await tell_of_a_full_disk(data_dir, monkeypatch)


async def tell_of_a_full_disk(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with on_stage(data_dir) as stage:
        await stage.post(report_body("m1"))
        with monkeypatch.context() as patch:

            def full(*_arguments: object) -> None:
                raise DiskFullError(database_file(data_dir))

            patch.setattr("kvitto.store.ingest.IngestGroup.store", full)
            async with aiohttp.ClientSession() as client:
                url = stage.backend.read_callback_url()
                async with client.post(url, data=report_body("m2")) as answer:
                    assert answer.status == 503
            await until(lambda: bool(stage.banner("store")), TROUBLE_S)
            assert "full" in stage.banner("store")
            assert stage.window.strip.state == "Turning reports away"
            await until(lambda: "safe at the SMS service" in stage.banner("outage"), TROUBLE_S)

        await stage.post(report_body("m2"))
        await until(lambda: not stage.banner("store"), TROUBLE_S)
        await until(lambda: not stage.banner("outage"), CALM_S)
        await until(lambda: stage.window.strip.state.startswith("Receiving"), TROUBLE_S)
        await until(lambda: stage.text("SMS parts") == "4", SEEN_S)


async def test_a_log_that_somebody_deletes_costs_nothing_and_is_told(
    data_dir: Path, log_watch: LogWatch
) -> None:
    async with on_stage(data_dir) as stage:
        await stage.post(report_body("m1"))
        await until(lambda: stage.rows() == 1, SEEN_S)
        delete_log(data_dir)

        with log_watch.expect(logging.ERROR, "touched while Kvitto was using it"):
            await stage.post(report_body("m2", batch_id="another"))
            await until(lambda: stage.rows() == 2, SEEN_S)

        await until(lambda: "saved all" in stage.banner("store files"), TROUBLE_S)
        todo = stage.window.todo
        todo.know(next(one for one in todo.to_do() if "store files" in one.subjects))
        assert not stage.banner("store files")


def delete_log(folder: Path) -> None:
    companions(database_file(folder))[0].unlink()


async def test_all_are_answered_while_the_window_sleeps(data_dir: Path) -> None:
    statuses: list[int] = []

    async with on_stage(data_dir) as stage:
        url = stage.backend.read_callback_url()

        def load() -> None:
            for number in range(100):
                status, _ = post(url, report_body(f"m{number}"))
                statuses.append(status)

        sender = threading.Thread(target=load)
        sender.start()
        # The window's thread is asleep, and its loop with it: nothing of Qt runs.
        sender.join(SEEN_S)

        assert statuses == [200] * 100
        await until(lambda: stage.rows() == 1)
        await until(lambda: stage.text("SMS parts") == "200", SEEN_S)


async def test_an_address_that_can_t_be_used_is_named_and_the_old_one_goes_on(
    data_dir: Path,
) -> None:
    async with on_stage(data_dir) as stage:
        before = stage.backend.listens_on
        assert before is not None
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            stage.context.preferences.put("port", port)
            stage.window.windows.show_settings()
            stage.window.findChildren(SettingsDialog)[0].restart_receiver_requested.emit()
            await until(lambda: bool(stage.banner("failed")))

        assert f"Port {port}" in stage.banner("failed")
        assert f"as before, on 127.0.0.1, port {before[1]}" in stage.banner("failed")
        assert not stage.banner("session")
        assert (stage.backend.listens_on, stage.context.preferences.port) == (before, before[1])
        await stage.post(report_body("m1"))


async def test_a_receiver_that_can_t_be_started_says_why(
    data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with on_stage(data_dir) as stage:
        backend = stage.backend
        assert isinstance(backend, BackendHere)
        await asyncio.to_thread(backend.stop_receiver)
        stage.context.preferences.put("port", 0)  # the usual one may be taken
        reason = FolderUnusableError(data_dir, "no right to write")
        backend.receivers.failure = reason

        with caplog.at_level(logging.WARNING):
            stage.window.windows.show_settings()
            stage.window.findChildren(SettingsDialog)[0].restart_receiver_requested.emit()
            await until(lambda: stage.banner("session") == error_text(reason))
            assert not [one for one in stage.window.banners.sentences() if one == "failed"]

            backend.receivers.failure = None
            stage.press("Try again")
            await until(lambda: backend.is_receiving)


async def test_that_anybody_may_send_is_told_and_can_be_ended(data_dir: Path) -> None:
    with ReceiverRuntime(data_dir, port=0, no_auth=True) as other:
        async with on_stage(data_dir) as stage:
            await until(lambda: "anybody who finds the address" in stage.banner("no-auth"))

            stage.press("Require the key")

            await until(lambda: not stage.banner("no-auth"))
            assert not other.status().no_auth
