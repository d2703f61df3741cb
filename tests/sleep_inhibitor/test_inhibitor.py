"""Each system is given its own way."""

import pytest

from kvitto.sleep_inhibitor.inhibitor import system_inhibitor
from kvitto.sleep_inhibitor.linux import DesktopInhibitor
from kvitto.sleep_inhibitor.macos import MacInhibitor
from kvitto.sleep_inhibitor.windows import WindowsInhibitor


@pytest.mark.parametrize(
    ("platform", "kind"),
    [("linux", DesktopInhibitor), ("win32", WindowsInhibitor), ("darwin", MacInhibitor)],
)
def test_each_system_has_its_way(platform: str, kind: type) -> None:
    assert isinstance(system_inhibitor(platform), kind)


def test_an_unknown_system_has_none() -> None:
    assert system_inhibitor("plan9") is None
