"""The program's test of itself: it passes, and it can fail."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kvitto.ui import selftest
from kvitto.ui.selftest import SelfTestError


def run_selftest(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kvitto", "--selftest"],
        env={**os.environ, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=55,
        check=False,
    )


def test_it_sees_the_sample_through_and_leaves_nothing_behind(tmp_path: Path) -> None:
    ended = run_selftest(tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "answered 200" in ended.stderr
    assert "Seen again after a restart" in ended.stderr
    assert "The self-test passed." in ended.stderr
    assert not list(tmp_path.glob("kvitto-*"))


@pytest.mark.qasync
async def test_what_is_not_seen_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "_WAIT_S", 0.1)
    with pytest.raises(SelfTestError, match="the row was not seen"):
        await selftest._until(lambda: False, "the row")  # noqa: SLF001 - what makes it fail
