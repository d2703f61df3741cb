"""One window per data folder."""

import errno
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import pytest
from filelock import FileLock
from PySide6.QtNetwork import QLocalServer
from pytestqt.qtbot import QtBot

from kvitto.paths import window_lock_file
from kvitto.store.errors import DiskFullError, FolderUnusableError, WindowSilentError
from kvitto.ui.services.running_window import socket_files
from kvitto.ui.services.single_instance import SingleInstance
from tests.helpers.logwatch import LogWatch
from tests.helpers.program import PROJECT

PROCESSES: Final = 6
ROUNDS: Final = 10
CONTENDER: Final = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from kvitto.ui.services.single_instance import SingleInstance
application = QCoreApplication([])
single = SingleInstance(Path(sys.argv[1]))
print("ready", flush=True)
for line in sys.stdin:
    if line == "take\\n":
        print("won" if single.take() else "lost", flush=True)
    else:
        single.give_back()
        print("ready", flush=True)
"""


class Contender:
    """A process of its own that tries to have a window on a folder."""

    def __init__(self, folder: Path) -> None:
        self.process: Final = subprocess.Popen(
            [sys.executable, "-c", CONTENDER, folder],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def said(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@contextmanager
def contenders(folder: Path, count: int) -> Iterator[list[Contender]]:
    with ExitStack() as stack:
        made = [Contender(folder) for _ in range(count)]
        for one in made:
            stack.callback(one.end)
        assert [one.said() for one in made] == ["ready"] * count
        yield made


def asked(qtbot: QtBot, single: SingleInstance) -> bool:
    """Return whether the other window, of this very process, answers."""
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(single.raise_other)
        qtbot.waitUntil(answer.done, timeout=30_000)
        return answer.result()


def test_of_starts_at_once_exactly_one_wins_each_time(data_dir: Path) -> None:
    with contenders(data_dir, PROCESSES) as processes:
        for _ in range(ROUNDS):
            for one in processes:
                one.tell("take")
            assert sorted(one.said() for one in processes) == ["lost"] * (PROCESSES - 1) + ["won"]
            for one in processes:
                one.tell("give back")
            assert [one.said() for one in processes] == ["ready"] * PROCESSES


def test_a_crash_leaves_nothing_in_the_way(qtbot: QtBot, data_dir: Path) -> None:
    with contenders(data_dir, 1) as [crashing]:
        crashing.tell("take")
        assert crashing.said() == "won"
        assert not SingleInstance(data_dir).take()
        crashing.end()

    after = SingleInstance(data_dir)
    assert after.take()
    with qtbot.waitSignal(after.raise_requested, timeout=30_000):
        assert asked(qtbot, SingleInstance(data_dir))
    after.give_back()


def test_a_second_window_raises_the_first(qtbot: QtBot, data_dir: Path, tmp_path: Path) -> None:
    first, second = SingleInstance(data_dir), SingleInstance(data_dir)
    assert first.take()

    with qtbot.waitSignal(first.raise_requested, timeout=30_000):
        assert not second.take()
        assert asked(qtbot, second)

    elsewhere = SingleInstance(tmp_path)
    assert elsewhere.take()
    elsewhere.give_back()
    first.give_back()


def test_the_right_that_was_given_back_is_another_s_and_so_are_the_calls(
    qtbot: QtBot, data_dir: Path
) -> None:
    first, second = SingleInstance(data_dir), SingleInstance(data_dir)
    called: list[SingleInstance] = []
    first.raise_requested.connect(lambda: called.append(first))
    second.raise_requested.connect(lambda: called.append(second))
    assert first.take()
    assert not second.take()
    first.give_back()

    assert not SingleInstance(data_dir).raise_other(), "nobody listens for one that has ended"
    assert second.take()
    assert not first.take()
    assert asked(qtbot, first)
    qtbot.waitUntil(lambda: called == [second])
    second.give_back()


@pytest.mark.qasync
async def test_a_window_that_does_not_answer_is_told_of(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.ui.services.single_instance._REST_S", 0.001)
    with contenders(data_dir, 1) as [other]:
        other.tell("take")
        assert other.said() == "won"
        second = SingleInstance(data_dir)
        for path in socket_files(data_dir):
            path.unlink(missing_ok=True)

        with pytest.raises(WindowSilentError) as raised:
            await second.take_or_raise()
    assert str(data_dir) in str(raised.value)

    assert await second.take_or_raise(), "it has ended"
    second.give_back()


@pytest.mark.usefixtures("qapp")
def test_a_folder_without_room_for_the_lock_is_told_of(data_dir: Path) -> None:
    window_lock_file(data_dir).mkdir(parents=True)

    with pytest.raises(FolderUnusableError, match=re.escape(str(data_dir))):
        SingleInstance(data_dir).take()


@pytest.mark.usefixtures("qapp")
def test_a_disk_without_room_for_the_lock_is_called_full(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_lock: FileLock) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileLock, "acquire", full)
    with pytest.raises(DiskFullError, match="is full"):
        SingleInstance(data_dir).take()


@pytest.mark.usefixtures("qapp")
def test_a_window_that_can_t_be_called_is_a_window_all_the_same(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, log_watch: LogWatch
) -> None:
    monkeypatch.setattr(QLocalServer, "listen", lambda _self, _name: False)
    single, other = SingleInstance(data_dir), SingleInstance(data_dir)
    with log_watch.expect(logging.WARNING, "can't raise this window"):
        assert single.take()
    assert not other.take()
    single.give_back()
