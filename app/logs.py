"""The log: a file in the data folder, and word to whoever watches the terminal.

No phone numbers, no secrets, no bodies: what is logged may be sent to a stranger for help.
"""

import logging
import os
import sys
import threading
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Final

from typing_extensions import override

from app.core.invisible import plain_text

_MAX_BYTES: Final = 2_000_000
_KEPT_PARTS: Final = 3
_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"

log = logging.getLogger(__name__)


class _PlainFormatter(logging.Formatter):
    """Shows what can't be seen, and lets no message begin a line that looks like another's."""

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        return plain_text(super().formatMessage(record)).replace("\n", "\n    ")


class _PrivateFileHandler(RotatingFileHandler):
    """A rotating log that others can't read, and that a full disk does not disturb."""

    @override
    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8")

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        """Drop the line: a log that can't be written must not stop a report."""


def start_logging(file: Path, *, is_quiet: bool = False) -> None:
    """Log to a file and, from warnings on, to stderr; catch what nobody caught.

    Args:
        file: the log, in a folder that exists. If it can't be written, only stderr is used.
        is_quiet: whether nobody watches stderr, so that nothing is written there.
    """
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(logging.WARNING)
    terminal.setFormatter(_PlainFormatter("%(message)s"))
    if not is_quiet:
        root.addHandler(terminal)
    try:
        kept = _PrivateFileHandler(
            file, maxBytes=_MAX_BYTES, backupCount=_KEPT_PARTS, encoding="utf-8"
        )
    except OSError as error:
        log.warning("There is no log file: %s", error)
    else:
        kept.setFormatter(_PlainFormatter(_FORMAT))
        root.addHandler(kept)
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
