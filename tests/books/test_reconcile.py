"""What a pass makes of one message: what is added, what differs, what can't be said yet."""

from datetime import UTC, datetime, timedelta

import msgspec

from kvitto.books.reconcile import Difference, DifferenceKind, plan_of
from kvitto.books.shapes import BooksStatus, Message
from kvitto.core.report import DeliveryReport

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_report(code: int, ago: timedelta, *, final: bool = False) -> DeliveryReport:
    return DeliveryReport("m", "b", code, final=final, created=NOW - ago)


def books(*reports: DeliveryReport) -> Message:
    return Message("m", tuple(BooksStatus(one) for one in reports))


UNDER_WAY = a_report(112, timedelta(hours=2))


def test_books_that_lag_a_little_can_not_agree_yet() -> None:
    ended = a_report(201, timedelta(minutes=10), final=True)
    plan = plan_of(books(UNDER_WAY), [ended], NOW)
    assert (plan.lags, plan.needs_history, plan.differences) == (True, False, ())


def test_an_end_that_the_books_never_heard_of_is_a_difference() -> None:
    """Whoever has the callback URL can tell of one."""
    ended = a_report(201, timedelta(hours=1), final=True)
    plan = plan_of(books(UNDER_WAY), [UNDER_WAY, ended], NOW)
    assert (plan.lags, plan.needs_history, plan.differences) == (False, True, ())
    plan = plan_of(books(UNDER_WAY), [UNDER_WAY, ended], NOW, is_whole=True)
    assert plan.needs_history is plan.lags is False
    assert plan.differences == (Difference(DifferenceKind.STATUS),)


def test_an_end_in_the_history_is_one_whatever_came_after_it() -> None:
    ended = a_report(201, timedelta(hours=1))
    later = a_report(112, timedelta(minutes=1))
    plan = plan_of(books(ended, later), [ended], NOW, is_whole=True)
    assert (plan.lags, plan.needs_history, plan.differences) == (False, False, ())


def test_another_number_of_parts_is_a_difference_as_another_price_is() -> None:
    """Both are what the user pays for."""
    ended = a_report(201, timedelta(hours=1), final=True)
    ours = msgspec.structs.replace(ended, segments=1, price_nano=406_000_000, currency="SEK")
    for theirs, kinds in (
        ({"segments": 1}, []),
        ({"segments": None}, []),
        ({"segments": 2}, [DifferenceKind.SEGMENTS]),
        (
            {"segments": 2, "price_nano": 812_000_000},
            [DifferenceKind.PRICE, DifferenceKind.SEGMENTS],
        ),
    ):
        plan = plan_of(books(msgspec.structs.replace(ours, **theirs)), [ours], NOW)
        assert [one.kind for one in plan.differences] == kinds
    silent = msgspec.structs.replace(ours, segments=None, price_nano=None)
    assert plan_of(books(ours), [silent], NOW).differences == ()


def test_an_end_that_is_whole_hours_apart_is_the_same_one_by_another_zone() -> None:
    ended = a_report(201, timedelta(hours=20), final=True)
    for hours, seconds, is_same in ((2, 0, True), (-1, 2, True), (2, 5, False), (15, 0, False)):
        assert ended.created is not None
        late = ended.created + timedelta(hours=hours, seconds=seconds)
        plan = plan_of(books(msgspec.structs.replace(ended, created=late)), [ended], NOW)
        assert plan.differences == ((Difference(DifferenceKind.TIME),) if is_same else ())
        assert len(plan.added) == (not is_same)
    # What is no end may well come again after an hour.
    again = a_report(112, timedelta(hours=1))
    assert len(plan_of(books(again), [UNDER_WAY], NOW).added) == 1


def test_what_the_books_left_out_before_is_taken_and_what_they_leave_out_now_stays() -> None:
    bare = a_report(201, timedelta(hours=1), final=True)
    priced = msgspec.structs.replace(bare, price_nano=406_000_000, currency="SEK", segments=1)
    for now, before, is_added in (
        (priced, bare, True),
        (bare, priced, False),
        (priced, priced, False),
    ):
        plan = plan_of(books(now), [], NOW, [before])
        assert (len(plan.added), plan.differences) == (is_added, ())
        # A report's word stands.
        assert plan_of(books(now), [before], NOW).added == ()


def test_books_that_tell_no_status_agree_with_nothing() -> None:
    ended = a_report(201, timedelta(hours=1), final=True)
    for known in ([], [UNDER_WAY], [ended]):
        assert plan_of(books(), known, NOW).needs_history


def test_money_that_came_back_says_nothing_of_the_end() -> None:
    ended = a_report(402, timedelta(hours=1), final=True)
    refunded = a_report(104, timedelta(minutes=1))
    plan = plan_of(books(refunded), [ended], NOW)
    assert (plan.lags, plan.needs_history, plan.differences) == (False, False, ())
