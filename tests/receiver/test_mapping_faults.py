"""A program that is hit by a file that was cut is started again, however many threads read it."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="files that are mapped can't be cut")

_READS: Final = """
import mmap, sys, threading, time
from kvitto.receiver import mapping_faults
from kvitto.receiver.mapping_faults import MappingFaults, started_again_with

path, threads, program = sys.argv[1], int(sys.argv[2]), sys.argv[3]
rescued = started_again_with()
if rescued is not None:
    print(f"again, {rescued}")
    sys.exit()
mapping_faults.LEAST_S = 0.0


def rescue():
    time.sleep(0.3)  # meanwhile the others are hit
    return 17


faults = MappingFaults(lambda: [program, *sys.orig_argv[1:]], rescue)
with open(path, "r+b") as file:
    mapped = mmap.mmap(file.fileno(), 0)
    file.truncate(0)
for _ in range(threads):
    threading.Thread(target=lambda: mapped[0]).start()
"""


def hit(file: Path, threads: int, program: str) -> "subprocess.CompletedProcess[str]":
    file.write_bytes(b"\1" * 8192)
    return subprocess.run(
        [sys.executable, "-c", _READS, file, str(threads), program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("threads", [1, 3])
def test_it_starts_again_though_other_threads_are_hit_meanwhile(
    tmp_path: Path, threads: int
) -> None:
    done = hit(tmp_path / "mapped", threads, sys.executable)
    assert (done.returncode, done.stdout, done.stderr) == (0, "again, 17\n", "")


@pytest.mark.parametrize("threads", [1, 3])
def test_it_ends_where_its_program_is_gone(tmp_path: Path, threads: int) -> None:
    done = hit(tmp_path / "mapped", threads, str(tmp_path / "gone"))
    assert done.returncode == -signal.SIGBUS
    assert "FileNotFoundError" in done.stderr
