"""A terminal that was stopped or closed, or a pipe that nobody reads, hinders no report."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from tests.helpers.posting import post, report_body
from tests.helpers.program import END_S, PROJECT, START_S, Program, where_it_listens
from tests.journeys.windows import Window
from tests.receiver.wire import wait_until

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Fills a pipe as POSIX has them")


def fill(end: int) -> None:
    """Write into a pipe until it takes no more, and let it block from then on."""
    os.set_blocking(end, False)
    with suppress(BlockingIOError):
        while True:
            os.write(end, b"x" * 4_096)
    with suppress(BlockingIOError):
        while True:
            os.write(end, b"x")
    os.set_blocking(end, True)


def test_reports_are_answered_and_it_stops_though_nobody_reads_stderr(data_dir: Path) -> None:
    read, write = os.pipe()
    fill(write)
    program = subprocess.Popen(
        [sys.executable, "-m", "kvitto", "receive", "--port", "0", "--data-dir", data_dir],
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=write,
    )
    os.close(write)
    try:
        lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        assert program.stdout is not None
        stdout = program.stdout
        listener = threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True)
        listener.start()
        url = lines.get(timeout=START_S).decode().strip()
        assert post(url, report_body("m-1"))[0] == 200
        wait_until(lambda: post(url, report_body("m-2"))[0] == 200, "answers go on")
        for number in range(20):
            assert post(url, json.dumps({"not": number}).encode())[0] == 422
        program.send_signal(signal.SIGTERM)
        assert program.wait(END_S) == 0
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()
        os.close(read)
        stdout.close()


def test_neither_does_a_full_stdout_hinder_it(data_dir: Path) -> None:
    read, write = os.pipe()
    fill(write)
    program = subprocess.Popen(
        [sys.executable, "-m", "kvitto", "receive", "--port", "0", "--data-dir", data_dir],
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=write,
        stderr=subprocess.PIPE,
    )
    os.close(write)
    assert program.stderr is not None
    try:
        assert b"Receiving." in program.stderr.readline()
        program.send_signal(signal.SIGTERM)
        assert program.wait(END_S) == 0
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()
        os.close(read)
        program.stderr.close()


def test_nor_do_all_its_outputs_and_its_log(data_dir: Path) -> None:
    read, write = os.pipe()
    fill(write)
    data_dir.mkdir(exist_ok=True)
    log = data_dir / "kvitto.log"
    os.mkfifo(log, 0o600)
    log_ends = os.open(log, os.O_RDWR)
    fill(log_ends)
    program = subprocess.Popen(
        [sys.executable, "-m", "kvitto", "receive", "--port", "0", "--data-dir", data_dir],
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=write,
        stderr=write,
    )
    os.close(write)
    try:
        address = where_it_listens(data_dir)
        for number in range(20):
            assert post(f"{address}/{number}", report_body("m"))[0] == 404
        program.send_signal(signal.SIGTERM)
        assert program.wait(END_S) == 0
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()
        os.close(read)
        os.close(log_ends)


def test_started_with_nohup_it_outlives_its_terminal(data_dir: Path) -> None:
    with Program(data_dir, prefix=("nohup",)) as program:
        assert post(program.url, report_body("m-1"))[0] == 200
        program.tell(signal.SIGHUP)
        for number in range(20):
            assert post(program.url, report_body(f"m-{number}"))[0] == 200
        assert program.stop() == 0


def test_a_window_started_with_nohup_outlives_its_terminal(data_dir: Path) -> None:
    with Window(data_dir, prefix=("nohup",)) as window:
        assert post(window.url, report_body("m-1"))[0] == 200
        window.tell(signal.SIGHUP)
        for number in range(20):
            assert post(window.url, report_body(f"m-{number}"))[0] == 200
        assert window.stop() == 0
