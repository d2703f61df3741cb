"""Takes the README's and the user guide's pictures: packaging/pictures.sh gives it a screen."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

from kvitto.store.database import Database, open_database  # noqa: E402 - it lies beside this folder
from kvitto.store.lockfile import read_instance_info  # noqa: E402
from kvitto.store.mutations import BatchChange, ChangeBatch, RecordHeartbeat  # noqa: E402
from kvitto.store.reader import Reader  # noqa: E402
from kvitto.store.writer import Writer  # noqa: E402

WIDTH: Final = 1280
HEIGHT: Final = 800
LABELS: Final = ("Höstrea 2026", "Påminnelse v. 47", "Inbjudan kundkväll", "Öppet hus 28 november")
NOTES: Final = "The second half goes out after lunch."
SEED: Final = 47
_SENT: Final = ((165, 124), (130, 186), (95, 412))
"""How many minutes ago how many messages were sent."""
_SENDING: Final = 982
"""Messages of the batch that is being sent while the pictures are taken."""
_EXPECTED: Final = 1000
_UNDER_WAY_S: Final = 150.0
"""Five messages are sent in a second: some have come by then, others are on their way."""
_START_S: Final = 60.0
_DRAWN_S: Final = 3.0
"""What changed has lost its tint, and the chart has its curve."""
_KVITTO: Final = (sys.executable, "-m", "kvitto")


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
def running(folder: Path, port: int, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run Kvitto on the data folder and a port until the context ends."""
    process = subprocess.Popen(
        [*_KVITTO, *arguments, "--data-dir", folder, "--port", str(port)],
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
def shown(folder: Path, port: int, theme: str) -> Iterator[str]:
    """Show the window in a theme; yield its number."""
    file = folder / "settings.ini"
    folder.mkdir(mode=0o700, exist_ok=True)
    file.write_text(f"[General]\nlanguage=en\ntheme={theme}\n", encoding="utf-8")
    with running(folder, port) as process:
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


@contextmanager
def simulating(url: str, messages: int, start: str, *options: str) -> Iterator[None]:
    """Send a campaign of one batch; wait until the context ends, not until all is sent."""
    process = subprocess.Popen(
        [
            *(*_KVITTO, "simulate", "--url", url, "--batches", "1", "--start", start),
            *("--messages", str(messages), "--seed", str(SEED + messages), *options),
        ],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(_START_S)


def fill(folder: Path, port: int) -> str:
    """Receive some campaigns, and give their batches names; return the callback URL."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    with running(folder, port, "receive") as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        until(lambda: read_instance_info(folder) is not None, "does not receive")
        for minutes, messages in _SENT:
            start = (now - timedelta(minutes=minutes)).isoformat()
            with simulating(url, messages, start, "--burst"):
                until(partial(has_batch, folder, messages), "does not receive all")
    with open_database(folder, must_exist=True) as database, writing(database) as writer:
        for batch, label in zip(Reader(database).batches(), LABELS[:0:-1], strict=True):
            change = BatchChange(label=label, expected_count=batch.messages)
            writer.edit(ChangeBatch(batch.key, change)).result(_START_S)
        # The campaigns were posted at once, as if they had come while Kvitto ran.
        opened = now - timedelta(hours=3)
        writer.edit(RecordHeartbeat(opened, datetime.now(UTC))).result(_START_S)
    return url


def has_batch(folder: Path, messages: int) -> bool:
    """Return whether a batch of so many messages is there, all of them finished."""
    with open_database(folder, must_exist=True) as database:
        batches = Reader(database).batches()
    return any(batch.messages == batch.finished == messages for batch in batches)


def name_newest(folder: Path) -> None:
    """Give the batch that is being sent its name."""
    with open_database(folder, must_exist=True) as database, writing(database) as writer:
        newest = max(Reader(database).batches(), key=lambda one: one.key)
        change = BatchChange(label=LABELS[0], expected_count=_EXPECTED, notes=NOTES)
        writer.edit(ChangeBatch(newest.key, change)).result(_START_S)


@contextmanager
def writing(database: Database) -> Iterator[Writer]:
    """Write to a database until the context ends."""
    writer = Writer(database)
    writer.start()
    try:
        yield writer
    finally:
        writer.close()


def repair(folder: Path, pictures: Path) -> None:
    """Show how a demo campaign is repaired, in both languages."""
    for language in ("en", "sv"):
        visiting("pictures_demo.py", folder.with_name(f"demo-{language}"), pictures, language)


def illustrate(folder: Path) -> None:
    """Take the pictures of the user guide, in both languages."""
    for language in ("en", "sv"):
        pages = PROJECT / "resources" / "guide" / language
        visiting("pictures_guide.py", folder.with_name(f"guide-{language}"), pages, language)


def visiting(script: str, data: Path, pictures: Path, language: str) -> None:
    """Let a script use the window, and take pictures of it into a folder."""
    subprocess.run(
        [sys.executable, PROJECT / "packaging" / script, data, pictures, language],
        cwd=PROJECT,
        env={**os.environ, "TZ": "Europe/Stockholm"},
        check=True,
    )


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def main() -> None:
    """Take all pictures: `pictures.py DATA_FOLDER PICTURES_FOLDER`."""
    folder, pictures = (Path(one) for one in sys.argv[1:3])
    pictures.mkdir(parents=True, exist_ok=True)
    port = free_port()
    with shown(folder.with_name("empty"), port, "light") as window:
        take(window, pictures / "welcome.png")
    illustrate(folder)
    repair(folder, pictures)
    url = fill(folder, port)
    start = datetime.now(UTC).isoformat()
    # It tries again what comes while the window is started in another theme.
    with ExitStack() as sending:
        for theme in ("light", "dark"):
            with shown(folder, port, theme) as window:
                if theme == "light":
                    options = ("--speed", "1", "--retry-interval", "1s")
                    sending.enter_context(simulating(url, _SENDING, start, *options))
                    pause(_UNDER_WAY_S)
                    name_newest(folder)
                for key in ("ctrl+f", "Return", "Home", "Right"):
                    xdotool("key", "--window", window, key)
                    pause(0.5)
                take(window, pictures / f"window-{theme}.png")


if __name__ == "__main__":
    main()
