"""Recognise folders that a program keeps the same on several computers.

Such a program uploads the database and its log one by one, may put an older one back, and keeps
files locked while it reads them.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

_NAMES: Final = {
    "dropbox": "Dropbox",
    "onedrive": "OneDrive",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "mobile documents": "iCloud",
    "icloud drive": "iCloud",
    "iclouddrive": "iCloud",
    "cloudstorage": "a cloud service",
    "syncthing": "Syncthing",
    "pcloud drive": "pCloud",
    "box sync": "Box",
}
"""How the folders are called, in lower case, and the service. OneDrive adds the company's name, and
Dropbox the account's."""
_PREFIXES: Final = ("dropbox (", "onedrive -", "onedrive-", "googledrive-", "nextcloud-")
_MARKS: Final = {
    ".dropbox": "Dropbox",
    ".dropbox.cache": "Dropbox",
    ".nextcloudsync.log": "Nextcloud",
    ".owncloudsync.log": "ownCloud",
    ".stfolder": "Syncthing",
}
"""What the programs put into the folders that they keep."""


def sync_service(folder: Path) -> str | None:
    """Return the service that a folder is kept the same by, or None where none is known.

    Args:
        folder: an existing folder, resolved.
    """
    for above in (folder, *folder.parents):
        name = above.name.lower()
        if name in _NAMES:
            return _NAMES[name]
        for prefix in _PREFIXES:
            if name.startswith(prefix):
                return _NAMES[prefix.rstrip(" (-")]
        mark = next(iter(_marks_in(above)), None)
        if mark is not None:
            return mark
    return None


def _marks_in(folder: Path) -> Iterable[str]:
    for mark, service in _MARKS.items():
        try:
            if (folder / mark).exists():
                yield service
        except OSError:
            return
