"""Closures that the computer's clock, or what has come in, proves wrong."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kvitto.core.outages import Outage, OutageCause
from kvitto.store.database import Database
from kvitto.store.mutations import AcknowledgeOutage, RecordHeartbeat, RecordOutage
from kvitto.store.outage_queries import OutageReader
from kvitto.store.writer import Writer
from tests.helpers.examples import examples
from tests.helpers.new_store import open_new_database
from tests.store.arrivals import START
from tests.store.test_outage_queries import appended, arrival, at, edited, ran

AHEAD = timedelta(days=1500) / timedelta(minutes=1)


@pytest.fixture
def outage_queries(database: Database) -> OutageReader:
    return OutageReader(database)


def outages(outage_queries: OutageReader, now: float, *, is_running: bool = True) -> list[Outage]:
    return outage_queries.outages(START, now=at(now), is_running=is_running)


@pytest.mark.parametrize("by", [OutageCause.ASLEEP, OutageCause.DISK, OutageCause.TUNNEL])
@pytest.mark.parametrize("end", [AHEAD + 60, None])
def test_what_lies_ahead_is_not_told(
    writer: Writer, outage_queries: OutageReader, by: OutageCause, end: float | None
) -> None:
    until = None if end is None else at(end)
    edited(writer, ran(0, 50, ended=False), RecordOutage(at(AHEAD), until, by))

    assert outages(outage_queries, 50) == []


@pytest.mark.parametrize("by", [OutageCause.ASLEEP, OutageCause.DISK, OutageCause.TUNNEL])
def test_what_has_ended_later_than_now_had_ended_when_this_run_began(
    writer: Writer, outage_queries: OutageReader, by: OutageCause
) -> None:
    edited(writer, ran(0, 20), RecordOutage(at(10), at(AHEAD), by), ran(20, 50, ended=False))

    assert outages(outage_queries, 50) == [Outage(at(10), at(20), by)]


def test_a_run_with_a_clock_that_was_ahead_hides_no_later_interruption(
    writer: Writer, outage_queries: OutageReader
) -> None:
    edited(writer, ran(AHEAD, AHEAD + 5), ran(10, 20), ran(200, 210, ended=False))

    assert outages(outage_queries, 210) == [Outage(at(20), at(200), OutageCause.STOPPED)]


def test_a_run_that_ended_by_a_clock_that_was_ahead_may_have_ended_at_once(
    writer: Writer, outage_queries: OutageReader
) -> None:
    edited(writer, ran(0, AHEAD), ran(200, 210, ended=False))

    assert outages(outage_queries, 210) == [Outage(at(0), at(200), OutageCause.STOPPED)]


@pytest.mark.parametrize("by", [OutageCause.ASLEEP, OutageCause.STOPPED])
async def test_no_interruption_covers_a_report_that_was_stored(
    writer: Writer, outage_queries: OutageReader, by: OutageCause
) -> None:
    edited(writer, ran(0, 10), RecordOutage(at(310), at(390), OutageCause.ASLEEP), ran(100, 500))
    await appended(writer, [arrival(1, None, 50.5), arrival(2, None, 350.5)])

    found = [one for one in outages(outage_queries, 500) if one.by is by]

    first = 10 if by is OutageCause.STOPPED else 310
    last = 100 if by is OutageCause.STOPPED else 390
    came = 50.5 if by is OutageCause.STOPPED else 350.5
    assert (found[0].begin, found[-1].end) == (at(first), at(last))
    assert all(one.end is not None and not one.begin < at(came) < one.end for one in found)


async def test_the_last_reports_before_a_crash_are_no_part_of_it(
    writer: Writer, outage_queries: OutageReader
) -> None:
    edited(writer, ran(0, 10, ended=False), ran(100, 110, ended=False))
    await appended(writer, [arrival(1, None, 10.05)])

    assert outages(outage_queries, 110)[-1] == Outage(at(10.05), at(100), OutageCause.CRASHED)


async def test_a_report_that_came_says_nothing_of_a_tunnel(
    writer: Writer, outage_queries: OutageReader
) -> None:
    edited(writer, ran(0, 100), RecordOutage(at(10), at(50), OutageCause.TUNNEL))
    await appended(writer, [arrival(1, None, 30)])

    assert outages(outage_queries, 100) == [Outage(at(10), at(50), OutageCause.TUNNEL)]


async def test_a_crash_is_told_however_soon_it_was_over(
    writer: Writer, outage_queries: OutageReader
) -> None:
    """A receiver that is started again at once has crashed all the same."""
    soon = 0.5 / 60
    edited(writer, ran(0, 10, ended=False), ran(10.05 + soon, 110, ended=False))
    await appended(writer, [arrival(1, None, 10.05)])

    assert outages(outage_queries, 110)[-1] == Outage(
        at(10.05), at(10.05 + soon), OutageCause.CRASHED
    )


def test_a_clock_that_was_put_forward_makes_no_sleep_of_what_another_run_was_awake_for(
    writer: Writer, outage_queries: OutageReader
) -> None:
    edited(
        writer,
        ran(0, 110),
        RecordHeartbeat(at(0.5), at(130), is_stopped=False),
        RecordOutage(at(0.5), at(120), OutageCause.ASLEEP),
    )

    assert [one for one in outages(outage_queries, 130) if one.by is OutageCause.ASLEEP] == [
        Outage(at(110), at(120), OutageCause.ASLEEP)
    ]


async def test_a_part_of_a_sleep_is_told_once_though_it_was_dismissed(
    writer: Writer, outage_queries: OutageReader
) -> None:
    edited(writer, ran(0, 500), RecordOutage(at(10), at(100), OutageCause.ASLEEP))
    await appended(writer, [arrival(1, None, 50.5)])
    _first, second = outages(outage_queries, 500)

    edited(writer, AcknowledgeOutage(second, at(500)))

    found = outages(outage_queries, 500)
    assert [one.acknowledged for one in found] == [None, at(500)]


async def test_a_part_that_is_left_can_be_dismissed(
    writer: Writer, outage_queries: OutageReader
) -> None:
    edited(writer, ran(0, 10), ran(100, 110))
    await appended(writer, [arrival(1, None, 50.5)])
    first, second = outages(outage_queries, 110)

    edited(writer, AcknowledgeOutage(second, at(110)))

    assert [one.acknowledged for one in outages(outage_queries, 110)] == [
        first.acknowledged,
        at(110),
    ]


def test_one_that_lies_ahead_without_an_end_is_found_to_be_ended(
    writer: Writer, outage_queries: OutageReader
) -> None:
    edited(writer, RecordOutage(at(AHEAD), None, OutageCause.TUNNEL, "dns"))

    assert outage_queries.unended(OutageCause.TUNNEL) == [
        Outage(at(AHEAD), None, OutageCause.TUNNEL, "dns"),
    ]


@settings(examples(40), deadline=None)
@given(
    runs=st.lists(st.tuples(st.integers(-200, 400), st.integers(0, 90)), min_size=1, max_size=5),
    arrivals=st.lists(st.integers(0, 300), max_size=6).map(sorted),
    asleep=st.lists(st.tuples(st.integers(-50, 400), st.integers(0, 100)), max_size=3),
)
def test_whatever_the_clock_did_nothing_covers_now_or_a_stored_report(
    tmp_path_factory: pytest.TempPathFactory,
    runs: list[tuple[int, int]],
    arrivals: list[int],
    asleep: list[tuple[int, int]],
) -> None:
    folder: Path = tmp_path_factory.mktemp("store")
    now = 300
    with open_new_database(folder) as database:
        writer = Writer(database)
        writer.start()
        edited(
            writer,
            *(
                RecordHeartbeat(at(begin), at(begin + length), is_stopped=True)
                for begin, length in runs
            ),
            *(
                RecordOutage(at(begin), at(begin + length), OutageCause.ASLEEP)
                for begin, length in asleep
            ),
        )
        asyncio.run(appended(writer, (arrival(*one) for one in _numbered(arrivals))))
        found = OutageReader(database).outages(
            datetime(2000, 1, 1, tzinfo=START.tzinfo), now=at(now), is_running=True
        )
        writer.close()
    for one in found:
        assert one.end is not None
        assert one.begin <= one.end <= at(now)
        assert not any(one.begin < at(minute) < one.end for minute in arrivals)


def _numbered(minutes: list[int]) -> list[tuple[int, None, float]]:
    return [(number, None, float(minute)) for number, minute in enumerate(minutes)]
