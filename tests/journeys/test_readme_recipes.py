"""The README's recipes for what is kept, run word for word while reports keep coming."""

import asyncio
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

import pytest

from kvitto.paths import database_file
from tests.helpers.posting import Answer, Poster, report_body
from tests.helpers.program import PROJECT, Program, assert_check_agrees, exported

pytestmark = [pytest.mark.no_cover, pytest.mark.slow]

T = TypeVar("T")

PER_SECOND: Final = 150.0
README: Final = (PROJECT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """Return what stands under a heading of the README."""
    _, found, rest = README.partition(f"\n### {title}\n")
    assert found, title
    return re.split(r"\n##+ ", rest)[0]


def lines(title: str) -> list[str]:
    """Return the lines of the shell that stand under a heading, without their comments."""
    blocks = re.findall(r"```sh\n(.*?)```", section(title), re.DOTALL)
    return [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines()]


class Computer:
    """A user's home, with a memory stick that may have been in another computer before.

    Args:
        home: the home folder; made here.
        stick: the folder of the stick.
    """

    def __init__(self, home: Path, stick: Path) -> None:
        self._stick: Final = stick
        self.folder: Final = home / ".local" / "share" / "kvitto"
        programs = home / "bin"
        for one in (programs, self.folder.parent):
            one.mkdir(parents=True)
        kvitto = programs / "kvitto"
        kvitto.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m kvitto "$@"\n')
        kvitto.chmod(0o755)
        left_out = {"KVITTO_DATA_DIR", "XDG_DATA_HOME"}
        self._environment: Final = {
            **{name: value for name, value in os.environ.items() if name not in left_out},
            "HOME": str(home),
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(PROJECT / "app"),
        }

    def does(self, line: str, *, may_fail: bool = False) -> str:
        """Run a line in the shell; return what it said."""
        typed = line.replace("/media/stick", shlex.quote(str(self._stick)))
        done = subprocess.run(
            typed,
            shell=True,
            cwd=self._stick,
            env=self._environment,
            capture_output=True,
            encoding="utf-8",
            timeout=30.0,
            check=False,
        )
        assert may_fail or done.returncode == 0, f"{line}: {done.stderr}"
        return done.stdout + done.stderr

    def receives_while(self, do: Callable[[], T]) -> tuple[set[bytes], T]:
        """Receive reports before, while and after something is done; then quit.

        Returns:
            What was answered 200, and what `do` returned.
        """
        answered: list[bytes] = []
        with Program(self.folder) as program:
            done = asyncio.run(_under_load(program.url, answered, do))
            assert program.stop() == 0
        return set(answered), done

    def bodies(self) -> set[bytes]:
        """Return the bodies of all reports that are there; all sums agree with them."""
        assert_check_agrees(self.folder)
        return {row["body"].encode() for row in exported(self.folder)}


_numbers: Final = iter(range(1_000_000))


async def _under_load(url: str, answered: list[bytes], do: Callable[[], T]) -> T:
    is_over = False

    def bodies() -> Iterator[bytes]:
        while not is_over:
            number = next(_numbers)
            yield report_body(f"m{number}", batch_id=f"b{number % 3}")

    def note(answer: Answer) -> None:
        assert answer.status == 200
        answered.append(answer.body)

    async def until_more() -> None:
        wanted = len(answered) + PER_SECOND / 3
        while len(answered) < wanted:  # noqa: ASYNC110 - a line is enough
            await asyncio.sleep(0.01)

    async with (
        Poster(url, note, connections=8) as poster,
        asyncio.timeout(30.0),
        asyncio.TaskGroup() as group,
    ):
        group.create_task(poster.post_paced(bodies(), PER_SECOND))
        await until_more()
        done = await asyncio.to_thread(do)
        await until_more()
        is_over = True
    return done


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    made = tmp_path / "stick"
    made.mkdir()
    return made


@pytest.fixture
def computer(tmp_path: Path, stick: Path) -> Computer:
    return Computer(tmp_path / "home", stick)


def test_back_up_restore_and_add_what_came_since(computer: Computer) -> None:
    [back_up] = lines("Back up")
    restore, merge = lines("Restore")
    assert back_up.startswith("kvitto backup ")

    answered, _ = computer.receives_while(lambda: computer.does(back_up))
    refused = computer.receives_while(lambda: computer.does(restore, may_fail=True))
    answered |= refused[0]
    assert "already running" in refused[1]
    computer.does(restore)
    restored = computer.bodies()
    assert restored < answered
    [kept] = computer.folder.glob("kvitto-before-restore-*")
    later, _ = computer.receives_while(lambda: None)
    assert computer.bodies() == restored | later
    computer.does(re.sub(r"kvitto-before-restore-[0-9-]+", kept.name, merge))

    assert computer.bodies() == answered | later


def test_restore_and_keep_what_is_newer(computer: Computer) -> None:
    [back_up] = lines("Back up")
    restore, _ = lines("Restore")
    assert "`--keep-newer`" in section("Restore")
    answered, _ = computer.receives_while(lambda: computer.does(back_up))

    computer.does(restore.replace("restore", "restore --keep-newer"))

    assert computer.bodies() == answered


def test_move_to_a_new_computer(tmp_path: Path, stick: Path, computer: Computer) -> None:
    commands = re.findall(r"`(kvitto \w+) FILE`", section("Move to a new computer"))
    assert commands == ["kvitto backup", "kvitto restore", "kvitto merge"]
    back_up, restore, merge = (f"{one} /media/stick/kvitto.db" for one in commands)
    new = Computer(tmp_path / "new home", stick)

    answered, _ = computer.receives_while(lambda: None)
    computer.does(back_up)
    new.does(restore)
    assert new.bodies() == answered
    here, _ = new.receives_while(lambda: None)
    # What the README warns of, and what it says to do then.
    there, _ = computer.receives_while(lambda: None)
    computer.does(back_up.replace("kvitto.db", "again.db"))
    new.does(merge.replace("kvitto.db", "again.db"))

    assert new.bodies() == answered | here | there


def test_a_damaged_file_is_kept_salvaged_and_replaced(computer: Computer, stick: Path) -> None:
    keep, salvage, restore = lines("When the file is damaged")
    assert keep.startswith("cp -r ")
    answered, _ = computer.receives_while(lambda: None)
    damaged = database_file(computer.folder)
    with damaged.open("r+b") as file:
        file.seek(damaged.stat().st_size * 2 // 3 // 4096 * 4096)
        file.write(b"\xff" * 3 * 4096)

    computer.does(keep)
    said = computer.does(salvage, may_fail=True)
    computer.does(restore)

    assert database_file(stick / "damaged").read_bytes()
    saved = computer.bodies()
    assert saved <= answered
    assert ("Nothing is lost." in said) == (saved == answered)
    later, _ = computer.receives_while(lambda: None)
    assert computer.bodies() == saved | later
