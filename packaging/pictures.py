"""Takes the README's pictures of the real program: packaging/pictures.sh gives it a screen."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

from app.store.database import open_database  # noqa: E402 - it lies beside this folder
from app.store.edits import BatchChange, ChangeBatch, MarkOpen  # noqa: E402
from app.store.instance import whereabouts  # noqa: E402
from app.store.reader import Reader  # noqa: E402
from app.store.writer import Writer  # noqa: E402

WIDTH: Final = 1280
HEIGHT: Final = 800
LABELS: Final = ("Höstrea 2026", "Påminnelse v. 47", "Inbjudan kundkväll", "Öppet hus 28 november")
NOTES: Final = "The second half goes out after lunch."
SEED: Final = 47
_SENT: Final = ((40, 982), (95, 412), (130, 186), (165, 124))
"""How many minutes ago how many messages were sent."""
_START_S: Final = 60.0
_DRAWN_S: Final = 3.0
"""What changed has lost its tint, and the chart has its curve."""
_KVITTO: Final = (sys.executable, "-m", "app")


def until(is_so: Callable[[], bool], what: str) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: it takes too long.
    """
    end = time.monotonic() + _START_S
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(what)
        pause(0.1)


def pause(seconds: float) -> None:
    """Let the program draw: nothing tells when it has."""
    threading.Event().wait(seconds)


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run Kvitto on the data folder until the context ends."""
    process = subprocess.Popen(
        [*_KVITTO, *arguments, "--data-dir", folder, "--port", "0"],
        cwd=PROJECT,
        env={**os.environ, "TZ": "Europe/Stockholm"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_START_S)


def xdotool(*arguments: str) -> str:
    """Move the hands."""
    done = subprocess.run(["xdotool", *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip()


@contextmanager
def shown(folder: Path, theme: str) -> Iterator[str]:
    """Show the window in a theme; yield its number."""
    file = folder / "window.ini"
    folder.mkdir(mode=0o700, exist_ok=True)
    file.write_text(f"[General]\nlanguage=en\ntheme={theme}\n", encoding="utf-8")
    with running(folder) as process:
        found: list[str] = []

        def is_there() -> bool:
            found[:] = xdotool(
                "search", "--onlyvisible", "--pid", str(process.pid), "--name", "Kvitto"
            ).split()
            return bool(found)

        until(is_there, "no window")
        window = found[-1]
        xdotool("windowmove", window, "40", "40")
        xdotool("windowsize", window, str(WIDTH), str(HEIGHT))
        xdotool("windowactivate", window)
        pause(_DRAWN_S)
        yield window


def take(window: str, file: Path) -> None:
    """Take a picture of a window."""
    xdotool("mousemove", "5", "5")
    pause(_DRAWN_S)
    subprocess.run(
        ["import", "-window", window, "-strip", "-define", "png:exclude-chunks=date,time", file],
        check=True,
    )


def simulate(url: str, *options: str) -> None:
    """Send a campaign; the same for the same options."""
    subprocess.run(
        [*_KVITTO, "simulate", "--url", url, "--burst", *options],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )


def fill(folder: Path) -> None:
    """Receive some campaigns, and give their batches names."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    with running(folder, "receive") as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        until(lambda: whereabouts(folder) is not None, "does not receive")
        for seed, (minutes, messages) in enumerate(_SENT, start=SEED):
            start = (now - timedelta(minutes=minutes)).isoformat()
            simulate(
                url,
                "--messages",
                str(messages),
                "--batches",
                "1",
                "--start",
                start,
                "--seed",
                str(seed),
            )
        with open_database(folder, must_exist=True) as database:
            writer = Writer(database)
            writer.start()
            batches = sorted(Reader(database).batches(), key=lambda one: -one.messages)
            for place, (batch, label) in enumerate(zip(batches, LABELS, strict=False)):
                more = 18 if place == 0 else 0
                change = BatchChange(
                    label=label,
                    expected=batch.messages + more,
                    notes=NOTES if place == 0 else "",
                )
                writer.edit(ChangeBatch(batch.key, change)).result(_START_S)
            # The campaigns were posted at once, as if they had come while Kvitto ran.
            opened = now - timedelta(hours=3)
            writer.edit(MarkOpen(opened, datetime.now(UTC))).result(_START_S)
            writer.close()


def main() -> None:
    """Take all pictures: `pictures.py DATA_FOLDER PICTURES_FOLDER`."""
    folder, pictures = (Path(one) for one in sys.argv[1:3])
    pictures.mkdir(parents=True, exist_ok=True)
    with shown(folder.with_name("empty"), "light") as window:
        take(window, pictures / "welcome.png")
    fill(folder)
    for theme in ("light", "dark"):
        with shown(folder, theme) as window:
            for key in ("ctrl+f", "Return", "Home", "Right"):
                xdotool("key", "--window", window, key)
                pause(0.5)
            take(window, pictures / f"window-{theme}.png")


if __name__ == "__main__":
    main()
