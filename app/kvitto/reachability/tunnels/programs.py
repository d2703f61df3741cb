"""Where the programs that open tunnels lie, and how other programs are started.

A program that was started from a menu has another PATH than a terminal has: on macOS it names
nothing of Homebrew's, and installers put some programs where no PATH leads.
"""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

_LINUX: Final = (
    "/usr/local/bin",
    "/snap/bin",
    "/var/lib/snapd/snap/bin",
    "/home/linuxbrew/.linuxbrew/bin",
    "~/.linuxbrew/bin",
    "~/.local/bin",
    "~/bin",
)
_MACOS: Final = (
    "/opt/homebrew/bin",
    "/usr/local/bin",
    "/opt/local/bin",
    "~/.local/bin",
    "~/bin",
    # The App Store's Tailscale; macOS' file systems don't tell small letters from capitals.
    "/Applications/Tailscale.app/Contents/MacOS",
    "~/Applications/Tailscale.app/Contents/MacOS",
)
_WINDOWS: Final = (
    ("ProgramFiles", "{name}"),
    ("ProgramFiles(x86)", "{name}"),
    ("ProgramW6432", "{name}"),
    ("LOCALAPPDATA", "Microsoft/WinGet/Links"),
    ("LOCALAPPDATA", "Microsoft/WindowsApps"),
    ("LOCALAPPDATA", "Programs/{name}"),
    ("ProgramData", "chocolatey/bin"),
    ("USERPROFILE", "scoop/shims"),
    ("SystemRoot", "System32/OpenSSH"),
)
"""Variables that name a folder, and where in it: {name} is the program's."""


def find_program(name: str) -> str | None:
    """Return the full path of a program; None where it is not there. Looks at the disk."""
    found = shutil.which(name)
    # Windows looks into the folder that we happen to be in, before all others.
    if found is not None and Path(found).is_absolute():
        return found
    beside = os.pathsep.join(usual_folders(name))
    found = shutil.which(name, path=beside) if beside else None
    return found if found is not None and Path(found).is_absolute() else None


def usual_folders(
    name: str, system: str = sys.platform, environment: Mapping[str, str] | None = None
) -> list[str]:
    """Return the folders in which a program usually lies, also where PATH does not name them.

    Args:
        name: the program's.
        system: as `sys.platform`.
        environment: the variables; None for this program's own.
    """
    given = os.environ if environment is None else environment
    if system == "win32":
        return [
            str(PureWindowsPath(given[variable], place.format(name=name)))
            for variable, place in _WINDOWS
            if given.get(variable)
        ]
    home = given.get("HOME", "")
    listed = _MACOS if system == "darwin" else _LINUX
    named = (place.replace("~", home, 1) if home else place for place in listed)
    return [place for place in named if PurePosixPath(place).is_absolute()]
