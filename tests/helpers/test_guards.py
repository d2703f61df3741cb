"""The guards of tests/conftest.py do fail the tests that they should."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from blockbuster import BlockingError

import kvitto

PROJECT = Path(__file__).parents[2]

CONFTEST = """
from tests.conftest import _nobodys_home, _this_machine_only, data_dir, log_watch, network_guard
"""

GUARDED = """
import contextlib
import logging
import os
import socket
import stat

import pytest

NOBODY = "255.255.255.255"  # the kernel, too, connects to it never


def passes_expected(log_watch):
    with log_watch.expect(logging.WARNING, "Careful"):
        logging.getLogger("kvitto.store").warning("Careful now")


def passes_asked(caplog):
    with caplog.at_level(logging.WARNING):
        logging.getLogger("kvitto.store").warning("Careful now")


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost"])
def passes_this_machine(address):
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection((address, server.getsockname()[1])).close()


def passes_unix_socket(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    here = "socket"  # whole paths may be too long for a socket
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(here)
        server.listen()
        client.connect(here)


def passes_own_data_folder(data_dir):
    assert os.environ["KVITTO_DATA_DIR"] == str(data_dir)
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
    assert not list(data_dir.iterdir())


def fails_unasked():
    logging.getLogger("kvitto.store").warning("Careful now")


def fails_swallowed_connection():
    with contextlib.suppress(Exception), socket.socket() as client:
        client.connect((NOBODY, 80))


def fails_swallowed_datagram():
    with contextlib.suppress(Exception), socket.socket(type=socket.SOCK_DGRAM) as client:
        client.sendto(b"x", (NOBODY, 53))


def fails_swallowed_question():
    with contextlib.suppress(Exception):
        socket.getaddrinfo("example.invalid", 80)
"""


def test_the_guards_fail_what_they_should_and_nothing_else(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    pytester.makeini(
        "[pytest]\npython_functions = passes_* fails_*\nlog_level = DEBUG\n"
        "asyncio_default_fixture_loop_scope = function"
    )
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(GUARDED)

    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-rE")

    result.assert_outcomes(passed=10, errors=4)
    result.stdout.fnmatch_lines_random(
        [
            "ERROR *::fails_unasked*",
            "ERROR *::fails_swallowed_connection*",
            "ERROR *::fails_swallowed_datagram*",
            "ERROR *::fails_swallowed_question*",
        ]
    )


def compiled(line: str, file: Path) -> Callable[..., bool]:
    """Return the function that a line defines, as if it stood in a file."""
    names: dict[str, Callable[..., bool]] = {}
    exec(compile(line, file, "exec"), names)
    return next(one for name, one in names.items() if name != "__builtins__")


@pytest.mark.usefixtures("no_blocking")
async def test_only_the_measuring_of_coverage_may_wait_for_a_lock() -> None:
    call = compiled("def call(wait, lock): return wait(lock)", Path(kvitto.__file__))
    wait = "def lock_data(lock): return lock.acquire(timeout=0.01)"
    lock = threading.Lock()
    with lock:
        assert not call(compiled(wait, Path("/somewhere/coverage/collector.py")), lock)
        with pytest.raises(BlockingError):
            call(compiled(wait, Path("/somewhere/else.py")), lock)
