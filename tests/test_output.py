"""Output that nobody takes: it is dropped and counted, and nobody waits for it."""

import errno
import os
import select
from collections.abc import Iterator

import pytest

from kvitto.output import UnblockedStream


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Return the ends of a pipe, to read from and to write to."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def read_until(end: int, mark: bytes) -> bytes:
    received = b""
    while mark not in received:
        received += os.read(end, 65_536)
    return received


def test_what_is_written_arrives(pipe: tuple[int, int]) -> None:
    stream = UnblockedStream(pipe[1])
    print("A line: åäö \udc80", file=stream, flush=True)
    assert read_until(pipe[0], b"\n") == "A line: åäö \\udc80\n".encode()
    assert stream.drain()


def test_nobody_waits_for_a_pipe_that_is_not_read(pipe: tuple[int, int]) -> None:
    stream = UnblockedStream(pipe[1], most_bytes=10_000)
    for number in range(100_000):
        print(f"Line {number}", file=stream)  # would wait for ever
    assert not stream.drain(0.0)

    received = read_until(pipe[0], b"lines are left out here]")
    whole = received.decode().partition("[")[0].splitlines()
    assert whole == [f"Line {number}" for number in range(len(whole))]
    while not stream.drain(0.01):  # more may have been left out meanwhile
        if select.select([pipe[0]], [], [], 0)[0]:
            os.read(pipe[0], 65_536)
    print("The last line", file=stream)
    read_until(pipe[0], b"The last line\n")


def test_a_text_that_is_too_long_is_left_out_and_the_next_arrives(pipe: tuple[int, int]) -> None:
    stream = UnblockedStream(pipe[1], most_bytes=1_000)
    stream.write("x" * 2_000 + "\n")
    received = read_until(pipe[0], b"\n")
    assert received == b"[1 lines are left out here]\n"
    print("The next line", file=stream)
    assert read_until(pipe[0], b"\n") == b"The next line\n"


def test_a_pipe_that_is_closed_disturbs_nobody() -> None:
    read, write = os.pipe()
    os.close(read)
    stream = UnblockedStream(write)
    print("A line", file=stream, flush=True)
    assert stream.drain(10.0)
    os.close(write)


def test_what_hinders_writing_is_known(pipe: tuple[int, int]) -> None:
    assert UnblockedStream(pipe[1]).hindered() is None
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        stream = UnblockedStream(full)
        print("A line", file=stream, flush=True)
        hindered = stream.hindered(30)
    finally:
        os.close(full)
    assert hindered is not None
    assert hindered.errno == errno.ENOSPC
