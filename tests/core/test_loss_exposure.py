"""Which batches may have lost reports in an interruption."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from kvitto.core.loss_exposure import BatchSeen, Beginning, exposed_in, needs_beginning
from kvitto.core.outages import Risk, TimeRange

NIGHT: Final = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
RISK: Final = Risk(TimeRange(NIGHT, NIGHT + 10 * HOUR), NIGHT + 11.5 * HOUR)


def at(hours: float) -> datetime:
    return NIGHT + hours * HOUR


def seen(first: float, last: float, *, finished: bool = False, whole: bool = False) -> BatchSeen:
    return BatchSeen(at(first), at(last), finished, whole)


@pytest.mark.parametrize(
    ("first", "last", "finished", "is_exposed"),
    [
        (-5, -1, False, True),
        (-5, -1, True, True),
        (-60, -50, False, True),
        (-60, -50, True, False),
        (-200, -100, False, False),
        (-5, 20, True, True),
        (5, 20, True, True),
    ],
    ids=[
        "under way before",
        "finished just before",
        "phones that are off",
        "finished days before",
        "given up before",
        "before and after, finished since",
        "first heard of in a short opening",
    ],
)
def test_a_batch_that_was_under_way_is_exposed(
    first: float, last: float, finished: bool, is_exposed: bool
) -> None:
    found = exposed_in(seen(first, last, finished=finished), None, [RISK])

    assert found == ([RISK.span] if is_exposed else [])


@pytest.mark.parametrize(
    ("created", "code", "is_exposed"),
    [(9, 101, True), (11, 101, True), (12, 101, False), (12, 201, True), (12, 112, True)],
    ids=["sent in it", "sent before its end", "sent after", "last words only", "no first words"],
)
def test_a_batch_that_was_heard_of_afterwards_is_exposed_where_its_first_words_are_missing(
    created: float, code: int, is_exposed: bool
) -> None:
    batch = seen(12, 13, finished=True)

    assert needs_beginning(batch, [RISK])
    assert bool(exposed_in(batch, Beginning(at(created), code), [RISK])) == is_exposed


def test_last_words_days_later_are_of_another_time() -> None:
    batch = seen(200, 201)

    assert not needs_beginning(batch, [RISK])
    assert exposed_in(batch, Beginning(at(200), 201), [RISK]) == []


def test_a_batch_of_which_all_that_is_expected_is_finished_has_lost_nothing() -> None:
    assert exposed_in(seen(-5, 20, finished=True, whole=True), None, [RISK]) == []
