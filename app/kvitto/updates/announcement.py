"""What an announcement says."""

import re
from datetime import date
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

import msgspec

from kvitto.updates.signature import WrongSignatureError, verify
from kvitto.updates.update_errors import UpdateUnknownError, WhyUnknown

_VERSION: Final = re.compile(r"\d{1,5}\.\d{1,5}\.\d{1,5}", re.ASCII)
_LONGEST_URL: Final = 500
_LONGEST_NOTES: Final = 4000


class VersionSeverity(StrEnum):
    """Why a version matters."""

    NORMAL = "normal"
    IMPORTANT = "important"
    """Without it, something that Kvitto shows or keeps may be wrong."""
    SECURITY = "security"


class AnnouncementError(Exception):
    """It does not say what an announcement says."""


class NewVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version that is out.

    Attributes:
        version: three numbers.
        date: of the release, ISO-8601.
        url: where to read more and to get it; beginning with https.
        notes: what has changed, plain text.
        severity: why it matters; a word that this program does not know counts as important.
    """

    version: str
    date: str
    url: str
    notes: str = ""
    severity: str = VersionSeverity.NORMAL.value

    @property
    def weight(self) -> VersionSeverity:
        """Why it matters."""
        known = list(VersionSeverity)
        return (
            VersionSeverity(self.severity) if self.severity in known else VersionSeverity.IMPORTANT
        )

    def is_newer_than(self, version: str) -> bool:
        """Return whether it is of a later version than `version`."""
        return _numbers(self.version) > _numbers(version)


class SignedAnnouncement(msgspec.Struct, frozen=True):
    """An announcement as it was received, fit to be kept and verified anew.

    Attributes:
        data: the JSON.
        signature: its signature.
    """

    data: bytes
    signature: bytes

    def read(self, public_key: str) -> NewVersion:
        """Return what it says, if it is signed by a key.

        Raises:
            UpdateUnknownError: it is not, or says nothing.
        """
        try:
            verify(self.data, self.signature, public_key)
            return parse_announcement(self.data)
        except WrongSignatureError as error:
            raise UpdateUnknownError(WhyUnknown.SIGNATURE, str(error)) from error
        except AnnouncementError as error:
            raise UpdateUnknownError(WhyUnknown.ANSWER, str(error)) from error


def parse_announcement(data: bytes) -> NewVersion:
    """Return what an announcement says.

    Raises:
        AnnouncementError: it is not one.
    """
    try:
        told = msgspec.json.decode(data, type=NewVersion)
        date.fromisoformat(told.date)
        parts = urlsplit(told.url)
        is_open = parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise AnnouncementError(str(error)) from error
    if not _VERSION.fullmatch(told.version):
        raise AnnouncementError("It names no version.")
    if not is_open or len(told.url) > _LONGEST_URL or not told.url.isprintable():
        raise AnnouncementError("It names no address beginning with https.")
    if len(told.notes) > _LONGEST_NOTES:
        raise AnnouncementError("Its notes are too long.")
    return told


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
