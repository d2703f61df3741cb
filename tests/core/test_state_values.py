"""What a message takes from its older reports: price, segments, recipient, reference."""

import pytest

from kvitto.core.money import Money
from kvitto.core.report import DeliveryReport
from tests.core.states import EARLY, LATE, MIDDLE, report, state_of

# --- What a state takes from older reports ------------------------------------------------------

PRICED = [
    pytest.param(
        [report(101, EARLY, price_nano=5), report(201, LATE, price_nano=7)],
        Money(7, "EUR"),
        id="the current state's own price",
    ),
    pytest.param(
        [report(101, EARLY, price_nano=5), report(201, LATE, price_nano=0)],
        Money(0, "EUR"),
        id="a price of nothing is a price",
    ),
    pytest.param(
        [report(101, EARLY, price_nano=5), report(201, LATE)],
        Money(5, "EUR"),
        id="an older one, where the current state has none",
    ),
    pytest.param(
        [
            report(101, EARLY, price_nano=5),
            report(102, MIDDLE, price_nano=6),
            report(201, LATE, final=True),
        ],
        Money(6, "EUR"),
        id="the newest that has one",
    ),
    pytest.param(
        [
            report(102, MIDDLE, price_nano=6),
            report(201, LATE, final=True),
            report(101, EARLY, price_nano=5),
        ],
        Money(6, "EUR"),
        id="the newest by its time, not by its arrival",
    ),
    pytest.param(
        [report(201, EARLY, final=True), report(112, LATE, price_nano=6)],
        Money(6, "EUR"),
        id="one from after the final report",
    ),
    pytest.param(
        [report(201, EARLY, final=True, price_nano=5), report(112, LATE, price_nano=6)],
        Money(5, "EUR"),
        id="but not where the final report has its own",
    ),
    pytest.param(
        [report(101, EARLY, price_nano=5), report(201, LATE, currency="SEK")],
        Money(5, "EUR"),
        id="a price keeps the currency that it came with",
    ),
    pytest.param([report(101, EARLY), report(201, LATE)], None, id="none, where nobody has one"),
    pytest.param(
        [report(101, EARLY, price_nano=5, currency=None), report(201, LATE, currency="SEK")],
        Money(5, "SEK"),
        id="with the newest known currency, where it came with none",
    ),
    pytest.param(
        [report(101, EARLY, currency="SEK"), report(201, LATE, price_nano=5, currency=None)],
        Money(5, "SEK"),
        id="also where that is older",
    ),
    pytest.param(
        [report(101, EARLY, price_nano=5, currency=None)],
        Money(5, ""),
        id="with none, where nobody knows one",
    ),
    pytest.param(
        [report(101, EARLY, price_nano=5), report(104, LATE, price_nano=9)],
        Money(5, "EUR"),
        id="not that of a refund",
    ),
    pytest.param(
        [report(101, EARLY), report(104, LATE, price_nano=9)],
        Money(9, "EUR"),
        id="unless only a refund has one",
    ),
    pytest.param(
        [report(104, EARLY, price_nano=9), report(103, LATE)],
        None,
        id="and that only as long as it is paid back",
    ),
]


@pytest.mark.parametrize(("history", "price"), PRICED)
def test_the_price_of_a_message(history: list[DeliveryReport], price: Money | None) -> None:
    state = state_of(*history)

    assert state.price == price


REFUNDS = [
    pytest.param([report(103, EARLY, price_nano=5)], False, id="paid for"),
    pytest.param([report(103, EARLY, price_nano=5), report(104, LATE)], True, id="paid back"),
    pytest.param([report(104, LATE), report(103, EARLY, price_nano=5)], True, id="in any order"),
    pytest.param(
        [report(104, EARLY, price_nano=5), report(103, LATE, price_nano=5)], False, id="paid again"
    ),
    pytest.param(
        [report(104, EARLY, price_nano=5), report(103, EARLY, price_nano=5)],
        True,
        id="paid back in the moment in which it was paid for",
    ),
    pytest.param(
        [report(201, EARLY, price_nano=5), report(104, LATE)],
        True,
        id="paid back though nothing says that it was paid for",
    ),
    pytest.param(
        [report(104, EARLY, price_nano=5, final=True), report(103, LATE, price_nano=5)],
        True,
        id="paid back for good",
    ),
]


@pytest.mark.parametrize(("history", "is_refunded"), REFUNDS)
def test_the_cost_of_a_message_is_its_price_or_nothing_where_that_was_paid_back(
    history: list[DeliveryReport], is_refunded: bool
) -> None:
    state = state_of(*history)

    price = Money(5, "EUR")
    assert state.is_refunded is is_refunded
    assert state.cost == (Money(0, "EUR") if is_refunded else price)
    assert state.paid_back == (price if is_refunded else None)


def test_what_was_paid_back_for_a_message_without_a_price_is_not_known() -> None:
    state = state_of(report(403, EARLY, final=True), report(104, LATE))

    assert (state.is_refunded, state.cost, state.paid_back) == (True, None, None)


def test_segments_recipient_and_reference_fall_back_likewise() -> None:
    state = state_of(
        report(101, EARLY, segments=1, recipient="46700000001", reference="spring"),
        report(102, MIDDLE, segments=2),
        report(201, LATE, reference="autumn", final=True),
    )

    assert state.segments is not None
    assert state.recipient is not None
    assert state.reference is not None
    assert (state.segments.value, state.recipient.value, state.reference.value) == (
        2,
        "46700000001",
        "autumn",
    )


def test_a_message_begins_with_its_earliest_time_even_where_that_comes_last() -> None:
    assert state_of(report(201, LATE, final=True), report(101, EARLY)).first_created == EARLY
