"""Where things are."""

import pwd
from pathlib import Path
from typing import NoReturn

import pytest

from kvitto.cli import main
from kvitto.paths import (
    DATA_DIR_VARIABLE,
    HomeUnknownError,
    data_folder,
    home_folder,
    resource,
)


@pytest.fixture
def is_homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a user as a container may: without HOME, and unknown to the system."""

    def unknown(_number: object) -> NoReturn:
        raise KeyError

    for name in ("HOME", "XDG_DATA_HOME", DATA_DIR_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)


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


@pytest.mark.usefixtures("is_homeless")
def test_a_user_without_a_home_has_no_folder_of_their_own() -> None:
    with pytest.raises(HomeUnknownError) as caught:
        data_folder()

    assert "Kvitto can't tell where ~ is" in str(caught.value)
    assert home_folder() == Path("/")


def test_the_home_of_somebody_who_is_not_there_is_not_known() -> None:
    with pytest.raises(HomeUnknownError, match="~nobody-at-all"):
        data_folder(Path("~nobody-at-all/kvitto"))


@pytest.mark.usefixtures("is_homeless")
@pytest.mark.parametrize(
    "arguments",
    [["receive"], ["receive", "--systemd-unit"], ["check"], ["export"], ["backup", "copy.db"]],
    ids=" ".join,
)
def test_a_command_says_so_in_a_sentence(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1

    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert "--data-dir" in told.err
