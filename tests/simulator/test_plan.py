from random import Random

import pytest

from kvitto.simulator.fault_injection import PROFILES, FaultInjection
from kvitto.simulator.plan import MAX_MESSAGES, Chance, Plan, PlanError, happens, skewed


@pytest.mark.parametrize(
    ("messages", "batches", "seed", "told"),
    [
        (0, 1, 1, "messages"),
        (MAX_MESSAGES + 1, 1, 1, "messages"),
        (3, 4, 1, "1 to 3 batches, not 4"),
        (3, 0, 1, "batches"),
        (3, 1, -1, "seed"),
        (3, 1, 2**53, "seed"),
    ],
)
def test_what_can_not_be_is_refused_in_words(
    messages: int, batches: int, seed: int, told: str
) -> None:
    with pytest.raises(PlanError, match=told):
        Plan(messages=messages, batches=batches, seed=seed)


def test_the_sender_sends_something() -> None:
    with pytest.raises(PlanError, match="at least one"):
        Plan(dispatch_per_s=0)


def test_a_profile_makes_a_plan() -> None:
    plan = Plan.of_profile("hostile", messages=10, batches=2, seed=3)
    assert plan.disturbances == PROFILES["hostile"].disturbances
    assert (plan.messages, plan.batches, plan.seed) == (10, 2, 3)


def test_draws_depend_on_what_they_are_for_and_nothing_else() -> None:
    chance = Chance(Plan())
    drawn = chance.of("message", 7).random()
    chance.of("message", 8).random()
    assert chance.of("message", 7).random() == drawn
    assert Chance(Plan()).of("message", 7).random() == drawn
    assert chance.of("batch", 7).random() != drawn


@pytest.mark.parametrize(
    "other",
    [
        Plan(seed=2),
        Plan(messages=1001),
        Plan(batches=6),
        Plan(dispatch_per_s=6),
        Plan(disturbances=FaultInjection(late=0.5)),
    ],
)
def test_another_plan_draws_something_else(other: Plan) -> None:
    assert Chance(other).of("message", 1).random() != Chance(Plan()).of("message", 1).random()


def test_small_numbers_are_drawn_more_often() -> None:
    draw = Random(1)
    drawn = [skewed(draw, 10, 110) for _ in range(1000)]
    assert min(drawn) >= 10
    assert max(drawn) < 110
    assert sum(number < 35 for number in drawn) > 500


def test_what_never_happens_draws_nothing() -> None:
    draw = Random(1)
    before = draw.getstate()
    assert not happens(draw, 0.0)
    assert draw.getstate() == before
    assert happens(draw, 1.0)
