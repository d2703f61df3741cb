"""One window per data folder."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.ui.single import SingleWindow


def test_a_second_window_raises_the_first(qtbot: QtBot, data_dir: Path, tmp_path: Path) -> None:
    first = SingleWindow(data_dir)
    assert first.take()

    with qtbot.waitSignal(first.raise_requested, timeout=5000):
        assert not SingleWindow(data_dir).take()

    elsewhere = SingleWindow(tmp_path)
    assert elsewhere.take()
    elsewhere.give_back()
    first.give_back()


def test_the_right_can_be_taken_again(qtbot: QtBot, data_dir: Path) -> None:
    first = SingleWindow(data_dir)
    assert first.take()
    first.give_back()

    second = SingleWindow(data_dir)
    assert second.take()
    second.give_back()
    assert qtbot is not None
