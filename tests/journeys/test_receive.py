"""`kvitto receive`, from its first line to its end, and what it says when it is used wrongly."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest

from kvitto import __version__
from kvitto.paths import DATA_DIR_VARIABLE, database_file, instance_file, log_file
from tests.helpers.network import free_port
from tests.helpers.posting import post, report_body
from tests.helpers.program import (
    PROJECT,
    assert_check_agrees,
    exported,
    run,
    where_it_listens,
)
from tests.journeys.conftest import Start
from tests.journeys.patience import eventually

SAMPLE = PROJECT / "tests" / "data" / "senders_sample.json"
SIGNALS = [
    pytest.param(
        getattr(signal, name, None),
        id=name,
        marks=pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals"),
    )
    for name in ("SIGTERM", "SIGINT", "SIGHUP")
]


# --- The address --------------------------------------------------------------------------------


def test_the_first_line_is_the_url_with_its_callback_key(start: Start) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+/r/[0-9a-f]{32}", start().url)


def test_it_has_the_same_url_after_a_restart(start: Start) -> None:
    port = free_port()
    first = start(port=port)
    url = first.url
    assert first.stop() == 0

    assert start(port=port).url == url


def test_each_folder_has_a_callback_key_of_its_own(start: Start, tmp_path: Path) -> None:
    assert start().callback_key != start(folder=tmp_path / "another").callback_key


def test_without_an_option_the_folder_is_that_of_the_environment(
    start: Start, data_dir: Path
) -> None:
    program = start()
    post(program.url, report_body("m"))
    program.stop()

    done = run("export", environment={DATA_DIR_VARIABLE: str(data_dir)})

    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 2


def test_receiving_goes_to_the_folder_of_the_environment_too(tmp_path: Path) -> None:
    folder = tmp_path / "from the environment"
    process = subprocess.Popen(
        [sys.executable, "-m", "kvitto", "receive", "--port", "0"],
        cwd=PROJECT,
        env={**os.environ, DATA_DIR_VARIABLE: str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline().startswith(b"http://")
            assert database_file(folder).exists()
        finally:
            process.terminate()


# --- Reports ------------------------------------------------------------------------------------


def test_the_senders_sample_gives_200_and_a_row(start: Start, data_dir: Path) -> None:
    program = start()
    before = datetime.now(UTC)

    assert post(program.url, SAMPLE.read_bytes()) == (200, b"")

    after = datetime.now(UTC)
    (row,) = exported(data_dir)
    sample = json.loads(SAMPLE.read_bytes())
    assert row["message_id"] == sample["messageId"]
    assert row["batch_id"] == sample["batchId"]
    assert row["recipient"] == sample["recipient"]
    assert (row["code"], row["status"], row["is_final"]) == (102, "Queued", False)
    assert (row["segments"], row["price"], row["currency"]) == (2, 0.082, "EUR")
    assert row["reference"] == sample["reference"]
    # The sample says "ISO-8601 string": the time is ours, and the row says so.
    assert row["is_created_at_arrival"] is True
    assert before <= datetime.fromisoformat(row["created_at"]) <= after
    assert row["body"].encode() == SAMPLE.read_bytes()


def test_a_report_is_there_while_the_program_goes_on(start: Start, data_dir: Path) -> None:
    program = start()
    for number in range(3):
        post(program.url, report_body(f"m{number}"))
        assert len(exported(data_dir, "messages")) == number + 1
    assert_check_agrees(data_dir)


def test_the_first_report_is_told(start: Start) -> None:
    program = start()
    post(program.url, report_body("m"))
    assert eventually(lambda: "1 report stored" in program.stderr)


def test_a_refused_request_is_said_at_once_with_the_time_at_which_it_is_given_up(
    start: Start,
) -> None:
    program = start()

    assert post(program.url, b"{")[0] == 400

    told = "1 request with a valid key refused; iP.1 gives these up at "
    assert eventually(lambda: told in program.stderr)


def test_open_accepts_reports_without_the_callback_key(start: Start, data_dir: Path) -> None:
    program = start("--no-auth")
    assert post(program.url.partition("/r/")[0] + "/", report_body("m"))[0] == 200
    assert len(exported(data_dir)) == 1


def test_otherwise_they_need_it(start: Start, data_dir: Path) -> None:
    program = start()
    base = program.url.partition("/r/")[0]
    for path in ("/", "/r/", "/r/" + "0" * 32, "/" + program.callback_key[1:]):
        assert post(base + path, report_body("m"))[0] == 404
    assert exported(data_dir) == []


# --- The end ------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", SIGNALS)
def test_it_stops_when_asked(start: Start, data_dir: Path, number: signal.Signals) -> None:
    program = start()
    for message in range(5):
        assert post(program.url, report_body(f"m{message}"))[0] == 200

    assert program.stop(number) == 0

    assert "Traceback" not in program.stderr
    assert not instance_file(data_dir).exists()
    assert len(exported(data_dir)) == 5
    assert_check_agrees(data_dir)


@pytest.mark.skipif(os.name != "posix", reason="Windows ends a program without asking it")
def test_a_request_under_way_is_finished_and_answered(start: Start, data_dir: Path) -> None:
    program = start()
    body = report_body("late")
    connection = HTTPConnection("127.0.0.1", program.port, timeout=60)
    with contextlib.closing(connection):
        connection.putrequest("POST", "/r/" + program.callback_key)
        connection.putheader("Content-Length", str(len(body)))
        connection.putheader("Expect", "100-continue")
        connection.endheaders()
        # That it wants the body says that the request is under way.
        assert connection.sock.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.send(body[:10])

        program.tell(signal.SIGTERM)
        assert eventually(lambda: not listens(program.port))
        connection.send(body[10:])
        answer = connection.getresponse()

        assert answer.status == 200
        assert answer.read() == b""
        assert connection.sock is None, "it keeps the connection open"
    assert program.wait() == 0
    assert [row["message_id"] for row in exported(data_dir)] == ["late"]


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


@pytest.mark.skipif(os.name != "posix", reason="Windows ends a program without asking it")
def test_nobody_reading_its_stdout_is_no_crash(data_dir: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "kvitto", "receive", "--port", "0", "--data-dir", data_dir],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        process.stdout.close()
        try:
            address = where_it_listens(data_dir)
            assert post(address + "/", b"")[0] == 404
        finally:
            process.terminate()
        assert process.stderr is not None
        told = process.stderr.read().decode()
    assert process.returncode == 0, told
    assert "Exception" not in told


@pytest.mark.skipif(os.name != "posix", reason="needs a device that is full")
def test_a_full_stdout_is_no_crash(data_dir: Path) -> None:
    with Path("/dev/full").open("w") as full:
        process = subprocess.Popen(
            [sys.executable, "-m", "kvitto", "receive", "--port", "0", "--data-dir", data_dir],
            cwd=PROJECT,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    with process:
        try:
            where_it_listens(data_dir)
        finally:
            process.terminate()
        assert process.stderr is not None
        told = process.stderr.read().decode()
    assert process.returncode == 0, told


def test_an_export_whose_reader_leaves_is_no_crash(start: Start, data_dir: Path) -> None:
    program = start()
    for number in range(3):
        post(program.url, report_body(f"m{number}"))
    process = subprocess.Popen(
        [sys.executable, "-m", "kvitto", "export", "--data-dir", data_dir],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


# --- Keys ---------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="the rights of files are POSIX's")
def test_what_it_keeps_is_the_users_alone(start: Start, data_dir: Path) -> None:
    program = start()
    post(program.url, report_body("m"))
    for file in data_dir.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file
    assert data_dir.stat().st_mode & 0o077 == 0


def test_the_log_tells_no_callback_keys_and_no_numbers(start: Start, data_dir: Path) -> None:
    program = start()
    recipient = "46709876543"
    base = program.url.partition("/r/")[0]
    post(program.url, report_body("m", recipient=recipient))
    post(program.url, b'{"recipient": "%b"}' % recipient.encode())
    post(program.url, recipient.encode() * 10_000)
    post(f"{base}/{program.callback_key}?to={recipient}", b"")
    post(f"{base}/r/{program.callback_key}x", report_body("m", recipient=recipient))
    callback_key = program.callback_key
    program.stop()

    told = log_file(data_dir).read_text(encoding="utf-8") + program.stderr

    assert "Listening on" in told
    assert callback_key not in told
    assert recipient not in told


# --- Use ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["receive", "--port", "99999"], "'99999' is not a port"),
        (["receive", "--port", "-1"], "port"),
        (["receive", "--port", "http"], "'http' is not a port"),
        (["receive", "--port"], "--port"),
        (["receive", "--no-such"], "--no-such"),
        (["receive", "too", "much"], "too much"),
        (["no-such"], "no-such"),
        (["--no-such"], "--no-such"),
        (["export", "--table", "secrets"], "secrets"),
        (["export", "--format", "pdf"], "pdf"),
        (["check", "everything"], "everything"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use_is_told_in_one_line(arguments: list[str], told: str, data_dir: Path) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("kvitto")
    assert told in line
    assert "--help" in line
    assert list(data_dir.iterdir()) == []


def test_version() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"Kvitto {__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--help"], ["receive", "export", "check", "--version"]),
        (["receive", "--help"], ["--data-dir", "--host", "--port", "--no-auth", "8370"]),
        (["export", "--help"], ["--data-dir", "--batch", "--table", "--format", "quarantine"]),
        (["check", "--help"], ["--data-dir", "Nothing is changed"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_help(arguments: list[str], told: list[str]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert [word for word in told if word not in done.stdout] == []


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("203.0.113.7", "not an address of this computer"),
        ("2001:db8::1", "can't listen on 2001:db8::1"),
        ("", "no computer has that name"),
    ],
)
def test_an_address_that_can_t_be_listened_on_is_told_in_one_line(
    data_dir: Path, host: str, reason: str
) -> None:
    done = run("receive", "--data-dir", data_dir, "--port", "0", "--host", host)
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert reason in line


def test_the_clock_is_confirmed_without_a_window(start: Start, data_dir: Path) -> None:
    options = ("confirm-clock", "--data-dir", data_dir)
    refused = run(*options)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Nothing is received" in refused.stderr
    program = start()
    assert program.url
    done = run(*options)
    assert done.returncode == 0, done.stderr
    assert "Confirmed" in done.stderr
