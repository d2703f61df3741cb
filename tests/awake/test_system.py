"""Each system is given its own way."""

import pytest

from app.awake.desktop import DesktopInhibitor
from app.awake.macos import MacInhibitor
from app.awake.system import system_inhibitor
from app.awake.windows import WindowsInhibitor


@pytest.mark.parametrize(
    ("platform", "kind"),
    [("linux", DesktopInhibitor), ("win32", WindowsInhibitor), ("darwin", MacInhibitor)],
)
def test_each_system_has_its_way(platform: str, kind: type) -> None:
    assert isinstance(system_inhibitor(platform), kind)


def test_an_unknown_system_has_none() -> None:
    assert system_inhibitor("plan9") is None
