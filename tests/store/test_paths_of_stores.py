"""Whatever characters its path has, and whoever owns it: a store lies where it was asked to lie."""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from kvitto.paths import database_file
from kvitto.store.database import FileDatabase, open_database, open_for_reading
from kvitto.store.errors import DatabaseBrokenError, NothingReceivedError, StoreError
from kvitto.store.file_errors import FileLinkedError
from kvitto.store.reader import Reader
from kvitto.store.writer import Writer
from tests.helpers.logwatch import LogWatch
from tests.helpers.program import PROJECT
from tests.store.arrivals import a_report, arriving

_NOBODY: Final = 65534
_IS_ROOT: Final = os.name == "posix" and os.geteuid() == 0
needs_root = pytest.mark.skipif(not _IS_ROOT, reason="only root can become another user")


@pytest.mark.parametrize(
    "name", ["a%20b", "a?b", "a?mode=memory", "a#b", "a%3Fb", "å ä ö", "a&b=c", "%", "a;b", "'\""]
)
async def test_the_database_lies_in_the_folder_that_was_named(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "above" / name
    with open_database(folder) as database:
        writer = Writer(database)
        writer.start()
        await writer.append(arriving(a_report()))
        assert Reader(database).counts().reports == 1
        assert {one.name for one in folder.iterdir()} == {
            "kvitto.db",
            "kvitto.db-wal",
            "kvitto.db-shm",
        }
        writer.close()

    assert [one.name for one in folder.parent.iterdir()] == [name]
    assert [one.name for one in folder.iterdir()] == ["kvitto.db"]


def test_who_reads_never_makes_a_database(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    database = FileDatabase(database_file(folder))

    with pytest.raises(StoreError):
        Reader(database).counts()
    with pytest.raises(StoreError), database.in_words(), database.writing.connect():
        pass

    database.close()
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("is_empty", [False, True])
def test_a_command_that_reads_leaves_no_database_behind(tmp_path: Path, *, is_empty: bool) -> None:
    if is_empty:
        database_file(tmp_path).touch()
    before = list(tmp_path.iterdir())

    with pytest.raises(NothingReceivedError):
        open_database(tmp_path, must_exist=True)

    assert list(tmp_path.iterdir()) == before
    assert not is_empty or database_file(tmp_path).stat().st_size == 0


@pytest.mark.parametrize("name", ["kvitto.db", "kvitto.db-wal", "kvitto.db-shm"])
def test_a_link_in_the_place_of_a_file_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "data"
    open_database(folder).close()
    moved = tmp_path / "moved"
    if (folder / name).exists():
        (folder / name).rename(moved)
    else:
        moved.touch()
    (folder / name).symlink_to(moved)

    with pytest.raises(FileLinkedError, match=f"{name} is a symbolic link"):
        open_database(folder)
    with pytest.raises(FileLinkedError):
        open_for_reading(folder)

    assert (folder / name).is_symlink()


@pytest.mark.parametrize("must_exist", [False, True])
def test_an_empty_database_beside_a_log_is_no_new_one(tmp_path: Path, *, must_exist: bool) -> None:
    database_file(tmp_path).touch()
    log_file = tmp_path / "kvitto.db-wal"
    log_file.write_bytes(b"what was received last")

    with pytest.raises(DatabaseBrokenError):
        open_database(tmp_path, must_exist=must_exist)
    with pytest.raises(DatabaseBrokenError):
        open_for_reading(tmp_path)

    assert log_file.read_bytes() == b"what was received last"
    assert database_file(tmp_path).stat().st_size == 0


def test_a_folder_that_is_reached_by_a_link_is_used(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to("elsewhere")

    open_database(tmp_path / "link").close()

    assert database_file(tmp_path / "elsewhere").exists()


def test_a_folder_that_is_copied_elsewhere_is_told_of(tmp_path: Path, log_watch: LogWatch) -> None:
    with log_watch.expect(logging.WARNING, "Dropbox copies to other computers"):
        open_database(tmp_path / "Dropbox" / "kvitto").close()


NOBODY_S_COMMANDS: Final = f"""
import os, sys
# What a command loads when it runs may lie where only the owner of this Python can read it.
import kvitto.cli, kvitto.export.exporter, kvitto.receiver.runtime, kvitto.store.check
print("ready", flush=True)
for line in sys.stdin:
    *arguments, told = line.rstrip().split("\\t")
    child = os.fork()
    if child == 0:
        to = os.open(told, os.O_WRONLY | os.O_CREAT)
        os.dup2(to, 1)
        os.dup2(to, 2)
        os.setgroups([])
        os.setgid({_NOBODY})
        os.setuid({_NOBODY})
        sys.exit(kvitto.cli.main(arguments))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Nobody:
    """Runs commands of Kvitto as another user, each in a process of its own.

    They are forks of one process, which has loaded all that they need.
    """

    def __init__(self) -> None:
        self._process: Final = subprocess.Popen(
            [sys.executable, "-c", NOBODY_S_COMMANDS],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Coverage's own file is not that user's to write.
            env={name: value for name, value in os.environ.items() if "COVERAGE" not in name},
        )
        assert self._said() == "ready"

    def run(self, *arguments: str | Path, told: Path) -> int:
        """Run a command, which writes all that it says to `told`; return its exit code."""
        assert self._process.stdin is not None
        self._process.stdin.write("\t".join(map(str, (*arguments, told))) + "\n")
        self._process.stdin.flush()
        return int(self._said())

    def end(self) -> None:
        self._process.communicate(timeout=30)

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@pytest.fixture(scope="module")
def nobody() -> Iterator[Nobody]:
    made = Nobody()
    yield made
    made.end()


@needs_root
@pytest.mark.parametrize("command", ["export", "check", "receive"])
@pytest.mark.parametrize("closed", ["folder", "files", "above", "database only"])
def test_another_users_store_is_told_as_that(
    tmp_path: Path, nobody: Nobody, command: str, closed: str
) -> None:
    for above in (tmp_path, *tmp_path.parents):
        if above.name.startswith("pytest"):
            above.chmod(0o755)
    folder = tmp_path / "above" / "kvitto"
    open_database(folder).close()
    shutil.copyfile(database_file(folder), tmp_path / "copy")
    if closed == "above":
        folder.parent.chmod(0o700)
    elif closed == "files":
        folder.chmod(0o755)
        database_file(folder).chmod(0o600)
    elif closed == "database only":
        os.chown(folder, _NOBODY, _NOBODY)

    code = nobody.run(command, "--data-dir", folder, told=tmp_path / "told")

    told = (tmp_path / "told").read_text(encoding="utf-8")
    assert code == 1, told
    assert "Traceback" not in told
    assert f"You may not use {folder}" in told
    assert "another user" in told
    assert "the disk" not in told.replace("its disk", "")
