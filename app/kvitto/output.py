"""Write to a terminal that may be stopped or closed, without ever blocking.

A terminal that was stopped with Ctrl-S, or a pipe that nobody reads, blocks the thread that writes.
"""

import atexit
import io
import os
import signal
import sys
import threading
from typing import Final, TextIO

from typing_extensions import override

_MOST_BYTES: Final = 64 * 1024
_LAST_S: Final = 1.0
"""How long the program's end waits for the last lines."""


class UnblockedStream(io.TextIOBase):
    """Writes to a file descriptor on a thread of its own.

    Any thread may write; none is blocked.

    Args:
        descriptor: where to; it is not closed.
        most_bytes: how much may wait to be written.
    """

    encoding = "utf-8"

    def __init__(self, descriptor: int, most_bytes: int = _MOST_BYTES) -> None:
        self._descriptor = descriptor
        self._most_bytes = most_bytes
        self._changed = threading.Condition()
        self._waiting = bytearray()
        self._is_writing = False
        self._is_full = False
        self._dropped = 0
        self._hindered: OSError | None = None
        # A daemon: a program must be able to end while nobody takes its output.
        threading.Thread(target=self._run, name="kvitto-output", daemon=True).start()

    @override
    def fileno(self) -> int:
        """Return the descriptor."""
        return self._descriptor

    @override
    def isatty(self) -> bool:
        """Tell whether it is a terminal."""
        return os.isatty(self._descriptor)

    @override
    def writable(self) -> bool:
        """Tell that it can be written."""
        return True

    @override
    def write(self, text: str) -> int:
        """Queue a text. Once the queue is full, drop and count lines until it is half empty."""
        data = text.encode("utf-8", "backslashreplace")
        with self._changed:
            if len(self._waiting) + len(data) > self._most_bytes:
                self._is_full = True
            if self._is_full:
                self._dropped += text.count("\n")
            else:
                self._waiting += data
            self._changed.notify_all()
        return len(text)

    def drain(self, wait_s: float = _LAST_S) -> bool:
        """Wait until all is written, for a limited time; return whether it is."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not (self._waiting or self._is_full or self._is_writing), wait_s
            )

    def hindered(self, wait_s: float = _LAST_S) -> OSError | None:
        """Return what hindered writing so far; None for nothing, or where that takes too long."""
        self.drain(wait_s)
        return self._hindered

    def _run(self) -> None:
        while True:
            with self._changed:
                self._is_writing = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: bool(self._waiting) or self._is_full)
                self._is_writing = True
                data = bytes(self._waiting[:4096])
                del self._waiting[:4096]
                if self._is_full and len(self._waiting) <= self._most_bytes // 2:
                    self._is_full = False
                    self._waiting += b"[%d lines are left out here]\n" % self._dropped
                    self._dropped = 0
            self._write(data)

    def _write(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self._descriptor, data) :]
            except OSError as error:
                self._hindered = error  # the other end is closed, or the disk is full
                return


def unblock_output() -> None:
    """Make writing to stdout and stderr never block, where they are the process's own."""
    sys.stdout = _unblocked(sys.stdout, sys.__stdout__)
    sys.stderr = _unblocked(sys.stderr, sys.__stderr__)


def drain_output() -> None:
    """Wait until all is written, for a limited time: the process is going to end at once."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, UnblockedStream):
            stream.drain()


def _unblocked(stream: TextIO, own: TextIO | None) -> TextIO:
    if own is None or stream is not own:
        return stream
    try:
        stream.flush()
        made = UnblockedStream(own.fileno())
    except (OSError, ValueError):
        return stream
    atexit.register(made.drain)
    return made  # type: ignore[return-value]  # all of it that text is written with


def is_ignored_hangup(number: signal.Signals) -> bool:
    """Tell whether a signal is that of a closed terminal, and was ignored when we started.

    `nohup` does that, and it must stay ignored.
    """
    return number.name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN
