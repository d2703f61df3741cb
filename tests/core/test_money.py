"""Money is exact."""

from decimal import ROUND_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kvitto.core.money import NANO, NO_CURRENCY, Money, amount_of, nano_of, total

SUMS = st.integers(-(10**26), 10**26)
"""More than a hundred million messages at the highest price that we take."""
MONEY = st.builds(Money, SUMS, st.sampled_from(("EUR", "SEK", NO_CURRENCY)))


@pytest.mark.parametrize(
    ("nano", "text"),
    [
        (0, "0"),
        (1, "0.000000001"),
        (-1, "-0.000000001"),
        (82_000_000, "0.082"),
        (-82_000_000, "-0.082"),
        (NANO, "1"),
        (10 * NANO, "10"),
        (-NANO, "-1"),
        (NANO + 1, "1.000000001"),
        (1_500_000_000, "1.5"),
        (80_520_000_000, "80.52"),
        (100_000_000, "0.1"),
        (123_456_789, "0.123456789"),
        (999_999_999_999_999_999, "999999999.999999999"),
        (10**24, "1000000000000000"),
    ],
)
def test_an_amount_has_all_its_decimals_and_no_more(nano: int, text: str) -> None:
    assert amount_of(nano) == Decimal(text)
    assert f"{amount_of(nano):f}" == text
    assert nano_of(Decimal(text)) == nano


@given(SUMS)
@example(0)
@example(-1)
@example(10**18 - 1)
def test_nano_units_survive_the_way_to_an_amount_and_back(nano: int) -> None:
    assert nano_of(amount_of(nano)) == nano
    assert Fraction(amount_of(nano)) == Fraction(nano, 10**9)


@given(SUMS)
@example(1)
@example(-1)
@example(10**20)
def test_an_amount_written_out_has_no_exponent_and_no_idle_zeros(nano: int) -> None:
    text = f"{amount_of(nano):f}"

    assert set(text) <= set("-0123456789.")
    assert "." not in text or not text.endswith(("0", "."))
    assert Fraction(text) == Fraction(nano, 10**9)


@given(SUMS)
def test_an_amount_does_not_depend_on_how_precisely_others_calculate(nano: int) -> None:
    with localcontext() as context:
        context.prec = 3

        assert Fraction(amount_of(nano)) == Fraction(nano, 10**9)


@given(
    st.decimals(
        min_value=-(10**9), max_value=10**9, allow_nan=False, allow_infinity=False, places=9
    )
)
def test_an_amount_of_nine_decimals_survives_the_way_to_nano_units_and_back(
    amount: Decimal,
) -> None:
    assert amount_of(nano_of(amount)) == amount


@pytest.mark.parametrize(
    ("text", "nano"),
    [
        pytest.param("0.30000000000000004", 300_000_000, id="what a binary float left"),
        pytest.param("0.0000000014", 1, id="down"),
        pytest.param("0.0000000016", 2, id="up"),
        pytest.param("-0.0000000016", -2, id="up, below zero"),
        pytest.param("0.0000000005", 0, id="a half goes to the even neighbour: down"),
        pytest.param("0.0000000015", 2, id="a half goes to the even neighbour: up"),
        pytest.param("0.0000000025", 2, id="a half goes to the even neighbour: down again"),
        pytest.param("0.00000000050000000000000000000000000000001", 1, id="just above a half"),
        pytest.param("0.00000000099", 1, id="the tenth decimal decides"),
        pytest.param("0.000000000099", 0, id="the eleventh does not"),
        pytest.param("1E+8", 10**17, id="an exponent"),
        pytest.param("82E-3", 82_000_000, id="a negative one"),
        pytest.param("1E-400000", 0, id="a tiny one"),
        pytest.param("1E-999999999999999999", 0, id="the tiniest"),
        pytest.param("0E+999999999999999999", 0, id="zero with the greatest"),
        pytest.param("-0.0", 0, id="minus zero"),
    ],
)
def test_amounts_are_rounded_to_the_ninth_decimal(text: str, nano: int) -> None:
    assert nano_of(Decimal(text)) == nano

    with localcontext() as context:
        context.rounding = ROUND_UP
        assert nano_of(Decimal(text)) == nano, "however others round"


@given(st.lists(MONEY), st.data())
def test_a_total_is_exact_in_any_order_and_each_currency_on_its_own(
    amounts: list[Money], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(amounts))

    totals = total(amounts)

    assert total(shuffled) == totals
    assert totals.keys() == {money.currency for money in amounts}
    for currency, money in totals.items():
        assert money.currency == currency
        assert Fraction(money.amount) == sum(
            Fraction(one.amount) for one in amounts if one.currency == currency
        )


@given(st.lists(MONEY), st.lists(MONEY))
def test_totals_of_parts_add_up_to_the_total(one: list[Money], other: list[Money]) -> None:
    assert total([*total(one).values(), *total(other).values()]) == total(one + other)


def test_a_million_prices_add_up_exactly() -> None:
    """As floats they would add up to a little less or more."""
    price = Money(nano_of(Decimal("0.082")), "EUR")

    assert total([price] * 1_000_000) == {"EUR": Money(82_000 * NANO, "EUR")}


def test_money_in_different_currencies_differs() -> None:
    assert Money(1, "EUR") != Money(1, "SEK")
    assert Money(1, "EUR") != Money(1, NO_CURRENCY)
    assert Money(1, "EUR") == Money(1, "EUR")


@given(SUMS)
def test_no_float_occurs(nano: int) -> None:
    assert type(amount_of(nano)) is Decimal
    assert type(nano_of(amount_of(nano))) is int
    assert all(type(money.nano) is int for money in total([Money(nano, "EUR")] * 2).values())
