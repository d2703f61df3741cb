"""A command that is stopped cleans up, says so, and ends as a shell expects."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from kvitto.cli import main
from kvitto.terminal import StoppedError, stoppable
from tests.helpers.new_store import lay_new_database


@pytest.fixture(autouse=True)
def _heeded() -> Iterator[None]:
    """Have Ctrl+C end this process, also where whoever runs the tests lets it ignore that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_it_and_says_with_what_code(name: str) -> None:
    number = getattr(signal, name)
    before = signal.getsignal(number)

    with pytest.raises(StoppedError, match="Stopped") as stopped, stoppable("Stopped."):
        signal.raise_signal(number)

    assert stopped.value.exit_code == 128 + number
    assert signal.getsignal(number) is before


def test_a_signal_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with stoppable("Stopped."):
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)


def test_an_export_that_the_system_ends_leaves_nothing_behind(
    data_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lay_new_database(data_dir)
    target = tmp_path / "out.jsonl"

    def end(_file: object) -> None:
        assert list(tmp_path.glob(".out.jsonl.*.part")), "it has begun"
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr("kvitto.export.text_files.JsonLinesFile.finish", end)
    assert main(["export", "--data-dir", str(data_dir), str(target)]) == 128 + signal.SIGTERM

    assert capsys.readouterr().err == f"kvitto: Stopped: {target} was not written.\n"
    assert list(tmp_path.glob("*out.jsonl*")) == []
    assert list(tmp_path.glob(".*")) == []


def test_a_check_that_is_stopped_says_so(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lay_new_database(data_dir)
    monkeypatch.setattr(
        "kvitto.store.check._check_batches", lambda *_: signal.raise_signal(signal.SIGINT)
    )

    assert main(["check", "--data-dir", str(data_dir)]) == 128 + signal.SIGINT

    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "kvitto: Stopped before all was checked.\n")
