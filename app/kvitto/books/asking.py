"""One pass: ask the books about one batch, and bring home what is missing.

A pass that stops anywhere leaves the store as one that may go on: what was added is right by
itself, and only a pass that saw every message calls itself complete.
"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

import msgspec

from kvitto.books.bad_items import BadItem
from kvitto.books.books_errors import (
    BadRequestError,
    BooksBusyError,
    BooksError,
    NotFoundError,
    UnreadableAnswerError,
)
from kvitto.books.client import PAGE_ITEMS, BooksClient, RequestBudget
from kvitto.books.pages import PageWalk
from kvitto.books.pass_limits import USUAL_REQUESTS, histories_for, requests_for, why_of
from kvitto.books.pass_result import NO_ANSWER, MessageDifference, PassResult, WhyIncomplete
from kvitto.books.reconcile import LONGEST_LAG, MOST_HISTORIES, MessagePlan, plan_of
from kvitto.books.shapes import BooksBatch, BooksListPage, Message
from kvitto.core.status import DELIVERED_TO_HANDSET
from kvitto.store.asked_reader import KnownMessage, OtherMessages

log = logging.getLogger(__name__)

_MOST_OPERATORS: Final = 100
_MOST_DIFFERENT: Final = 10
_MOST_BEGUN: Final = 20
_MOST_UNREADABLE: Final = 100
"""Items that a pass keeps of those that can't be read: more of them tell no more."""


class Operator(NamedTuple):
    """An operator, by its country and network; "" where the books do not say."""

    mcc: str
    mnc: str


class OperatorCount(NamedTuple):
    """How many messages an operator had, and how many of them were delivered."""

    messages: int
    delivered: int


class AskedMessages(msgspec.Struct, frozen=True):
    """What a page of the books adds to a batch.

    Attributes:
        batch_id: the batch.
        asked_at: when, UTC.
        plans: what is to be done, each message all or nothing.
        unreadable: what can't be read.
    """

    batch_id: str
    asked_at: datetime
    plans: tuple[MessagePlan, ...] = ()
    unreadable: tuple[BadItem, ...] = ()


class AskedStore(Protocol):
    """What a pass needs of the store."""

    async def may_ask(self, batch_id: str) -> bool:
        """Return whether a batch is one to be asked about: see `WhyIncomplete.NOT_ASKED`."""

    async def known(
        self, batch_id: str, message_ids: Collection[str]
    ) -> Mapping[str, KnownMessage]:
        """Return what is known of these messages: of each, every report of any origin."""

    async def report_count(self, batch_id: str) -> int:
        """Return how many reports of a batch have come."""

    async def add(self, asked: AskedMessages) -> None:
        """Add what is missing; return when it is on the disk."""

    async def count_others(
        self, batch_id: str, message_ids: Collection[str], settled: datetime
    ) -> OtherMessages:
        """Return how many messages of a batch are stored by a report and not among these.

        Those that were reported first after `settled` may be there, and not in the books yet.
        """

    async def finish(
        self,
        result: PassResult,
        batch: BooksBatch | None,
        operators: Mapping[Operator, OperatorCount],
    ) -> None:
        """Keep what came of a pass.

        Args:
            result: that.
            batch: what the books say of the batch; None where they did not.
            operators: what they say of its messages, by operator; empty where not all were seen.
        """


class Pass:
    """Asks about one batch, once.

    Args:
        client: asks.
        store: has what is known.
        now: the time, UTC.
    """

    def __init__(self, client: BooksClient, store: AskedStore, now: Callable[[], datetime]) -> None:
        self._client: Final = client
        self._store: Final = store
        self._now: Final = now
        self._read: Final[dict[str, tuple[datetime, bytes]]] = {}
        """When the messages of batches were read lately, and what their sums were then."""
        self._begun: Final[dict[str, _Run]] = {}
        """What had to stop half-way, for the next pass to go on with."""

    async def run(self, batch_id: str, *, is_unlimited: bool = False) -> PassResult:
        """Ask about a batch, add what is missing, and return what came of it.

        One that had to leave some to the next is gone on with, as long as neither its sums have
        changed nor a report has come; where the user waits, only if that was the user's own.

        Args:
            batch_id: the batch.
            is_unlimited: whether it may make as many requests as the batch needs: the user waits.
        """
        result = await self._run(batch_id, is_unlimited=is_unlimited)
        assert result is not None
        return result

    async def look(self, batch_id: str) -> PassResult | None:
        """Ask about a batch, but for its messages only if there may be news of them.

        None, after one request, where its sums are what they were when its messages were read. As
        sums may follow late, that holds for `LONGEST_LAG`.
        """
        at, sums = self._read.get(batch_id, (None, b""))
        is_recent = at is not None and timedelta() <= self._now() - at < LONGEST_LAG
        return await self._run(batch_id, is_unlimited=False, known_sums=sums if is_recent else b"")

    async def _run(
        self, batch_id: str, *, is_unlimited: bool, known_sums: bytes = b""
    ) -> PassResult | None:
        run = _Run(self._client, self._store, self._now(), batch_id, is_unlimited=is_unlimited)
        begun = self._begun.pop(batch_id, None)
        if not await self._store.may_ask(batch_id):
            return run.result(WhyIncomplete.NOT_ASKED)
        again_at = None
        try:
            run.reports = await self._store.report_count(batch_id)
            await run.ask_size()
            if begun is not None and run.is_as(begun) and begun.is_unlimited >= is_unlimited:
                begun.go_on(run)
                run = begun
            elif run.batch is not None and known_sums and run.batch.sums == known_sums:
                return None
            why = await run.go()
            if why is not WhyIncomplete.BUDGET:
                self._note_read(run)
        except BooksError as error:
            why = why_of(error)
            again_at = error.again_at if isinstance(error, BooksBusyError) else None
            if run.batch is None and begun is not None and why in NO_ANSWER:
                # Not even its size could be asked.
                self._begun[batch_id] = begun
        if run.batch is not None and why in (WhyIncomplete.BUDGET, *NO_ANSWER):
            self._keep_begun(run)
        result = run.result(why, again_at)
        await self._store.finish(result, run.batch, run.operators if why is None else {})
        return result

    def _keep_begun(self, run: "_Run") -> None:
        self._begun[run.batch_id] = run
        while len(self._begun) > _MOST_BEGUN:
            del self._begun[next(iter(self._begun))]

    def _note_read(self, run: "_Run") -> None:
        oldest = run.asked_at - LONGEST_LAG
        for batch_id in [key for key, (at, _) in self._read.items() if at <= oldest]:
            del self._read[batch_id]
        if run.batch is not None:
            self._read[run.batch.batch_id] = run.asked_at, run.batch.sums


class _Run:
    """The state of a pass while it runs."""

    def __init__(
        self,
        client: BooksClient,
        store: AskedStore,
        asked_at: datetime,
        batch_id: str,
        *,
        is_unlimited: bool,
    ) -> None:
        self.batch: BooksBatch | None = None
        self.reports = 0
        self.operators: dict[Operator, OperatorCount] = {}
        self._client = client
        self._store = store
        self.asked_at = self._begun_at = asked_at
        self.batch_id = batch_id
        self.is_unlimited = is_unlimited
        self.budget = RequestBudget(USUAL_REQUESTS)
        self._spent = 0
        self._seen: set[str] = set()
        self._new: set[str] = set()
        self._differing: set[str] = set()
        self._different: list[MessageDifference] = []
        self._added = 0
        self._bad: set[bytes] = set()
        self._histories_left = MOST_HISTORIES
        self._is_history_missing = False
        self._without_history: dict[str, None] = {}
        self._walk: PageWalk[Message] | None = None
        self._lags = False
        self._unknown_there = 0

    async def ask_size(self) -> None:
        """Ask what the batch is, and how many messages it has.

        Raises:
            BooksError: the books can't be asked further.
        """
        self.batch = await self._client.batch(self.batch_id, self.budget)

    def is_as(self, other: "_Run") -> bool:
        """Return whether nothing has changed since another pass about the batch began."""
        if self.batch is None or other.batch is None or not self.batch.sums:
            return False
        return (self.batch.sums, self.reports) == (other.batch.sums, other.reports)

    def go_on(self, run: "_Run") -> None:
        """Go on in a later pass, which has asked for the size only: by its time and requests."""
        self.batch, self.asked_at, self.budget = run.batch, run.asked_at, run.budget
        self.is_unlimited, self._spent = run.is_unlimited, 0
        self._added, self._new = 0, set()

    async def go(self) -> WhyIncomplete | None:
        """Ask for the messages; return why that can't say that all is there.

        Raises:
            BooksError: the books can't be asked further.
        """
        size = None if self.batch is None else self.batch.messages
        self._histories_left = MOST_HISTORIES if self.is_unlimited else histories_for(size)
        if self.is_unlimited:
            self._spent = self.budget.spent
            self.budget = RequestBudget(requests_for(size))

        async def ask(start: int, limit: int) -> BooksListPage[Message]:
            return await self._client.messages(self.batch_id, start, limit, self.budget)

        walk = PageWalk(ask, PAGE_ITEMS, size) if self._walk is None else self._walk.asking(ask)
        self._walk = walk
        await self._take_histories()
        async for page in walk.pages():
            await self._take(page)
        why = self._why_incomplete(walk)
        if why is None:
            settled = self.asked_at - LONGEST_LAG
            others = await self._store.count_others(self.batch_id, self._seen, settled)
            self._unknown_there = others.settled
            if others.young:
                return WhyIncomplete.BEHIND
        return why

    def _why_incomplete(self, walk: PageWalk[Message]) -> WhyIncomplete | None:
        """Return why the answers can't say that all is there, now that they have come."""
        if walk.is_broken:
            return WhyIncomplete.MOVED
        if self._bad:
            return WhyIncomplete.UNREADABLE
        if self.batch is None or self.batch.messages is None:
            return WhyIncomplete.SIZE_UNKNOWN
        if not walk.is_complete:
            return WhyIncomplete.FEWER
        of_messages = {
            WhyIncomplete.HISTORIES: self._is_history_missing,
            WhyIncomplete.BUDGET: bool(self._without_history),
            WhyIncomplete.BEHIND: self._lags,
        }
        return next((why for why, is_so in of_messages.items() if is_so), None)

    async def _take(self, page: BooksListPage[Message]) -> None:
        """Add what a page tells that was not told before."""
        # Pages overlap.
        bad = tuple(one for one in page.bad if one.kept not in self._bad)
        kept = bad[: max(0, _MOST_UNREADABLE - len(self._bad))]
        if kept:
            await self._store.add(AskedMessages(self.batch_id, self.asked_at, unreadable=kept))
        self._bad.update(one.kept for one in bad)
        for one in bad:
            log.info("A message in the SMS service's list can't be read: %s", one.reason.english)
        items = [one for one in page.items if one.message_id not in self._seen]
        # A page may hold more than was asked for.
        for first in range(0, len(items), PAGE_ITEMS):
            await self._add(items[first : first + PAGE_ITEMS])

    async def _add(self, items: Sequence[Message]) -> None:
        """Add what some messages tell."""
        ids = [one.message_id for one in items]
        known = await self._store.known(self.batch_id, ids)
        plans = [await self._plan(one, known.get(one.message_id, KnownMessage())) for one in items]
        self._seen.update(ids)
        for item in items:
            self._count_operator(item)
        await self._carry_out(plans)

    async def _carry_out(self, plans: Sequence[MessagePlan]) -> None:
        self._added += sum(len(one.added) for one in plans)
        self._new.update(one.message_id for one in plans if one.is_new)
        for one in plans:
            self._note_differences(one)
        changing = tuple(one for one in plans if one.added or one.differences)
        if changing:
            await self._store.add(AskedMessages(self.batch_id, self.asked_at, changing))

    def _note_differences(self, plan: MessagePlan) -> None:
        if not plan.differences:
            return
        self._differing.add(plan.message_id)
        if len(self._different) < _MOST_DIFFERENT:
            kinds = tuple(one.kind for one in plan.differences)
            prices = [one.price for one in plan.differences if one.price is not None]
            price = " ".join(f"{one.amount:f} {one.currency}".strip() for one in prices)
            self._different.append(MessageDifference(plan.message_id, kinds, price))

    def _count_operator(self, message: Message) -> None:
        operator = Operator(message.mcc, message.mnc)
        count = self.operators.get(operator, OperatorCount(0, 0))
        newest = message.statuses[-1].report if message.statuses else None
        delivered = newest is not None and newest.code == DELIVERED_TO_HANDSET
        # There are few; whoever makes up more does not fill the memory.
        if operator in self.operators or len(self.operators) < _MOST_OPERATORS:
            self.operators[operator] = OperatorCount(
                count.messages + 1, count.delivered + delivered
            )

    async def _plan(self, message: Message, known: KnownMessage) -> MessagePlan:
        plan = plan_of(message, known.reports, self.asked_at, known.asked)
        self._lags |= plan.lags
        if not plan.needs_history:
            return plan
        if not self._histories_left:
            self._without_history[message.message_id] = None
            return plan
        whole = await self._whole(message.message_id, known)
        return plan if whole is None else whole

    async def _whole(self, message_id: str, known: KnownMessage) -> MessagePlan | None:
        """Return what is to be done by the whole history of a message; None without one."""
        self._histories_left -= 1
        try:
            whole = await self._client.message(self.batch_id, message_id, self.budget)
        except (NotFoundError, BadRequestError, UnreadableAnswerError):
            self._is_history_missing = True
            return None
        self._is_history_missing |= not whole.statuses
        return plan_of(whole, known.reports, self.asked_at, known.asked, is_whole=True)

    async def _take_histories(self) -> None:
        """Ask for the histories that the pass before left to this one."""
        for message_id in list(self._without_history)[: self._histories_left]:
            known = await self._store.known(self.batch_id, [message_id])
            plan = await self._whole(message_id, known.get(message_id, KnownMessage()))
            await self._carry_out([] if plan is None else [plan])
            del self._without_history[message_id]

    def result(self, why: WhyIncomplete | None, again_at: datetime | None = None) -> PassResult:
        """Return what came of it."""
        return PassResult(
            batch_id=self.batch_id,
            asked_at=self.asked_at,
            begun_at=self._begun_at if self._begun_at != self.asked_at else None,
            incomplete=why,
            again_at=again_at,
            there=None if self.batch is None else self.batch.messages,
            seen=len(self._seen),
            new_messages=len(self._new),
            added_statuses=self._added,
            differing=len(self._differing),
            different=tuple(self._different),
            unknown_there=self._unknown_there,
            requests=self._spent + self.budget.spent,
        )
