"""From the reports of a message to its current state."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.core.money import Money
from kvitto.core.report import DeliveryReport, bounded
from kvitto.core.state import MessageState, OrderKey, ReceivedReport, Sourced
from kvitto.core.status import Result, step_of
from kvitto.core.timestamps import to_microseconds
from tests.core import oracle
from tests.core.states import EARLY, LATE, folded, of_one_message, report, state_of
from tests.core.strategies import START

# --- The current state --------------------------------------------------------------------------


def test_the_first_report_is_the_state() -> None:
    state = state_of(
        report(112, EARLY, price_nano=5, segments=2, recipient="46700000001", reference="spring")
    )

    rank = state.rank
    assert rank[:3] == (False, to_microseconds(EARLY), step_of(112))
    assert rank.sequence == 1
    assert state == MessageState(
        rank=rank,
        code=112,
        final=False,
        arrived_at_us=to_microseconds(START) + 500_000,
        first_created_at_us=to_microseconds(EARLY),
        reports=1,
        priced=Sourced(Money(5, "EUR"), rank),
        currency=Sourced("EUR", rank),
        segments=Sourced(2, rank),
        recipient=Sourced("46700000001", rank),
        reference=Sourced("spring", rank),
    )


@pytest.mark.parametrize(
    ("history", "code"),
    [
        pytest.param(
            [report(101, EARLY), report(112, LATE)], 112, id="the newer report is the state"
        ),
        pytest.param(
            [report(112, LATE), report(101, EARLY)], 112, id="an older one that comes late is not"
        ),
        pytest.param(
            [report(201, EARLY, final=True), report(112, LATE)],
            201,
            id="a final state stays, though something newer follows",
        ),
        pytest.param(
            [report(112, LATE), report(201, EARLY, final=True)],
            201,
            id="a final report goes before a newer one that is not",
        ),
        pytest.param(
            [report(511, LATE, final=True), report(202, EARLY, final=True)],
            511,
            id="of two final ones the newer stays",
        ),
        pytest.param(
            [report(202, EARLY, final=True), report(511, LATE, final=True)],
            511,
            id="of two final ones the newer comes",
        ),
        pytest.param(
            [report(113, EARLY), report(101, EARLY)],
            113,
            id="at the same time the later step is the state, whenever it arrived",
        ),
        pytest.param([report(101, EARLY), report(113, EARLY)], 113, id="and the other way round"),
        pytest.param([report(111, EARLY), report(114, EARLY)], 111, id="a gateway queues first"),
        pytest.param([report(511, EARLY), report(113, EARLY)], 511, id="an error is a later step"),
        pytest.param(
            [report(201, EARLY), report(112, LATE)], 201, id="delivered is never taken back"
        ),
        pytest.param(
            [report(112, LATE), report(201, EARLY)], 201, id="nor where it comes after the newer"
        ),
        pytest.param(
            [report(201, EARLY), report(511, LATE, final=True)],
            511,
            id="but for a newer status that ends it, too",
        ),
        pytest.param(
            [report(112, EARLY), report(104, LATE)], 112, id="a refund is no state of a message"
        ),
        pytest.param(
            [report(104, LATE, final=True), report(112, EARLY)],
            112,
            id="nor where it is final, and comes first",
        ),
        pytest.param(
            [report(104, EARLY), report(104, LATE)], 104, id="unless there is nothing else"
        ),
        pytest.param(
            [report(511, EARLY, final=True), report(104, LATE)],
            511,
            id="a refund after a final failure leaves it a failure",
        ),
        pytest.param(
            [report(112, None), report(101, START - timedelta(hours=1))],
            112,
            id="a report without a time counts from its arrival",
        ),
        pytest.param(
            [report(112, None), report(101, LATE)],
            101,
            id="and gives way to a later time",
        ),
    ],
)
def test_the_current_state_is_the_greatest_of_ended_created_step(
    history: list[DeliveryReport], code: int
) -> None:
    state = state_of(*history)

    assert (state.code, state.reports) == (code, len(history))


@given(of_one_message(), st.data())
def test_any_order_gives_the_same_state(
    received: list[ReceivedReport], data: st.DataObject
) -> None:
    assert folded(data.draw(st.permutations(received))) == folded(received)


@given(of_one_message())
def test_a_message_that_has_ended_is_never_moved_back(received: list[ReceivedReport]) -> None:
    state = MessageState.first(received[0])
    for one in received[1:]:
        after = state.after(one)
        if state.is_finished and state.code != 104:
            assert after.is_finished
            assert after.code == state.code or (
                one.rank.ending > state.rank.ending
                or (one.rank.ending == state.rank.ending and one.created >= state.rank.created)
            )
        assert after.rank >= state.rank or state.code == 104
        state = after


@pytest.mark.parametrize("late", [101, 105, 112, 113, 199])
@pytest.mark.parametrize(("code", "final"), [(201, False), (201, True), (202, True), (402, True)])
def test_what_became_of_a_message_is_never_taken_back_by_a_step_on_the_way(
    code: int, final: bool, late: int
) -> None:
    state = state_of(report(code, EARLY, final=final), report(late, LATE, final=True))

    assert (state.code, state.is_finished) == (code, True)


@given(of_one_message())
def test_the_state_is_the_report_that_its_rank_names(received: list[ReceivedReport]) -> None:
    state = folded(received)

    (current,) = [one for one in received if one.sequence == state.rank.sequence]
    assert (state.rank, state.code, state.final, state.arrived) == (
        current.rank,
        current.report.code,
        current.report.final,
        current.arrived,
    )
    statuses = [one for one in received if one.report.code != 104] or received
    assert all(one.rank <= state.rank for one in statuses)


@given(of_one_message())
def test_known_values_bear_the_rank_of_the_report_they_were_taken_from(
    received: list[ReceivedReport],
) -> None:
    """The store keeps which report that is: without it a late report could not be judged."""
    state = folded(received)

    by_rank = {one.rank: one.report for one in received}
    for known, name in (
        (state.priced, "price"),
        (state.refund, "price"),
        (state.currency, "currency"),
        (state.segments, "segments"),
        (state.recipient, "recipient"),
        (state.reference, "reference"),
    ):
        assert known is None or getattr(by_rank[known.rank], name) == known.value


@given(of_one_message())
def test_the_oracle_agrees(received: list[ReceivedReport]) -> None:
    state = folded(received)

    (message,) = oracle.messages_of(received).values()
    assert (state.final, state.is_finished, state.rank.created, state.arrived) == (
        message.final,
        message.finished,
        message.created,
        message.arrived,
    )
    assert (state.code, state.first_created, state.reports) == (
        message.code,
        message.first_created,
        message.reports,
    )


# --- Finished and result ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("only", "finished", "result"),
    [
        (report(101), False, Result.PENDING),
        (report(113), False, Result.PENDING),
        (report(201), True, Result.DELIVERED),
        (report(201, final=True), True, Result.DELIVERED),
        (report(202), False, Result.EXPIRED),
        (report(202, final=True), True, Result.EXPIRED),
        (report(203, final=True), True, Result.CANCELLED),
        (report(403, final=True), True, Result.REJECTED),
        (report(511), False, Result.PENDING),
        (report(511, final=True), True, Result.FAILED),
        (report(112, final=True), True, Result.UNKNOWN),
        (report(104), False, Result.PENDING),
        (report(299, final=True), True, Result.UNKNOWN),
    ],
)
def test_finished_and_result_are_those_of_the_current_state(
    only: DeliveryReport, finished: bool, result: Result
) -> None:
    state = state_of(only)

    assert (state.is_finished, state.result) == (finished, result)


def test_a_report_without_a_time_counts_from_its_arrival() -> None:
    one = ReceivedReport(report(101, None), 7, LATE)

    assert (one.created, one.rank.created, one.rank.sequence) == (LATE, LATE, 7)


def test_ranks_compare_ended_before_time_before_step_before_content() -> None:
    ranks = [
        OrderKey(ending, to_microseconds(created), step_of(code), content, sequence=9 - content)
        for ending in (0, 1, 2)
        for created in (EARLY, LATE)
        for code in (101, 113)
        for content in (1, 2)
    ]

    assert sorted(ranks, reverse=True)[::-1] == ranks


# --- Times that can't be right ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("created", "counts"),
    [
        pytest.param(datetime(1, 1, 1, tzinfo=UTC), False, id="never set"),
        pytest.param(datetime(1970, 1, 1, tzinfo=UTC), False, id="the epoch"),
        pytest.param(datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), False, id="just old"),
        pytest.param(datetime(2000, 1, 1, tzinfo=UTC), True, id="just not"),
        pytest.param(LATE, True, id="the moment of its arrival"),
        pytest.param(LATE + timedelta(days=1), True, id="a day ahead"),
        pytest.param(LATE + timedelta(days=1, microseconds=1), False, id="more than a day ahead"),
        pytest.param(datetime.max.replace(tzinfo=UTC), False, id="the end of all times"),
        pytest.param(None, False, id="none"),
    ],
)
def test_a_time_that_can_not_be_right_is_left_out_and_the_arrival_counts(
    created: datetime | None, counts: bool
) -> None:
    received = ReceivedReport.of(report(102, created), 7, LATE)

    assert (received.sequence, received.rank.sequence) == (7, 7)
    assert received.created == (created if counts else LATE)
    assert received.report.created == (created if counts else None)
    assert received.report.left_out == (("created",) if created and not counts else ())


def test_what_was_left_out_before_stays_left_out_with_the_time() -> None:
    one = msgspec.structs.replace(
        report(102, datetime(1, 1, 1, tzinfo=UTC)), left_out=("recipient", "price")
    )

    assert bounded(one, LATE).left_out == ("recipient", "created", "price")
