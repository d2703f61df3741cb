"""Which versions of SQLite have the repair of the write-ahead log."""

import sqlite3

import pytest

from kvitto.store.sqlite_version import has_log_repair, log_repair_notice


@pytest.mark.parametrize(
    ("version", "is_repaired"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_the_repair_is_in_these(version: tuple[int, int, int], *, is_repaired: bool) -> None:
    assert has_log_repair(version) is is_repaired


def test_the_user_is_told_of_the_version_that_runs() -> None:
    told = log_repair_notice()

    assert has_log_repair() or sqlite3.sqlite_version in told
