"""Preferences: typed, kept, and told when they change."""

import errno
import logging
import stat
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from kvitto.ui.services.preferences import Language, OnClose, Preferences, ThemeChoice
from tests.helpers.logwatch import LogWatch

pytestmark = pytest.mark.usefixtures("qapp")


def test_what_is_put_is_there_at_the_next_start(data_dir: Path) -> None:
    preferences = Preferences(data_dir)
    assert preferences.theme is ThemeChoice.SYSTEM
    preferences.put("theme", "dark")
    preferences.put("language", "sv")
    preferences.put("is_masked", True)
    preferences.put("port", 8371)
    preferences.put_state("geometry", QByteArray(b"\0\1"))
    preferences.flush()

    again = Preferences(data_dir)

    assert again.theme is ThemeChoice.DARK
    assert again.language is Language.SWEDISH
    assert again.is_masked is True
    assert again.port == 8371
    assert again.state("geometry") == QByteArray(b"\0\1")
    assert again.state("unknown").isEmpty()


def test_nonsense_in_the_file_is_the_default(data_dir: Path) -> None:
    (data_dir / "settings.ini").write_text("[General]\ntheme=plaid\non_close=explode\nport=abc\n")

    preferences = Preferences(data_dir)

    assert preferences.theme is ThemeChoice.SYSTEM
    assert preferences.on_close is OnClose.ASK
    assert preferences.port in {0, 8370}


def test_a_change_is_told_once(data_dir: Path) -> None:
    preferences = Preferences(data_dir)
    told: list[str] = []
    preferences.changed.connect(told.append)

    preferences.put("is_masked", True)
    preferences.put("is_masked", True)
    preferences.put("is_masked", False)

    assert told == ["is_masked", "is_masked"]


def test_the_file_is_the_users_alone(data_dir: Path) -> None:
    Preferences(data_dir).put("port", 1)

    assert stat.S_IMODE((data_dir / "settings.ini").stat().st_mode) & 0o077 == 0


def test_without_room_for_the_file_they_are_kept_to_the_end(
    data_dir: Path, log_watch: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: Path, mode: int) -> None:
        raise OSError(errno.ENOSPC, f"no room, {mode:o}")

    monkeypatch.setattr(Path, "touch", full)
    with log_watch.expect(logging.WARNING, "The settings can't be kept: "):
        preferences = Preferences(data_dir)
    preferences.put("language", Language.SWEDISH.value)
    assert preferences.language is Language.SWEDISH
