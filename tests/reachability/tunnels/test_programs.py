"""Where tunnel programs are found."""

from pathlib import Path

import pytest

from kvitto.reachability.tunnels.programs import find_program, usual_folders


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
