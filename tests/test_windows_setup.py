"""What Windows is asked for, in its own words; nothing is asked elsewhere."""

import re
from pathlib import Path

from kvitto.windows_setup import MUTEX, be_known

_SETUP = Path(__file__).parents[1] / "packaging/kvitto.iss"


class _Kernel:
    """Stands in for kernel32."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def CreateMutexW(self, *values: object) -> int:  # noqa: N802 - its name
        self.asked.append(("mutex", *values))
        return 1

    def RegisterApplicationRestart(self, *values: object) -> int:  # noqa: N802 - its name
        self.asked.append(("restart", *values))
        return 0


def test_the_receiver_is_started_again_as_it_was() -> None:
    kernel = _Kernel()
    be_known(["receive", "--background", "--data-dir", r"C:\My data"], kernel)
    assert kernel.asked == [
        ("mutex", None, False, MUTEX),
        ("restart", r'receive --background --data-dir "C:\My data"', 3),
    ]


def test_what_windows_would_refuse_is_not_asked() -> None:
    kernel = _Kernel()
    be_known(["--data-dir", "x" * 1024], kernel)
    assert [one[0] for one in kernel.asked] == ["mutex"]
    be_known(["receive"])  # this system has none of it


def test_the_installer_looks_for_the_same_name_and_may_install_for_all() -> None:
    setup = _SETUP.read_text("utf-8")
    assert re.search(rf"^AppMutex={MUTEX}$", setup, re.MULTILINE)
    assert re.search(
        r"^PrivilegesRequiredOverridesAllowed=dialog commandline$", setup, re.MULTILINE
    )
