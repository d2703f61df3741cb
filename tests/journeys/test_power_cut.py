"""200 is a promise: the report survives a power cut.

A power cut leaves what the disk holds at one moment. Two ways to look at that are tested: the files
themselves while the program stands still, which anybody can do; and the disk under its file system,
which has only what was flushed to it, and takes root.
"""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random, SystemRandom
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from kvitto.paths import database_file
from tests.helpers.posting import Answer, Poster, report_body
from tests.helpers.program import Program, assert_check_agrees, exported
from tests.journeys.mounts import Mounts
from tests.journeys.patience import eventually

IS_LINUX = Path("/proc/self/task").is_dir()
pytestmark = [
    pytest.mark.skipif(not IS_LINUX, reason="stops a program as Linux does"),
    pytest.mark.no_cover,
]

CUTS: Final = 6
PER_SECOND: Final = 400.0
"""Enough to have commits under way all the time, few enough to look at every image quickly."""
CODES: Final = (101, 112, 201)


class Load:
    """Posts reports as long as a test wants.

    Attributes:
        answered: the bodies that were answered 200.
    """

    def __init__(self) -> None:
        self.answered: set[bytes] = set()
        self._ended = False

    @asynccontextmanager
    async def posting(self, url: str) -> AsyncIterator[None]:
        """Post until the context ends."""
        async with Poster(url, self._note, connections=8) as poster, asyncio.TaskGroup() as group:
            group.create_task(poster.post_paced(self._bodies(), PER_SECOND))
            yield
            self._ended = True

    def _note(self, answer: Answer) -> None:
        assert answer.status == 200
        self.answered.add(answer.body)

    def _bodies(self) -> Iterator[bytes]:
        number = 0
        while not self._ended:
            number += 1
            message, code = divmod(number, len(CODES))
            yield report_body(
                f"message-{message}", batch_id=f"batch-{message % 3}", code=CODES[code]
            )


def stand_still(program: Program) -> None:
    """Stop all threads of a program where they are; what they were writing is written."""
    program.tell(signal.SIGSTOP)
    tasks = Path(f"/proc/{program.pid}/task")

    def is_still() -> bool:
        stats = [(task / "stat").read_text() for task in tasks.iterdir()]
        return {stat.rpartition(")")[2].split()[0] for stat in stats} == {"T"}

    assert eventually(is_still)


async def cut(
    program: Program, random: Random, take_image: Callable[[Path], None], images: Path
) -> list[tuple[Path, set[bytes]]]:
    """Take images of random moments under load.

    Args:
        program: what runs.
        random: chooses the moments.
        take_image: copies what a power cut would leave to a new folder or file.
        images: where to.

    Returns:
        The images, each with the reports that had been answered when it was taken.
    """
    url = await asyncio.to_thread(lambda: program.url)
    load = Load()
    taken = []
    async with load.posting(url):
        for number in range(CUTS):
            await asyncio.sleep(random.uniform(0.02, 0.4))
            stand_still(program)
            image = images / f"image-{number}"
            take_image(image)
            # All answers that it sent before it stood still have come by now, and no others.
            await asyncio.sleep(0.05)
            taken.append((image, set(load.answered)))
            program.tell(signal.SIGCONT)
    assert program.stop() == 0
    return taken


def assert_kept(folder: Path, answered: set[bytes], *, prefix: Sequence[str] = ()) -> None:
    """See that all that was answered is in a data folder."""
    assert_check_agrees(folder, prefix=prefix)
    there = {row["body"].encode() for row in exported(folder, prefix=prefix)}
    assert len(answered - there) == 0


@pytest.mark.timeout(180)
def test_the_files_of_any_moment_hold_what_was_answered(data_dir: Path, tmp_path: Path) -> None:
    seed = SystemRandom().randrange(1_000_000)

    def copy_files(image: Path) -> None:
        image.mkdir()
        for name in (database_file(data_dir).name, database_file(data_dir).name + "-wal"):
            # Not the -shm: it is memory, and no disk has it.
            shutil.copyfile(data_dir / name, image / name)

    with Program(data_dir) as program:
        taken = asyncio.run(cut(program, Random(seed), copy_files, tmp_path))

    assert len(taken[-1][1]) > 10 * CUTS, "hardly anything was answered"
    for folder, answered in taken:
        assert_kept(folder, answered)


class DiskImage:
    """A file system on a disk that is a file: the file has only what was flushed to the disk.

    Args:
        mounts: mounts it.
        file: the new disk.
        place: where it is mounted.
    """

    def __init__(self, mounts: Mounts, file: Path, place: Path) -> None:
        with file.open("wb") as disk:
            disk.truncate(64 * 1024 * 1024)
        make = shutil.which("mkfs.ext4", path="/usr/sbin:/sbin:/usr/bin:/bin")
        if make is None:
            pytest.skip(reason="needs mkfs.ext4")
        mounts.run(make, "-q", "-F", file)
        # Only who asks for it gets something flushed, for as long as a test may take.
        mounts.mount("ext4", file, place, "loop,commit=600")
        device = mounts.run("findmnt", "-no", "SOURCE", place).strip()
        self._file = file
        self._stat = Path("/sys/block") / Path(device).name / "stat"

    def copy(self, image: Path) -> None:
        """Copy the disk as it is at one moment; nobody may be flushing anything."""
        for _ in range(20):
            before = self._writes()
            shutil.copyfile(self._file, image)
            # The kernel's own housekeeping may have come between.
            if self._writes() == before:
                return
        pytest.fail("the disk did not stand still")

    def _writes(self) -> tuple[str, str]:
        """Return how many writes were done and how many requests are under way."""
        numbers = self._stat.read_text().split()
        return numbers[4], numbers[8]


@pytest.mark.timeout(180)
def test_the_disk_of_any_moment_holds_what_was_answered(tmp_path: Path) -> None:
    seed = SystemRandom().randrange(1_000_000)
    with Mounts() as mounts, TemporaryDirectory(dir=quick_folder()) as disks:
        place = tmp_path / "disk"
        disk = DiskImage(mounts, Path(disks) / "disk", place)
        # Shows that an image can lack something.
        mounts.run("sh", "-c", f"echo here > {place}/not-flushed")
        mounts.run("sh", "-c", f"echo here > {place}/flushed && sync {place}/flushed")
        with Program(place / "data", prefix=mounts.prefix, stderr=tmp_path / "stderr") as program:
            taken = asyncio.run(cut(program, Random(seed), disk.copy, Path(disks)))

        assert len(taken[-1][1]) > 10 * CUTS, "hardly anything was answered"
        for image, answered in taken:
            found = tmp_path / image.name
            mounts.mount("ext4", image, found, "loop")
            assert mounts.inside(found / "flushed").read_text() == "here\n"
            assert mounts.inside(found / "not-flushed").read_text() == ""
            assert_kept(found / "data", answered, prefix=mounts.prefix)
            mounts.run("umount", found)


def quick_folder() -> str | None:
    """Return a folder in memory, where there is one: the disk that is tested is not ours."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
