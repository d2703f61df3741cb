"""The retry rule, against a clock that the test turns."""

import random
from collections.abc import Iterable, Iterator

import pytest

from kvitto.simulator.requests import Post
from kvitto.simulator.retry_queue import (
    MAX_WAITING,
    AsLived,
    AtOnce,
    AtRate,
    Attempt,
    RetryQueue,
    RetrySchedule,
    Throttle,
    Verdict,
)

INTERVAL_S = 600.0
OUTAGE_BEGINS_S = 5_000.0


def posts_at(times_s: Iterable[float]) -> Iterator[Post]:
    """Yield posts that are due at these times of life."""
    for number, time_s in enumerate(times_s):
        yield Post(int(time_s * 1e6), number, 0, b"%d" % number)


def retry_queue_of(
    times_s: Iterable[float], rule: RetrySchedule | None = None, pace: Throttle | None = None
) -> RetryQueue:
    return RetryQueue(
        posts_at(times_s),
        AsLived(1.0) if pace is None else pace,
        RetrySchedule(interval_s=INTERVAL_S) if rule is None else rule,
    )


def lost_in_an_outage(
    times_s: list[float], outage_s: float, rule: RetrySchedule | None = None, answer_s: float = 0.0
) -> set[int]:
    """Turn the clock until all is posted; return the numbers of the posts that were deleted.

    Args:
        times_s: when the posts are due.
        outage_s: how long, from `OUTAGE_BEGINS_S` on, no post is answered 200.
        rule: the retry rule.
        answer_s: how long it takes until it is clear that there is no answer.
    """
    retry_queue = retry_queue_of(times_s, rule)
    lost: set[int] = set()
    under_way: list[tuple[float, int, Attempt]] = []
    now_s, turns = 0.0, 0
    while not retry_queue.is_empty or under_way:
        due_s = retry_queue.next_due_s()
        if under_way and (due_s is None or under_way[0][0] <= due_s):
            now_s, _, attempt = under_way.pop(0)
            is_out = OUTAGE_BEGINS_S <= attempt.began_s < OUTAGE_BEGINS_S + outage_s
            if retry_queue.settle(attempt, now_s, is_taken=not is_out) is Verdict.DELETED:
                lost.add(attempt.post.message)
            continue
        assert due_s is not None
        now_s = max(now_s, due_s)
        begun = retry_queue.take(now_s)
        assert begun is not None
        turns += 1
        under_way.append((now_s + answer_s, turns, begun))
    return lost


def some_times() -> list[float]:
    """Return times before, in and after the outage, its very beginning among them."""
    draw = random.Random(1)
    drawn = [draw.uniform(0, OUTAGE_BEGINS_S + 12 * INTERVAL_S) for _ in range(3000)]
    return sorted([*drawn, OUTAGE_BEGINS_S])


# --- Outages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer_s", [0.0, 30.0], ids=["refused", "no answer in time"])
@pytest.mark.parametrize("intervals", [1, 8, 9])
def test_an_outage_of_nine_intervals_loses_nothing(intervals: int, answer_s: float) -> None:
    outage_s = intervals * INTERVAL_S
    assert lost_in_an_outage(some_times(), outage_s, answer_s=answer_s) == set()


@pytest.mark.parametrize("answer_s", [0.0, 30.0], ids=["refused", "no answer in time"])
@pytest.mark.parametrize("intervals", [10, 11, 12])
def test_a_longer_one_loses_exactly_those_that_had_ten_tries_in_it(
    intervals: int, answer_s: float
) -> None:
    times_s = some_times()
    # Nine intervals after its first try, each has had its ten.
    last_s = OUTAGE_BEGINS_S + (intervals - 9) * INTERVAL_S
    expected = {
        number for number, time_s in enumerate(times_s) if OUTAGE_BEGINS_S <= time_s < last_s
    }
    assert len(expected) > 100
    assert lost_in_an_outage(times_s, intervals * INTERVAL_S, answer_s=answer_s) == expected


def test_read_kindly_the_documentation_gives_one_more_interval() -> None:
    rule = RetrySchedule(interval_s=INTERVAL_S, first_is_extra=True)
    assert lost_in_an_outage(some_times(), 10 * INTERVAL_S, rule) == set()
    assert lost_in_an_outage(some_times(), 11 * INTERVAL_S, rule) != set()


def test_with_one_attempt_nothing_is_tried_again() -> None:
    rule = RetrySchedule(interval_s=INTERVAL_S, attempts=1)
    assert lost_in_an_outage([OUTAGE_BEGINS_S], 1.0, rule) == {0}


# --- One post -----------------------------------------------------------------------------------


def test_a_post_that_is_taken_is_done() -> None:
    retry_queue = retry_queue_of([0.0])
    attempt = retry_queue.take(0.0)
    assert attempt is not None
    assert retry_queue.is_empty
    assert retry_queue.settle(attempt, 1.0, is_taken=True) is Verdict.DONE
    assert retry_queue.is_empty
    assert retry_queue.next_due_s() is None


def test_the_next_try_begins_an_interval_after_the_beginning_of_the_last() -> None:
    retry_queue = retry_queue_of([0.0])
    attempt = retry_queue.take(5.0)
    assert attempt is not None
    assert retry_queue.settle(attempt, 35.0, is_taken=False) is Verdict.WAITS
    assert retry_queue.next_due_s() == 605.0
    assert retry_queue.take(604.9) is None
    again = retry_queue.take(605.0)
    assert again is attempt
    assert again.tries == 2


def test_a_try_longer_than_the_interval_is_followed_by_the_next_at_once() -> None:
    retry_queue = retry_queue_of([0.0], RetrySchedule(interval_s=1.0))
    attempt = retry_queue.take(0.0)
    assert attempt is not None
    retry_queue.settle(attempt, 30.0, is_taken=False)
    assert retry_queue.next_due_s() == 30.0


def test_it_is_deleted_after_its_last_try() -> None:
    retry_queue = retry_queue_of([0.0], RetrySchedule(interval_s=1.0, attempts=3))
    verdicts = []
    for now_s in (0.0, 1.0, 2.0):
        attempt = retry_queue.take(now_s)
        assert attempt is not None
        verdicts.append(retry_queue.settle(attempt, now_s, is_taken=False))
    assert verdicts == [Verdict.WAITS, Verdict.WAITS, Verdict.DELETED]
    assert retry_queue.is_empty


def test_what_waits_goes_before_what_is_new() -> None:
    retry_queue = retry_queue_of([0.0, 700.0], RetrySchedule(interval_s=600.0))
    attempt = retry_queue.take(0.0)
    assert attempt is not None
    retry_queue.settle(attempt, 0.0, is_taken=False)
    assert retry_queue.take(800.0) is attempt


def test_when_too_many_wait_new_ones_are_held_back() -> None:
    retry_queue = retry_queue_of(range(MAX_WAITING + 10), pace=AtOnce())
    for _ in range(MAX_WAITING):
        attempt = retry_queue.take(0.0)
        assert attempt is not None
        retry_queue.settle(attempt, 0.0, is_taken=False)
    assert retry_queue.take(1.0) is None
    assert retry_queue.next_due_s() == INTERVAL_S
    again = retry_queue.take(INTERVAL_S)
    assert again is not None
    assert again.tries == 2
    fresh = retry_queue.take(1.0)
    assert fresh is not None
    assert fresh.tries == 1


# --- Pace ---------------------------------------------------------------------------------------


def dues(pace: Throttle, times_s: list[float]) -> list[float]:
    retry_queue = retry_queue_of(times_s, pace=pace)
    found = []
    while not retry_queue.is_empty:
        due_s = retry_queue.next_due_s()
        assert due_s is not None
        found.append(due_s)
        assert retry_queue.take(due_s) is not None
    return found


def test_as_they_live_posts_are_due_at_their_time_only_faster() -> None:
    assert dues(AsLived(10.0), [0.0, 5.0, 100.0]) == [0.0, 0.5, 10.0]


def test_at_a_rate_they_are_due_evenly() -> None:
    assert dues(AtRate(2.0), [0.0, 5.0, 100.0]) == [0.0, 0.5, 1.0]


def test_at_once_they_are_due_now() -> None:
    assert dues(AtOnce(), [0.0, 5.0, 100.0]) == [0.0, 0.0, 0.0]
