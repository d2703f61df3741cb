import itertools
from collections import Counter
from random import Random

from kvitto.core.status import CODE_NAMES, REFUNDED, Group, group_of
from kvitto.simulator.lifecycles import MAX_STEPS, StatusStep, life

LIVES = [life(Random(seed), 0.0) for seed in range(4000)]


def codes(steps: list[StatusStep]) -> list[int]:
    return [step.code for step in steps]


def test_most_messages_walk_the_whole_way() -> None:
    whole = [101, 102, 103, 110, 111, 112, 113, 201]
    assert sum(codes(steps) == whole for steps in LIVES) > 0.6 * len(LIVES)


def test_time_only_goes_forward() -> None:
    for steps in LIVES:
        assert steps[0].at_us == 0
        assert all(one.at_us < two.at_us for one, two in itertools.pairwise(steps))


def test_a_life_has_an_end_and_only_a_refund_comes_after_it() -> None:
    for steps in LIVES:
        ends = [place for place, step in enumerate(steps) if step.final]
        assert len(ends) == 1
        assert set(codes(steps)[ends[0] + 1 :]) <= {REFUNDED}


def test_all_kinds_of_ends_occur() -> None:
    ends = Counter(step.code for steps in LIVES for step in steps if step.final)
    assert ends[201] > 0.85 * len(LIVES)
    assert ends[202] > 0
    assert ends[203] > 0
    groups = Counter(group_of(code) for code in ends.elements())
    assert groups[Group.REJECTION] > 50
    assert groups[Group.ERROR] > 50


def test_all_the_senders_own_codes_occur() -> None:
    assert set(CODE_NAMES) <= {step.code for steps in LIVES for step in steps}


def test_some_errors_are_not_final_and_the_message_recovers() -> None:
    recovered = [
        steps
        for steps in LIVES
        if steps[-1].code == 201 and any(group_of(step.code) is Group.ERROR for step in steps)
    ]
    assert len(recovered) > 50


def test_refunds_follow_failures_only() -> None:
    for steps in LIVES:
        if REFUNDED in codes(steps):
            failed = codes(steps)[: codes(steps).index(REFUNDED)]
            assert group_of(failed[-1]) in {Group.REJECTION, Group.ERROR}


def test_after_a_refund_before_the_end_it_costs_nothing() -> None:
    free = [steps for steps in LIVES if any(step.is_free for step in steps)]
    assert free
    for steps in free:
        assert steps[-2].code == REFUNDED
        assert steps[-1].is_free
        assert not any(step.is_free for step in steps[:-1])


def test_unheard_of_codes_come_when_they_are_asked_for() -> None:
    lives = [life(Random(seed), 1.0) for seed in range(500)]
    known = {step.code for steps in LIVES for step in steps}
    assert all(len(set(codes(steps)) - known) == 1 for steps in lives)
    assert any(step.code not in known and step.final for steps in lives for step in steps)


def test_no_life_is_too_long() -> None:
    assert max(map(len, LIVES)) <= MAX_STEPS
