"""Run a campaign against a URL, on any asyncio loop: the command's, or the window's."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import msgspec

from kvitto.simulator.campaign import Campaign
from kvitto.simulator.http_client import HttpClient, TryResult
from kvitto.simulator.retry_queue import (
    AsLived,
    AtOnce,
    Attempt,
    RetryQueue,
    RetrySchedule,
    Throttle,
)
from kvitto.simulator.summary import PostingSummary, TryFailure
from kvitto.simulator.target import Target

_AT_ONCE: Final = 8
"""Posts that are begun in one turn of the loop: a few milliseconds, whatever they are."""
_TICK_S: Final = 0.05
_SHORTEST_S: Final = 0.001
_TELL_EVERY_S: Final = 0.2
_LAST_ANSWERS_S: Final = 1.0
"""How long answers to what is under way are awaited when it is stopped."""


class SendingManner(msgspec.Struct, frozen=True, kw_only=True):
    """How a campaign is sent; has no part in what is sent.

    Attributes:
        pace: when posts are due.
        retry: what happens to those that are not answered 200.
        timeout_s: how long an answer may take, connecting included. The SMS service's is unknown.
        connections: how many requests may be under way at the same time.
    """

    pace: Throttle = AsLived(10.0)
    retry: RetrySchedule = RetrySchedule()
    timeout_s: float = 30.0
    connections: int = 16


class CampaignProgress(msgspec.Struct, frozen=True):
    """How far a campaign is.

    Attributes:
        messages: how many messages it has.
        begun: how many of them have been heard of.
        posted: how many posts have been tried.
        taken: how many reports were answered 200, repetitions among them.
        under_way: how many posts are being answered.
        waiting: how many posts wait for another try.
        deleted: how many reports the SMS service has given up.
        breaches: how many answers broke the contract.
        late_s: how far the next post is behind its time, where it has one of its own.
        failure: why the latest try had no answer; None once one has. Cuts of ours do not count.
        elapsed_s: how long it has taken.
    """

    messages: int
    begun: int
    posted: int
    taken: int
    under_way: int
    waiting: int
    deleted: int
    breaches: int
    late_s: float
    failure: TryFailure | None
    elapsed_s: float


class CampaignRunner:
    """Posts a campaign to a target, by the SMS service's retry rule. Runs once, on one loop.

    It sends to the target alone: redirections are not followed, proxies of the environment not
    used. Its turns on the loop are short, and many: a window that it shares the loop with goes on.

    Args:
        campaign: what is posted.
        target: where to.
        manner: how.
        on_progress: is told about five times a second how far it is, on the loop.
        clock: seconds that only go forward.

    Attributes:
        summary: what came of it so far; may be read at any time.
    """

    def __init__(
        self,
        campaign: Campaign,
        target: Target,
        manner: SendingManner,
        *,
        on_progress: Callable[[CampaignProgress], None] = lambda _progress: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.summary: Final = PostingSummary()
        self._campaign: Final = campaign
        self._manner: Final = manner
        self._on_progress: Final = on_progress
        self._clock: Final = clock
        self._retry_queue: Final = RetryQueue(campaign.posts(), manner.pace, manner.retry)
        self._free = manner.connections
        self._posting: set[asyncio.Task[None]] = set()
        self._client: Final = HttpClient(target, manner.timeout_s, manner.connections)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._group: asyncio.TaskGroup | None = None
        self._began_s = 0.0
        self._told_s = float("-inf")
        self._failure: TryFailure | None = None
        self._stopped_s: float | None = None
        self._will_pump = False

    async def run(self) -> PostingSummary:
        """Post everything; return when nothing is left, or soon after `stop`.

        When it is cancelled, it closes its connections; `summary` holds what came of it.
        """
        self._loop = asyncio.get_running_loop()
        async with self._client:
            self._began_s = self._clock()
            try:
                async with asyncio.TaskGroup() as self._group:
                    while not self._is_over():
                        self._pump()
                        self._tell()
                        await asyncio.sleep(self._pause_s())
                    self._group = None
                    for task in self._posting:
                        task.cancel()
            finally:
                self._group = None
                self.summary.elapsed_s = self._now_s()
                self._tell(is_last=True)
        return self.summary

    def stop(self) -> None:
        """Begin nothing more; answers to what is under way are awaited for a moment.

        To be called on the loop.
        """
        if self._stopped_s is None:
            self._stopped_s = self._now_s()

    # --- Turns ----------------------------------------------------------------------------------

    def _now_s(self) -> float:
        return self._clock() - self._began_s

    @property
    def _under_way(self) -> int:
        return self._manner.connections - self._free

    def _is_over(self) -> bool:
        if self._stopped_s is not None:
            return not self._under_way or self._now_s() > self._stopped_s + _LAST_ANSWERS_S
        return self._retry_queue.is_empty and not self._under_way

    def _pause_s(self) -> float:
        due_s = self._retry_queue.next_due_s()
        if due_s is None or not self._free or self._stopped_s is not None:
            return _TICK_S
        return min(_TICK_S, max(_SHORTEST_S, due_s - self._now_s()))

    def _pump(self) -> None:
        """Begin what is due, as far as connections are free."""
        self._will_pump = False
        if self._stopped_s is not None:
            return
        for _ in range(_AT_ONCE):
            if not self._free:
                return
            now_s = self._now_s()
            attempt = self._retry_queue.take(now_s)
            if attempt is None:
                return
            self._free -= 1
            self.summary.begin(attempt)
            self._send(attempt)
        self._pump_soon()

    def _pump_soon(self) -> None:
        if not self._will_pump and self._loop is not None and self._group is not None:
            self._will_pump = True
            self._loop.call_soon(self._pump)

    def _tell(self, *, is_last: bool = False) -> None:
        now_s = self._now_s()
        if not is_last and now_s - self._told_s < _TELL_EVERY_S:
            return
        self._told_s = now_s
        score, due_s = self.summary, self._retry_queue.next_due_s()
        is_at_once = isinstance(self._manner.pace, AtOnce)
        score.elapsed_s = now_s
        self._on_progress(
            CampaignProgress(
                messages=self._campaign.plan.messages,
                begun=score.begun_messages,
                posted=score.reports + score.invalid_payload,
                taken=score.taken,
                under_way=self._under_way,
                waiting=self._retry_queue.waiting,
                deleted=score.deleted,
                breaches=score.breaches.total(),
                late_s=0.0 if due_s is None or is_at_once else max(0.0, now_s - due_s),
                failure=self._failure,
                elapsed_s=now_s,
            )
        )

    # --- One try --------------------------------------------------------------------------------

    def _send(self, attempt: Attempt) -> None:
        assert self._group is not None
        task = self._group.create_task(self._post(attempt), name="kvitto simulate: post")
        self._posting.add(task)
        task.add_done_callback(self._posting.discard)

    async def _post(self, attempt: Attempt) -> None:
        post, score = attempt.post, self.summary
        try:
            result = await self._client.post(post, is_first=attempt.tries == 1)
        except asyncio.CancelledError:
            score.note_sent(post)  # it may have gone out
            raise
        self._free += 1
        if result.was_sent:
            score.note_sent(post)
        self._settle(attempt, result)
        if result.answer is not None and self._group is not None:
            self._pump()
        else:
            self._pump_soon()

    def _settle(self, attempt: Attempt, result: TryResult) -> None:
        now_s = self._now_s()
        post, score = attempt.post, self.summary
        if result.failure is not TryFailure.CUT:
            self._failure = result.failure
        if result.answer is not None:
            is_taken = score.answer(post, result.answer, now_s - attempt.began_s)
        else:
            assert result.failure is not None
            score.fail(post, result.failure)
            is_taken = False
        score.settle(post, self._retry_queue.settle(attempt, now_s, is_taken=is_taken))
