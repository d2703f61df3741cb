"""Ask whenever something is due, until the key is refused."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from kvitto.books.books_errors import KeyRefusedError
from kvitto.books.pass_result import NO_ANSWER, PassResult, WhyIncomplete
from kvitto.books.schedule import AskReason, Due, Facts, due
from kvitto.receiver.supervision import run_forever, start

log = logging.getLogger(__name__)

LOOK_EVERY: Final = timedelta(seconds=30)
"""How often is looked whether something is due, at least: reports come meanwhile."""

_SHORTEST_S: Final = 1.0


class AskRunner:
    """Asks about batches when they are due, one after another. Belongs to one loop.

    Args:
        facts: reads what is known.
        ask: makes a pass over a batch, for a reason; None where it found that nothing is new.
        ask_list: asks for the newest batches; what hinders that is its own matter, but for a
            `KeyRefusedError`.
        now: the time, UTC.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        facts: Callable[[], Awaitable[Facts]],
        ask: Callable[[str, AskReason], Awaitable[PassResult | None]],
        ask_list: Callable[[], Awaitable[None]],
        now: Callable[[], datetime],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._refused = asyncio.Event()
        self._facts: Final = facts
        self._ask: Final = ask
        self._ask_list: Final = ask_list
        self._now: Final = now
        self._sleep: Final = sleep
        self._again_at: datetime | None = None

    @property
    def is_key_refused(self) -> bool:
        """Whether it has ended since the key was refused."""
        return self._refused.is_set()

    async def run(self) -> None:
        """Ask until the key is refused, or it is cancelled; a mistake is logged, and it goes on."""
        asking = start(run_forever("asking the SMS service", self._step), "asking")
        try:
            await self._refused.wait()
        finally:
            asking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asking

    async def _step(self) -> None:
        wanted = due(await self._facts(), self._now())
        if self._again_at is None or self._now() >= self._again_at:
            self._again_at = None
            wanted = await self._ask_for(wanted)
        await self._sleep(self._pause_s(wanted))

    async def _ask_for(self, wanted: Due) -> Due:
        """Ask for what is due; return what was due at last."""
        if wanted.is_list_due:
            try:
                await self._ask_list()
            except KeyRefusedError:
                self._refused.set()
                return wanted
            # The list may have told of batches that nobody has heard of.
            wanted = due(await self._facts(), self._now())
        for batch_id, reason in wanted.batches:
            result = await self._ask(batch_id, reason)
            if result is None:
                continue
            log.info("Asked the SMS service about a batch (%s): %s", reason, _told(result))
            if result.incomplete is WhyIncomplete.KEY_REFUSED:
                self._refused.set()
                return wanted
            if result.incomplete in NO_ANSWER:
                self._again_at = result.again_at
                return wanted
        return wanted

    def _pause_s(self, wanted: Due) -> float:
        latest = self._now() + LOOK_EVERY
        moment = latest if wanted.next_at is None else min(latest, wanted.next_at)
        return max(_SHORTEST_S, (moment - self._now()).total_seconds())


def _told(result: PassResult) -> str:
    if result.incomplete is not None:
        return f"incomplete, {result.incomplete}"
    return "agrees" if result.agrees else "differs"
