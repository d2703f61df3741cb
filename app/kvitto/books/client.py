"""The five questions that Kvitto asks the SMS service's API, at a pace that bothers nobody.

There is no method for anything else: Kvitto only reads. Source: the SMS service's API v2.
"""

import asyncio
import logging
import random
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, Self, TypeVar
from urllib.parse import quote

import msgspec

from kvitto.books.books_errors import (
    BadRequestError,
    BooksBusyError,
    BudgetSpentError,
    KeyRefusedError,
    NotFoundError,
    UnreadableAnswerError,
    WhyBusy,
)
from kvitto.books.json_fields import ShapeError, ShapeLog
from kvitto.books.key import ApiKey
from kvitto.books.shapes import (
    Account,
    BooksBatch,
    BooksListPage,
    Message,
    account_in,
    batch_in,
    batches_in,
    message_in,
    messages_in,
)
from kvitto.books.transport import API_BASE, NoAnswerError, RawAnswer, Transport
from kvitto.clock import utc_now
from kvitto.receiver.supervision import in_thread

log = logging.getLogger(__name__)
T = TypeVar("T")

PAGE_ITEMS: Final = 200
"""Asked for in one page, as in the documentation's example: the largest is not documented."""
KEPT_RAW_BYTES: Final = 4 * 1024
_ID: Final = re.compile(r"[0-9A-Za-z._~-]{1,256}")
_NEXT: Final = re.compile(r";?\s*rel=\"?next\"?", re.IGNORECASE)
_UNREADABLE_TRIES: Final = 3
_BUSY_TRIES: Final = 6
_FIRST_DELAY_S: Final = 2.0
_LONGEST_DELAY_S: Final = 300.0
_RETRY_AFTER_S: Final = (1.0, 900.0)
_LONGEST_WAIT_S: Final = 60.0
"""What asks for a longer wait ends the pass: it says when it goes on instead."""
_HOUR_S: Final = 3600.0
_LONGEST_BUSY: Final = timedelta(hours=1)


class AskingPace(msgspec.Struct, frozen=True, kw_only=True):
    """How often it asks.

    Attributes:
        gap_s: the time between two requests.
        per_hour: requests in any hour.
    """

    gap_s: float = 0.5
    per_hour: int = 600


class RequestBudget:
    """How many requests a pass may make, tries after the first among them.

    Attributes:
        spent: how many it has made.
    """

    def __init__(self, limit: int) -> None:
        """Allow `limit` requests."""
        self._limit: Final = limit
        self.spent = 0

    def take(self) -> None:
        """Count one.

        Raises:
            BudgetSpentError: there is none left.
        """
        if self.spent >= self._limit:
            raise BudgetSpentError("The pass has made as many requests as it may.")
        self.spent += 1


class BooksClient:
    """Asks the SMS service, one request at a time. Belongs to one loop.

    After an answer of 401 or 403 it never asks again: make a new one for another key, or when the
    network has changed.

    Args:
        key: the key.
        base: the SMS service's address, or a simulator's on this computer: see `checked_base`.
        pace: how often it asks.
        transport: what sends the requests; None for the usual.
        clock: seconds that only go forward.
        sleep: waits so many seconds.
        now: the time, UTC.

    Attributes:
        requests: how many requests were made.

    Raises:
        BaseUrlError: the key must not be sent to `base`.
    """

    def __init__(
        self,
        key: ApiKey,
        *,
        base: str = API_BASE,
        pace: AskingPace = AskingPace(),  # noqa: B008 - it is frozen
        transport: Transport | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.requests = 0
        self._key: Final = key
        self._transport: Final = transport or Transport(key, base)
        self._pace: Final = pace
        self._clock: Final = clock
        self._sleep: Final = sleep
        self._now: Final = now
        self._turn: Final = asyncio.Lock()
        self._begun: Final[deque[float]] = deque()
        self._is_refused = False
        self._busy: BooksBusyError | None = None
        self._shapes: Final = ShapeLog()

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close the connection."""
        await self._transport.close()

    # --- The five questions ---------------------------------------------------------------------

    async def account(self, budget: RequestBudget) -> Account:
        """Ask whose the key is, and what is left on the account.

        Raises:
            BooksError: no answer that can be read, as for the others.
        """
        return await self._ask("/api/me", lambda raw: account_in(raw.body, self._shapes), budget)

    async def batches(
        self, start: int, limit: int, budget: RequestBudget
    ) -> BooksListPage[BooksBatch]:
        """Ask for a page of the batches, the newest first; they tell nothing of their size."""
        path = f"/v2/batches?start={start}&limit={limit}&order=DESC"
        return await self._ask(
            path, lambda raw: _linked(batches_in(raw.body, self._shapes), raw), budget
        )

    async def batch(self, batch_id: str, budget: RequestBudget) -> BooksBatch:
        """Ask for one batch, with how many messages it has."""
        path = f"/v2/batches/{_segment(batch_id)}"
        return await self._ask(path, lambda raw: batch_in(raw.body, batch_id, self._shapes), budget)

    async def messages(
        self, batch_id: str, start: int, limit: int, budget: RequestBudget
    ) -> BooksListPage[Message]:
        """Ask for a page of a batch's messages, the oldest first, each with its latest status."""
        path = f"/v2/batches/{_segment(batch_id)}/messages?start={start}&limit={limit}&order=ASC"
        return await self._ask(
            path,
            lambda raw: _linked(messages_in(raw.body, batch_id, self._now(), self._shapes), raw),
            budget,
        )

    async def message(self, batch_id: str, message_id: str, budget: RequestBudget) -> Message:
        """Ask for one message, with all its statuses."""
        path = f"/v2/batches/{_segment(batch_id)}/messages/{_segment(message_id)}"
        return await self._ask(
            path,
            lambda raw: message_in(raw.body, batch_id, self._now(), self._shapes),
            budget,
        )

    # --- How they are asked ---------------------------------------------------------------------

    async def _ask(self, path: str, read: Callable[[RawAnswer], T], budget: RequestBudget) -> T:
        async with self._turn:
            unreadable = busy = 0
            while True:
                answer = await self._send(path, budget)
                if isinstance(answer, WhyBusy):
                    why, retry_after = answer, None
                elif (failed := _busy_at(answer.status)) is not None:
                    why, retry_after = failed, answer.retry_after
                else:
                    try:
                        return await self._read(answer, read)
                    except ShapeError as error:
                        unreadable += 1
                        if unreadable >= _UNREADABLE_TRIES:
                            raise UnreadableAnswerError(
                                str(error), answer.status, answer.body[:KEPT_RAW_BYTES]
                            ) from None
                    await self._sleep(_FIRST_DELAY_S)
                    continue
                busy += 1
                delay_s = self._delay_s(busy, retry_after)
                if busy >= _BUSY_TRIES or delay_s > _LONGEST_WAIT_S:
                    self._busy = BooksBusyError(why, self._now() + timedelta(seconds=delay_s))
                    raise self._busy
                await self._sleep(delay_s)

    async def _send(self, path: str, budget: RequestBudget) -> RawAnswer | WhyBusy:
        """Send one request when its turn has come; return what came back, or why nothing did."""
        if self._is_refused:
            raise KeyRefusedError
        if self._busy is not None:
            # A clock that was set back since is no reason to wait for days.
            if timedelta() < self._busy.again_at - self._now() <= _LONGEST_BUSY:
                raise BooksBusyError(self._busy.why, self._busy.again_at)
            self._busy = None
        now_s = self._clock()
        while self._begun and now_s - self._begun[0] >= _HOUR_S:
            self._begun.popleft()
        if len(self._begun) >= self._pace.per_hour:
            wait_s = self._begun[0] + _HOUR_S - now_s
            raise BooksBusyError(WhyBusy.OWN_LIMIT, self._now() + timedelta(seconds=wait_s))
        budget.take()
        if self._begun and (wait_s := self._begun[-1] + self._pace.gap_s - now_s) > 0:
            await self._sleep(wait_s)
        self._begun.append(self._clock())
        self.requests += 1
        try:
            answer = await self._transport.get(path)
        except NoAnswerError as error:
            return error.why
        if answer.status in (401, 403):
            self._is_refused = True
            raise KeyRefusedError
        return answer

    async def _read(self, answer: RawAnswer, read: Callable[[RawAnswer], T]) -> T:
        """Return what an answer says.

        Raises:
            ShapeError: it says nothing that can be read.
            NotFoundError, BadRequestError: the SMS service says so.
        """
        if answer.status == 404:
            raise NotFoundError
        if answer.status == 400:
            told = self._key.hidden_in(title_of(answer.body))
            log.info("The SMS service refused a request (400): %s", told)
            raise BadRequestError
        if answer.status != 200:
            msg = f"The answer has the status {answer.status}, which nobody has documented."
            raise ShapeError(msg)
        if answer.fault:
            raise ShapeError(answer.fault)
        # A page takes longer than a turn of the window's loop may.
        return await in_thread(read, answer)

    def _delay_s(self, tries: int, retry_after: str | None) -> float:
        told_s = None if retry_after is None else _retry_after_s(retry_after, self._now())
        if told_s is not None:
            return min(max(told_s, _RETRY_AFTER_S[0]), _RETRY_AFTER_S[1])
        full_s = min(_FIRST_DELAY_S * 2.0 ** (tries - 1), _LONGEST_DELAY_S)
        return full_s * random.uniform(0.75, 1.25)


def title_of(body: bytes) -> str:
    """Return at most one short line of what an error says of itself; "" where it says nothing."""
    try:
        told = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        found = told.get("title") or told.get("message")
        text = "" if found is None else msgspec.json.decode(found, type=str)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    # Ids and numbers are nobody's business in a log.
    return re.sub(r"\d{5,}", "…", text.splitlines()[0][:120]) if text.strip() else ""


def _segment(an_id: str) -> str:
    """Return an id as a segment of a path.

    Raises:
        BadRequestError: it would be more than a segment, or none.
    """
    if _ID.fullmatch(an_id) is None or not an_id.strip("."):
        raise BadRequestError
    return quote(an_id, safe="")


def _busy_at(status: int) -> WhyBusy | None:
    if status == 429:
        return WhyBusy.TOO_MANY
    return WhyBusy.SERVER if status == 408 or status >= 500 else None


def _linked(page: BooksListPage[T], answer: RawAnswer) -> BooksListPage[T]:
    """Return a page that knows whether there is a next one; None where the answer does not say."""
    # Whether the header has a `;` before its `rel` or not: the documentation prints both.
    has_next = None if answer.link is None else _NEXT.search(answer.link) is not None
    return msgspec.structs.replace(page, has_next=has_next)


def _retry_after_s(text: str, now: datetime) -> float | None:
    """Return the seconds that `Retry-After` asks for, as seconds or a date; None if unreadable."""
    plain = text.strip()
    if plain.isascii() and plain.isdigit():
        return float(plain[:12])
    try:
        at = parsedate_to_datetime(plain)
    except (ValueError, OverflowError):
        return None
    return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
