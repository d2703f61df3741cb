"""When no report could come in, cut into parts that each have one cause."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kvitto.core.outages import NOT_RUNNING, Outage, OutageCause
from kvitto.ui.charts.outage_bands import OutageSpan, ShadedBand, cut, outage_spans

START = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
START_S = START.timestamp()


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def outage(begin: float, end: float | None, by: OutageCause = OutageCause.STOPPED) -> Outage:
    return Outage(at(begin), None if end is None else at(end), by)


def closed(begin: float, end: float | None, by: OutageCause = OutageCause.STOPPED) -> OutageSpan:
    return OutageSpan(START_S + begin, None if end is None else START_S + end, by)


def test_a_restart_is_no_time_in_which_it_was_closed() -> None:
    found = outage_spans([outage(100, 115), outage(200, 216), outage(300, 302, OutageCause.ASLEEP)])

    assert found == [closed(200, 216), closed(300, 302, OutageCause.ASLEEP)]


def test_what_explains_the_others_is_told_where_causes_meet() -> None:
    found = outage_spans(
        [
            outage(100, 500, OutageCause.TUNNEL),
            outage(200, 300, OutageCause.ASLEEP),
            outage(250, 400, OutageCause.CRASHED),
            outage(450, None, OutageCause.DISK),
        ]
    )

    assert found == [
        closed(100, 200, OutageCause.TUNNEL),
        closed(200, 250, OutageCause.ASLEEP),
        closed(250, 400, OutageCause.CRASHED),
        closed(400, 450, OutageCause.TUNNEL),
        closed(450, None, OutageCause.DISK),
    ]


def test_times_that_meet_for_the_same_cause_are_one() -> None:
    found = outage_spans(
        [outage(100, 200, OutageCause.TUNNEL), outage(150, 400, OutageCause.TUNNEL)]
    )

    assert found == [closed(100, 400, OutageCause.TUNNEL)]


def test_closed_times_are_cut_to_what_is_seen() -> None:
    by = OutageCause.STOPPED
    found = [OutageSpan(0.0, 10.0, by), OutageSpan(20.0, 30.0, by), OutageSpan(40.0, None, by)]

    assert cut(found, 5.0, 25.0) == [ShadedBand(5.0, 10.0, by), ShadedBand(20.0, 25.0, by)]
    assert cut(found, 32.0, 38.0) == []
    assert cut(found, 45.0, 50.0) == [ShadedBand(45.0, 50.0, by)]
    assert cut(found, 50.0, 45.0) == []


@given(
    st.lists(
        st.tuples(
            st.integers(0, 500),
            st.one_of(st.none(), st.integers(-5, 200)),
            st.sampled_from(OutageCause),
        ),
        max_size=8,
    )
)
def test_every_second_has_the_most_telling_of_its_causes_and_no_other(
    drawn: list[tuple[int, int | None, OutageCause]],
) -> None:
    outages = [
        outage(begin, None if length is None else begin + length, by) for begin, length, by in drawn
    ]
    found = outage_spans(outages)

    bands = cut(found, START_S, START_S + 800)
    assert all(one.end <= other.begin for one, other in pairwise(bands))
    for second in range(0, 800, 7):
        causes = {
            by
            for begin, length, by in drawn
            if begin <= second
            and (length is None or second < begin + length)
            and (length is None or length > 15 or by not in NOT_RUNNING)
        }
        told = [one.by for one in bands if one.begin <= START_S + second < one.end]
        assert told == ([min(causes, key=list(OutageCause).index)] if causes else [])
