"""The window that is open already is raised before Qt and the store are loaded."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kvitto.ui.services.running_window import (
    RAISED,
    is_private,
    raise_running_window,
    server_name,
    socket_files,
)
from kvitto.ui.services.single_instance import SingleInstance
from tests.helpers.program import PROJECT

_REASON = "elsewhere Qt is loaded first: the server is not a socket's file"
pytestmark = pytest.mark.skipif(os.name != "posix", reason=_REASON)


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder for sockets, as a session has one; its path is short."""
    with tempfile.TemporaryDirectory(prefix="kvitto-", dir="/tmp") as made:
        monkeypatch.setenv("XDG_RUNTIME_DIR", made)
        yield Path(made)


@contextmanager
def listening(path: Path, answer: bytes | None) -> Iterator[None]:
    """Listen on a socket, and give an answer; None never answers."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(path))
        server.listen()
        kept = []

        def serve() -> None:
            connection, _ = server.accept()
            kept.append(connection)
            if answer is not None:
                with suppress(OSError):  # who has only looked is gone already
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield
        thread.join(30)
        for connection in kept:
            connection.close()


def test_it_is_raised_and_only_on_its_own_folder(
    qtbot: QtBot, data_dir: Path, tmp_path: Path
) -> None:
    window = SingleInstance(data_dir)
    assert window.take()

    with (
        ThreadPoolExecutor(1) as threads,
        qtbot.waitSignal(window.raise_requested, timeout=30_000),
    ):
        answer = threads.submit(raise_running_window, data_dir)
    qtbot.waitUntil(answer.done, timeout=30_000)
    assert answer.result()
    assert not raise_running_window(tmp_path)

    window.give_back()
    assert not raise_running_window(data_dir)


def test_what_a_crash_left_behind_is_no_window(runtime: Path, data_dir: Path) -> None:
    left = runtime / server_name(data_dir)
    assert socket_files(data_dir)[0] == left
    left.touch()
    assert not raise_running_window(data_dir)


def test_who_listens_and_does_not_answer_is_no_window(runtime: Path, data_dir: Path) -> None:
    with listening(runtime / server_name(data_dir), None):
        assert not raise_running_window(data_dir, answer_s=0.05)


def test_who_answers_something_else_is_no_window(runtime: Path, data_dir: Path) -> None:
    with listening(runtime / server_name(data_dir), b"HTTP/1.1 400 Bad Request\r\n\r\n"):
        assert not raise_running_window(data_dir)


def test_a_folder_in_which_others_can_write_holds_no_window(runtime: Path, data_dir: Path) -> None:
    runtime.chmod(0o777)
    assert not is_private(runtime)
    assert runtime / server_name(data_dir) not in socket_files(data_dir)


def test_the_socket_in_a_folder_for_all_is_never_asked(
    runtime: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another user could listen there under the name that we look for."""
    monkeypatch.setattr(tempfile, "tempdir", str(runtime))
    runtime.chmod(0o1777)
    with listening(runtime / server_name(data_dir), RAISED):
        assert not raise_running_window(data_dir)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as ours:
            ours.connect(str(runtime / server_name(data_dir)))  # lets the listener end


def test_a_link_to_a_private_folder_is_not_one(runtime: Path) -> None:
    (runtime / "private").mkdir(mode=0o700)
    (runtime / "link").symlink_to(runtime / "private")
    assert is_private(runtime / "private")
    assert not is_private(runtime / "link")


def test_without_any_folder_for_temporary_files_there_is_a_window_all_the_same(
    qtbot: QtBot, runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> str:
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", none)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime / "gone"))
    folder = runtime / "data"
    folder.mkdir(mode=0o700)
    window = SingleInstance(folder)
    assert window.take()
    with (
        ThreadPoolExecutor(1) as threads,
        qtbot.waitSignal(window.raise_requested, timeout=30_000),
    ):
        threads.submit(raise_running_window, folder)
    window.give_back()


def test_a_second_start_loads_neither_qt_nor_the_receiver(qtbot: QtBot, data_dir: Path) -> None:
    window = SingleInstance(data_dir)
    assert window.take()
    code = (
        "import sys\n"
        "from kvitto.cli import main\n"
        "assert main(['--data-dir', sys.argv[1]]) == 0\n"
        "print([name for name in ('PySide6', 'aiohttp') if name in sys.modules])\n"
    )

    with qtbot.waitSignal(window.raise_requested, timeout=30_000):
        second = subprocess.Popen(
            [sys.executable, "-c", code, data_dir],
            cwd=PROJECT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    said, complained = second.communicate(timeout=30)
    assert (said, second.returncode) == ("[]\n", 0), complained
    window.give_back()
