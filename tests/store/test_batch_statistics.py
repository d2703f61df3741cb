"""What a batch's messages say together, checked against a plain sum over all of them."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kvitto.core.money import Money, total
from kvitto.core.report import DeliveryReport, Origin
from kvitto.core.state import ReceivedReport
from kvitto.core.status import Result
from kvitto.core.timestamps import to_microseconds
from kvitto.core.undelivered import Cause
from kvitto.store.batch_statistics import Statistics
from kvitto.store.database import Database
from kvitto.store.reader import Reader
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.helpers.examples import examples
from tests.helpers.ledger import Ledger
from tests.helpers.new_store import open_new_database
from tests.store.arrivals import START, a_report, append_all, arriving

NOW_US = to_microseconds(START + timedelta(minutes=10))


async def test_costs_are_told_apart_by_code_and_by_currency(
    database: Database, writer: Writer
) -> None:
    await append_all(
        writer,
        [
            arriving(a_report("a", code=201, final=True, price_nano=100_000_001)),
            arriving(a_report("b", code=201, final=True, price_nano=5, currency="SEK")),
            arriving(a_report("c", code=502, final=True, price_nano=-7)),
            arriving(a_report("d", code=502, final=False, price_nano=9)),
            arriving(a_report("e", code=102, price_nano=None)),
        ],
    )

    found = Statistics(database).batch(1, now_us=NOW_US)

    assert found.costs == {
        (201, True): {"EUR": Money(100_000_001, "EUR"), "SEK": Money(5, "SEK")},
        (502, True): {"EUR": Money(-7, "EUR")},
        (502, False): {"EUR": Money(9, "EUR")},
    }
    assert found.undelivered == {"EUR": Money(-7, "EUR")}, "failing, still tried, is not counted"


async def test_it_finished_when_the_last_message_did_whatever_comes_later(
    database: Database, writer: Writer
) -> None:
    await append_all(writer, [arriving(a_report("a", code=102))])
    assert Statistics(database).batch(1, now_us=NOW_US).finished_at is None

    later = START + timedelta(days=2)
    ended = [a_report("a", code=201, second=5), a_report("b", code=511, final=True, second=9)]
    others = [a_report("b", code=104, second=150_000), a_report("c", code=110, second=170_000)]
    await append_all(writer, [arriving(one, at=later) for one in (*ended, *others)])

    finished_at = Statistics(database).batch(1, now_us=NOW_US).finished_at
    assert finished_at == START + timedelta(seconds=9)


async def test_the_time_to_finish_is_from_the_first_report_to_the_settling_one(
    database: Database, writer: Writer
) -> None:
    arrivals = []
    for number in range(1, 101):
        arrivals += [
            arriving(a_report(f"m{number}", code=101, second=5)),
            arriving(a_report(f"m{number}", code=201, final=True, second=5 + number)),
        ]
    arrivals.append(arriving(a_report("unsettled", code=101, second=0)))
    await append_all(writer, arrivals)

    found = Statistics(database).batch(1, now_us=NOW_US)

    assert found.median_s == 50
    assert found.slow_s == 95


async def test_finishes_are_counted_in_the_part_in_which_they_arrived(
    database: Database, writer: Writer
) -> None:
    seconds_ago = [0.5, 59, 61, 119, 121, 700]
    await append_all(
        writer,
        [
            arriving(
                a_report(f"m{number}", code=201, final=True),
                at=START + timedelta(minutes=10, seconds=-ago),
            )
            for number, ago in enumerate(seconds_ago)
        ],
    )

    found = Statistics(database).batch(1, now_us=NOW_US, part_s=60, parts=3)

    assert found.finishes == [1, 2, 2]


async def test_a_batch_without_messages_has_empty_statistics(database: Database) -> None:
    found = Statistics(database).batch(99, now_us=NOW_US)

    assert not found.costs
    assert found.median_s is None
    assert not sum(found.finishes)


async def test_demo_batches_count_among_all_only_on_request(
    database: Database, writer: Writer
) -> None:
    demo = a_report("m", batch_id="demo", price_nano=1)
    await append_all(
        writer,
        [
            arriving(a_report("m", code=201)),
            ReportRequest(demo, b"{}", START, origin=Origin.DEMO),
        ],
    )
    statistics = Statistics(database)

    real, every = statistics.totals(), statistics.totals(with_demo=True)

    assert (real.batches, real.messages, real.demo_batches) == (1, 1, 1)
    assert real.results()[Result.DELIVERED] == 1
    assert real.costs == {"EUR": Money(82_000_000, "EUR")}
    assert (every.batches, every.messages, every.finished, every.segments) == (2, 2, 1, 4)
    assert every.costs == {"EUR": Money(82_000_001, "EUR")}


_CHANGES = st.lists(
    st.builds(
        a_report,
        st.sampled_from(["a", "b", "c", "d"]),
        code=st.sampled_from([101, 103, 104, 112, 201, 203, 405, 502, 777]),
        final=st.booleans(),
        second=st.integers(0, 500),
        price_nano=st.none() | st.integers(-(10**18) + 1, 10**18 - 1),
        currency=st.sampled_from(["EUR", "SEK", None]),
    ),
    min_size=1,
    max_size=25,
)


@settings(
    examples(25),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(reports=_CHANGES)
async def test_the_statistics_are_those_of_the_states(
    reports: list[DeliveryReport], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("statistics")
    arrivals = [
        arriving(report, at=START + timedelta(seconds=i)) for i, report in enumerate(reports)
    ]
    with open_new_database(folder) as database:
        writer = Writer(database)
        writer.start()
        await append_all(writer, arrivals)
        writer.close()
        found = Statistics(database).batch(1, now_us=NOW_US)
    ledger = Ledger(
        ReceivedReport(one.report, place, one.arrived) for place, one in enumerate(arrivals, 1)
    )

    states = list(ledger.states.values())
    finished = [state for state in states if state.is_finished]
    costs = {
        (code, is_finished): total(
            state.cost
            for state in states
            if (state.code, state.is_finished) == (code, is_finished) and state.cost is not None
        )
        for code, is_finished in {(state.code, state.is_finished) for state in states}
    }
    took = sorted((one.rank.created - one.first_created).total_seconds() for one in finished)
    assert found.costs == {key: sums for key, sums in costs.items() if sums}
    assert found.undelivered == total(
        one.cost
        for one in finished
        if one.result not in {Result.DELIVERED, Result.CANCELLED, Result.UNKNOWN}
        and one.cost is not None
    )
    assert found.median_s == (took[(len(took) + 1) // 2 - 1] if took else None)
    assert sum(found.finishes) == len(finished)


async def test_the_slowest_of_the_other_batches_is_known_once_there_are_enough(
    writer: Writer, database: Database
) -> None:
    def took(name: str, seconds: int, batch_id: str) -> list[ReportRequest]:
        return [
            arriving(a_report(name, batch_id=batch_id)),
            arriving(a_report(name, batch_id=batch_id, code=201, final=True, second=seconds)),
        ]

    async def slowest_s(batch_id: str) -> float | None:
        found = Reader(database).batch(batch_id)
        assert found is not None
        now_us = to_microseconds(START + timedelta(hours=1))
        return Statistics(database).batch(found.key, now_us=now_us).slowest_s

    await append_all(writer, [one for n in range(150) for one in took(f"m{n}", n, "old")])
    await append_all(writer, took("mine", 500_000, "mine"))
    assert await slowest_s("mine") is None, "too few"

    await append_all(writer, [one for n in range(49) for one in took(f"n{n}", n, "newer")])
    await append_all(writer, took("slow", 86_400, "newer"))
    assert await slowest_s("mine") == 86_400
    assert await slowest_s("old") is None

    await append_all(writer, [arriving(a_report("still", batch_id="newer", second=-90_000))])
    assert await slowest_s("mine") == 93_600, "what is not finished has taken so long at least"

    demo = [
        ReportRequest(one.report, one.body, one.arrived, None, Origin.DEMO)
        for one in took("demo", 900_000, "demo")
    ]
    await append_all(writer, demo)
    assert await slowest_s("mine") == 93_600


async def test_what_did_not_arrive_is_grouped_by_its_code_with_a_cause(
    database: Database, writer: Writer
) -> None:
    arrivals = []
    for number in range(12):
        abroad = msgspec.structs.replace(
            a_report(f"n{number}", code=511, final=True), recipient=f"4790000{number:03}"
        )
        arrivals.append(arriving(abroad))
    for number in range(5):
        arrivals += [
            arriving(a_report(f"q{number}", code=101)),
            arriving(a_report(f"q{number}", code=599, final=True, second=59)),
        ]
    arrivals += [
        arriving(a_report("once", code=599, final=True)),
        arriving(a_report("old", code=202, final=True)),
        arriving(a_report("tried", code=502)),
        *(arriving(a_report(f"d{number}", code=201)) for number in range(200)),
    ]
    await append_all(writer, arrivals)

    found = Statistics(database).batch(1, now_us=NOW_US).failures

    assert [(one.codes, one.messages, one.cause, one.supported) for one in found] == [
        ((511,), 12, Cause.ROUTE, 12),
        ((599,), 6, Cause.NUMBERS, 5),
        ((202,), 1, Cause.NOT_REACHED, 1),
    ]
    assert found[0].calling_code == "47"


async def test_a_country_to_which_most_arrives_has_no_bad_route(
    database: Database, writer: Writer
) -> None:
    reports = [a_report(f"f{number}", code=511, final=True) for number in range(12)]
    reports += [a_report(f"d{number}", code=201) for number in range(4)]
    await append_all(writer, map(arriving, reports))

    (found,) = Statistics(database).batch(1, now_us=NOW_US).failures

    assert found.cause is Cause.UNKNOWN
