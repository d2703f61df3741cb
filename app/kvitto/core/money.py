"""Exact amounts of money.

An amount is a whole number of nano-units (10⁻⁹ of the currency's unit), so that adding up a
million prices gives the same sum in any order. Binary floats do not occur.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Final

import msgspec

NANO: Final = 1_000_000_000
"""Nano-units in one unit of a currency."""

NO_CURRENCY: Final = ""
"""The currency of a price that came without one. It is a currency of its own in every sum."""

_NANO_EXPONENT: Final = Decimal(1).scaleb(-9)


class Money(msgspec.Struct, frozen=True, gc=False):
    """An exact amount in one currency.

    Attributes:
        nano: the amount in nano-units; may be negative (a refund).
        currency: three upper-case letters, or `NO_CURRENCY`.
    """

    nano: int
    currency: str

    @property
    def amount(self) -> Decimal:
        """The amount in units of the currency, exact."""
        return amount_of(self.nano)


@lru_cache(maxsize=1024)  # a store has few prices, and each of them many times
def amount_of(nano: int) -> Decimal:
    """Return `nano` nano-units as an exact decimal of units, without trailing zeros.

    >>> amount_of(82_000_000)
    Decimal('0.082')
    """
    sign, digits = ("-", -nano) if nano < 0 else ("", nano)
    units, rest = divmod(digits, NANO)
    if not rest:
        return Decimal(f"{sign}{units}")
    return Decimal(f"{sign}{units}.{str(rest).rjust(9, '0').rstrip('0')}")


def nano_of(amount: Decimal) -> int:
    """Return a finite `amount` in nano-units, half to even where it has more than nine decimals.

    The rounding only ever takes away what an SMS service's binary float left behind:
    `0.30000000000000004` is 0.3.

    >>> nano_of(Decimal("0.082"))
    82000000
    """
    return int(amount.quantize(_NANO_EXPONENT, rounding=ROUND_HALF_EVEN).scaleb(9))


def total(amounts: Iterable[Money]) -> dict[str, Money]:
    """Add up `amounts`, each currency on its own."""
    sums: dict[str, int] = {}
    for money in amounts:
        sums[money.currency] = sums.get(money.currency, 0) + money.nano
    return {currency: Money(nano, currency) for currency, nano in sums.items()}
