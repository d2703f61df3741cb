"""Whether a batch is delivered worse than usual, judged by those before it at one age. Pure.

How far a batch is depends on how old it is, so that only shares of one age are compared. What is
usual is estimated from the user's own batches, see `band_of`. A batch is worse where even the best
that its numbers allow (the upper end of their Wilson interval) lies below that, at two looks in a
row.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from math import asin, pi, sin, sqrt
from operator import mul
from typing import Final, NamedTuple

LOOKS: Final = tuple(
    timedelta(minutes=minutes) for minutes in (10, 15, 45, *range(60, 24 * 60 + 1, 60))
)
"""The ages at which a batch is looked at. The first two, so that two in a row are known after 15
minutes; then each hour, since a batch may be sent long after its first status."""
KNOWN_LEAST: Final = 5
"""So many batches must be known before anything is usual."""
KNOWN_MOST: Final = 20
"""So many of the latest batches say what is usual."""
MESSAGES_LEAST: Final = 50
"""Smaller batches say nothing of what is usual."""
FAILED_LEAST: Final = 10
"""Fewer failed messages are nothing to tell of."""
_SHARE_LEAST: Final = 0.01
"""A smaller difference is none that a person would call worse."""
_WILSON_Z: Final = 1.96
"""The interval holds the true share in 95 of 100 cases."""
_REACH: Final = 2.7
"""How many standard deviations of the usual shares the band reaches to each side."""
_PRIOR_DEVIATION: Final = 0.025
_PRIOR_WEIGHT: Final = 4
"""How much shares differ (as angles) is taken to be this until more is known: so many batches weigh
as much. Five batches that are alike by chance make no narrow band."""
_LEFT_OUT_MOST: Final = 4
"""One of so many batches may be left out of what is usual, since it was worse itself."""


class Share(NamedTuple):
    """What had become of the messages of a batch when it had a certain age.

    Attributes:
        messages: how many there were, without those that the user cancelled.
        delivered: how many of them were delivered.
        failed: how many of them had not arrived, and were not tried any more.
    """

    messages: int
    delivered: int
    failed: int


class UsualBand(NamedTuple):
    """Between which shares batches usually are delivered, 0 to 1."""

    low: float
    high: float


class Worse(NamedTuple):
    """A batch is worse than usual.

    Attributes:
        age: how old it was when that was seen.
        share: what had become of it then.
        usual: what is usual at that age.
    """

    age: timedelta
    share: Share
    usual: UsualBand


Shares = Sequence[Share]
"""The shares of a batch at each age of `LOOKS`."""


def wilson(share: Share) -> UsualBand:
    """Return the Wilson interval of a delivered share: where the true one lies, 0 to 1."""
    count = share.messages
    if not count:
        return UsualBand(0.0, 1.0)
    part = share.delivered / count
    square = _WILSON_Z * _WILSON_Z
    middle = part + square / (2 * count)
    half = _WILSON_Z * sqrt(part * (1 - part) / count + square / (4 * count * count))
    whole = 1 + square / count
    return UsualBand(max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole))


def band_of(known: Iterable[Share]) -> UsualBand | None:
    """Return what is usual at an age; None where fewer than `KNOWN_LEAST` batches tell.

    Those that were worse than the others are left out, up to one of four: a fault that lasts must
    not become usual at once, and a lasting change must in the end.

    Args:
        known: the shares of the latest batches at that age, in any order. Those of fewer than
            `MESSAGES_LEAST` messages do not count.
    """
    shares = sorted(
        (one for one in known if one.messages >= MESSAGES_LEAST),
        key=lambda one: one.delivered / one.messages,
    )
    if len(shares) < KNOWN_LEAST:
        return None
    for count in range(min(len(shares) // _LEFT_OUT_MOST, len(shares) - KNOWN_LEAST), 0, -1):
        # All at once: several that are equally bad would hide each other.
        usual = _spread(shares[count:])
        if all(is_below(one, usual) for one in shares[:count]):
            return usual
    return _spread(shares)


def is_below(share: Share, usual: UsualBand) -> bool:
    """Tell whether a batch is certainly below what is usual, and enough of it failed to tell of."""
    return (
        share.failed >= FAILED_LEAST
        and wilson(share).high < usual.low
        and share.delivered / share.messages <= usual.low - _SHARE_LEAST
    )


def worse_at(look: int, own: Shares, known: Sequence[Shares]) -> Worse | None:
    """Return how a batch is worse than usual at a look and the one before it; None if it is not.

    Args:
        look: the number of the look in `LOOKS`; at the first one, nothing is told.
        own: the batch's shares.
        known: those of the latest batches before it.
    """
    if look < 1 or _usual_above(look - 1, own, known) is None:
        return None
    usual = _usual_above(look, own, known)
    return None if usual is None else Worse(LOOKS[look], own[look], usual)


def _usual_above(look: int, own: Shares, known: Sequence[Shares]) -> UsualBand | None:
    """Return what is usual at a look, where the batch is below that."""
    if own[look].failed < FAILED_LEAST:
        return None
    usual = band_of(shares[look] for shares in known)
    return usual if usual is not None and is_below(own[look], usual) else None


def _spread(shares: Sequence[Share]) -> UsualBand:
    """Return the band that a batch like these is expected in: a random-effects model.

    Computed with angles, whose chance error does not depend on the share itself. What differs by
    chance, since batches are small, is taken off: the batch that is compared has an interval of its
    own for that. Large batches weigh more.
    """
    angles = [asin(sqrt((one.delivered + 3 / 8) / (one.messages + 3 / 4))) for one in shares]
    chances = [1 / (4 * one.messages) for one in shares]
    weights = [1 / (_PRIOR_DEVIATION**2 + chance) for chance in chances]
    whole = sum(weights)
    weights = [weight / whole for weight in weights]
    middle = sum(map(mul, weights, angles))
    squares = [weight * weight for weight in weights]
    differing = sum(
        weight * ((angle - middle) ** 2 - chance) + square * chance
        for weight, square, angle, chance in zip(weights, squares, angles, chances, strict=True)
    )
    found = max(0.0, differing / (1 - sum(squares)))
    others = len(shares) - 1
    real = (_PRIOR_WEIGHT * _PRIOR_DEVIATION**2 + others * found) / (_PRIOR_WEIGHT + others)
    error = sum(square * (real + chance) for square, chance in zip(squares, chances, strict=True))
    reach = _REACH * sqrt(real + error)
    return UsualBand(sin(max(0.0, middle - reach)) ** 2, sin(min(pi / 2, middle + reach)) ** 2)
