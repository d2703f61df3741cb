"""A watch on the logs: a test fails on any warning or error that it did not ask for."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from typing_extensions import override


@dataclass(frozen=True)
class _Expectation:
    level: int
    pattern: re.Pattern[str]
    logger: str

    def fits(self, record: logging.LogRecord) -> bool:
        return (
            record.levelno == self.level
            and f"{record.name}.".startswith(f"{self.logger}.")
            and self.pattern.search(record.getMessage()) is not None
        )

    @override
    def __str__(self) -> str:
        return f"{logging.getLevelName(self.level)} {self.logger}: {self.pattern.pattern!r}"


class LogWatch(logging.Handler):
    """Keep every record at WARNING or above that the test did not ask for.

    A test asks with :meth:`expect`, or with ``caplog.at_level(level)`` of exactly the record's
    level. Records may come from any thread.

    Args:
        asked_by_caplog: The handler whose level ``caplog.at_level`` sets.
    """

    def __init__(self, asked_by_caplog: logging.Handler) -> None:
        super().__init__(logging.WARNING)
        self._asked_by_caplog: Final = asked_by_caplog
        self._expectations: Final[list[_Expectation]] = []
        self._met: Final[set[_Expectation]] = set()
        self._unasked: Final[list[str]] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        fitting = [one for one in self._expectations if one.fits(record)]
        if fitting:
            self._met.update(fitting)
        elif not self._is_asked_by_caplog(record):
            self._unasked.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    @contextmanager
    def expect(self, level: int, pattern: str, *, logger: str = "kvitto") -> Iterator[None]:
        """Ask for a record: it is no failure inside this context; its absence is one.

        Args:
            level: The record's level, exactly.
            pattern: What its message holds, as a regular expression.
            logger: The logger that it comes from, or one above it.

        Raises:
            AssertionError: No such record came.
        """
        expectation = _Expectation(level, re.compile(pattern), logger)
        self._expectations.append(expectation)
        try:
            yield
        finally:
            self._expectations.remove(expectation)
        assert expectation in self._met, f"not logged: {expectation}"

    def unasked(self) -> list[str]:
        """Return what was logged and not asked for, a line for each record."""
        return list(self._unasked)

    def _is_asked_by_caplog(self, record: logging.LogRecord) -> bool:
        level = self._asked_by_caplog.level
        effective = logging.getLogger(record.name).getEffectiveLevel()
        return record.levelno == level == effective
