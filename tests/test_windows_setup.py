"""What Windows is asked for, in its own words; nothing is asked elsewhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kvitto import windows_setup
from kvitto.windows_setup import MUTEX, be_known

_APP = Path(windows_setup.__file__).parent
_SETUP = Path(__file__).parents[1] / "packaging/kvitto.iss"
_STARTS = {"subprocess": r"Popen|run|call|check_\w+|get\w+output", "os": r"exec[lv]\w*|startfile"}
"""What starts programs, and may be used."""
_OTHER_STARTS = re.compile(
    r"\bos\.(system|popen|spawn|posix_spawn|fork)|create_subprocess|subprocess_(exec|shell)"
    r"|QProcess|\bpty\.|from (os|subprocess|multiprocessing) import|import subprocess as"
    r"|import multiprocessing|ProcessPoolExecutor|ShellExecute|win32process"
)
"""What may not: a console may show, or nobody sees whether one does."""
_OF_ONE_SYSTEM = {
    "sleep_inhibitor/macos.py": "Popen",  # caffeinate
    "receiver/mapping_faults.py": "execv",  # where there are signals
    "ui/bootstrap.py": "execv",  # likewise
    "ui/settings/autostart.py": "run",  # systemctl
}
"""What is never started on Windows."""


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


def _starts_with_a_console(code: str) -> Iterator[str]:
    """Return the calls that start a program, and for which Windows may show a console."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner, name = node.func.value, node.func.attr
            known = _STARTS.get(owner.id) if isinstance(owner, ast.Name) else None
            flags = [ast.unparse(one.value) for one in node.keywords if one.arg == "creationflags"]
            is_hidden = flags in (["NO_WINDOW"], ["_creation_flags()"])
            if known is not None and re.fullmatch(known, name) and not is_hidden:
                yield name


def test_nothing_that_is_started_shows_a_console_on_windows() -> None:
    bare: dict[str, str] = {}
    others: list[str] = []
    for file in _APP.rglob("*.py"):
        code, name = file.read_text("utf-8"), file.relative_to(_APP).as_posix()
        for start in _starts_with_a_console(code):
            bare[name] = start
        others += [f"{name}: {found[0]}" for found in _OTHER_STARTS.finditer(code)]
    assert bare == _OF_ONE_SYSTEM
    assert not others


@pytest.mark.parametrize(
    "code",
    [
        "subprocess.run(['cloudflared'])",
        "subprocess.Popen(command, creationflags=0)",
        "subprocess.check_output(command)",
        "os.startfile(path)",
        "os.execv(path, command)",
    ],
)
def test_what_would_show_one_is_seen(code: str) -> None:
    assert list(_starts_with_a_console(code))


@pytest.mark.parametrize(
    "code",
    [
        "from subprocess import Popen",
        "os.system('cloudflared')",
        "QProcess.startDetached('cloudflared')",
        "await asyncio.create_subprocess_exec('cloudflared')",
        "await loop.subprocess_exec(protocol, 'cloudflared')",
    ],
)
def test_a_start_in_another_way_is_seen(code: str) -> None:
    assert _OTHER_STARTS.search(code)
