"""One pass: ask the books about one batch, and bring home what is missing.

A pass that stops anywhere leaves the store as one that may go on: what was added is right by
itself, and only a pass that saw every message calls itself complete.
"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

import msgspec

from kvitto.books.books_errors import (
    BadRequestError,
    BooksBusyError,
    BooksError,
    BudgetSpentError,
    KeyRefusedError,
    NotFoundError,
    UnreadableAnswerError,
)
from kvitto.books.client import PAGE_ITEMS, BooksClient, RequestBudget
from kvitto.books.pages import PageWalk
from kvitto.books.reconcile import MOST_HISTORIES, MessagePlan, plan_of
from kvitto.books.shapes import Batch, Message, Page
from kvitto.core.report import DeliveryReport
from kvitto.core.status import DELIVERED_TO_HANDSET

log = logging.getLogger(__name__)

USUAL_REQUESTS: Final = 60
"""What a pass may ask, unless the user started it."""
_FEW_HISTORIES: Final = 3
"""As many histories a pass may always ask for, and beside a short list more: see `histories_for`.
The next pass goes on with those that are left."""
_SHORT_LIST_REQUESTS: Final = 19
_PAGES_PER_HISTORY: Final = 30
_MOST_OPERATORS: Final = 100


class WhyIncomplete(StrEnum):
    """Why a pass can't say that all is there."""

    BUSY = "busy"
    """The SMS service does not answer now; `again_at` says when it may be asked again."""
    KEY_REFUSED = "key_refused"
    NOT_FOUND = "not_found"
    """The SMS service does not know the batch."""
    UNREADABLE = "unreadable"
    """An answer, or a message in it, can't be read."""
    MOVED = "moved"
    """The list changed while it was read, each time."""
    FEWER = "fewer"
    """The list has fewer messages than the batch says."""
    SIZE_UNKNOWN = "size_unknown"
    """The batch does not say how many messages it has."""
    BUDGET = "budget"
    """It would take more requests than a pass may make: the next one goes on."""
    HISTORIES = "histories"
    """Of some messages not even the whole history tells the end."""
    BEHIND = "behind"
    """Reports have just ended messages that are still under way there."""
    NOT_ASKED = "not_asked"
    """The batch was deleted, purged, archived, or is none of the SMS service's."""


class PassResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a pass.

    Attributes:
        batch_id: the batch.
        asked_at: when it was asked about, UTC.
        incomplete: why it can't say that all is there; None where it can.
        again_at: when it may be asked again, where that is known.
        there: how many messages the batch has at the SMS service; None if unknown.
        seen: how many of them were seen.
        new_messages: of how many of them no report had ever come.
        added_statuses: how many statuses were added.
        differing: how many messages the books and a report say different things of.
        unknown_there: how many messages are here, and not there; 0 where not all were seen.
        requests: how many requests it took.
    """

    batch_id: str
    asked_at: datetime
    incomplete: WhyIncomplete | None = None
    again_at: datetime | None = None
    there: int | None = None
    seen: int = 0
    new_messages: int = 0
    added_statuses: int = 0
    differing: int = 0
    unknown_there: int = 0
    requests: int = 0

    @property
    def agrees(self) -> bool:
        """Whether both have the same, now that what was missing is added."""
        return self.incomplete is None and not self.differing and not self.unknown_there


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
    """

    batch_id: str
    asked_at: datetime
    plans: tuple[MessagePlan, ...]


class AskedStore(Protocol):
    """What a pass needs of the store."""

    async def may_ask(self, batch_id: str) -> bool:
        """Return whether a batch is one to be asked about: see `WhyIncomplete.NOT_ASKED`."""

    async def known(
        self, batch_id: str, message_ids: Collection[str]
    ) -> Mapping[str, Sequence[DeliveryReport]]:
        """Return what is known of these messages: of each, every report of any origin."""

    async def add(self, asked: AskedMessages) -> None:
        """Add what is missing; return when it is on the disk."""

    async def count_others(self, batch_id: str, message_ids: Collection[str]) -> int:
        """Return how many messages of a batch are stored by a report and not among these."""

    async def finish(
        self, result: PassResult, batch: Batch | None, operators: Mapping[Operator, OperatorCount]
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

    async def run(self, batch_id: str, *, is_unlimited: bool = False) -> PassResult:
        """Ask about a batch, add what is missing, and return what came of it.

        Args:
            batch_id: the batch.
            is_unlimited: whether it may make as many requests as the batch needs: the user waits.
        """
        run = _Run(self._client, self._store, self._now(), batch_id, is_unlimited=is_unlimited)
        if not await self._store.may_ask(batch_id):
            return run.result(WhyIncomplete.NOT_ASKED)
        again_at = None
        try:
            why = await run.go()
        except BooksError as error:
            why = _why(error)
            again_at = error.again_at if isinstance(error, BooksBusyError) else None
        result = run.result(why, again_at)
        await self._store.finish(result, run.batch, run.operators if why is None else {})
        return result


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
        self.batch: Batch | None = None
        self.operators: dict[Operator, OperatorCount] = {}
        self._client = client
        self._store = store
        self._asked_at = asked_at
        self._batch_id = batch_id
        self._is_unlimited = is_unlimited
        self._budget = RequestBudget(USUAL_REQUESTS)
        self._spent = 0
        self._seen: set[str] = set()
        self._new: set[str] = set()
        self._differing: set[str] = set()
        self._added = 0
        self._bad = 0
        self._histories_left = MOST_HISTORIES
        self._is_history_missing = False
        self._is_history_left = False
        self._lags = False
        self._unknown_there = 0

    async def go(self) -> WhyIncomplete | None:
        """Ask; return why it can't say that all is there.

        Raises:
            BooksError: the books can't be asked further.
        """
        self.batch = await self._client.batch(self._batch_id, self._budget)
        size = self.batch.messages
        self._histories_left = MOST_HISTORIES if self._is_unlimited else histories_for(size)
        if self._is_unlimited:
            self._spent = self._budget.spent
            self._budget = RequestBudget(_requests_for(size))

        async def ask(start: int, limit: int) -> Page[Message]:
            return await self._client.messages(self._batch_id, start, limit, self._budget)

        walk = PageWalk(ask, PAGE_ITEMS, size)
        async for page in walk.pages():
            await self._take(page)
        why = self._why_incomplete(walk)
        if why is None:
            self._unknown_there = await self._store.count_others(self._batch_id, self._seen)
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
            WhyIncomplete.BUDGET: self._is_history_left,
            WhyIncomplete.BEHIND: self._lags,
        }
        return next((why for why, is_so in of_messages.items() if is_so), None)

    async def _take(self, page: Page[Message]) -> None:
        """Add what a page tells that was not told before."""
        self._bad += len(page.bad)
        for one in page.bad:
            log.info("A message in the SMS service's list can't be read: %s", one.reason)
        items = [one for one in page.items if one.message_id not in self._seen]
        # A page may hold more than was asked for.
        for first in range(0, len(items), PAGE_ITEMS):
            await self._add(items[first : first + PAGE_ITEMS])

    async def _add(self, items: Sequence[Message]) -> None:
        """Add what some messages tell."""
        ids = [one.message_id for one in items]
        known = await self._store.known(self._batch_id, ids)
        plans = [await self._plan(one, known.get(one.message_id, ())) for one in items]
        self._seen.update(ids)
        for one in items:
            self._count_operator(one)
        self._added += sum(len(one.added) for one in plans)
        self._new.update(one.message_id for one in plans if one.is_new)
        self._differing.update(one.message_id for one in plans if one.differences)
        changing = tuple(one for one in plans if one.added or one.differences)
        if changing:
            await self._store.add(AskedMessages(self._batch_id, self._asked_at, changing))

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

    async def _plan(self, message: Message, known: Sequence[DeliveryReport]) -> MessagePlan:
        plan = plan_of(message, known, self._asked_at)
        self._lags |= plan.lags
        if not plan.needs_history:
            return plan
        if not self._histories_left:
            self._is_history_left = True
            return plan
        self._histories_left -= 1
        try:
            whole = await self._client.message(self._batch_id, message.message_id, self._budget)
        except (NotFoundError, UnreadableAnswerError):
            self._is_history_missing = True
            return plan
        plan = plan_of(whole, known, self._asked_at, is_whole=True)
        self._is_history_missing |= not whole.statuses
        return plan

    def result(self, why: WhyIncomplete | None, again_at: datetime | None = None) -> PassResult:
        """Return what came of it."""
        return PassResult(
            batch_id=self._batch_id,
            asked_at=self._asked_at,
            incomplete=why,
            again_at=again_at,
            there=None if self.batch is None else self.batch.messages,
            seen=len(self._seen),
            new_messages=len(self._new),
            added_statuses=self._added,
            differing=len(self._differing),
            unknown_there=self._unknown_there,
            requests=self._spent + self._budget.spent,
        )


def _requests_for(size: int | None) -> int:
    """Return how many requests a batch needs, with room for second tries."""
    pages = 0 if size is None else -(-size // (PAGE_ITEMS - 1))
    return max(USUAL_REQUESTS, pages + pages // 20 + MOST_HISTORIES)


def histories_for(size: int | None) -> int:
    """Return of how many messages a pass asks for the whole history, when nobody waits for it.

    How many need it is chance: each is one whose money was paid back, and whose end was lost. So
    many are asked for that a batch of 3,000 messages takes no more than 20 requests.
    """
    pages = 0 if size is None else -(-size // (PAGE_ITEMS - 1))
    beside = max(_FEW_HISTORIES, _SHORT_LIST_REQUESTS - pages, pages // _PAGES_PER_HISTORY)
    return min(MOST_HISTORIES, beside)


def _why(error: BooksError) -> WhyIncomplete:
    match error:
        case KeyRefusedError():
            return WhyIncomplete.KEY_REFUSED
        case NotFoundError() | BadRequestError():
            return WhyIncomplete.NOT_FOUND
        case BudgetSpentError():
            return WhyIncomplete.BUDGET
        case UnreadableAnswerError():
            return WhyIncomplete.UNREADABLE
        case _:
            return WhyIncomplete.BUSY
