"""A full disk: reports are refused, not lost, and taken again as soon as there is space."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from kvitto.paths import database_file, log_file, window_log_file
from tests.helpers.posting import post, report_body
from tests.helpers.program import Program, assert_check_agrees, exported, run
from tests.journeys.mounts import Mounts
from tests.journeys.patience import eventually
from tests.journeys.windows import Window, end_receiver

pytestmark = pytest.mark.no_cover

KEPT = b" " * 8_000
"""The body is kept as it came: this fills the disk quickly."""
DISK = "size=12m"
IN_A_ROW = 40
"""As many refusals in a row say that really nothing fits any more."""


class Disk:
    """A small disk with a data folder on it, and a program that receives there.

    Attributes:
        folder: the data folder, as those see it who have the disk.
        mounts: has it.
        answered: the message ids whose report was answered 200.
    """

    def __init__(self, mounts: Mounts, place: Path) -> None:
        self.mounts = mounts
        self.folder = place / "data"
        self.answered: list[str] = []
        self._filler = place / "filler"
        self._numbers = count(1)

    def post(self, program: Program, *, kept: bytes = b"") -> int:
        """Post a new report; return the status."""
        message_id = f"message-{next(self._numbers)}"
        status, _ = post(program.url, report_body(message_id) + kept)
        if status == 200:
            self.answered.append(message_id)
        return status

    def post_until_refused(self, program: Program) -> None:
        """Post until nothing fits any more: large reports, then small ones."""
        for kept in (KEPT, b""):
            rejections = 0
            while rejections < IN_A_ROW:
                status = self.post(program, kept=kept)
                assert status in {200, 503}
                rejections = rejections + 1 if status == 503 else 0

    def fill(self) -> None:
        """Take the last byte."""
        self.mounts.run("sh", "-c", f"cat /dev/zero > {self._filler} 2>/dev/null || true")

    def make_room(self) -> None:
        """Give it back."""
        self.mounts.run("rm", self._filler)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with Mounts() as mounts:
        place = tmp_path / "disk"
        mounts.mount("tmpfs", "none", place, DISK)
        yield Disk(mounts, place)


def test_a_full_disk_costs_no_report(disk: Disk, tmp_path: Path) -> None:
    with Program(disk.folder, prefix=disk.mounts.prefix, stderr=tmp_path / "stderr") as program:
        for _ in range(20):
            assert disk.post(program) == 200
        disk.fill()
        disk.post_until_refused(program)
        assert len(disk.answered) >= 20

        # It says so, in words, and not once for each report.
        assert program.stderr.count(f"The disk that holds {disk.folder} is full.") == 1
        assert "Traceback" not in program.stderr
        assert len(program.stderr.splitlines()) < 10

        # What is there can still be taken elsewhere, or it says why not.
        done = run("export", "--data-dir", disk.folder, prefix=disk.mounts.prefix)
        if done.returncode == 0:
            assert len(done.stdout.splitlines()) == 1 + len(disk.answered)
        else:
            (line,) = done.stderr.splitlines()
            assert f"The disk that holds {disk.folder} is full." in line

        disk.make_room()
        assert eventually(lambda: disk.post(program) == 200)
        for _ in range(20):
            assert disk.post(program) == 200
        assert program.stop() == 0

    there = [row["message_id"] for row in exported(disk.folder, prefix=disk.mounts.prefix)]
    assert there == disk.answered
    assert_check_agrees(disk.folder, prefix=disk.mounts.prefix)
    log = disk.mounts.inside(log_file(disk.folder)).read_text(encoding="utf-8")
    assert "stored again" in log


def test_a_program_killed_on_a_full_disk_has_kept_its_promises(disk: Disk, tmp_path: Path) -> None:
    with Program(disk.folder, prefix=disk.mounts.prefix, stderr=tmp_path / "1") as program:
        disk.post(program)
        disk.fill()
        disk.post_until_refused(program)
        program.kill()
    disk.make_room()

    with Program(disk.folder, prefix=disk.mounts.prefix, stderr=tmp_path / "2") as program:
        assert disk.post(program) == 200
        assert program.stop() == 0

    there = [row["message_id"] for row in exported(disk.folder, prefix=disk.mounts.prefix)]
    assert there == disk.answered
    assert_check_agrees(disk.folder, prefix=disk.mounts.prefix)


def test_starting_on_a_full_disk_is_told_in_one_sentence(disk: Disk) -> None:
    disk.fill()
    done = run("receive", "--port", "0", "--data-dir", disk.folder, prefix=disk.mounts.prefix)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert f"The disk that holds {disk.folder} is full." in line


def test_a_window_on_a_full_disk_goes_on_by_itself_once_there_is_room(
    disk: Disk,
) -> None:
    inside = disk.mounts.inside(disk.folder)
    disk.fill()
    with Window(disk.folder, prefix=disk.mounts.prefix) as window:
        try:
            assert eventually(lambda: "is full." in window.stderr)
            disk.make_room()
            log = window_log_file(inside)
            assert eventually(lambda: log.exists() and b"is over" in log.read_bytes())
            assert window.is_running
            assert window.stop() == 0
        finally:
            end_receiver(inside)
        assert window.stderr.count("There can't be a window") == 1, "not for each attempt"


def test_what_does_not_fit_is_not_restored_added_or_saved_and_everything_is_as_it_was(
    data_dir: Path, tmp_path: Path
) -> None:
    with Mounts() as mounts, Program(data_dir) as program:
        small = tmp_path / "small"
        mounts.mount("tmpfs", "none", small, "size=1m")
        for number in range(60):
            assert post(program.url, report_body(f"m{number}") + KEPT)[0] == 200
        assert program.stop() == 0
        backup, folder = tmp_path / "b.db", small / "data"
        assert run("backup", "--data-dir", data_dir, backup).returncode == 0
        here = ("--data-dir", folder)
        with Program(folder, prefix=mounts.prefix, stderr=tmp_path / "small.err") as other:
            assert post(other.url, report_body("mine"))[0] == 200
            assert other.stop() == 0
        mounts.run("sh", "-c", f"cat /dev/zero > {small / 'filler'} 2>/dev/null || true")
        before = database_file(mounts.inside(folder)).read_bytes()

        for command, sentence in (
            (("restore", *here, backup), "Everything is as it was"),
            (("merge", *here, backup), "Not all reports of"),
            (("backup", *here, small / "b.db"), "There is no backup of that name now"),
            (("salvage", "--from", backup, small / "s.db"), "There is no backup of that name now"),
        ):
            done = run(*command, prefix=mounts.prefix)
            assert done.returncode == 1
            assert sentence in done.stderr
            assert done.stderr.count("\n") == 1, "one clear sentence"
            assert database_file(mounts.inside(folder)).read_bytes() == before

        mounts.run("rm", small / "filler")
        assert_check_agrees(folder, prefix=mounts.prefix)
        assert mounts.run("ls", "-A", small) == "data\n"
        left = set(mounts.run("ls", "-A", folder).split())
        assert left - {"kvitto.db-shm", "kvitto.db-wal"} == {
            *("kvitto.db", "kvitto.lock", "kvitto.log")
        }
