"""Where tunnel programs are found, and that none of what is started shows a console."""

import ast
from pathlib import Path

import pytest

from kvitto.reachability.tunnels import programs
from kvitto.reachability.tunnels.programs import find_program, usual_folders

_APP = Path(programs.__file__).parents[2]
_OF_ONE_SYSTEM = {"ui/settings/autostart.py": "systemctl", "sleep_inhibitor/macos.py": "caffeinate"}
"""What starts programs that Windows does not have."""


def _program(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True)
    made = folder / name
    made.write_text("#!/bin/sh\n")
    made.chmod(0o755)
    return made


def test_a_program_is_found_where_path_does_not_lead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setenv("HOME", str(tmp_path))
    made = _program(tmp_path / ".local/bin", "a-tunnel")
    assert find_program("a-tunnel") == str(made)
    assert find_program("another-tunnel") is None


def test_a_program_of_the_folder_that_we_are_in_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path / "here", "a-tunnel")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("PATH", ".")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_program("a-tunnel") is None


def test_homebrew_and_the_app_store_are_looked_into_on_macos() -> None:
    found = usual_folders("tailscale", "darwin", {"HOME": "/Users/anna"})
    assert found[0] == "/opt/homebrew/bin"
    assert "/Applications/Tailscale.app/Contents/MacOS" in found
    assert "/Users/anna/bin" in found


def test_snap_is_looked_into_on_linux_also_without_a_home() -> None:
    assert "/snap/bin" in usual_folders("ngrok", "linux", {})
    assert all(place.startswith("/") for place in usual_folders("ngrok", "linux", {}))


def test_installers_folders_are_looked_into_on_windows() -> None:
    found = usual_folders(
        "cloudflared",
        "win32",
        {"ProgramFiles": r"C:\Program Files", "LOCALAPPDATA": r"C:\Users\anna\AppData\Local"},
    )
    assert r"C:\Program Files\cloudflared" in found
    assert r"C:\Users\anna\AppData\Local\Microsoft\WinGet\Links" in found
    assert not [place for place in found if "scoop" in place]  # its variable is not set


def test_nothing_that_is_started_shows_a_console_on_windows() -> None:
    starts = {"Popen", "run", "check_output", "check_call", "call"}
    bare = []
    for file in _APP.rglob("*.py"):
        name = file.relative_to(_APP).as_posix()
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner = node.func.value
            is_start = isinstance(owner, ast.Name) and owner.id == "subprocess"
            has_flags = any(one.arg == "creationflags" for one in node.keywords)
            if is_start and node.func.attr in starts and not has_flags:
                bare.append(name)
            assert node.func.attr not in {"create_subprocess_exec", "create_subprocess_shell"}
    assert sorted(bare) == sorted(_OF_ONE_SYSTEM)
