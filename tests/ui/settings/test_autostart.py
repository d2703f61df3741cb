"""Start with the computer."""

import plistlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from app.ui.settings.autostart import (
    LinuxAutostart,
    MacAutostart,
    WindowsAutostart,
    own_command,
    own_folder,
    system_autostart,
)
from tests.journeys.patience import eventually

AWKWARD = ["100 % \"åäö\" $HOME `id` \\ 'one'", "two  spaces", "%f", "plain"]


@pytest.fixture
def autostart(tmp_path: Path) -> LinuxAutostart:
    return LinuxAutostart(["/opt/kvitto", "--hidden"], None, tmp_path / "autostart")


def test_it_is_off_until_it_is_turned_on_and_after_it_is_turned_off(
    autostart: LinuxAutostart,
) -> None:
    assert not autostart.is_on()
    autostart.turn_off()
    autostart.turn_on()
    autostart.turn_on()
    assert autostart.is_on()
    autostart.turn_off()
    assert not autostart.is_on()


@pytest.mark.parametrize(
    "line", ["Hidden=true", "X-GNOME-Autostart-enabled=false", "[broken", "\0\xff"]
)
def test_what_the_desktop_switched_off_or_cannot_read_is_off(
    autostart: LinuxAutostart, tmp_path: Path, line: str
) -> None:
    autostart.turn_on()
    file = tmp_path / "autostart" / "kvitto.desktop"
    text = file.read_text("utf-8")
    file.write_bytes((text + line + "\n").encode("latin-1"))

    assert not autostart.is_on()


def test_linux_looks_for_it_where_the_specification_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip(reason="the folder is Linux's")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    ours = system_autostart(tmp_path)
    assert ours is not None

    ours.turn_on()

    assert (tmp_path / "config" / "autostart" / "kvitto.desktop").is_file()
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    elsewhere = system_autostart(tmp_path)
    assert elsewhere is not None
    assert not elsewhere.is_on()
    elsewhere.turn_on()
    assert (tmp_path / ".config" / "autostart" / "kvitto.desktop").is_file()


def test_a_desktop_starts_the_command_with_its_arguments_as_they_are(tmp_path: Path) -> None:
    launcher = shutil.which("gio")
    if launcher is None:
        pytest.skip(reason="needs gio, which starts a desktop entry as a desktop does")
    program = tmp_path / "the program.py"
    result = tmp_path / "result"
    program.write_text(
        f"import os, sys\nopen({str(result) + '.new'!r}, 'w').write("
        f"repr((os.getcwd(), sys.argv[1:])))\nos.rename({str(result) + '.new'!r}, "
        f"{str(result)!r})\n"
    )
    folder = tmp_path / "auto start"
    start_in = tmp_path / "a folder"
    start_in.mkdir()
    autostart = LinuxAutostart([sys.executable, str(program), *AWKWARD], start_in, folder)
    autostart.turn_on()

    subprocess.run([launcher, "launch", folder / "kvitto.desktop"], check=True, timeout=30)

    assert eventually(result.exists)
    assert result.read_text() == repr((str(start_in), AWKWARD))


def test_macos_gets_a_launch_agent(tmp_path: Path) -> None:
    autostart = MacAutostart(["/Applications/Kvitto", "--hidden"], tmp_path, tmp_path / "Agents")
    assert not autostart.is_on()

    autostart.turn_on()

    assert autostart.is_on()
    agent = plistlib.loads((tmp_path / "Agents" / "kvitto.plist").read_bytes())
    assert agent["ProgramArguments"] == ["/Applications/Kvitto", "--hidden"]
    assert agent["RunAtLoad"] is True
    assert agent["WorkingDirectory"] == str(tmp_path)
    autostart.turn_off()
    assert not autostart.is_on()


def test_windows_gets_a_value_of_its_run_key(tmp_path: Path) -> None:
    run_key = QSettings(str(tmp_path / "run.ini"), QSettings.Format.IniFormat)
    autostart = WindowsAutostart([r"C:\Program Files\kvitto.exe", "--hidden"], run_key)
    assert not autostart.is_on()

    autostart.turn_on()

    assert autostart.is_on()
    assert run_key.value("kvitto") == r'"C:\Program Files\kvitto.exe" --hidden'
    autostart.turn_off()
    assert not autostart.is_on()


def test_a_registry_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "run.ini").mkdir()
    run_key = QSettings(str(tmp_path / "run.ini"), QSettings.Format.IniFormat)

    with pytest.raises(OSError, match="registry"):
        WindowsAutostart(["kvitto"], run_key).turn_on()


def test_the_command_is_the_running_program_on_its_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_folder = ["--data-dir", str(tmp_path), "--hidden"]
    assert own_command(tmp_path) == [sys.executable, "-m", "app", *on_folder]
    start_in = own_folder()
    assert start_in is not None
    assert (start_in / "app" / "__main__.py").is_file()

    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert own_folder() is None
    assert own_command(tmp_path) == [sys.executable, *on_folder]


def test_the_command_from_source_is_understood(tmp_path: Path) -> None:
    command = [*own_command(tmp_path), "--help"]

    shown = subprocess.run(
        command, cwd=own_folder(), capture_output=True, text=True, timeout=30, check=True
    )

    assert "--hidden" in shown.stdout
