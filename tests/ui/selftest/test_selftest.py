"""The program's test of itself: it passes, and it can fail."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kvitto.ui.selftest import selftest
from kvitto.ui.selftest.selftest import SelfTestError
from tests.helpers.keyrings import MemoryKeyring, memory_keyring

# Tells what is loaded by another thread than the window's.
WATCHED = """
import sys, threading
class Watch:
    def find_spec(self, name, path=None, target=None):
        thread = threading.current_thread()
        if thread is not threading.main_thread():
            print("By another thread:", name, "by", thread.name, file=sys.stderr)
sys.meta_path.insert(0, Watch())
from kvitto.cli import main
sys.exit(main())
"""


def run_selftest(folder: Path, *program: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *(program or ("-m", "kvitto")), "--selftest"],
        env={**os.environ, "TMPDIR": str(folder), **more},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )


def test_it_sees_the_sample_through_and_leaves_nothing_behind(tmp_path: Path) -> None:
    ended = run_selftest(tmp_path, "-c", WATCHED)
    assert ended.returncode == 0, ended.stderr
    assert re.search(r"certificates that are trusted: [1-9]", ended.stderr)
    assert "answered 200" in ended.stderr
    assert "Seen again after a restart" in ended.stderr
    assert "The self-test passed." in ended.stderr
    # Loading what is Qt's makes classes, which crashes a window that is painting.
    others = re.findall(r"By another thread: (\S+)", ended.stderr)
    assert "numpy" in others, "the charts are seen, and so is who loads what they need"
    assert not [
        one for one in others if re.match(r"(PySide6|shiboken6|pyqtgraph|qasync|kvitto\.ui)\b", one)
    ]
    # The folder of the window's socket stays, and is empty.
    assert not [one for one in tmp_path.glob("kvitto-*/**/*") if one.is_file()]


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    with memory_keyring() as one:
        yield one


@pytest.mark.qasync
async def test_it_tries_the_keyring_and_leaves_nothing_in_it(
    memory: MemoryKeyring, capsys: pytest.CaptureFixture[str]
) -> None:
    await selftest.try_keyring()
    assert "gave it back and deleted it" in capsys.readouterr().err
    assert memory.kept == {}


@pytest.mark.qasync
@pytest.mark.parametrize("fault", ["forgets", "fails"])
async def test_a_computer_without_a_keyring_passes(
    memory: MemoryKeyring, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    setattr(memory, fault, True)
    await selftest.try_keyring()
    assert "No key can be kept here" in capsys.readouterr().err


@pytest.mark.qasync
async def test_a_keyring_that_keeps_what_was_deleted_fails_it(
    memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "delete_password", lambda _service, _name: None)
    with pytest.raises(SelfTestError, match="keeps what was deleted"):
        await selftest.try_keyring()


@pytest.mark.qasync
async def test_what_is_not_seen_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "_WAIT_S", 0.1)
    with pytest.raises(SelfTestError, match="the row was not seen"):
        await selftest._until(lambda: False, "the row")  # noqa: SLF001 - what makes it fail


def test_a_part_that_is_missing_fails_it(tmp_path: Path) -> None:
    (tmp_path / "missing").write_text("no certificates")
    where = str(tmp_path / "missing")
    ended = run_selftest(tmp_path, SSL_CERT_FILE=where, SSL_CERT_DIR=str(tmp_path))
    assert ended.returncode == 1
    assert "The self-test failed: No list of trusted certificates was found" in ended.stderr


def test_what_is_missing_is_said_before_a_window_fails_for_want_of_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(selftest, "installation_faults", lambda: ["The font is missing."])
    monkeypatch.setattr(selftest, "run_window", lambda *_given, **_more: pytest.fail("a window"))
    assert selftest.run_selftest() == 1
    assert capsys.readouterr().err == "kvitto: The self-test failed: The font is missing.\n"


def test_a_window_that_can_not_open_fails_it_instead_of_asking_nobody(data_dir: Path) -> None:
    (data_dir / "kvitto.db").write_bytes(b"no database" * 1000)
    code = (
        "import sys; from pathlib import Path; from kvitto.ui.bootstrap import run_window;"
        "run_window(Path(sys.argv[1]), host='127.0.0.1', port=0, no_auth=False, visit=print)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, data_dir],
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert ended.returncode == 1
    assert "Error" in ended.stderr
    assert str(data_dir) in ended.stderr
