"""The settings that the receiver needs, too. Read only, and without Qt.

The window keeps its settings in `settings.ini` of the data folder; see
`kvitto.ui.services.preferences`.
"""

import configparser
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SETTINGS_FILE: Final = "settings.ini"
STORE_SETTING: Final = "store"
_SECTION: Final = "General"
_MAX_PORT: Final = 65535

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class UserSettings:
    """Settings of the receiver; the default where one is not set, or can't be read.

    Attributes:
        host: the address to listen on; "" for the default.
        port: the port to listen on; None for the default.
        keeps_awake: whether the computer is kept awake while a batch is waited for.
        store: the URL of the store on a server that the user has chosen, without a password; ""
            for the store in the data folder.
        receives_here: whether reports into such a store are received on this computer, too.
    """

    host: str = ""
    port: int | None = None
    keeps_awake: bool = True
    store: str = ""
    receives_here: bool = False


def read_settings(folder: Path) -> UserSettings:
    """Return the settings of a data folder.

    Source: Qt's QSettings, "Format::IniFormat": what belongs to no group is under `General`.
    """
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",))
    try:
        parser.read_string((folder / SETTINGS_FILE).read_text("utf-8", errors="replace"))
    except (FileNotFoundError, NotADirectoryError):
        return UserSettings()
    except (OSError, configparser.Error) as error:
        log.warning("The settings can't be read, and the defaults are used: %s", error)
        return UserSettings()
    port = parser.get(_SECTION, "port", fallback="")
    is_port = port.isascii() and port.isdigit() and int(port) <= _MAX_PORT
    return UserSettings(
        host=parser.get(_SECTION, "host", fallback="").strip('"'),
        port=int(port) if is_port else None,
        keeps_awake=parser.get(_SECTION, "keeps_awake", fallback="true") != "false",
        store=parser.get(_SECTION, STORE_SETTING, fallback="").strip('"'),
        receives_here=parser.get(_SECTION, "receives_here", fallback="false") == "true",
    )
