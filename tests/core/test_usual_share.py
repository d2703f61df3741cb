"""What is usual, and what is worse; whether that holds is simulated."""

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
import pytest

from kvitto.core.usual_share import (
    FAILED_LEAST,
    KNOWN_MOST,
    LOOKS,
    Share,
    Shares,
    UsualBand,
    band_of,
    is_below,
    wilson,
    worse_at,
)

QUARTER, HOUR = 1, 3
"""The numbers of the looks after 15 minutes and after an hour."""


def shares(delivered: Iterable[int], of: int = 100) -> list[Share]:
    return [Share(of, one, of - one) for one in delivered]


def all_along(share: Share) -> Shares:
    return (share,) * len(LOOKS)


@pytest.mark.parametrize(
    ("delivered", "count", "low", "high"),
    # From the formula's own tables: Newcombe 1998, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (29, 29, 0.8830, 1)],
)
def test_the_interval_is_wilsons(delivered: int, count: int, low: float, high: float) -> None:
    found = wilson(Share(count, delivered, 0))

    assert found == pytest.approx(UsualBand(low, high), abs=1e-4)


def test_of_nothing_everything_is_possible() -> None:
    assert wilson(Share(0, 0, 0)) == UsualBand(0, 1)
    assert not is_below(Share(0, 0, 0), UsualBand(0.9, 1))


def test_nothing_is_usual_before_five_large_batches_are_known() -> None:
    small = Share(49, 49, 0)

    assert band_of([*shares([95] * 4), small]) is None
    assert band_of(shares([95] * 5)) is not None


def test_what_is_usual_holds_the_shares_that_were_seen() -> None:
    known = shares([930, 960, 950, 970, 940, 965, 955], of=1000)

    usual = band_of(known)

    assert usual is not None
    assert 0.90 < usual.low < 0.93
    assert 0.97 < usual.high < 1


def test_batches_that_are_alike_by_chance_make_no_narrow_band() -> None:
    usual = band_of(shares([950] * 5, of=1000))

    assert usual is not None
    assert usual.low < 0.94


def test_shares_of_all_and_none_have_a_band() -> None:
    for delivered in (0, 100):
        usual = band_of(shares([delivered] * 20))
        assert usual is not None
        assert 0 <= usual.low <= usual.high <= 1


def test_a_fault_that_lasts_does_not_become_usual_at_once() -> None:
    well, ill = shares([960, 955, 965, 950, 958] * 4, of=1000), Share(1000, 860, 140)

    for days in (1, 3, 5):
        usual = band_of([*well[days:], *[ill] * days])
        assert usual is not None
        assert is_below(ill, usual), days
    changed = band_of([*well[12:], *[ill] * 12])
    assert changed is not None
    assert not is_below(ill, changed), "in the end it is what is usual"


def test_few_failures_are_nothing_to_tell_of() -> None:
    usual = UsualBand(0.93, 0.98)

    assert not is_below(Share(60, 30, FAILED_LEAST - 1), usual), "the others may come yet"
    assert is_below(Share(60, 30, FAILED_LEAST), usual)


def test_a_difference_that_nobody_would_call_worse_is_not_told() -> None:
    assert not is_below(Share(1_000_000, 925_000, 75_000), UsualBand(0.93, 0.98))


def test_it_takes_two_looks_in_a_row() -> None:
    known = [all_along(share) for share in shares([96, 95, 97, 94, 96])]
    well, ill = Share(100, 95, 5), Share(100, 60, 40)

    assert worse_at(0, all_along(ill), known) is None, "there was none before"
    worse = worse_at(HOUR, all_along(ill), known)
    assert worse is not None
    assert (worse.age, worse.share) == (LOOKS[HOUR], ill)
    for look in (HOUR - 1, HOUR):
        once = list(all_along(ill))
        once[look] = well
        assert worse_at(HOUR, once, known) is None


def test_a_batch_is_compared_with_others_of_its_age_only() -> None:
    slow = (*shares([50, 55]), *[Share(100, 96, 4)] * (len(LOOKS) - 2))
    own = (*[Share(100, 50, 12)] * 2, *slow[2:])

    assert worse_at(QUARTER, own, [slow] * 5) is None
    assert worse_at(QUARTER, own, [all_along(Share(100, 96, 4))] * 5) is not None


# --- Simulated ------------------------------------------------------------------------------------

_AGES_S: Final = np.array([age.total_seconds() for age in LOOKS])


class Sender(NamedTuple):
    """Somebody whose batches are alike.

    Attributes:
        share: what share of the messages arrives, on average.
        deviation: how much that differs from batch to batch, beyond chance.
        messages: how many messages a batch has, typically.
    """

    share: float
    deviation: float
    messages: float


def a_sender(draw: np.random.Generator, least: float) -> Sender:
    return Sender(
        draw.uniform(0.92, 0.98),
        draw.uniform(0.003, 0.012),
        np.exp(draw.uniform(np.log(least), np.log(3000))),
    )


def a_batch(draw: np.random.Generator, sender: Sender, dead: float = 0) -> Shares:
    """Return a batch's shares; a part of its numbers is `dead`, and fails within five minutes.

    Most of what arrives does within a minute; some phones are off for hours. Half of what fails
    does at once, the others are tried for up to three days.
    """
    weight = sender.share * (1 - sender.share) / sender.deviation**2 - 1
    share = draw.beta(sender.share * weight, (1 - sender.share) * weight)
    count = max(50, int(sender.messages * draw.lognormal(0, 0.6)))
    is_dead = draw.random(count) < dead
    arrives = (draw.random(count) < share) & ~is_dead
    soon = draw.lognormal(2.3, 1.2, count)
    is_off = draw.random(count) < 0.06
    arrived_s = np.where(is_off, 60 + draw.exponential(3 * 3600, count), soon)[arrives]
    is_tried = draw.random(count) < 0.5
    failed_s = np.where(is_tried, draw.uniform(60, 72 * 3600, count), soon)
    failed_s = np.where(is_dead, draw.uniform(1, 300, count), failed_s)[~arrives]
    return [
        Share(count, int(delivered), int(failed))
        for delivered, failed in zip(
            np.searchsorted(np.sort(arrived_s), _AGES_S, side="right"),
            np.searchsorted(np.sort(failed_s), _AGES_S, side="right"),
            strict=True,
        )
    ]


def is_told(own: Shares, known: list[Shares], looks: Iterable[int]) -> bool:
    return any(worse_at(look, own, known[-KNOWN_MOST:]) is not None for look in looks)


@pytest.mark.slow
@pytest.mark.no_cover
def test_five_of_a_thousand_ordinary_batches_at_most_are_told() -> None:
    draw = np.random.default_rng(0)
    told = 0
    for _ in range(50):
        sender = a_sender(draw, least=100)
        known = [a_batch(draw, sender) for _ in range(5)]
        for _ in range(20):
            own = a_batch(draw, sender)
            told += is_told(own, known, range(len(LOOKS)))
            known.append(own)

    assert told <= 5


@pytest.mark.slow
@pytest.mark.no_cover
def test_an_operator_that_fails_is_told_in_a_quarter_of_an_hour_where_there_are_many() -> None:
    """From about 700 messages on. Of 300, three of four are told: chance explains more there."""
    draw = np.random.default_rng(0)
    told = 0
    for _ in range(100):
        sender = a_sender(draw, least=1000)
        known = [a_batch(draw, sender) for _ in range(KNOWN_MOST)]
        told += is_told(a_batch(draw, sender, dead=0.1), known, [QUARTER])

    assert told >= 95
