"""Start with the computer: what the system is told, on Linux, macOS and Windows.

Only the desktop entry was tried by a real desktop's rules; the other ways were tried as far as the
files and values that they write.
"""

import configparser
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QSettings
from typing_extensions import override

from kvitto.paths import home_folder
from kvitto.receiver.systemd_unit import unit_of
from kvitto.store.engines.store_choice import naming_options
from kvitto.store.engines.store_url import StoreUrl
from kvitto.ui.settings.login_command import (
    StartedAtLogIn,
    desktop_command,
    unit_command,
    windows_command,
)

log = logging.getLogger(__name__)

_NAME: Final = "kvitto"
_RUN_KEY: Final = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run"
_SECTION: Final = "Desktop Entry"
_RELOAD_S: Final = 10.0


class Autostart(Protocol):
    """Whether reports are received from when the user logs in, without a window.

    What an earlier version has written, which opened the window hidden, counts as well, until
    `renew` writes what is written today. Only one store is received so.

    All calls touch the disk and raise OSError where that fails.
    """

    def is_on(self) -> bool:
        """Tell whether they are, into this store, by a program that is there."""

    def other(self) -> str:
        """Return which other store is received so, by its URL or folder; "" for none."""

    def turn_on(self) -> None:
        """Make it start."""

    def turn_off(self) -> None:
        """Make it start no more."""

    def renew(self) -> None:
        """Replace what can't start any more, or what an earlier version has written.

        Only where it was meant for the same store.
        """


def own_command(folder: Path, store: StoreUrl | None = None) -> list[str]:
    """Return the command that receives without a window, as the running program, at `folder`.

    Where it listens it takes from the settings at that time. From source it is this Python, which
    must find the package `kvitto`: see `own_folder`.

    Raises:
        StoreError: see `naming_options`.
    """
    # The window's own program, not the one for consoles: on Windows that would open one.
    program = [sys.executable] if _is_frozen() else [sys.executable, "-m", "kvitto"]
    # Always named: at login the variables that name them may not be there.
    return [*program, "receive", "--background", *naming_options(folder, store)]


def own_folder() -> Path | None:
    """Return the folder to start in, where that matters: from source."""
    return None if _is_frozen() else Path(__file__).parents[3]


def system_autostart(folder: Path, store: StoreUrl | None = None) -> Autostart | None:
    """Return this system's way to receive; None where there is none.

    Args:
        folder: the data folder, or the one within it that goes with the store.
        store: the store on a server; None for the one of the folder.

    Raises:
        StoreError: see `naming_options`.
    """
    command, start_in = own_command(folder, store), own_folder()
    found: Autostart | None = None
    if sys.platform == "win32":
        found = WindowsAutostart(command, QSettings(_RUN_KEY, QSettings.Format.NativeFormat))
    elif sys.platform == "darwin":
        found = MacAutostart(command, start_in, home_folder() / "Library" / "LaunchAgents")
    elif os.name == "posix":
        found = entry = LinuxAutostart(command, start_in, _linux_folder())
        if _has_user_manager():
            found = SystemdAutostart(command, start_in, _config_folder() / "systemd/user", entry)
    return found


class LinuxAutostart(StartedAtLogIn):
    """A desktop entry among the user's own that are started at login.

    Source: freedesktop.org's Desktop Application Autostart and Desktop Entry specifications.

    Args:
        command: the program and its arguments.
        start_in: the folder to start in, if that matters.
        folder: where such entries are.
    """

    def __init__(self, command: Sequence[str], start_in: Path | None, folder: Path) -> None:
        super().__init__(command)
        self._start_in = start_in
        self._file = folder / f"{_NAME}.desktop"

    @override
    def started(self) -> list[str]:
        """Return what the desktop starts: it switches an entry off by a line in it."""
        entry = configparser.RawConfigParser(strict=False)
        entry.optionxform = str  # type: ignore[assignment,method-assign]
        try:
            entry.read_string(self._file.read_text("utf-8"))
        except (FileNotFoundError, configparser.Error, UnicodeDecodeError):
            return []
        if not entry.has_section(_SECTION):
            return []
        is_hidden = entry.get(_SECTION, "Hidden", fallback="false")
        is_enabled = entry.get(_SECTION, "X-GNOME-Autostart-enabled", fallback="true")
        if is_hidden.strip() == "true" or is_enabled.strip() == "false":
            return []
        return desktop_command(entry.get(_SECTION, "Exec", fallback=""))

    @override
    def turn_on(self) -> None:
        """Write the entry."""
        lines = [
            f"[{_SECTION}]",
            "Type=Application",
            "Name=Kvitto",
            "Comment=Receive delivery reports",
            "Comment[sv]=Ta emot leveransrapporter",
            f"TryExec={_string_value(self._command[0])}",
            f"Exec={_exec_value(self._command)}",
            *([] if self._start_in is None else [f"Path={_string_value(str(self._start_in))}"]),
            "Icon=kvitto",
            "Terminal=false",
            "StartupNotify=false",
        ]
        _write(self._file, "\n".join(lines) + "\n")

    def turn_off(self) -> None:
        """Delete the entry."""
        self._file.unlink(missing_ok=True)


class SystemdAutostart(StartedAtLogIn):
    """A unit of the user's own systemd, which also starts it again when it has crashed.

    Source: systemd.unit(5), "Unit File Load Path", and systemctl(1), "enable".

    Args:
        command: the program and its arguments.
        start_in: the folder to start in, if that matters.
        folder: where the user's units are.
        entry: what is used without systemd, and was by earlier versions.
    """

    def __init__(
        self, command: Sequence[str], start_in: Path | None, folder: Path, entry: LinuxAutostart
    ) -> None:
        super().__init__(command)
        self._start_in = start_in
        # Not the name that a unit of the user's own has, as the manual proposes it.
        self._file = folder / f"{_NAME}-login.service"
        self._wanted = folder / "default.target.wants" / self._file.name
        self._entry = entry

    @override
    def started(self) -> list[str]:
        """Return what the unit starts, where it is enabled."""
        if not self._wanted.is_symlink():
            return []
        try:
            text = self._file.read_text("utf-8")
        except (FileNotFoundError, UnicodeDecodeError):
            return []
        lines = text.splitlines()
        told = (line.removeprefix("ExecStart=") for line in lines if line.startswith("ExecStart="))
        return unit_command(next(told, ""))

    @override
    def is_on(self) -> bool:
        """Tell whether the unit starts it, or the desktop."""
        return super().is_on() or self._entry.is_on()

    @override
    def other(self) -> str:
        """Return what other store the unit starts with, or the desktop."""
        return super().other() or self._entry.other()

    @override
    def turn_on(self) -> None:
        """Write the unit and enable it; the desktop starts it no more."""
        _write(self._file, unit_of(self._command, self._start_in))
        self._wanted.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._wanted.unlink(missing_ok=True)
        self._wanted.symlink_to(self._file)
        self._entry.turn_off()
        _reload_units()

    def turn_off(self) -> None:
        """Delete the unit. What receives now goes on."""
        self._wanted.unlink(missing_ok=True)
        self._file.unlink(missing_ok=True)
        self._entry.turn_off()
        _reload_units()

    @override
    def is_outdated(self) -> bool:
        """Tell whether the unit is, or the desktop starts it as earlier versions had it."""
        return super().is_outdated() or self._entry.is_outdated()


def _reload_units() -> None:
    """Have systemd read the units again; where it does not, it does at the next log-in."""
    systemctl = shutil.which("systemctl")
    if systemctl is None:
        return
    try:
        subprocess.run(
            [systemctl, "--user", "daemon-reload"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_RELOAD_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        log.info("systemd did not read the units again: %s", error)


class MacAutostart(StartedAtLogIn):
    """A launch agent of the user's. Not tried on macOS: only that the file says what is meant.

    Args:
        command: the program and its arguments.
        start_in: the folder to start in, if that matters.
        folder: where launch agents are.
    """

    def __init__(self, command: Sequence[str], start_in: Path | None, folder: Path) -> None:
        super().__init__(command)
        self._start_in = start_in
        self._file = folder / f"{_NAME}.plist"

    @override
    def started(self) -> list[str]:
        """Return what the agent starts."""
        import plistlib  # here, and below: no other system needs it
        from xml.parsers.expat import ExpatError

        try:
            told = plistlib.loads(self._file.read_bytes()).get("ProgramArguments", [])
        except (FileNotFoundError, plistlib.InvalidFileException, ExpatError, AttributeError):
            return []
        return [str(one) for one in told] if isinstance(told, list) else []

    @override
    def turn_on(self) -> None:
        """Write the agent; it runs from the next login on."""
        agent: dict[str, object] = {
            "Label": _NAME,
            "ProgramArguments": list(self._command),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ProcessType": "Interactive",
        }
        if self._start_in is not None:
            agent["WorkingDirectory"] = str(self._start_in)
        import plistlib

        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_bytes(plistlib.dumps(agent))

    def turn_off(self) -> None:
        """Delete the agent."""
        self._file.unlink(missing_ok=True)


class WindowsAutostart(StartedAtLogIn):
    """A value of the registry's Run key. Not tried on Windows: only what is written there.

    The key knows no folder to start in: from source it works only where `kvitto` is installed.

    Args:
        command: the program and its arguments.
        run_key: the Run key; in tests, a file.
    """

    def __init__(self, command: Sequence[str], run_key: QSettings) -> None:
        super().__init__(command)
        self._run_key = run_key

    @override
    def started(self) -> list[str]:
        """Return what the value starts."""
        return windows_command(str(self._run_key.value(_NAME, "")))

    @override
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


def _config_folder() -> Path:
    """Return where the user's settings are; a relative path is not allowed, and ignored."""
    configured = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    return configured if configured.is_absolute() else home_folder() / ".config"


def _linux_folder() -> Path:
    return _config_folder() / "autostart"


def _has_user_manager() -> bool:
    """Tell whether this user has a systemd of their own that runs."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return bool(runtime) and (Path(runtime) / "systemd" / "private").exists()


def _write(file: Path, text: str) -> None:
    """Write a file, whole or not at all."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(text, "utf-8")
    new.replace(file)


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
