"""Where things are."""

from pathlib import Path

import pytest

from kvitto.paths import DATA_DIR_VARIABLE, data_folder, resource


def test_the_command_line_goes_before_the_environment(tmp_path: Path) -> None:
    assert data_folder(tmp_path / "chosen") == tmp_path / "chosen"


def test_the_environment_goes_before_the_users_own_folder(data_dir: Path) -> None:
    assert data_folder() == data_dir


def test_without_either_it_is_the_users_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATA_DIR_VARIABLE)

    assert data_folder().name == "kvitto"
    assert data_folder().is_absolute()


def test_a_relative_folder_is_made_absolute(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    assert data_folder(Path("here")) == tmp_path / "here"


def test_resources_are_there() -> None:
    assert resource("icons/kvitto.svg").is_file()
