"""`kvitto receive` where something is in the way, and what it says when it is used wrongly."""

import contextlib
import socket
import sys
from pathlib import Path

import pytest

from kvitto.paths import log_file
from tests.helpers.posting import post, report_body
from tests.helpers.program import run
from tests.journeys.conftest import Start
from tests.journeys.patience import eventually

# --- What is in the way -------------------------------------------------------------------------


def test_a_port_that_is_taken_is_told_in_one_line(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run("receive", "--data-dir", data_dir, "--port", str(port))
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert f"Port {port} on 127.0.0.1 is taken" in line


def test_a_second_one_on_the_same_folder_is_told_where_the_first_is(
    start: Start, data_dir: Path
) -> None:
    first = start()
    assert first.url

    done = run("receive", "--data-dir", data_dir, "--port", "0")

    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert f"already running on {data_dir}" in line
    assert f"http://127.0.0.1:{first.port} (process {first.pid})" in line
    assert first.callback_key not in line
    assert post(first.url, report_body("m"))[0] == 200, "the first one is disturbed"


def test_a_crashed_one_does_not_keep_the_folder(start: Start) -> None:
    first = start()
    url = first.url
    first.kill()
    assert start(port=first.port).url == url


@pytest.mark.parametrize("command", ["export", "check"])
def test_without_a_database_there_is_nothing_to_read(command: str, data_dir: Path) -> None:
    done = run(command, "--data-dir", data_dir)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "Nothing has been received" in line
    assert list(data_dir.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="Limits another process's open files")
def test_receiving_goes_on_after_there_were_no_more_open_files(
    start: Start, data_dir: Path
) -> None:
    import resource

    program = start()
    assert post(program.url, report_body("before"))[0] == 200
    usual = resource.prlimit(program.pid, resource.RLIMIT_NOFILE)
    few = len(list(Path(f"/proc/{program.pid}/fd").iterdir())) + 2
    resource.prlimit(program.pid, resource.RLIMIT_NOFILE, (few, usual[1]))
    with contextlib.ExitStack() as many:
        for _ in range(10):
            many.enter_context(socket.create_connection(("127.0.0.1", program.port), 30))
        said = "No connection can be accepted at the moment: Too many open files"
        assert eventually(lambda: said in log_file(data_dir).read_text())
        resource.prlimit(program.pid, resource.RLIMIT_NOFILE, usual)
    assert post(program.url, report_body("after"))[0] == 200
    assert program.stop() == 0
    assert log_file(data_dir).read_text().count(said) <= 51
    assert "Traceback" not in log_file(data_dir).read_text()
