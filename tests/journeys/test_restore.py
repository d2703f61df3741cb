"""A backup is restored from the window, while reports keep coming."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

import pytest

from kvitto.paths import window_log_file
from tests.helpers.posting import post, report_body
from tests.helpers.program import END_S, PROJECT, START_S, exported, run
from tests.journeys.conftest import Start
from tests.journeys.patience import eventually
from tests.journeys.windows import end_receiver

pytestmark = [pytest.mark.no_cover, pytest.mark.slow]

_AGREE: Final = """
import sys
from pathlib import Path

from kvitto.logs import start_logging
from kvitto.paths import window_log_file
from kvitto.ui.bootstrap import run_window
from kvitto.ui.dialogs.restore_progress import RestoreOrder

folder, file, port = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
sys.argv = ["kvitto", "--data-dir", str(folder), "--port", port]


async def agree(window, context):
    window.restore_requested.emit(RestoreOrder(file, keeps_newer=False))


start_logging(window_log_file(folder))
run_window(folder, host=None, port=int(port), no_auth=False, visit=agree)
"""
"""What the user does in the dialog; the window that starts again is an ordinary one."""


class _Load:
    """Posts reports one after the other until it is ended; knows which were answered 200."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._ended = threading.Event()
        self.answered: list[str] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        number = 0
        while not self._ended.wait(0.01):
            name = f"load-{number}"
            try:
                status = post(self._url, report_body(name))[0]
            except OSError:
                continue  # nobody listens: the SMS service tries again, and so does this
            assert status in {200, 503}
            if status == 200:
                self.answered.append(name)
                number += 1

    def end(self) -> None:
        self._ended.set()
        self._thread.join(END_S)


def names(folder: Path) -> set[str]:
    return {str(row["message_id"]) for row in exported(folder)}


def test_what_was_answered_is_in_the_restored_database_or_in_the_one_that_is_kept(
    data_dir: Path, tmp_path: Path, start: Start
) -> None:
    backup = tmp_path / "my copy å%20#?.db"
    with start() as before:
        url, port = before.url, before.port
        for number in range(5):
            assert post(url, report_body(f"early-{number}"))[0] == 200
        assert run("backup", "--data-dir", data_dir, backup).returncode == 0
        for number in range(5):
            assert post(url, report_body(f"later-{number}"))[0] == 200
        assert before.stop() == 0

    load = _Load(url)
    log = window_log_file(data_dir)
    said = data_dir.with_name("window.stderr").open("wb")
    window = subprocess.Popen(
        [sys.executable, "-c", _AGREE, data_dir, backup, str(port)],
        cwd=PROJECT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stderr=said,
    )
    try:

        def is_back() -> bool:
            text = log.read_text(encoding="utf-8") if log.exists() else ""
            return "Watching" in text.partition("Starting again")[2]

        assert eventually(is_back, 2 * START_S), Path(said.name).read_text()
        count = len(load.answered)
        assert eventually(lambda: len(load.answered) > count + 5, START_S)
    finally:
        load.end()
        window.terminate()
        window.wait(END_S)
        end_receiver(data_dir)
        said.close()

    [kept] = data_dir.glob("*before-restore*")
    restored, aside = names(data_dir), names(kept)
    assert {f"early-{number}" for number in range(5)} <= restored
    assert {f"later-{number}" for number in range(5)} <= aside
    assert not {f"later-{number}" for number in range(5)} & restored
    assert set(load.answered) <= restored | aside
    assert load.answered[-1] in restored


_KILLED: Final = """
import os
import signal

from kvitto.store import backup


def killed(*_arguments):
    os.kill(os.getpid(), signal.SIGKILL)


backup.{step} = killed
"""
"""The window is killed where it takes this step."""

_LOOK: Final = """
import asyncio
import sys
from pathlib import Path

from kvitto.ui.bootstrap import run_window

folder = Path(sys.argv[1])
sys.argv = ["kvitto", "--data-dir", str(folder), "--port", "0"]


async def look(window, context):
    while not {"done", "failed"} & window.banners.sentences().keys():
        await asyncio.sleep(0.05)
    print(*window.banners.sentences().values())


run_window(folder, host=None, port=0, no_auth=False, visit=look)
"""


@pytest.mark.parametrize(("step", "is_new"), [("order_replacement", False), ("_finish", True)])
def test_a_window_that_is_killed_in_a_restore_leaves_a_whole_store_and_the_next_says_which(
    data_dir: Path, tmp_path: Path, start: Start, step: str, *, is_new: bool
) -> None:
    backup = tmp_path / "b.db"
    with start() as before:
        port = before.port
        assert post(before.url, report_body("early"))[0] == 200
        assert run("backup", "--data-dir", data_dir, backup).returncode == 0
        assert post(before.url, report_body("later"))[0] == 200
        assert before.stop() == 0
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "LANGUAGE": "en"}

    killed = subprocess.run(
        [sys.executable, "-c", _KILLED.format(step=step) + _AGREE, data_dir, backup, str(port)],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        timeout=START_S,
        check=False,
    )
    assert killed.returncode == -9, killed.stderr
    try:
        told = subprocess.run(
            [sys.executable, "-c", _LOOK, data_dir],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=START_S,
            check=False,
        )
    finally:
        end_receiver(data_dir)

    assert told.returncode == 0, told.stderr
    assert "Kvitto was ended while it restored" in told.stdout
    assert ("It is restored all the same" if is_new else "everything is as it was") in told.stdout
    assert names(data_dir) == ({"early"} if is_new else {"early", "later"})
    assert run("check", "--data-dir", data_dir).returncode == 0
