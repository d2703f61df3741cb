"""The options of `kvitto simulate`, and what they add up to: a plan, a target and a manner."""

import argparse
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from kvitto.core.timestamps import iso
from kvitto.paths import DATA_DIR_VARIABLE
from kvitto.simulator.arguments import duration_s, factor, instant, rate_per_s, share, whole
from kvitto.simulator.campaign_runner import SendingManner
from kvitto.simulator.fault_injection import MEANINGS, PROFILES, Profile
from kvitto.simulator.plan import MAX_BATCHES, MAX_MESSAGES, MAX_SEED, START, Plan
from kvitto.simulator.retry_queue import AsLived, AtOnce, AtRate, RetrySchedule, Throttle
from kvitto.simulator.target import Target, TargetError

_SEEDS: Final = 1_000_000
_MOST_CONNECTIONS: Final = 500
_MOST_ATTEMPTS: Final = 1000
_DEFAULT_BATCHES: Final = 5
URL_VARIABLE: Final = "KVITTO_URL"
_LONGEST_URL: Final = 8_192
_MAX_PORT: Final = 65_535
USUAL_FOLDER: Final = Path()
"""Stands for the data folder that is used without an option."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    usual = os.environ.get(URL_VARIABLE)
    add(
        "--url",
        type=_target,
        default=usual,
        required=not usual,
        help="the callback URL; nothing else is sent to. - reads it from stdin, so that its key is "
        f"not in the list of processes (otherwise ${URL_VARIABLE})",
    )
    _add_campaign(parser.add_argument_group("the campaign"))
    _add_manner(parser.add_argument_group("how it is sent"))
    parser.add_argument_group("what goes wrong").add_argument(
        "--set",
        dest="shares",
        action="append",
        type=_named_share,
        default=[],
        metavar="NAME=SHARE",
        help="one thing that goes wrong, other than the profile has it: its share from 0 (none) to "
        "1 (all), as in duplicates=0.05 or cut=2%%; the names are below. May be given again",
    )
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    names = "\n".join(f"  {name:<18} {meaning}" for name, meaning in MEANINGS.items())
    parser.epilog = f"names for --set, and what has the share:\n{names}"
    result = parser.add_argument_group("the result")
    result.add_argument(
        "--verify",
        nargs="?",
        type=Path,
        const=USUAL_FOLDER,
        metavar="DATA_DIR",
        help="compare every message and batch with what is stored there "
        f"(otherwise in ${DATA_DIR_VARIABLE}, or your own data folder)",
    )
    result.add_argument(
        "--books",
        type=whole(0, _MAX_PORT),
        metavar="PORT",
        help="answer as the SMS service's API would about this campaign, on this port of this "
        "computer (0 takes any free one), until you stop it: see kvitto ask",
    )
    result.add_argument("--json", action="store_true", help="print the scorecard as JSON")


def _add_campaign(group: Any) -> None:
    add: Callable[..., object] = group.add_argument
    add(
        "--messages",
        type=whole(1, MAX_MESSAGES),
        default=1000,
        metavar="N",
        help="messages in all (%(default)s); each has eight reports or so",
    )
    add(
        "--batches",
        type=whole(1, MAX_BATCHES),
        metavar="N",
        help=f"batches that they are sent in ({_DEFAULT_BATCHES}, or fewer for few messages)",
    )
    add(
        "--seed",
        type=whole(0, MAX_SEED),
        metavar="S",
        help="the same seed and options give the same campaign, byte for byte (otherwise a new "
        "one, which the scorecard tells)",
    )
    add(
        "--start",
        type=instant,
        default=START,
        metavar="TIME",
        help=f"when the messages are sent by their reports: a time or 'now' ({START:%Y-%m-%d %H:%M}"
        " UTC, so that it is the same on any day)",
    )
    add(
        "--profile",
        choices=sorted(PROFILES),
        default="calm",
        help="what kind of day it is: "
        + "; ".join(f"{name}, {one.meaning}" for name, one in PROFILES.items())
        + " (%(default)s)",
    )


def _add_manner(group: Any) -> None:
    pace = group.add_mutually_exclusive_group()
    pace.add_argument(
        "--speed",
        type=factor,
        default=10.0,
        metavar="X",
        help="as the messages live, so many times faster (%(default)g)",
    )
    pace.add_argument("--rate", type=rate_per_s, metavar="R", help="evenly, such as 200/s")
    pace.add_argument(
        "--burst", action="store_true", help="all at once: as quickly as they are answered"
    )
    add: Callable[..., object] = group.add_argument
    calm, hostile = PROFILES["calm"], PROFILES["hostile"]
    add(
        "--retry-interval",
        type=duration_s,
        metavar="TIME",
        help="what is not answered 200 is sent again after this time "
        f"({calm.retry_interval_s:.0f}s as documented; {hostile.retry_interval_s:.0f}s with the "
        "profile hostile)",
    )
    add(
        "--attempts",
        type=whole(1, _MOST_ATTEMPTS),
        default=10,
        metavar="N",
        help="how many times each is sent before it is deleted, the first time among them "
        "(%(default)s)",
    )
    add(
        "--first-is-extra",
        action="store_true",
        help="count the first time not among them: the documentation can be read both ways",
    )
    add(
        "--timeout",
        type=duration_s,
        default=30.0,
        metavar="TIME",
        help="how long to wait for an answer (%(default)gs)",
    )
    add(
        "--connections",
        type=whole(1, _MOST_CONNECTIONS),
        default=16,
        metavar="N",
        help="requests under way at the same time (%(default)s)",
    )


def _named_share(text: str) -> tuple[str, float]:
    name, equals, value = text.partition("=")
    if name.strip() not in MEANINGS or not equals:
        msg = f"{text!r} is not NAME=SHARE with a name of: {', '.join(MEANINGS)}"
        raise argparse.ArgumentTypeError(msg)
    return name.strip(), share(value)


def _target(text: str) -> Target:
    if text == "-":
        text = sys.stdin.readline(_LONGEST_URL + 1).strip()
        if len(text) > _LONGEST_URL:
            raise argparse.ArgumentTypeError("What came from stdin is too long for a URL.")
    try:
        return Target.of(text)
    except TargetError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


# --- What they add up to ------------------------------------------------------------------------


def plan_of(options: argparse.Namespace) -> Plan:
    """Return the campaign's plan. Without a seed, each call draws another.

    Raises:
        PlanError: the options do not fit together.
    """
    profile = _profile(options)
    batches, seed = options.batches, options.seed
    return Plan(
        messages=options.messages,
        batches=min(_DEFAULT_BATCHES, options.messages) if batches is None else batches,
        seed=secrets.randbelow(_SEEDS) if seed is None else seed,
        start=options.start,
        dispatch_per_s=profile.dispatch_per_s,
        disturbances=msgspec.structs.replace(profile.disturbances, **dict(options.shares)),
    )


def arguments_of(plan: Plan, profile: str) -> str:
    """Return the options that give this plan again, whatever else is given."""
    words = [
        f"--profile {profile}",
        f"--messages {plan.messages}",
        f"--batches {plan.batches}",
        f"--seed {plan.seed}",
    ]
    if plan.start != START:
        words.append(f"--start {iso(plan.start)}")
    usual = PROFILES[profile].disturbances
    for name in MEANINGS:
        value = getattr(plan.disturbances, name)
        if value != getattr(usual, name):
            words.append(f"--set {name}={value:.9f}".rstrip("0").rstrip("."))
    return " ".join(words)


def manner_of(options: argparse.Namespace) -> SendingManner:
    """Return how the campaign is sent."""
    interval_s = options.retry_interval
    return SendingManner(
        pace=_pace(options),
        retry=RetrySchedule(
            interval_s=_profile(options).retry_interval_s if interval_s is None else interval_s,
            attempts=options.attempts,
            first_is_extra=options.first_is_extra,
        ),
        timeout_s=options.timeout,
        connections=options.connections,
    )


def _profile(options: argparse.Namespace) -> Profile:
    return PROFILES[options.profile]


def _pace(options: argparse.Namespace) -> Throttle:
    if options.burst:
        return AtOnce()
    if options.rate is not None:
        return AtRate(options.rate)
    return AsLived(options.speed)
