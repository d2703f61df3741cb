"""What makes a campaign the one that it is, and the chance that it is drawn from."""

import random
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final, Self

import msgspec

from kvitto.simulator.fault_injection import PROFILES, FaultInjection

MAX_MESSAGES: Final = 5_000_000
MAX_BATCHES: Final = 100_000
MAX_SEED: Final = 2**53 - 1
"""A seed survives any reader of JSON."""
START: Final = datetime(2026, 1, 12, 8, tzinfo=UTC)
"""When a campaign begins unless another time is asked for: a fixed one, so that the same seed
gives the same campaign on any day."""


class PlanError(ValueError):
    """The options do not fit together; the text is a sentence for the user."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """All that a campaign depends on: the same plan gives the same campaign, byte for byte.

    Attributes:
        messages: how many messages there are in all.
        batches: how many batches they are sent in.
        seed: what all chance is drawn from.
        start: when the first message is sent, UTC, in whole seconds.
        dispatch_per_s: how many messages the SMS service sends per second of their life.
        disturbances: what goes wrong.

    Raises:
        PlanError: there are too many, too few, or more batches than messages.
    """

    messages: int = 1000
    batches: int = 5
    seed: int = 1
    start: datetime = START
    dispatch_per_s: int = 5
    disturbances: FaultInjection = FaultInjection()

    def __post_init__(self) -> None:
        """Refuse what can't be."""
        if not 1 <= self.messages <= MAX_MESSAGES:
            msg = f"There can be 1 to {MAX_MESSAGES} messages, not {self.messages}."
            raise PlanError(msg)
        if not 1 <= self.batches <= min(MAX_BATCHES, self.messages):
            msg = (
                f"{self.messages} messages can be sent in 1 to "
                f"{min(MAX_BATCHES, self.messages)} batches, not {self.batches}."
            )
            raise PlanError(msg)
        if not 0 <= self.seed <= MAX_SEED:
            msg = f"A seed is a number from 0 to {MAX_SEED}, not {self.seed}."
            raise PlanError(msg)
        if self.dispatch_per_s < 1:
            msg = "The SMS service sends at least one message per second."
            raise PlanError(msg)

    @classmethod
    def of_profile(
        cls, name: str, *, messages: int, batches: int, seed: int, start: datetime = START
    ) -> Self:
        """Return the plan of a named profile."""
        profile = PROFILES[name]
        return cls(
            messages=messages,
            batches=batches,
            seed=seed,
            start=start,
            dispatch_per_s=profile.dispatch_per_s,
            disturbances=profile.disturbances,
        )


class Chance:
    """Draws that depend on the plan, and on what they are for, and on nothing else.

    Not on Python's hash seed, on the machine, or on what was drawn before for something else; so
    any message can be made again at any time. Different plans have different ids, too: their
    campaigns can go into one store without mixing.
    """

    def __init__(self, plan: Plan) -> None:
        self._key = blake2b(msgspec.json.encode(plan), digest_size=32).digest()

    def of(self, purpose: str, number: int) -> random.Random:
        """Return a fresh source of draws for the thing of kind `purpose` with this `number`."""
        name = f"{purpose} {number}".encode("ascii")
        digest = blake2b(name, key=self._key, digest_size=16).digest()
        return random.Random(int.from_bytes(digest, "big"))


def skewed(draw: random.Random, low: int, high: int) -> int:
    """Draw a whole number from `low` to `high`, small ones more often.

    Only multiplies: logarithms may differ in their last bit between machines.
    """
    part = draw.random()
    return low + int((high - low) * part * part * part)


def happens(draw: random.Random, share: float) -> bool:
    """Draw whether something with this share happens; draws nothing where it never does."""
    return share > 0 and draw.random() < share
