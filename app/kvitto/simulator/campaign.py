"""A whole campaign as a stream of posts, in flat memory."""

import heapq
from collections.abc import Iterator
from typing import Final

from kvitto.simulator.message_scripts import MessageScript, MessageWriter
from kvitto.simulator.plan import Chance, Plan
from kvitto.simulator.requests import Post
from kvitto.simulator.simulated_batches import Batches

_KEPT_US: Final = 20_000_000
"""A message that says nothing for longer is forgotten until then, and made anew."""


class Campaign:
    """All that a sender posts about some batches.

    It is the same for the same plan, byte for byte: whatever is answered, however quickly it is
    posted, and on any machine. Nothing of it is kept: every part is made from the plan when it is
    asked for, so a verification sees what was posted without anybody having kept it.

    Attributes:
        plan: what it is made from.
        batches: its batches.
    """

    def __init__(self, plan: Plan) -> None:
        """Prepare to make it; takes time in proportion to the number of batches."""
        chance = Chance(plan)
        self.plan: Final = plan
        self.batches: Final = Batches(plan, chance)
        self._writer = MessageWriter(plan, chance, self.batches)

    def message_id(self, message: int) -> str:
        """Return the SMS service's id of a message by its number; ids sort like the numbers."""
        return self._writer.message_id(message, self.batches.of_message(message))

    def script(self, message: int) -> MessageScript:
        """Return what is posted about a message by its number."""
        return self._writer.script(message)

    def posts(self) -> Iterator[Post]:
        """Yield every post in the order in which they are due.

        Keeps the messages that have more to say: those with something to say soon whole, of the
        others a few numbers. How many that are depends on how long messages live, not on how many
        there are.
        """
        waiting: list[tuple[int, int, int, tuple[Post, ...] | None]] = []
        following, messages = 0, self.plan.messages
        while following < messages or waiting:
            while following < messages and (
                not waiting or self._writer.starts_us(following) <= waiting[0][0]
            ):
                posts = self.script(following).posts
                heapq.heappush(waiting, (posts[0].due_us, following, 0, posts))
                following += 1
            due_us, message, place, kept = waiting[0]
            posts = self.script(message).posts if kept is None else kept
            place += 1
            if place == len(posts):
                heapq.heappop(waiting)
            else:
                next_us = posts[place].due_us
                is_soon = next_us - due_us < _KEPT_US
                entry = (next_us, message, place, posts if is_soon else None)
                heapq.heapreplace(waiting, entry)
            yield posts[place - 1]
