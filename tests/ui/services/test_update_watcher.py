"""That the program's file was replaced is noticed, once."""

from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from kvitto.ui.services.update_watcher import ReplacedProgram, own_file


@pytest.fixture
def program(tmp_path: Path) -> Path:
    file = tmp_path / "kvitto"
    file.write_bytes(b"old")
    return file


def replace(program: Path) -> None:
    """Do what a package manager does: another file takes the name."""
    new = program.with_suffix(".new")
    new.write_bytes(b"newer")
    new.replace(program)


def test_another_file_under_the_name_is_told_once(
    qtbot: QtBot, qapp: QObject, program: Path
) -> None:
    watch = ReplacedProgram(program, qapp, every_ms=5)
    told: list[bool] = []
    watch.replaced.connect(lambda: told.append(True))
    with qtbot.waitSignal(watch.replaced, timeout=30_000):
        replace(program)
    another = ReplacedProgram(program, qapp, every_ms=5)
    for _ in range(2):  # the first would have looked, too, by the time of the second
        with qtbot.waitSignal(another.replaced, timeout=30_000):
            replace(program)
        another.deleteLater()
        another = ReplacedProgram(program, qapp, every_ms=5)
    assert told == [True]
    another.deleteLater()
    watch.deleteLater()


def test_a_file_that_is_gone_for_a_while_is_no_news(
    qtbot: QtBot, qapp: QObject, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = ReplacedProgram._identity  # noqa: SLF001 - nothing else tells that it has looked
    seen: list[object] = []

    def looked(watch: ReplacedProgram) -> tuple[int, int, int] | None:
        seen.append(look(watch))
        return look(watch)

    monkeypatch.setattr(ReplacedProgram, "_identity", looked)
    watch = ReplacedProgram(program, qapp, every_ms=5)
    with qtbot.assertNotEmitted(watch.replaced):
        program.unlink()
        qtbot.waitUntil(lambda: seen.count(None) > 1, timeout=30_000)
    with qtbot.waitSignal(watch.replaced, timeout=30_000):
        program.write_bytes(b"newer")
    watch.deleteLater()


def test_from_source_there_is_no_such_file() -> None:
    assert own_file() is None


def test_the_packaged_program_knows_its_file(
    monkeypatch: pytest.MonkeyPatch, program: Path
) -> None:
    monkeypatch.setattr("sys.frozen", True, raising=False)
    monkeypatch.setattr("sys.executable", str(program))
    assert own_file() == program
