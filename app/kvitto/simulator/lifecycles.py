"""The lives that messages walk, from accepted to their end, with the time that each step takes.

The codes and what they mean: protocol, "Status codes". How long the steps take, how often a life
ends badly, and what comes after a failure, the SMS service does not say: assumed, plausibly.
"""

from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple

from kvitto.simulator.plan import happens, skewed

MAX_STEPS: Final = 30
"""No life has more."""

_MS: Final = 1_000
_S: Final = 1_000_000
_MIN: Final = 60 * _S

_BEFORE_US: Final[dict[int, tuple[int, int]]] = {
    101: (0, 1),
    102: (20 * _MS, 400 * _MS),
    103: (20 * _MS, 300 * _MS),
    110: (50 * _MS, 2 * _S),
    111: (100 * _MS, 2 * _S),
    112: (200 * _MS, 4 * _S),
    113: (100 * _MS, 3 * _S),
    114: (50 * _MS, 5 * _S),
    201: (500 * _MS, 15 * _S),
    202: (15 * _MIN, 30 * _MIN),
    203: (2 * _S, 60 * _S),
    104: (1 * _S, 20 * _S),
}
"""How long after the step before a step comes, from and to; small ones are more frequent."""
_OTHERWISE_US: Final = (100 * _MS, 5 * _S)
_SWITCHED_OFF_US: Final = (30 * _S, 15 * _MIN)
"""How long a telephone is switched off before the message reaches it."""
_BEFORE_NEXT_TRY_US: Final = (5 * _S, 60 * _S)

_ENDS: Final = (("delivered", 0.90), ("expired", 0.03), ("cancelled", 0.01), ("rejected", 0.03))
"""The shares of the ends; the rest has failed."""
_REJECTED_UNPAID: Final = 402
_REJECTIONS: Final = (402, 403, 404, 405, 406, 407, 408, 409)
_ERRORS: Final = (500, 501, 502, 503, 511, 512, 513, 514, 515, 516, 599)
_UNHEARD_OF: Final = (115, 120, 199, 204, 299, 301, 350, 410, 499, 504, 600, 777, 999, 1000, 0, -1)

_QUEUED_AT_GATEWAY: Final = 0.15
_SWITCHED_OFF: Final = 0.06
_STUMBLES: Final = 0.04
_STUMBLES_AGAIN: Final = 0.3
_REFUNDED: Final = 0.7
_REFUNDED_BEFORE_END: Final = 0.5
_UNHEARD_OF_AT_END: Final = 0.3


class StatusStep(NamedTuple):
    """One status change of a message.

    Attributes:
        code: the new status.
        final: whether it is the last; what comes after it in a life, a refund, moves nothing.
        at_us: when it happens, in microseconds from the beginning of the life; always growing.
        is_free: whether the price is gone by then: it was refunded.
    """

    code: int
    final: bool
    at_us: int
    is_free: bool = False


def life(draw: Random, unknown_codes: float) -> list[StatusStep]:
    """Draw the life of one message, at most `MAX_STEPS` long.

    Args:
        draw: the message's own chance.
        unknown_codes: the share of lives with a code that nobody has told of.
    """
    steps: list[StatusStep] = []
    at_us = -1
    for code, final, after_us, is_free in _walk(draw):
        at_us += max(1, after_us)
        steps.append(StatusStep(code, final, at_us, is_free))
    if happens(draw, unknown_codes):
        _put_in_unheard_of(steps, draw)
    return steps


def _walk(draw: Random) -> Iterator[tuple[int, bool, int, bool]]:
    """Yield the steps: code, whether it is final, how long after the step before, whether free."""
    end = _end(draw)
    yield _step(draw, 101)
    yield _step(draw, 102)
    if end == "rejected":
        yield from _rejection(draw)
        return
    yield _step(draw, 103)
    if end == "cancelled":
        yield _step(draw, 203, final=True)
        return
    if happens(draw, _STUMBLES):
        yield from _stumble(draw)
        if happens(draw, _STUMBLES_AGAIN):
            yield from _stumble(draw)
    yield _step(draw, 110)
    yield _step(draw, 111)
    if happens(draw, _QUEUED_AT_GATEWAY):
        yield _step(draw, 114)
    yield _step(draw, 112)
    if end == "failed":
        yield from _failure(draw)
        return
    yield _step(draw, 113)
    if end == "expired":
        yield _step(draw, 202, final=True)
    elif happens(draw, _SWITCHED_OFF):
        yield 201, True, skewed(draw, *_SWITCHED_OFF_US), False
    else:
        yield _step(draw, 201, final=True)


def _step(draw: Random, code: int, *, final: bool = False) -> tuple[int, bool, int, bool]:
    return code, final, skewed(draw, *_BEFORE_US.get(code, _OTHERWISE_US)), False


def _end(draw: Random) -> str:
    drawn = draw.random()
    for end, share in _ENDS:
        drawn -= share
        if drawn < 0:
            return end
    return "failed"


def _one_of(draw: Random, codes: tuple[int, ...]) -> int:
    return codes[int(draw.random() * len(codes))]


def _rejection(draw: Random) -> Iterator[tuple[int, bool, int, bool]]:
    """Refuse the message: something is wrong with it. What was paid is given back after."""
    code = _one_of(draw, _REJECTIONS)
    if code != _REJECTED_UNPAID:
        yield _step(draw, 103)
    yield _step(draw, code, final=True)
    if code != _REJECTED_UNPAID and happens(draw, _REFUNDED):
        yield _step(draw, 104)


def _failure(draw: Random) -> Iterator[tuple[int, bool, int, bool]]:
    """Fail for good. A refund comes after that, or before the error is final."""
    code = _one_of(draw, _ERRORS)
    if not happens(draw, _REFUNDED):
        yield _step(draw, code, final=True)
    elif happens(draw, _REFUNDED_BEFORE_END):
        yield _step(draw, code)
        yield _step(draw, 104)
        yield code, True, skewed(draw, *_OTHERWISE_US), True
    else:
        yield _step(draw, code, final=True)
        yield _step(draw, 104)


def _stumble(draw: Random) -> Iterator[tuple[int, bool, int, bool]]:
    """Fail for the moment: the error is not final, and the message is sent again."""
    yield _step(draw, 110)
    yield _step(draw, 111)
    yield _step(draw, _one_of(draw, _ERRORS))
    # The gateway waits before it tries again.
    yield 114, False, skewed(draw, *_BEFORE_NEXT_TRY_US), False


def _put_in_unheard_of(steps: list[StatusStep], draw: Random) -> None:
    """Replace the end, or a step in the middle, by a code that nobody has told of."""
    place = 1 + int(draw.random() * (len(steps) - 2))
    if happens(draw, _UNHEARD_OF_AT_END):
        place = next((number for number, step in enumerate(steps) if step.final), place)
    steps[place] = steps[place]._replace(code=_one_of(draw, _UNHEARD_OF))
