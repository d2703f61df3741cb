"""A batch by its age, against the batches before it: nothing is told of ages that nobody had."""

from datetime import UTC, datetime, timedelta

from kvitto.core.usual_share import LOOKS, Share, Shares
from kvitto.store.delivered_shares import SharesSoFar
from kvitto.ui.charts.usual_course import usual_course

SENT = datetime(2026, 11, 28, 12, tzinfo=UTC)
QUARTER, HOUR = LOOKS[1], LOOKS[3]


def all_along(delivered: int, of: int = 1000) -> Shares:
    return (Share(of, delivered, of - delivered),) * len(LOOKS)


def found(own: Shares, known: int, *, hours_before: float = 48) -> SharesSoFar:
    return SharesSoFar(
        own,
        [all_along(950 + number % 5) for number in range(known)],
        [SENT - timedelta(hours=hours_before)] * known,
    )


def test_a_share_is_told_of_the_ages_that_the_batch_has_had() -> None:
    course = usual_course(found(all_along(940), 5), SENT, SENT + timedelta(minutes=70))

    assert [one.age for one in course.points if one.share is not None] == list(LOOKS[:4])
    assert all(one.usual is not None for one in course.points), "where it should get to is seen"
    assert [one.age for one in course.told] == [QUARTER, HOUR]
    assert course.is_known
    assert not any(one.is_worse for one in course.points)


def test_it_is_worse_where_it_is_certainly_below() -> None:
    course = usual_course(found(all_along(800), 5), SENT, SENT + timedelta(days=2))

    assert all(one.is_worse for one in course.points)


def test_batches_that_were_not_so_old_yet_say_nothing_of_that_age() -> None:
    now = SENT + timedelta(hours=2)

    course = usual_course(found(all_along(940), 5, hours_before=1), SENT, now)

    assert {one.age for one in course.points if one.usual is not None} == {
        age for age in LOOKS if age <= timedelta(hours=3)
    }


def test_four_batches_make_nothing_usual() -> None:
    course = usual_course(found(all_along(500), 4), SENT, SENT + timedelta(days=2))

    assert not course.is_known
    assert course.compared == 4
    assert not any(one.is_worse for one in course.points)


def test_a_batch_of_some_minutes_has_nothing_to_tell() -> None:
    course = usual_course(found(all_along(500), 9), SENT, SENT + timedelta(minutes=9))

    assert course.told == []
    assert not course.is_known
