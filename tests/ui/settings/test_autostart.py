"""Start with the computer."""

import plistlib
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.ui.settings.autostart import (
    Autostart,
    LinuxAutostart,
    MacAutostart,
    SystemdAutostart,
    WindowsAutostart,
    own_command,
    own_folder,
    system_autostart,
)
from tests.helpers.program import where_it_listens
from tests.journeys.patience import eventually

AWKWARD = ["100 % \"åäö\" $HOME `id` \\ 'one'", "two  spaces", "%f", "plain"]


@pytest.fixture
def autostart(tmp_path: Path) -> LinuxAutostart:
    return LinuxAutostart(today(tmp_path), None, tmp_path / "autostart")


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
    autostart = MacAutostart(today(tmp_path), tmp_path, tmp_path / "Agents")
    assert not autostart.is_on()

    autostart.turn_on()

    assert autostart.is_on()
    agent = plistlib.loads((tmp_path / "Agents" / "kvitto.plist").read_bytes())
    assert agent["ProgramArguments"] == today(tmp_path)
    assert agent["RunAtLoad"] is True
    assert agent["WorkingDirectory"] == str(tmp_path)
    autostart.turn_off()
    assert not autostart.is_on()


def test_windows_gets_a_value_of_its_run_key(tmp_path: Path) -> None:
    run_key = QSettings(str(tmp_path / "run.ini"), QSettings.Format.IniFormat)
    (tmp_path / "Program Files").mkdir()
    program = tmp_path / "Program Files" / "kvitto.exe"
    program.symlink_to(sys.executable)
    command = [str(program), "receive", "--background", "--data-dir", r"C:\Anna Berg\kvitto"]
    autostart = WindowsAutostart(command, run_key)
    assert not autostart.is_on()

    autostart.turn_on()

    assert autostart.is_on()
    expected = rf'"{program}" receive --background --data-dir "C:\Anna Berg\kvitto"'
    assert run_key.value("kvitto") == expected
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
    on_folder = ["receive", "--background", "--data-dir", str(tmp_path)]
    assert own_command(tmp_path) == [sys.executable, "-m", "kvitto", *on_folder]
    start_in = own_folder()
    assert start_in is not None
    assert (start_in / "kvitto" / "__main__.py").is_file()

    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert own_folder() is None
    assert own_command(tmp_path) == [sys.executable, *on_folder]


def test_what_starts_at_log_in_receives_where_the_user_has_set_it(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (data_dir / "settings.ini").write_text(f"[General]\nhost=127.0.0.1\nport={port}\n")
    with subprocess.Popen(
        own_command(data_dir), cwd=own_folder(), stdout=subprocess.DEVNULL
    ) as receiver:
        assert where_it_listens(data_dir) == f"http://127.0.0.1:{port}"
        receiver.terminate()
    assert receiver.returncode == 0


def test_a_second_one_at_log_in_is_no_failure(data_dir: Path) -> None:
    with ReceiverRuntime(data_dir, port=0):
        done = subprocess.run(
            own_command(data_dir), cwd=own_folder(), capture_output=True, timeout=30, check=False
        )
    assert done.returncode == 0


# --- systemd ------------------------------------------------------------------------------------


@pytest.fixture
def unit(tmp_path: Path) -> SystemdAutostart:
    entry = LinuxAutostart(today(tmp_path), None, tmp_path / "autostart")
    (tmp_path / "100 %").mkdir()
    program = tmp_path / "100 %" / "kvitto"
    program.symlink_to(sys.executable)
    command = [str(program), *today(tmp_path)[1:]]
    return SystemdAutostart(command, None, tmp_path / "units", entry)


def test_a_user_with_systemd_gets_a_unit_that_is_enabled(
    unit: SystemdAutostart, tmp_path: Path
) -> None:
    assert not unit.is_on()
    unit.turn_off()
    unit.turn_on()
    unit.turn_on()

    assert unit.is_on()
    wanted = tmp_path / "units" / "default.target.wants" / "kvitto-login.service"
    assert '/100 %%/kvitto" "receive"' in wanted.read_text("utf-8")
    assert "Restart=on-failure" in wanted.read_text("utf-8")
    assert not (tmp_path / "autostart").exists()

    unit.turn_off()
    assert not unit.is_on()
    assert not wanted.is_symlink()


def test_systemd_is_used_where_the_user_has_one_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip(reason="systemd is Linux's")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert isinstance(system_autostart(tmp_path), LinuxAutostart)

    (tmp_path / "systemd").mkdir()
    (tmp_path / "systemd" / "private").touch()

    assert isinstance(system_autostart(tmp_path), SystemdAutostart)


# --- What earlier versions have written ----------------------------------------------------------


def earlier(folder: Path) -> list[str]:
    return [sys.executable, "--data-dir", str(folder), "--minimized"]


def today(folder: Path) -> list[str]:
    return [sys.executable, "receive", "--background", "--data-dir", str(folder)]


def test_an_earlier_entry_is_renewed_and_only_that_of_the_same_folder(tmp_path: Path) -> None:
    file = tmp_path / "autostart" / "kvitto.desktop"
    LinuxAutostart(earlier(tmp_path / "a % b"), None, file.parent).turn_on()

    LinuxAutostart(today(tmp_path / "other"), None, file.parent).renew()
    assert "--minimized" in file.read_text()

    renewed = LinuxAutostart(today(tmp_path / "a % b"), None, file.parent)
    assert renewed.is_on()
    renewed.renew()
    assert renewed.is_on()
    assert '"receive" "--background"' in file.read_text()
    assert "--minimized" not in file.read_text()


def test_an_earlier_entry_that_is_off_stays_off(tmp_path: Path) -> None:
    file = tmp_path / "kvitto.desktop"
    LinuxAutostart(earlier(tmp_path), None, tmp_path).turn_on()
    file.write_text(file.read_text() + "X-GNOME-Autostart-enabled=false\n")
    autostart = LinuxAutostart(today(tmp_path), None, tmp_path)

    autostart.renew()
    assert not autostart.is_on()
    file.unlink()
    autostart.renew()
    assert not file.exists()


def test_an_earlier_entry_becomes_a_unit_where_there_is_systemd(tmp_path: Path) -> None:
    LinuxAutostart(earlier(tmp_path), None, tmp_path / "autostart").turn_on()
    entry = LinuxAutostart(today(tmp_path), None, tmp_path / "autostart")
    unit = SystemdAutostart(today(tmp_path), None, tmp_path / "units", entry)
    assert unit.is_on()

    unit.renew()

    assert unit.is_on()
    assert not entry.is_on()
    assert (tmp_path / "units" / "kvitto-login.service").exists()


def test_an_earlier_agent_and_an_earlier_run_value_are_renewed(tmp_path: Path) -> None:
    MacAutostart(earlier(tmp_path), None, tmp_path).turn_on()
    MacAutostart(today(tmp_path), None, tmp_path).renew()
    agent = plistlib.loads((tmp_path / "kvitto.plist").read_bytes())
    assert agent["ProgramArguments"] == today(tmp_path)

    run_key = QSettings(str(tmp_path / "run.ini"), QSettings.Format.IniFormat)
    WindowsAutostart(today(tmp_path), run_key).renew()
    assert not run_key.contains("kvitto")
    WindowsAutostart(earlier(tmp_path), run_key).turn_on()
    WindowsAutostart(today(tmp_path), run_key).renew()
    assert "--background" in str(run_key.value("kvitto"))


# --- What is started for another store, or by a program that is gone -----------------------------

SYSTEMS = ["desktop", "systemd", "macOS", "Windows"]


def made(system: str, command: list[str], tmp_path: Path) -> Autostart:
    """Return a system's way to start a command; all of one system use the same files."""
    entry = LinuxAutostart(command, None, tmp_path / "autostart")
    match system:
        case "desktop":
            return entry
        case "systemd":
            return SystemdAutostart(command, None, tmp_path / "units", entry)
        case "macOS":
            return MacAutostart(command, None, tmp_path / "agents")
        case _:
            run_key = QSettings(str(tmp_path / "run.ini"), QSettings.Format.IniFormat)
            return WindowsAutostart(command, run_key)


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_starts_for_another_folder_is_not_on_and_is_told(system: str, tmp_path: Path) -> None:
    theirs = tmp_path / "a % $b"
    made(system, today(theirs), tmp_path).turn_on()
    ours = made(system, today(tmp_path / "ours"), tmp_path)

    assert not ours.is_on()
    assert ours.other() == str(theirs)

    ours.turn_on()
    assert ours.is_on()
    assert ours.other() == ""
    assert not made(system, today(theirs), tmp_path).is_on()


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_starts_for_a_store_on_a_server_is_not_that_of_the_folder(
    system: str, tmp_path: Path
) -> None:
    url = "postgresql://kvitto@server.example/kvitto"
    on_server = [*today(tmp_path)[:3], "--store", url, *today(tmp_path)[3:]]
    made(system, on_server, tmp_path).turn_on()

    assert made(system, on_server, tmp_path).is_on()
    ours = made(system, today(tmp_path), tmp_path)
    assert (ours.is_on(), ours.other()) == (False, url)
    ours.renew()
    assert not ours.is_on()


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_program_that_is_gone_starts_nothing_until_it_is_renewed(
    system: str, tmp_path: Path
) -> None:
    gone = [str(tmp_path / "kvitto 0.1" / "kvitto"), *today(tmp_path)[1:]]
    made(system, gone, tmp_path).turn_on()
    ours = made(system, today(tmp_path), tmp_path)
    other = made(system, today(tmp_path / "other"), tmp_path)

    assert (ours.is_on(), ours.other(), other.other()) == (False, "", "")
    other.renew()
    assert not other.is_on()
    ours.renew()
    assert ours.is_on()


@pytest.mark.parametrize("awkward", [*AWKWARD, "new\nline", "back\\nslash"])
@pytest.mark.parametrize("system", ["desktop", "systemd"])
def test_any_folder_is_recognised(system: str, awkward: str, tmp_path: Path) -> None:
    autostart = made(system, today(tmp_path / awkward), tmp_path)
    autostart.turn_on()

    assert autostart.is_on()
