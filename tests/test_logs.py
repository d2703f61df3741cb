"""The log: private, bounded, and told of what nobody caught."""

import logging
import os
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from logging.handlers import QueueHandler
from pathlib import Path

import pytest

from kvitto.logs import start_logging
from tests.helpers.logwatch import LogWatch


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    hooks = sys.excepthook, threading.excepthook
    yield
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    logging.captureWarnings(capture=False)


def written() -> None:
    """Wait until all that was logged is written."""
    for handler in logging.getLogger().handlers:
        handler.flush()


def test_the_file_is_the_users_alone(data_dir: Path) -> None:
    start_logging(data_dir / "kvitto.log")
    logging.getLogger("kvitto.test").info("A line: %s", "åäö")
    written()

    file = data_dir / "kvitto.log"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "INFO kvitto.test: A line: åäö" in file.read_text("utf-8")


def test_without_a_file_only_the_terminal_is_told(data_dir: Path, log_watch: LogWatch) -> None:
    with log_watch.expect(logging.WARNING, "no log file"):
        start_logging(data_dir / "missing" / "kvitto.log")


def test_what_nobody_caught_is_logged(data_dir: Path, log_watch: LogWatch) -> None:
    start_logging(data_dir / "kvitto.log")

    def fail() -> None:
        message = "in a thread"
        raise LookupError(message)

    with log_watch.expect(logging.CRITICAL, "mistake in the program"):
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    written()

    assert "LookupError: in a thread" in (data_dir / "kvitto.log").read_text()


def test_an_interrupt_is_no_mistake(data_dir: Path) -> None:
    start_logging(data_dir / "kvitto.log")

    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    written()

    assert "mistake" not in (data_dir / "kvitto.log").read_text()


def test_the_log_does_not_grow_without_end(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kvitto.logs._MAX_BYTES", 2000)
    monkeypatch.setattr("kvitto.logs._OF_ONE_KIND", 500)
    start_logging(data_dir / "kvitto.log")
    log = logging.getLogger("kvitto.test")

    for number in range(500):
        log.info("Line %d", number)
    written()

    sizes = [file.stat().st_size for file in data_dir.glob("kvitto.log*")]
    assert len(sizes) == 4
    assert max(sizes) <= 2000


def test_a_log_that_can_t_be_put_aside_goes_on(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.logs._MAX_BYTES", 2000)
    monkeypatch.setattr("kvitto.logs._OF_ONE_KIND", 500)
    in_the_way = data_dir / "kvitto.log.3"
    (in_the_way / "something").mkdir(parents=True)
    start_logging(data_dir / "kvitto.log")
    log = logging.getLogger("kvitto.test")

    for number in range(200):
        log.info("Line %d", number)
    written()
    told = "".join(file.read_text() for file in data_dir.glob("kvitto.log*") if file.is_file())
    assert [number for number in range(200) if f"Line {number}\n" not in told] == []
    assert 1 <= told.count("The log is not put aside") < 20

    shutil.rmtree(in_the_way)
    for number in range(200, 400):
        log.info("Line %d", number)
    written()
    assert (data_dir / "kvitto.log").stat().st_size <= 2000
    assert "Line 398\n" in "".join(file.read_text() for file in data_dir.glob("kvitto.log*"))


def moved_behind_a_link(log: Path) -> None:
    log.rename(log.with_name("moved.log"))
    log.symlink_to("moved.log")


@pytest.mark.skipif(os.name != "posix", reason="Windows holds an open file")
@pytest.mark.parametrize(
    "change",
    [
        Path.unlink,
        moved_behind_a_link,
        lambda log: log.rename(log.with_name("old.log")),
        lambda log: log.write_bytes(b""),
        lambda log: (
            log.with_name("new.log").write_bytes(b"") or log.with_name("new.log").replace(log)
        ),
    ],
    ids=["removed", "moved behind a link", "moved", "truncated", "replaced"],
)
def test_the_log_is_the_file_that_has_its_name(
    data_dir: Path, change: Callable[[Path], object]
) -> None:
    path = data_dir / "kvitto.log"
    start_logging(path)
    log = logging.getLogger("kvitto.test")
    log.info("Before")
    written()
    change(path)
    log.info("After")
    log.info("Later")
    written()
    told = path.read_text()
    assert [word for word in ("After", "Later") if word not in told] == []
    assert "\0" not in told


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="Only root has other users")
def test_the_log_is_not_written_through_another_users_link(
    data_dir: Path, tmp_path: Path, log_watch: LogWatch
) -> None:
    path, foreign = data_dir / "kvitto.log", tmp_path / "foreign"
    foreign.write_text("as it was")
    start_logging(path)
    path.unlink()
    path.symlink_to(foreign)
    os.chown(path, 65_534, 65_534, follow_symlinks=False)
    logging.getLogger("kvitto.test").info("A line")
    written()
    with log_watch.expect(logging.WARNING, "no log file"):
        start_logging(path)
    assert foreign.read_text() == "as it was"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such files")
@pytest.mark.parametrize("is_read", [True, False])
def test_a_log_that_is_a_pipe_is_not_waited_for(
    data_dir: Path, log_watch: LogWatch, is_read: bool
) -> None:
    path = data_dir / "kvitto.log"
    os.mkfifo(path, 0o600)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK) if is_read else None
    with log_watch.expect(logging.WARNING, "no log file"):
        start_logging(path)
    if reader is not None:
        os.close(reader)


def test_a_program_ends_though_its_log_can_t_be_written(data_dir: Path) -> None:
    script = (
        "import logging, threading; from pathlib import Path; import kvitto.logs as logs\n"
        "logs._PrivateFileHandler.emit = lambda *_: threading.Event().wait()\n"
        f"logs.start_logging(Path({str(data_dir / 'kvitto.log')!r}))\n"
        "logging.getLogger().info('A line')\n"
    )
    assert subprocess.run([sys.executable, "-c", script], timeout=30, check=False).returncode == 0


def test_no_message_obeys_the_terminal_or_begins_another_line(data_dir: Path) -> None:
    path = data_dir / "kvitto.log"
    start_logging(path)
    logging.getLogger("kvitto.test").info("a\x1b[2J\N{RIGHT-TO-LEFT OVERRIDE}b\n2026 INFO forged")
    written()
    told = path.read_text(encoding="utf-8")
    assert "a⟨U+001B⟩[2J⟨U+202E⟩b\n    2026 INFO forged\n" in told


def test_a_line_that_comes_again_and_again_is_written_some_times_and_counted(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_logging(data_dir / "kvitto.log")
    log = logging.getLogger("kvitto.test")

    for number in range(20_000):
        log.info("No more sockets: %d", number)
    log.info("Something else")
    monkeypatch.setattr("kvitto.logs._PERIOD_S", 0.0)
    monkeypatch.setattr("kvitto.logs.time.monotonic", lambda: 1e12)
    log.info("Next period")
    written()

    lines = (data_dir / "kvitto.log").read_text().splitlines()
    assert sum("No more sockets: " in line and "left out" not in line for line in lines) == 50
    assert [line for line in lines if "Something else" in line]
    assert [line for line in lines if "19950 more lines of this kind are left out" in line]


def test_what_was_left_out_is_said_at_the_end(data_dir: Path) -> None:
    start_logging(data_dir / "kvitto.log")
    for number in range(60):
        logging.getLogger("kvitto.test").info("No more sockets: %d", number)
    for handler in logging.getLogger().handlers:
        if isinstance(handler, QueueHandler):
            handler.close()

    *_, last = (data_dir / "kvitto.log").read_text().splitlines()
    assert "10 more lines of this kind are left out: No more sockets" in last


def test_lines_that_differ_without_end_are_limited_too(data_dir: Path) -> None:
    start_logging(data_dir / "kvitto.log")
    log = logging.getLogger("kvitto.test")

    for number in range(5_000):
        log.info(f"{number} is a kind of its own")  # noqa: G004
        if not number % 500:
            written()
    written()

    assert len((data_dir / "kvitto.log").read_text().splitlines()) <= 256 + 50


def test_whoever_logs_does_not_wait_for_a_log_that_is_not_written(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.logs._OF_ONE_KIND", 100_000)
    held = threading.Event()
    monkeypatch.setattr(
        "kvitto.logs._PrivateFileHandler.emit", lambda _self, _record: held.wait() and None
    )
    start_logging(data_dir / "kvitto.log")
    log = logging.getLogger("kvitto.test")

    for number in range(5_000):
        log.info("Line %d", number)  # would wait for ever

    held.set()
    written()
