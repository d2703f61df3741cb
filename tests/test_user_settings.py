"""What the user has set in the window is known without it."""

import logging
from pathlib import Path

import pytest

from kvitto.ui.services.preferences import Preferences
from kvitto.user_settings import UserSettings, read_settings
from tests.helpers.logwatch import LogWatch


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "fe80::1%eth0", "0.0.0.0"])
def test_it_is_what_the_window_has_kept(data_dir: Path, host: str) -> None:
    preferences = Preferences(data_dir)
    preferences.put("host", host)
    preferences.put("port", 4711)
    preferences.put("keeps_awake", False)
    preferences.put("public_url", "https://a.example;b=\u00e5, [c]")
    preferences.flush()

    assert read_settings(data_dir) == UserSettings(host=host, port=4711, keeps_awake=False)


def test_what_is_not_set_is_as_usual(data_dir: Path) -> None:
    assert read_settings(data_dir) == UserSettings()
    (data_dir / "settings.ini").write_text("[General]\nport=x\nhost=\n")
    assert read_settings(data_dir) == UserSettings()


def test_what_cannot_be_read_is_the_default_and_logged(data_dir: Path, log_watch: LogWatch) -> None:
    (data_dir / "settings.ini").write_bytes(b"\xff nonsense")
    with log_watch.expect(logging.WARNING, "the defaults are used"):
        assert read_settings(data_dir) == UserSettings()
