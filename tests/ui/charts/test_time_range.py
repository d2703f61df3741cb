"""What time is seen follows the clock, until the user goes elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.ui.charts.time_bins import DAY_S, EARLIEST_S, HOUR_S, LATEST_S
from kvitto.ui.charts.time_range import Life, Range, TimeSpan

NOW = 1_780_000_000.0
LIFE = Life(NOW - 30 * DAY_S, NOW - HOUR_S, goes_on=True)


@pytest.fixture
def span() -> TimeSpan:
    return TimeSpan()


def follows(span: TimeSpan) -> bool:
    """Tell whether what is seen goes on with the clock."""
    return span.range is not None


@pytest.mark.parametrize(
    ("chosen", "length"), [(Range.HOUR, HOUR_S), (Range.DAY, DAY_S), (Range.WEEK, 7 * DAY_S)]
)
def test_a_range_ends_now_and_goes_on_with_the_clock(
    span: TimeSpan, chosen: Range, length: int
) -> None:
    span.range = chosen
    span.follow(LIFE, NOW, 0.0)
    assert (span.begin_s, span.end_s) == (NOW - length, NOW)

    span.follow(LIFE, NOW + 60, 0.0)
    assert (span.begin_s, span.end_s) == (NOW - length + 60, NOW + 60)


def test_room_is_left_behind_now_for_the_text(span: TimeSpan) -> None:
    span.range = Range.HOUR
    span.follow(LIFE, NOW, 0.2)

    assert (span.end_s - NOW) / span.length_s == pytest.approx(0.2)


def test_all_begins_before_the_first_and_ends_now(span: TimeSpan) -> None:
    span.follow(LIFE, NOW, 0.0)

    assert span.begin_s < LIFE.first_s
    assert span.end_s == NOW


def test_all_of_a_batch_that_ended_long_ago_shows_its_life_and_little_more(span: TimeSpan) -> None:
    ended = Life(NOW - 30 * DAY_S, NOW - 29 * DAY_S, goes_on=False)
    span.follow(ended, NOW, 0.0)

    assert span.begin_s < ended.first_s
    assert ended.last_s < span.end_s < ended.last_s + DAY_S / 5


def test_all_of_a_batch_that_is_going_on_ends_now(span: TimeSpan) -> None:
    span.follow(Life(NOW - DAY_S, NOW - 10, goes_on=False), NOW, 0.0)

    assert span.end_s == NOW


def test_a_single_point_in_time_has_some_time_around_it(span: TimeSpan) -> None:
    span.follow(Life(NOW, NOW, goes_on=True), NOW, 0.0)

    assert span.length_s >= 600
    assert span.begin_s < NOW <= span.end_s


def test_a_change_that_lies_after_now_is_seen(span: TimeSpan) -> None:
    span.follow(Life(NOW - DAY_S, NOW + DAY_S, goes_on=True), NOW, 0.0)

    assert span.end_s == NOW + DAY_S


def test_zooming_keeps_what_is_under_the_mouse_and_leaves_the_range(span: TimeSpan) -> None:
    span.range = Range.DAY
    span.follow(LIFE, NOW, 0.0)
    at = span.begin_s + 0.25 * span.length_s

    span.zoom(0.5, at, LIFE, NOW)

    assert not follows(span)
    assert span.length_s == pytest.approx(DAY_S / 2)
    assert (at - span.begin_s) / span.length_s == pytest.approx(0.25)
    begin = span.begin_s
    span.follow(LIFE, NOW + 3600, 0.0)
    assert span.begin_s == begin, "what the user looks at stays"


def test_moving_goes_no_further_than_there_is_something_to_see(span: TimeSpan) -> None:
    span.range = Range.DAY
    span.follow(LIFE, NOW, 0.0)

    span.move(1e9, LIFE, NOW)
    assert span.begin_s < NOW < span.end_s
    span.move(-1e9, LIFE, NOW)
    assert span.begin_s < LIFE.first_s < span.end_s
    assert span.length_s == pytest.approx(DAY_S)


@given(
    st.floats(EARLIEST_S, LATEST_S),
    st.floats(0, LATEST_S),
    st.lists(st.tuples(st.booleans(), st.floats(1e-3, 1e3), st.floats(-1e12, 1e12)), max_size=12),
    st.sampled_from(Range),
)
def test_whatever_is_done_a_time_that_can_be_shown_is_seen(
    first: float, length: float, deeds: list[tuple[bool, float, float]], chosen: Range
) -> None:
    life = Life(first, min(first + length, LATEST_S), goes_on=length > 1e6)
    span = TimeSpan()
    span.range = chosen
    span.follow(life, NOW, 0.1)
    for is_zoom, factor, by in deeds:
        if is_zoom:
            at = span.begin_s + span.length_s * min(factor / 1e3, 1.0)
            span.zoom(factor, at, life, NOW)
        else:
            span.move(by, life, NOW)
        assert EARLIEST_S <= span.begin_s < span.end_s <= LATEST_S
        assert span.length_s >= 299
