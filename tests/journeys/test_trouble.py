"""What can be wrong with the data folder: each is told in one sentence, and changes nothing."""

import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from kvitto.paths import database_file
from tests.helpers.posting import post, report_body
from tests.helpers.program import Program, run
from tests.journeys.mounts import Mounts


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder into which the program received, and was stopped."""
    folder = tmp_path_factory.mktemp("received") / "data"
    with Program(folder) as program:
        for number in range(40):
            assert post(program.url, report_body(f"m{number}"))[0] == 200
        assert program.stop() == 0
    return folder


@pytest.fixture
def copy(received: Path, data_dir: Path) -> Path:
    shutil.copytree(received, data_dir, dirs_exist_ok=True)
    return data_dir


def assert_refused(folder: Path, told: str, *, prefix: Sequence[str] = ()) -> None:
    """Start it, and see that it ends with one sentence."""
    done = run("receive", "--port", "0", "--data-dir", folder, prefix=prefix)
    assert_one_sentence(done, told)


def assert_one_sentence(done: subprocess.CompletedProcess[str], told: str) -> None:
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("kvitto: ")
    assert told in line


def test_a_file_that_is_no_database(data_dir: Path) -> None:
    database_file(data_dir).write_bytes(b"Dear diary,\n" * 1000)
    assert_refused(data_dir, "is damaged, or is not a file of Kvitto.")
    assert database_file(data_dir).read_bytes() == b"Dear diary,\n" * 1000


def test_a_database_of_another_program(data_dir: Path) -> None:
    with closing(sqlite3.connect(database_file(data_dir))) as connection, connection:
        connection.execute("CREATE TABLE diary (entry TEXT)")
    before = database_file(data_dir).read_bytes()

    assert_refused(data_dir, "is damaged, or is not a file of Kvitto.")

    assert database_file(data_dir).read_bytes() == before


@pytest.mark.parametrize(
    ("at", "what"),
    [(0, "its first page"), (100, "its schema")],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_database_that_was_overwritten(copy: Path, at: int, what: str) -> None:
    with database_file(copy).open("r+b") as file:
        file.seek(at)
        file.write(b"\xa5" * 3000)
    before = database_file(copy).read_bytes()

    assert_refused(copy, "is damaged, or is not a file of Kvitto.")

    assert database_file(copy).read_bytes() == before, what


def test_a_database_that_was_cut_off(copy: Path) -> None:
    whole = database_file(copy).read_bytes()
    database_file(copy).write_bytes(whole[: len(whole) // 2])

    for command in (["receive", "--port", "0"], ["check"], ["export"]):
        done = run(*command, "--data-dir", copy)
        assert_one_sentence(done, "is damaged")

    assert database_file(copy).read_bytes() == whole[: len(whole) // 2]


def test_a_database_of_a_newer_version(copy: Path) -> None:
    with closing(sqlite3.connect(database_file(copy))) as connection, connection:
        connection.execute("PRAGMA user_version = 99")
    before = database_file(copy).read_bytes()

    for command in (["receive", "--port", "0"], ["check"], ["export"]):
        done = run(*command, "--data-dir", copy)
        assert_one_sentence(done, "was made by a newer version of Kvitto. It was not changed.")

    assert database_file(copy).read_bytes() == before


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("precious")
    assert_refused(file, f"The folder {file} can't be made or used.")
    assert_refused(file / "below", f"The folder {file / 'below'} can't be made or used.")
    assert file.read_text() == "precious"


def test_a_database_that_is_a_folder(data_dir: Path) -> None:
    database_file(data_dir).mkdir()
    assert_refused(data_dir, f"{database_file(data_dir)} can't be")
    assert database_file(data_dir).is_dir()


def test_a_read_only_disk(received: Path, tmp_path: Path) -> None:
    with Mounts() as mounts:
        disk = tmp_path / "disk"
        mounts.mount("tmpfs", "none", disk)
        mounts.run("cp", "-r", received, disk / "data")
        mounts.run("mount", "-o", "remount,bind,ro", disk)

        for name in ("data", "new"):
            told = f"The folder {disk / name} can't be made or used."
            assert_refused(disk / name, told, prefix=mounts.prefix)


def test_reading_from_a_read_only_disk_works_or_says_why_not(
    received: Path, tmp_path: Path
) -> None:
    with Mounts() as mounts:
        disk = tmp_path / "disk"
        mounts.mount("tmpfs", "none", disk)
        mounts.run("cp", "-r", received, disk / "data")
        mounts.run("mount", "-o", "remount,bind,ro", disk)

        for command in ("check", "export"):
            done = run(command, "--data-dir", disk / "data", prefix=mounts.prefix)
            if done.returncode != 0:
                assert_one_sentence(done, "can't be")
