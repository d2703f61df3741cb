"""The log: a file in the data folder, and warnings on stderr.

Logging never blocks: a thread of its own writes the lines. Lines that come faster than they can be
written, and repeated ones, are left out and counted.

No phone numbers, no secrets, no bodies: what is logged may be sent to somebody else for help.
"""

import atexit
import contextlib
import errno
import logging
import os
import queue
import stat
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from logging.handlers import QueueHandler, RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Final

from typing_extensions import override

from kvitto.appending import open_to_append
from kvitto.core.invisible import plain_text
from kvitto.output import unblock_output
from kvitto.own_user import is_own

_MAX_BYTES: Final = 2_000_000
_KEPT_PARTS: Final = 3
_MOST_WAITING: Final = 2_000
"""Lines that may wait to be written."""
_FLUSH_S: Final = 2.0
_OF_ONE_KIND: Final = 50
"""Lines of one kind that are written in one period."""
_PERIOD_S: Final = 60.0
_MOST_KINDS: Final = 256
"""Further kinds of one period count as one kind."""
_KIND_LENGTH: Final = 60
_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"

log = logging.getLogger(__name__)


class _PlainFormatter(logging.Formatter):
    """Shows invisible characters, and indents lines, so that no message looks like two."""

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        return plain_text(super().formatMessage(record)).replace("\n", "\n    ")


class _PrivateFileHandler(RotatingFileHandler):
    """A rotating log that others can't read, and that a full disk does not disturb.

    It is always the file that has the name: who moves or removes it finds a new one there.
    """

    @override
    def _open(self) -> TextIOWrapper:
        """Open the file.

        Raises:
            OSError: it can't be opened, or might block us, or is somebody else's link.
        """
        with contextlib.suppress(FileNotFoundError):
            named = os.lstat(self.baseFilename)
            if stat.S_ISLNK(named.st_mode) and named.st_uid and not is_own(named):
                raise PermissionError(
                    errno.EPERM, "It is a link of another user", self.baseFilename
                )
        descriptor = open_to_append(Path(self.baseFilename), getattr(os, "O_NONBLOCK", 0))
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(errno.EINVAL, "It is not a file", self.baseFilename)
        return os.fdopen(descriptor, "a", encoding="utf-8")

    @override
    def doRollover(self) -> None:
        """Begin a new file; where the old one can't be put aside, go on in it for another part."""
        try:
            super().doRollover()
        except OSError as error:
            self.maxBytes += _MAX_BYTES
            if self.stream is None:
                self.stream = self._open()
            self.stream.write(f"The log is not put aside: {plain_text(str(error))}\n")
        else:
            self.maxBytes = _MAX_BYTES

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if self.stream is not None and not self._has_the_name(self.stream):
            with contextlib.suppress(OSError):
                self.stream.close()
            self.stream = None  # is opened again
        super().emit(record)

    def _has_the_name(self, stream: TextIOWrapper) -> bool:
        """Tell whether the open file is the one that a reader of the log would open."""
        try:
            return os.path.samestat(Path(self.baseFilename).stat(), os.fstat(stream.fileno()))
        except OSError:
            return False

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        """Drop the line: a log that can't be written must not stop a report."""


class _Kinds:
    """Counts lines of one kind: from the same place in the code, with the same beginning.

    Belongs to the handler, which holds its lock.
    """

    def __init__(self) -> None:
        self._ends_at = 0.0
        self._counts: dict[tuple[str, int, str], int] = {}

    def admits(self, record: logging.LogRecord) -> bool:
        """Tell whether a line is still to be written in this period."""
        kind = (record.pathname, record.lineno, str(record.msg)[:_KIND_LENGTH])
        if kind not in self._counts and len(self._counts) >= _MOST_KINDS:
            kind = ("", 0, "others")
        count = self._counts[kind] = self._counts.get(kind, 0) + 1
        return count <= _OF_ONE_KIND

    def ended(self, *, is_last: bool = False) -> Iterator[str]:
        """If the period has ended, or is the last, begin the next; return its sums as sentences."""
        now = time.monotonic()
        if now < self._ends_at and not is_last:
            return
        self._ends_at = now + _PERIOD_S
        counts, self._counts = self._counts, {}
        for (_file, _line, beginning), count in counts.items():
            if count > _OF_ONE_KIND:
                said = beginning.partition("\n")[0]
                yield f"{count - _OF_ONE_KIND} more lines of this kind are left out: {said}"


class _UnblockedHandler(QueueHandler):
    """Passes records on to other handlers, on a thread of its own.

    Args:
        handlers: what writes.
    """

    def __init__(self, handlers: Sequence[logging.Handler]) -> None:
        self._lines: queue.Queue[logging.LogRecord | None] = queue.Queue(_MOST_WAITING)
        super().__init__(self._lines)
        self._handlers = handlers
        self._kinds = _Kinds()
        self._dropped = 0
        # A daemon: a program must be able to end while its log can't be written.
        self._thread = threading.Thread(target=self._run, name="kvitto-log", daemon=True)
        self._thread.start()

    @override
    def emit(self, record: logging.LogRecord) -> None:
        for sentence in self._kinds.ended():
            super().emit(_line(sentence))
        if self._kinds.admits(record):
            super().emit(record)

    @override
    def enqueue(self, record: logging.LogRecord) -> None:
        if self._dropped:
            try:
                self._lines.put_nowait(_line(f"{self._dropped} lines are left out here"))
            except queue.Full:
                self._dropped += 1
                return
            self._dropped = 0
        try:
            self._lines.put_nowait(record)
        except queue.Full:
            self._dropped += 1

    @override
    def flush(self) -> None:
        """Wait until all is written, for a limited time."""
        done = self._lines.all_tasks_done
        with done:
            done.wait_for(lambda: not self._lines.unfinished_tasks, _FLUSH_S)

    @override
    def close(self) -> None:
        """Write what is queued, for a limited time, and end the thread."""
        for sentence in self._kinds.ended(is_last=True):
            super().emit(_line(sentence))
        self.flush()
        try:
            self._lines.put_nowait(None)
        except queue.Full:
            pass
        else:
            self._thread.join(_FLUSH_S)
        if not self._thread.is_alive():
            for handler in self._handlers:
                # A full disk may not take what is still in a handler's buffer.
                with contextlib.suppress(OSError):
                    handler.close()
        super().close()

    def _run(self) -> None:
        while (record := self._lines.get()) is not None:
            for handler in self._handlers:
                if record.levelno >= handler.level:
                    handler.handle(record)
            self._lines.task_done()
        self._lines.task_done()


def _line(sentence: str) -> logging.LogRecord:
    return logging.LogRecord(__name__, logging.WARNING, __file__, 0, sentence, None, None)


def start_logging(file: Path, *, is_quiet: bool = False) -> None:
    """Log to a file and, from warnings on, to stderr; log uncaught exceptions.

    Args:
        file: the log, in a folder that exists. If it can't be written, only stderr is used.
        is_quiet: whether nothing is written to stderr.
    """
    unblock_output()
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(logging.WARNING)
    terminal.setFormatter(_PlainFormatter("%(message)s"))
    handlers: list[logging.Handler] = [] if is_quiet else [terminal]
    hindered: OSError | None = None
    try:
        kept = _PrivateFileHandler(
            file, maxBytes=_MAX_BYTES, backupCount=_KEPT_PARTS, encoding="utf-8"
        )
    except OSError as error:
        hindered = error
    else:
        kept.setFormatter(_PlainFormatter(_FORMAT))
        handlers.append(kept)
    unblocked = _UnblockedHandler(handlers)
    root.addHandler(unblocked)
    # The usual end waits for every handler, so also for one that is stuck.
    atexit.unregister(logging.shutdown)
    atexit.register(unblocked.close)
    if hindered is not None:
        log.warning("There is no log file: %s", hindered)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def _log_uncaught(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("A mistake in the program", exc_info=(kind, error, traceback))


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
        _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)
