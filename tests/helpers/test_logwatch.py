import logging
from collections.abc import Iterator

import pytest

from tests.helpers.logwatch import LogWatch


@pytest.fixture
def caplog_handler() -> logging.Handler:
    return logging.Handler(logging.DEBUG)


@pytest.fixture
def watch(caplog_handler: logging.Handler) -> LogWatch:
    return LogWatch(asked_by_caplog=caplog_handler)


@pytest.fixture
def log(watch: LogWatch) -> Iterator[logging.Logger]:
    """Return a logger that the watch of the test itself does not see."""
    logger = logging.getLogger("watched")
    logger.setLevel(logging.DEBUG)
    logger.addHandler(watch)
    logger.propagate = False
    yield logger
    logger.removeHandler(watch)
    logger.propagate = True
    logger.setLevel(logging.NOTSET)


def test_a_warning_is_unasked(watch: LogWatch, log: logging.Logger) -> None:
    log.warning("Port %d is taken", 80)
    assert watch.unasked() == ["WARNING watched: Port 80 is taken"]


def test_information_is_never_unasked(watch: LogWatch, log: logging.Logger) -> None:
    log.info("Receiving")
    assert watch.unasked() == []


def test_an_expected_warning_is_not_unasked(watch: LogWatch, log: logging.Logger) -> None:
    with watch.expect(logging.WARNING, "Port .* taken", logger="watched"):
        log.warning("Port %d is taken", 80)
    assert watch.unasked() == []


def test_expecting_covers_the_loggers_below(watch: LogWatch, log: logging.Logger) -> None:
    with watch.expect(logging.ERROR, "Disk full", logger="watched"):
        log.getChild("store").error("Disk full")
    assert watch.unasked() == []


@pytest.mark.parametrize(
    ("level", "pattern", "logger"),
    [
        (logging.ERROR, "Port", "watched"),
        (logging.WARNING, "Disk", "watched"),
        (logging.WARNING, "Port", "watch"),
    ],
    ids=["another level", "another message", "another logger"],
)
def test_another_record_does_not_meet_what_is_expected(
    watch: LogWatch, log: logging.Logger, level: int, pattern: str, logger: str
) -> None:
    with (
        pytest.raises(AssertionError, match="not logged"),
        watch.expect(level, pattern, logger=logger),
    ):
        log.warning("Port 80 is taken")
    assert watch.unasked() == ["WARNING watched: Port 80 is taken"]


def test_a_warning_after_the_expectation_is_unasked(watch: LogWatch, log: logging.Logger) -> None:
    with watch.expect(logging.WARNING, "Port", logger="watched"):
        log.warning("Port 80 is taken")
    log.warning("Port 80 is taken")
    assert len(watch.unasked()) == 1


def test_caplog_asks_for_its_own_level_only(
    watch: LogWatch, log: logging.Logger, caplog_handler: logging.Handler
) -> None:
    caplog_handler.setLevel(logging.WARNING)
    log.setLevel(logging.WARNING)
    log.warning("Port 80 is taken")
    log.error("Disk full")
    assert watch.unasked() == ["ERROR watched: Disk full"]
