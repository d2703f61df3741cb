"""What the user has set in the window and what counts without it, too. Read only, and without Qt.

The window keeps its settings in `settings.ini` of the data folder; see
`kvitto.ui.services.preferences`.
"""

import configparser
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SETTINGS_FILE: Final = "settings.ini"
_SECTION: Final = "General"
_MAX_PORT: Final = 65535

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class UserSettings:
    """Settings that count without the window. What is not set, or can't be read, is as usual.

    Attributes:
        host: the address to listen on; "" for the usual one.
        port: the port to listen on; None for the usual one.
        keeps_awake: whether the computer is kept awake while a batch is waited for.
    """

    host: str = ""
    port: int | None = None
    keeps_awake: bool = True


def read_settings(folder: Path) -> UserSettings:
    """Return what is set for a data folder.

    Source: Qt's QSettings, "Format::IniFormat": what belongs to no group is under `General`.
    """
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",))
    try:
        parser.read_string((folder / SETTINGS_FILE).read_text("utf-8", errors="replace"))
    except FileNotFoundError:
        return UserSettings()
    except (OSError, configparser.Error) as error:
        log.warning("The settings can't be read, and are taken as usual: %s", error)
        return UserSettings()
    port = parser.get(_SECTION, "port", fallback="")
    is_port = port.isascii() and port.isdigit() and int(port) <= _MAX_PORT
    return UserSettings(
        host=parser.get(_SECTION, "host", fallback="").strip('"'),
        port=int(port) if is_port else None,
        keeps_awake=parser.get(_SECTION, "keeps_awake", fallback="true") != "false",
    )
