"""Start with the computer: what the system is told, on Linux, macOS and Windows.

Only the Linux way was tried on a real desktop's rules; the other two were tried as far as the files
and values that they write.
"""

import configparser
import os
import plistlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QSettings

_NAME: Final = "kvitto"
_RUN_KEY: Final = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run"
_SECTION: Final = "Desktop Entry"


class Autostart(Protocol):
    """Whether the program starts when the user logs in.

    All calls touch the disk and raise OSError where that fails.
    """

    def is_on(self) -> bool:
        """Tell whether it does."""

    def turn_on(self) -> None:
        """Make it start."""

    def turn_off(self) -> None:
        """Make it start no more."""


def own_command(folder: Path) -> list[str]:
    """Return the command that starts the running program in the tray, on the data folder `folder`.

    From source it is this Python, which must find the package `app`: see `own_folder`.
    """
    program = [sys.executable] if _is_frozen() else [sys.executable, "-m", "app"]
    # Always named: at login the variable that names it may not be there.
    return [*program, "--data-dir", str(folder), "--hidden"]


def own_folder() -> Path | None:
    """Return the folder to start in, where that matters: from source."""
    return None if _is_frozen() else Path(__file__).parents[3]


def system_autostart(folder: Path) -> Autostart | None:
    """Return this system's way, for the data folder `folder`; None where there is none."""
    command, start_in = own_command(folder), own_folder()
    if sys.platform == "win32":
        return WindowsAutostart(command, QSettings(_RUN_KEY, QSettings.Format.NativeFormat))
    if sys.platform == "darwin":
        return MacAutostart(command, start_in, Path.home() / "Library" / "LaunchAgents")
    if os.name == "posix":
        return LinuxAutostart(command, start_in, _linux_folder())
    return None


class LinuxAutostart:
    """A desktop entry among the user's own that are started at login.

    Source: freedesktop.org's Desktop Application Autostart and Desktop Entry specifications.

    Args:
        command: the program and its arguments.
        start_in: the folder to start in, if that matters.
        folder: where such entries are.
    """

    def __init__(self, command: Sequence[str], start_in: Path | None, folder: Path) -> None:
        self._command = command
        self._start_in = start_in
        self._file = folder / f"{_NAME}.desktop"

    def is_on(self) -> bool:
        """Tell whether it starts: desktops switch an entry off by a line in it."""
        entry = configparser.RawConfigParser(strict=False)
        entry.optionxform = str  # type: ignore[assignment,method-assign]
        try:
            entry.read_string(self._file.read_text("utf-8"))
        except FileNotFoundError:
            return False
        except (configparser.Error, UnicodeDecodeError):
            return False
        if not entry.has_section(_SECTION):
            return False
        is_hidden = entry.get(_SECTION, "Hidden", fallback="false")
        is_enabled = entry.get(_SECTION, "X-GNOME-Autostart-enabled", fallback="true")
        return is_hidden.strip() != "true" and is_enabled.strip() != "false"

    def turn_on(self) -> None:
        """Write the entry."""
        lines = [
            f"[{_SECTION}]",
            "Type=Application",
            "Name=Kvitto",
            "Comment=Receive delivery reports",
            "Comment[sv]=Ta emot leveransrapporter",
            f"Exec={_exec_value(self._command)}",
            *([] if self._start_in is None else [f"Path={_string_value(str(self._start_in))}"]),
            "Icon=kvitto",
            "Terminal=false",
            "StartupNotify=false",
        ]
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._file.with_suffix(".new")
        new.write_text("\n".join(lines) + "\n", "utf-8")
        new.replace(self._file)

    def turn_off(self) -> None:
        """Delete the entry."""
        self._file.unlink(missing_ok=True)


class MacAutostart:
    """A launch agent of the user's. Not tried on macOS: only that the file says what is meant.

    Args:
        command: the program and its arguments.
        start_in: the folder to start in, if that matters.
        folder: where launch agents are.
    """

    def __init__(self, command: Sequence[str], start_in: Path | None, folder: Path) -> None:
        self._command = command
        self._start_in = start_in
        self._file = folder / f"{_NAME}.plist"

    def is_on(self) -> bool:
        """Tell whether the agent is there."""
        return self._file.exists()

    def turn_on(self) -> None:
        """Write the agent; it runs from the next login on."""
        agent: dict[str, object] = {
            "Label": _NAME,
            "ProgramArguments": list(self._command),
            "RunAtLoad": True,
            "ProcessType": "Interactive",
        }
        if self._start_in is not None:
            agent["WorkingDirectory"] = str(self._start_in)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_bytes(plistlib.dumps(agent))

    def turn_off(self) -> None:
        """Delete the agent."""
        self._file.unlink(missing_ok=True)


class WindowsAutostart:
    """A value of the registry's Run key. Not tried on Windows: only what is written there.

    The key knows no folder to start in: from source it works only where `app` is installed.

    Args:
        command: the program and its arguments.
        run_key: the Run key; in tests, a file.
    """

    def __init__(self, command: Sequence[str], run_key: QSettings) -> None:
        self._command = command
        self._run_key = run_key

    def is_on(self) -> bool:
        """Tell whether the value is there."""
        return self._run_key.contains(_NAME)

    def turn_on(self) -> None:
        """Set the value."""
        self._run_key.setValue(_NAME, subprocess.list2cmdline(self._command))
        self._write()

    def turn_off(self) -> None:
        """Remove the value."""
        self._run_key.remove(_NAME)
        self._write()

    def _write(self) -> None:
        self._run_key.sync()
        if self._run_key.status() is not QSettings.Status.NoError:
            msg = "the registry can't be written"
            raise OSError(msg)


def _is_frozen() -> bool:
    return bool(getattr(sys, "frozen", False))


def _linux_folder() -> Path:
    """Return where the user's entries are; a relative path is not allowed, and ignored."""
    configured = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    base = configured if configured.is_absolute() else Path.home() / ".config"
    return base / "autostart"


def _exec_value(command: Sequence[str]) -> str:
    """Return a command as the value of `Exec`: quoted, and its per cent signs doubled."""
    return _string_value(" ".join(_quoted(one) for one in command))


def _quoted(argument: str) -> str:
    escaped = argument.replace("%", "%%")
    for special in ("\\", '"', "`", "$"):
        escaped = escaped.replace(special, f"\\{special}")
    return f'"{escaped}"'


def _string_value(text: str) -> str:
    """Return a text as a value of a desktop entry, where a backslash escapes."""
    return text.replace("\\", "\\\\").replace("\n", "\\n")
