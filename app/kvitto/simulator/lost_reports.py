"""A campaign of which some reports are never posted: for trying how they are asked for."""

from collections.abc import Iterator
from typing import Final

from typing_extensions import override

from kvitto.simulator.campaign import Campaign
from kvitto.simulator.plan import Chance, Plan, happens
from kvitto.simulator.requests import Post

_NEVER: Final = 3
"""Messages of which nothing is posted, where there are more."""


class LossyCampaign(Campaign):
    """The same campaign, but a part of its posts; which, depends on the plan alone.

    What is asked about it, in `script`, is whole: so a store that asks for what it missed can be
    compared with it.

    Args:
        plan: what it is made from.
        lost: which share of the posts is left out.
    """

    def __init__(self, plan: Plan, *, lost: float) -> None:
        super().__init__(plan)
        self._lost: Final = lost
        self._chance: Final = Chance(plan)
        draw = self._chance.of("never posted", 0)
        self._never: Final = frozenset(
            draw.sample(range(plan.messages), min(_NEVER, plan.messages - 1))
        )

    @override
    def posts(self) -> Iterator[Post]:
        """Yield what is posted, in the order in which it is due."""
        for number, post in enumerate(super().posts()):
            is_never = post.message in self._never
            if not is_never and not happens(self._chance.of("lost", number), self._lost):
                yield post
