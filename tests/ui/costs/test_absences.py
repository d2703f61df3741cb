"""When Kvitto was not running, by its signs of life."""

from hypothesis import given
from hypothesis import strategies as st

from app.store.charts import Opening
from app.ui.costs.absences import Absence, absences, cut

S = 1_000_000


def opening(begin_s: int, last_s: int, *, is_closed: bool = True) -> Opening:
    return Opening(begin_s * S, last_s * S, is_closed)


def test_the_time_between_two_openings_is_an_absence() -> None:
    found = absences(
        [opening(100, 200), opening(300, 400)], now_us=405 * S, is_running=False, first_arrival_us=S
    )

    assert found == [Absence(200.0, 300.0)]


def test_short_silences_are_none() -> None:
    found = absences(
        [opening(100, 200), opening(214, 400), opening(430, 500)],
        now_us=514 * S,
        is_running=False,
        first_arrival_us=S,
    )

    assert found == [Absence(400.0, 430.0)]


def test_while_it_runs_the_last_opening_goes_on_until_now() -> None:
    openings = [opening(100, 200, is_closed=False)]

    assert absences(openings, now_us=900 * S, is_running=True, first_arrival_us=S) == []


def test_after_a_crash_the_absence_begins_with_the_last_sign_of_life() -> None:
    openings = [opening(100, 200, is_closed=False)]
    found = absences(openings, now_us=900 * S, is_running=False, first_arrival_us=S)
    assert found == [Absence(200.0, None)]

    openings.append(opening(900, 905, is_closed=False))
    found = absences(openings, now_us=910 * S, is_running=False, first_arrival_us=S)
    assert found == [Absence(200.0, 900.0)]


def test_before_the_first_opening_it_was_not_there() -> None:
    assert absences([opening(100, 200)], now_us=201 * S, is_running=False) == [Absence(None, 100.0)]
    late = absences([opening(100, 200)], now_us=201 * S, is_running=False, first_arrival_us=150 * S)
    assert late == [Absence(None, 100.0)]


def test_nothing_is_known_of_a_time_when_openings_were_not_noted_yet() -> None:
    found = absences([opening(100, 200)], now_us=201 * S, is_running=False, first_arrival_us=50 * S)

    assert found == []
    assert absences([], now_us=201 * S, is_running=False) == []


def test_openings_may_overlap_and_come_in_any_order() -> None:
    found = absences(
        [opening(300, 500), opening(100, 400), opening(350, 360)],
        now_us=500 * S,
        is_running=False,
        first_arrival_us=S,
    )

    assert found == []


def test_absences_are_cut_to_what_is_seen() -> None:
    found = [Absence(None, 10.0), Absence(20.0, 30.0), Absence(40.0, None)]

    assert cut(found, 5.0, 25.0) == [(5.0, 10.0), (20.0, 25.0)]
    assert cut(found, 32.0, 38.0) == []
    assert cut(found, 45.0, 50.0) == [(45.0, 50.0)]
    assert cut(found, 50.0, 45.0) == []


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 60)), min_size=1, max_size=8))
def test_every_second_is_either_in_an_opening_or_an_absence_or_a_short_silence(
    spans: list[tuple[int, int]],
) -> None:
    openings = [opening(begin, begin + length) for begin, length in spans]

    parts = cut(absences(openings, now_us=600 * S, is_running=False), 0.0, 600.0)

    assert parts == sorted(parts)
    for begin, end in parts:
        assert all(one.last_us / S <= begin or one.opened_us / S >= end for one in openings)
    ends = [0.0, *(one.last_us / S for one in openings), 600.0]
    for second in range(600):
        runs = any(one.opened_us <= second * S < one.last_us for one in openings)
        if not runs and not any(begin <= second < end for begin, end in parts):
            assert any(second - 15 <= one <= second + 15 for one in ends)
