"""What an announcement may say, and which version is the newer one."""

import msgspec
import pytest

from kvitto.updates.announcement import AnnouncementError, VersionSeverity, parse_announcement

GOOD = {"version": "1.2.3", "date": "2026-11-29", "url": "https://kvitto.example/"}


def _told(**changes: object) -> bytes:
    return msgspec.json.encode(GOOD | changes)


def test_a_later_version_is_newer_and_an_earlier_one_is_not() -> None:
    told = parse_announcement(_told(version="0.10.0"))
    assert told.is_newer_than("0.9.9")
    assert not told.is_newer_than("0.10.0")
    assert not told.is_newer_than("0.10.1")
    assert not told.is_newer_than("1.0.0")


def test_a_severity_of_a_later_program_counts_as_important() -> None:
    assert parse_announcement(_told()).weight is VersionSeverity.NORMAL
    assert parse_announcement(_told(severity="security")).weight is VersionSeverity.SECURITY
    assert parse_announcement(_told(severity="apocalypse")).weight is VersionSeverity.IMPORTANT
    assert parse_announcement(_told(more="is left out")).version == "1.2.3"


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "1.2"},
        {"version": "1.2.3-beta"},
        {"version": "\u0661.2.3"},
        {"version": 1},
        {"date": "tomorrow"},
        {"url": "http://kvitto.example/"},
        {"url": "javascript:alert(1)"},
        {"url": "file:///etc/passwd"},
        {"url": "https://"},
        {"url": "https://kvitto.example@evil.example/"},
        {"url": "https://[/"},
        {"url": "https://kvitto.example/\u202e"},
        {"url": "https://kvitto.example/" + "a" * 500},
        {"notes": "a" * 5000},
    ],
)
def test_what_can_not_be_right_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(AnnouncementError):
        parse_announcement(_told(**changes))


@pytest.mark.parametrize("data", [b"", b"[]", b"<html>", b"\xff", b"{" * 100_000])
def test_what_is_no_announcement_is_refused(data: bytes) -> None:
    with pytest.raises(AnnouncementError):
        parse_announcement(data)
