"""Starts the packaged program several times, and tells how soon it is there: time_start.sh.

The window counts as seen once the window manager lists it, and the table and the receiver as ready
once the program's log says so: nothing is asked while the program starts.
"""

import argparse
import contextlib
import re
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import IO, Final, NamedTuple

import psutil

from kvitto.paths import log_file, window_log_file
from kvitto.store.lockfile import read_instance_info

PROJECT: Final = Path(__file__).resolve().parents[1]
_PATIENCE_S: Final = 60.0
_LOOK_EVERY_S: Final = 0.05
_FILLED: Final = "The table is filled"
_RECEIVING: Final = "Listening on"
_LOGGED_AT: Final = "%Y-%m-%d %H:%M:%S,%f"
_WINDOW: Final = re.compile(r"0x[0-9a-f]+")


class Start(NamedTuple):
    """What one start took.

    Attributes:
        seen: until the window was on the screen, in seconds.
        filled: until its table showed what the store held.
        receiving: until reports could come in.
        busy: of a processor, both processes until then, in seconds.
    """

    seen: float
    filled: float
    receiving: float
    busy: float


def main() -> int:
    """Measure; print what was found."""
    parser = argparse.ArgumentParser(prog="time_start.sh", description="Measures the start.")
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--starts", type=int, default=10, metavar="N", help="(%(default)s)")
    parser.add_argument(
        "--settled",
        type=float,
        default=30.0,
        metavar="S",
        help="how long after the last start the memory is measured; 0 for not at all (%(default)s)",
    )
    options = parser.parse_args()
    folders: list[Path] = options.folders or [PROJECT / "dist/kvitto"]
    found: dict[Path, list[Start]] = {folder: [] for folder in folders}
    for folder in folders:
        with _started(folder):
            pass  # from here on its files are in memory
    for _ in range(options.starts):
        for folder in folders:
            with _started(folder) as (start, _both):
                found[folder].append(start)
    for folder, starts in found.items():
        _say(f"{folder}: {len(starts)} starts, empty store")
        for name in Start._fields:
            values = [getattr(start, name) for start in starts]
            _say(f"  {name:10} min {min(values):.2f} s, median {median(values):.2f} s")
        if options.settled:
            with _started(folder) as (_start, both):
                time.sleep(options.settled)  # noqa: TID251 - until nothing happens any more
                for name, process in zip(("window", "receiver"), both, strict=True):
                    memory = process.memory_full_info()
                    rss_mb, pss_mb = memory.rss / 1e6, memory.pss / 1e6
                    _say(f"  {name:10} RSS {rss_mb:.0f} MB, PSS {pss_mb:.0f} MB")
    return 0


@contextlib.contextmanager
def _started(folder: Path) -> Iterator[tuple[Start, list[psutil.Process]]]:
    """Start the program of a folder; give what that took, and its window and receiver."""
    with tempfile.TemporaryDirectory() as made, _client_list() as listed:
        data = Path(made) / "data"
        before = listed.readline()
        began = time.time()
        program = subprocess.Popen(
            [folder / "kvitto", "--data-dir", data, "--port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            seen = _when_listed(listed, before) - began
            filled = _when_logged(window_log_file(data), _FILLED) - began
            receiving = _when_logged(log_file(data), _RECEIVING) - began
            told = read_instance_info(data)
            assert told is not None
            both = [psutil.Process(program.pid), psutil.Process(told.pid)]
            busy = sum(sum(process.cpu_times()[:2]) for process in both)
            yield Start(seen, filled, receiving, busy), both
        finally:
            program.terminate()  # its receiver ends with it
            program.wait(_PATIENCE_S)


@contextlib.contextmanager
def _client_list() -> Iterator[IO[str]]:
    """Give what tells the window manager's list of windows now, and whenever it changes."""
    with subprocess.Popen(
        ["xprop", "-root", "-spy", "_NET_CLIENT_LIST"], stdout=subprocess.PIPE, encoding="utf-8"
    ) as spy:
        assert spy.stdout is not None
        try:
            yield spy.stdout
        finally:
            spy.terminate()


def _when_listed(listed: IO[str], before: str) -> float:
    """Wait for a window of ours; return when it was there."""
    known = set(_WINDOW.findall(before))
    while select.select([listed], [], [], _PATIENCE_S)[0]:
        line = listed.readline()
        now = time.time()
        for window in set(_WINDOW.findall(line)) - known:
            asked = ["xprop", "-id", window, "WM_NAME"]
            told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
            if "Kvitto" in told:
                return now
    raise RuntimeError("no window of Kvitto came.")


def _when_logged(log: Path, words: str) -> float:
    """Wait until a log says so; return when it was."""
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        for line in lines:
            if words in line:
                date, clock, *_ = line.split()
                return datetime.strptime(f"{date} {clock}", _LOGGED_AT).astimezone().timestamp()
        time.sleep(_LOOK_EVERY_S)  # noqa: TID251 - a file tells nobody
    msg = f"{log} does not say: {words}"
    raise RuntimeError(msg)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
