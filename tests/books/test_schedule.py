"""When the books are asked, and when they are left in peace."""

import asyncio
import logging
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.books.ask_runner import AskRunner
from kvitto.books.pass_result import NO_ANSWER, PassResult, WhyIncomplete
from kvitto.books.schedule import MOST_PASSES, AskReason, BatchFacts, Due, Facts, due, rest_after
from kvitto.core.outages import Outage, OutageCause
from kvitto.store.asked_reader import AskableBatch
from tests.books.asking import START, Time
from tests.helpers.examples import examples
from tests.helpers.logwatch import LogWatch


def at(**since: float) -> datetime:
    return START + timedelta(**since)


def a_batch(
    *,
    is_finished: bool = False,
    last_seen: datetime = START,
    asked_at: datetime | None = None,
    incomplete: str | None = None,
    earlier_url_since: datetime | None = None,
    looked_at: datetime | None = None,
    rests_until: datetime | None = None,
    passes: int = 0,
) -> BatchFacts:
    batch = AskableBatch("b", 1, START, last_seen, 10, 10, asked_at, incomplete, None)
    return BatchFacts(batch, is_finished, earlier_url_since, looked_at, rests_until, passes)


def asks(one: BatchFacts, now: datetime, *, watches: bool = False, **facts: object) -> list[str]:
    known = Facts(batches=[one], lists_at=now, watches=watches, **facts)  # type: ignore[arg-type]
    return [reason.value for _, reason in due(known, now).batches]


def test_a_batch_that_is_under_way_is_never_asked_about() -> None:
    for minutes in range(0, 74 * 60, 7):
        assert asks(a_batch(), at(minutes=minutes)) == []


def test_one_that_looks_finished_is_asked_about_when_it_is_quiet() -> None:
    one = a_batch(is_finished=True)
    assert asks(one, at(seconds=59)) == []
    assert asks(one, at(seconds=60)) == [AskReason.LOOKS_FINISHED]


def test_and_again_two_minutes_later_where_not_all_was_there() -> None:
    one = a_batch(is_finished=True, asked_at=at(seconds=61), incomplete="fewer")
    assert asks(one, at(seconds=179)) == []
    assert asks(one, at(seconds=180)) == [AskReason.LOOKS_FINISHED]
    again = a_batch(is_finished=True, asked_at=at(seconds=181), incomplete="fewer")
    assert asks(again, at(days=30)) == []


@pytest.mark.parametrize("why", sorted(NO_ANSWER))
def test_what_got_no_answer_was_not_asked(why: WhyIncomplete) -> None:
    one = a_batch(is_finished=True, asked_at=at(minutes=9), incomplete=why)
    assert asks(one, at(minutes=10)) == [AskReason.LOOKS_FINISHED]


@pytest.mark.parametrize("is_finished", [True, False])
def test_what_a_pass_had_to_leave_is_asked_for_a_quarter_of_an_hour_later(
    is_finished: bool,
) -> None:
    """However long ago its last report came: the window may just have been opened."""
    left = {"is_finished": is_finished, "incomplete": WhyIncomplete.BUDGET, "asked_at": at(days=2)}
    one = a_batch(**left, passes=1)  # type: ignore[arg-type]
    assert asks(one, at(days=2, minutes=14)) == []
    assert asks(one, at(days=2, minutes=15)) == [AskReason.GOES_ON]
    endless = a_batch(**left, passes=MOST_PASSES)  # type: ignore[arg-type]
    assert asks(endless, at(days=3)) == []


@pytest.mark.parametrize("is_finished", [True, False])
def test_one_that_the_books_do_not_know_is_not_asked_about_again_unless_it_reports(
    is_finished: bool,
) -> None:
    unknown = {"is_finished": is_finished, "incomplete": WhyIncomplete.NOT_FOUND}
    one = a_batch(**unknown, asked_at=at(minutes=1), earlier_url_since=START)  # type: ignore[arg-type]
    for watches in (True, False):
        assert asks(one, at(hours=80), watches=watches, outages=[an_outage(91)]) == []
    again = a_batch(**unknown, asked_at=at(minutes=1), last_seen=at(minutes=2))  # type: ignore[arg-type]
    assert asks(again, at(hours=80)) != []


def test_one_that_gets_no_answer_keeps_no_other_from_its_turn() -> None:
    stuck = AskableBatch("stuck", 1, START, START, 1, 1, START, WhyIncomplete.BUSY, None)
    other = AskableBatch("other", 1, START, START, 1, 1, None, None, None)
    known = [BatchFacts(one, is_finished=True) for one in (stuck, other)]
    facts = Facts(batches=known, lists_at=START)
    assert [batch_id for batch_id, _ in due(facts, at(hours=1)).batches] == ["other", "stuck"]


def test_one_that_is_confirmed_is_left_in_peace_until_a_report_comes() -> None:
    one = a_batch(is_finished=True, asked_at=at(seconds=61))
    assert asks(one, at(days=30)) == []
    later = a_batch(is_finished=True, asked_at=at(seconds=61), last_seen=at(hours=1))
    assert asks(later, at(hours=1, seconds=60)) == [AskReason.LOOKS_FINISHED]


def an_outage(minutes: float, *, begin: datetime = START) -> Outage:
    return Outage(begin, begin + timedelta(minutes=minutes), OutageCause.TUNNEL)


def test_after_a_long_outage_when_its_retries_are_over() -> None:
    one = a_batch()
    outages = [an_outage(91)]
    assert asks(one, at(minutes=102), outages=outages) == []
    assert asks(one, at(minutes=103), outages=outages) == [AskReason.OUTAGE]
    done = a_batch(asked_at=at(minutes=104))
    assert asks(done, at(minutes=200), outages=outages) == []
    assert asks(one, at(hours=20), outages=[an_outage(90)]) == []
    assert asks(one, at(hours=20), outages=[Outage(START, None, OutageCause.TUNNEL)]) == []


def test_an_outage_after_its_end_is_no_matter_of_a_batch() -> None:
    one = a_batch(is_finished=True, asked_at=at(minutes=5))
    later = an_outage(200, begin=at(hours=3))
    assert asks(one, at(hours=20), outages=[later]) == []
    old = a_batch()
    assert asks(old, at(days=10), outages=[an_outage(200, begin=at(days=9))]) == ["silent"]


@pytest.mark.parametrize(
    ("asked_min", "not_yet_min", "then_min"),
    [(0, 4, 5), (5, 14, 15), (15, 29, 30), (30, 59, 60), (60, 119, 120), (120, 179, 180)],
)
def test_on_an_earlier_address_ever_more_rarely(
    asked_min: int, not_yet_min: int, then_min: int
) -> None:
    assert asks(a_batch(earlier_url_since=START), START) == [AskReason.EARLIER_URL]
    one = a_batch(earlier_url_since=START, asked_at=at(minutes=asked_min, seconds=1))
    assert asks(one, at(minutes=not_yet_min)) == []
    assert asks(one, at(minutes=then_min)) == [AskReason.EARLIER_URL]


def test_on_an_earlier_address_until_it_is_finished() -> None:
    one = a_batch(is_finished=True, earlier_url_since=START, asked_at=at(minutes=5))
    assert asks(one, at(days=2)) == []


def test_silent_for_74_hours_it_is_asked_about_once() -> None:
    assert asks(a_batch(), at(hours=73, minutes=59)) == []
    assert asks(a_batch(), at(hours=74)) == [AskReason.SILENT]
    assert asks(a_batch(asked_at=at(hours=75)), at(days=30)) == []


def test_what_is_watched_rests_so_that_all_keep_within_the_hour() -> None:
    """The more batches there are, and the larger, the more rarely each is looked at."""
    for batches, requests in ((1, 1), (1, 17), (3, 17), (10, 1), (40, 17), (5, 60)):
        rest = rest_after(requests, batches)
        of_each = timedelta(hours=1) / max(rest, timedelta(minutes=1))
        assert requests * batches * of_each <= 400
    assert rest_after(1, 1) < timedelta(minutes=1)
    one = a_batch(looked_at=at(minutes=3, seconds=1), rests_until=at(minutes=7))
    assert asks(one, at(minutes=6, seconds=59), watches=True) == []
    assert asks(one, at(minutes=7), watches=True) == [AskReason.WATCHED]
    short = a_batch(looked_at=at(minutes=3, seconds=1), rests_until=at(minutes=3, seconds=10))
    assert asks(short, at(minutes=3, seconds=59), watches=True) == []
    assert asks(short, at(minutes=4), watches=True) == [AskReason.WATCHED]


def test_one_without_an_address_is_watched_instead_of_read_again_and_again() -> None:
    one = a_batch(earlier_url_since=START)
    assert asks(one, at(minutes=5), watches=True) == [AskReason.WATCHED]
    assert asks(one, at(minutes=5)) == [AskReason.EARLIER_URL]


def test_watching_asks_every_minute_then_every_five() -> None:
    one = a_batch(asked_at=at(minutes=3, seconds=1))
    assert asks(one, at(minutes=3, seconds=59), watches=True) == []
    assert asks(one, at(minutes=4), watches=True) == [AskReason.WATCHED]
    late = a_batch(asked_at=at(minutes=60, seconds=1))
    assert asks(late, at(minutes=64), watches=True) == []
    assert asks(late, at(minutes=65), watches=True) == [AskReason.WATCHED]


def test_the_list_is_asked_for_at_the_start_and_hourly_while_batches_run() -> None:
    running, ended = [a_batch()], [a_batch(is_finished=True, asked_at=at(minutes=5))]
    assert due(Facts(), START).is_list_due
    assert not due(Facts(batches=running, lists_at=START), at(minutes=59)).is_list_due
    assert due(Facts(batches=running, lists_at=START), at(minutes=60)).is_list_due
    assert not due(Facts(batches=ended, lists_at=START), at(days=3)).is_list_due


def test_without_a_tunnel_the_list_is_asked_for_every_five_minutes() -> None:
    """It is all that tells of new batches, whether or not any is known."""
    ended = [a_batch(is_finished=True, asked_at=at(minutes=5))]
    for batches in ([], ended):
        known = Facts(batches=batches, lists_at=START, watches=True)
        assert not due(known, at(minutes=4)).is_list_due
        assert due(known, at(minutes=5)).is_list_due


def test_what_the_books_lag_behind_is_asked_about_a_few_times_more() -> None:
    asked = [START]
    for minutes in range(24 * 60):
        one = a_batch(is_finished=True, asked_at=asked[-1], incomplete=WhyIncomplete.BEHIND)
        if asks(one, at(minutes=minutes)):
            asked.append(at(minutes=minutes))
    assert [(one - START) // timedelta(minutes=1) for one in asked[1:]] == [1, 3, 6, 16, 31]


MOMENTS = st.timedeltas(timedelta(), timedelta(days=6)).map(lambda since: START + since)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    return Facts(
        batches=[
            a_batch(
                is_finished=draw(st.booleans()),
                last_seen=draw(MOMENTS),
                asked_at=draw(st.none() | MOMENTS),
                incomplete=draw(st.sampled_from([None, "fewer"])),
                earlier_url_since=draw(st.none() | MOMENTS),
                looked_at=draw(st.none() | MOMENTS),
                rests_until=draw(st.none() | MOMENTS),
            )
        ],
        outages=[an_outage(draw(st.integers(1, 3000)), begin=draw(MOMENTS))],
        lists_at=draw(st.none() | MOMENTS),
        watches=draw(st.booleans()),
    )


@examples(200)
@given(facts(), MOMENTS)
def test_what_was_just_asked_is_not_due_and_the_next_moment_is_ahead(
    known: Facts, now: datetime
) -> None:
    found = due(known, now)
    assert found.next_at is None or found.next_at > now
    batch = known.batches[0]
    just = BatchFacts(
        AskableBatch("b", 1, START, batch.batch.last_seen, 10, 10, now, "fewer", None),
        batch.is_finished,
        batch.earlier_url_since,
    )
    assert due(Facts(batches=[just], outages=known.outages, lists_at=now), now).batches == ()


@examples(200)
@given(facts(), MOMENTS)
def test_nothing_becomes_due_before_the_next_moment(known: Facts, now: datetime) -> None:
    found = due(known, now)
    if not found.batches and found.next_at is not None:
        assert due(known, found.next_at - timedelta(microseconds=1)).batches == ()


# --- The runner ---------------------------------------------------------------------------------


class World:
    """Facts that change by being asked about, until it ends itself."""

    def __init__(self, *results: WhyIncomplete | Exception | None) -> None:
        self.time = Time()
        self.results = list(results)
        self.asked: list[float] = []
        self.lists = 0
        self.runner = AskRunner(
            self.facts, self.ask, self.ask_list, self.time.now, sleep=self.sleep
        )

    async def facts(self) -> Facts:
        asked_at = self.time.now() if self.asked and not self.results else None
        return Facts(batches=[a_batch(is_finished=True, asked_at=asked_at)], lists_at=START)

    async def ask(self, batch_id: str, _reason: AskReason) -> PassResult | None:
        self.asked.append(self.time.passed_s)
        result = self.results.pop(0)
        if isinstance(result, Exception):
            raise result
        again_at = at(minutes=10) if result is WhyIncomplete.BUSY else None
        return PassResult(
            batch_id=batch_id, asked_at=self.time.now(), incomplete=result, again_at=again_at
        )

    async def ask_list(self) -> None:
        self.lists += 1

    async def sleep(self, seconds: float) -> None:
        if not self.results:
            raise asyncio.CancelledError
        await self.time.sleep(seconds)

    async def run(self) -> None:
        task = asyncio.get_running_loop().create_task(self._turns())
        with pytest.raises(asyncio.CancelledError):
            await task

    async def _turns(self) -> None:
        while not self.runner.is_key_refused:
            await self.runner._step()  # noqa: SLF001


async def test_it_asks_when_something_is_due() -> None:
    world = World(None)
    await world.run()
    assert world.asked == [60.0]


async def test_while_the_service_is_busy_nothing_is_asked() -> None:
    world = World(WhyIncomplete.BUSY, None)
    await world.run()
    assert world.asked[0] == 60.0
    assert 600 <= world.asked[1] <= 631


async def test_a_refused_key_ends_it() -> None:
    world = World(WhyIncomplete.KEY_REFUSED, None)
    world.time.passed_s = 100
    await world.runner.run()
    assert world.runner.is_key_refused
    assert len(world.asked) == 1


async def test_a_mistake_is_logged_and_it_goes_on(log_watch: LogWatch) -> None:
    world = World(ValueError("no"), WhyIncomplete.KEY_REFUSED, None)
    world.time.passed_s = 100
    with log_watch.expect(logging.ERROR, "Kvitto made a mistake while asking the SMS service"):
        await world.runner.run()
    assert len(world.asked) == 2


def test_nothing_known_is_nothing_due() -> None:
    assert due(Facts(lists_at=START), START) == Due()
