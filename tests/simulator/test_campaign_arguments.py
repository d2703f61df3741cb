import argparse
from pathlib import Path

import pytest

from kvitto.simulator.campaign_arguments import (
    USUAL_FOLDER,
    add_options,
    arguments_of,
    manner_of,
    plan_of,
)
from kvitto.simulator.fault_injection import MEANINGS, PROFILES
from kvitto.simulator.plan import START, PlanError
from kvitto.simulator.retry_queue import AsLived, AtOnce, AtRate, RetrySchedule

URL = ("--url", "http://127.0.0.1:8370/r/0")


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_options(parser)
    return parser.parse_args([*URL, *arguments])


def test_without_options_it_is_a_calm_day_of_a_thousand_messages() -> None:
    plan, manner = plan_of(parsed()), manner_of(parsed())
    assert (plan.messages, plan.batches, plan.start) == (1000, 5, START)
    assert plan.disturbances == PROFILES["calm"].disturbances
    assert manner.pace == AsLived(10.0)
    assert manner.retry == RetrySchedule(interval_s=600.0, attempts=10, first_is_extra=False)
    assert (manner.timeout_s, manner.connections) == (30.0, 16)


def test_without_a_seed_each_campaign_is_another() -> None:
    options = parsed()
    assert len({plan_of(options).seed for _ in range(20)}) > 10


def test_few_messages_are_sent_in_few_batches() -> None:
    assert plan_of(parsed("--messages", "3")).batches == 3


def test_more_batches_than_messages_are_refused() -> None:
    with pytest.raises(PlanError):
        plan_of(parsed("--messages", "3", "--batches", "4"))


def test_the_campaigns_options() -> None:
    plan = plan_of(
        parsed("--messages", "50", "--batches", "2", "--seed", "9", "--start", "2026-05-01")
    )
    assert (plan.messages, plan.batches, plan.seed) == (50, 2, 9)
    assert plan.start.isoformat() == "2026-05-01T00:00:00+00:00"


@pytest.mark.parametrize("name", MEANINGS)
def test_each_share_that_is_set_goes_before_the_profile(name: str) -> None:
    shares = plan_of(parsed("--profile", "hostile", "--set", f"{name}=0.77")).disturbances
    assert getattr(shares, name) == 0.77
    hostile = PROFILES["hostile"].disturbances
    others = [one for one in MEANINGS if one != name]
    assert [getattr(shares, one) for one in others] == [getattr(hostile, one) for one in others]


def test_a_share_of_zero_goes_before_the_profile_too() -> None:
    assert plan_of(parsed("--profile", "hostile", "--set", "cut=0")).disturbances.cut == 0


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--profile", "hostile", "--seed", "9", "--messages", "77", "--batches", "7"),
        ("--profile", "hostile", "--set", "cut=0", "--set", "id_field=1", "--set", "late=.0625"),
        ("--start", "2026-05-01T12:34:56+02:00", "--set", "duplicates=3%"),
    ],
)
def test_a_campaign_can_be_repeated_by_what_the_summary_tells(arguments: tuple[str, ...]) -> None:
    options = parsed(*arguments)
    plan = plan_of(options)
    told = arguments_of(plan, options.profile)
    assert plan_of(parsed(*told.split())) == plan


@pytest.mark.parametrize(
    ("arguments", "pace"),
    [
        (("--speed", "2x"), AsLived(2.0)),
        (("--rate", "200/s"), AtRate(200.0)),
        (("--burst",), AtOnce()),
    ],
)
def test_the_pace(arguments: tuple[str, ...], pace: object) -> None:
    assert manner_of(parsed(*arguments)).pace == pace


def test_two_paces_at_once_are_refused() -> None:
    with pytest.raises(argparse.ArgumentError):
        parsed("--burst", "--rate", "3/s")


def test_the_retry_rule() -> None:
    manner = manner_of(parsed("--retry-interval", "0.5s", "--attempts", "3", "--first-is-extra"))
    assert manner.retry == RetrySchedule(interval_s=0.5, attempts=3, first_is_extra=True)
    assert manner.retry.tries == 4


def test_the_hostile_profile_does_not_wait_ten_minutes() -> None:
    assert manner_of(parsed("--profile", "hostile")).retry.interval_s == 3.0
    again = parsed("--profile", "hostile", "--retry-interval", "10m")
    assert manner_of(again).retry.interval_s == 600.0


def test_the_rest_of_the_manner() -> None:
    manner = manner_of(parsed("--timeout", "250ms", "--connections", "3"))
    assert (manner.timeout_s, manner.connections) == (0.25, 3)


def test_the_store_is_the_usual_one_or_another_or_none() -> None:
    assert parsed().verify is None
    assert parsed("--verify").verify == USUAL_FOLDER
    assert parsed("--verify", "here").verify == Path("here")
