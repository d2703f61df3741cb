"""What is wrong with the store is told from the first moment on, and a limit can be raised."""

import asyncio
import logging
from pathlib import Path

import aiohttp
import pytest

from kvitto.clock import utc_now
from kvitto.core.outages import OutageCause
from kvitto.paths import database_file
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.errors import DatabaseBrokenError, FilesReplacedError
from tests.helpers.logwatch import LogWatch
from tests.helpers.posting import post, report_body
from tests.ui.stage import SEEN_S, TROUBLE_S, Stage, on_stage
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("as_before"),
    pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True),
]


async def status_of(stage: Stage, body: bytes) -> int:
    async with (
        aiohttp.ClientSession() as client,
        client.post(stage.backend.read_callback_url(), data=body) as answer,
    ):
        return answer.status


def is_alarmed(stage: Stage) -> bool:
    counters = stage.backend.counters()
    return counters is not None and counters.alarm is not None


async def test_a_limit_is_told_and_raised_in_the_window(
    data_dir: Path, log_watch: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.daily_limit.MOST_REPORTS", 1)
    begin = utc_now()
    async with on_stage(data_dir) as stage:
        await stage.post(report_body("m1"))
        await until(lambda: "callback URL" in stage.banner("store"), TROUBLE_S)
        assert stage.window.strip.state == "Turning reports away"
        with log_watch.expect(logging.WARNING, "Reports are answered 503 from now on"):
            assert await status_of(stage, report_body("m2")) == 503
        await until(lambda: is_alarmed(stage), TROUBLE_S)
        causes = {one.by for one in stage.backend.outages(begin)}
        assert OutageCause.DISK not in causes

        stage.press("Store more today")

        await until(lambda: not stage.banner("store"), TROUBLE_S)
        await stage.post(report_body("m2"))
        await until(lambda: stage.text("Waiting") == "2", SEEN_S)


async def test_what_is_wrong_before_the_window_opens_is_told_in_it(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.daily_limit.MOST_REPORTS", 1)
    with ReceiverRuntime(data_dir, port=0) as runtime:
        await asyncio.to_thread(post, runtime.callback_url, report_body("m1"))
        incident = FilesReplacedError(database_file(runtime.folder), "")
        monkeypatch.setattr(type(runtime.writer), "incident", incident)
        async with on_stage(data_dir) as stage:
            await until(lambda: "callback URL" in stage.banner("store"), TROUBLE_S)
            assert "was touched" in stage.banner("store files")


def listed_in(stage: Stage) -> set[str]:
    return {one.subject for one in stage.window.todo.to_do()}


async def test_one_overwritten_file_is_one_thing_to_do(data_dir: Path, log_watch: LogWatch) -> None:
    """It hinders storing and reading: one fault all the same."""
    async with on_stage(data_dir) as stage:
        await stage.post(report_body("m1"))
        await until(lambda: stage.rows() == 1, SEEN_S)
        url = stage.backend.read_callback_url()
        before = listed_in(stage)
        with log_watch.expect(logging.ERROR, "Reports can't be stored"):
            database_file(data_dir).write_bytes(b"garbage" * 10_000)
            await until(lambda: "was overwritten" in stage.banner("store"), TROUBLE_S)
            assert (await asyncio.to_thread(post, url, report_body("m2")))[0] == 503
            await until(lambda: is_alarmed(stage), TROUBLE_S)
            # What the window still has at hand, it does not read: so it may find out, or not.
            stage.context.feed.failed.emit(DatabaseBrokenError(database_file(data_dir)))
            assert listed_in(stage) - before == {"store"}
