"""Batches of the list that have never reported here: which they are, and why.

Their ids look like MongoDB's, of which the first eight digits are the time when they were made:
nothing else in the list tells when a batch was sent. It is only shown, as "about".
"""

import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final
from urllib.parse import urlsplit

import msgspec

from kvitto.books.books_errors import (
    BadRequestError,
    BooksBusyError,
    BudgetSpentError,
    NotFoundError,
    UnreadableAnswerError,
)
from kvitto.books.client import PAGE_ITEMS, BooksClient, RequestBudget
from kvitto.books.shapes import BooksBatch

GRACE: Final = timedelta(minutes=20)
"""A batch that reports to us is not missed before."""
MOST_PAGES: Final = 3
"""Pages of the list that are read at once, the newest."""
MOST_LISTED: Final = 50
"""Batches that are told of."""
_MOST_SIZES: Final = 10
"""Batches that are asked for their sizes at once: the list has none."""
_ID: Final = re.compile(r"([0-9a-f]{8})[0-9a-f]{16}", re.IGNORECASE)
_EARLIEST: Final = datetime(2015, 1, 1, tzinfo=UTC)


class WhyUnreported(Enum):
    """Why nothing was heard of a batch."""

    NO_URL = "no_url"
    ELSEWHERE = "elsewhere"
    """It reports to an address that is none of ours."""
    ENDED_KEY = "ended_key"
    """It reports to an address of ours whose key was revoked: what comes is refused."""
    SILENT = "silent"
    """It reports here, and nothing has come."""


class Unreported(msgspec.Struct, frozen=True):
    """A batch that has never reported here.

    Attributes:
        batch_id: its id.
        why: why nothing was heard of it.
        about: about when it was sent, UTC; None if unknown.
        host: where it reports instead; "" where that is no matter.
        messages: how many messages it has; None if unknown.
        name: by what the books name it: its reference, its tags or its sender; "" for nothing.
    """

    batch_id: str
    why: WhyUnreported
    about: datetime | None = None
    host: str = ""
    messages: int | None = None
    name: str = ""


class OurKeys(msgspec.Struct, frozen=True):
    """The keys of our callback URLs: their values are never kept longer than a question.

    Attributes:
        valid: those that are.
        ended: those that were revoked.
    """

    valid: frozenset[str] = frozenset()
    ended: frozenset[str] = frozenset()


def about_of(batch_id: str, now: datetime) -> datetime | None:
    """Return about when a batch was made, by its id; None where it does not tell."""
    found = _ID.fullmatch(batch_id)
    if found is None:
        return None
    at = datetime.fromtimestamp(int(found[1], 16), UTC)
    return at if _EARLIEST <= at <= now + timedelta(days=1) else None


def unreported_of(
    batch: BooksBatch,
    keys: OurKeys,
    first_seen: datetime,
    now: datetime,
    *,
    grace: timedelta = GRACE,
) -> Unreported | None:
    """Return a batch that is not stored as one that has never reported; None where it still may.

    Args:
        batch: as the list has it.
        keys: those of our URLs.
        first_seen: when it was in the list first.
        now: the time, UTC.
        grace: how long one that reports to us is not missed.
    """
    about = about_of(batch.batch_id, now)
    if batch.opens is not None and batch.opens > now:
        return None  # it is not sent yet
    why, host = _why(batch.callback_url, keys)
    begun = max(one for one in (about or first_seen, batch.opens) if one is not None)
    if why is WhyUnreported.SILENT and now - begun < grace:
        return None
    name = batch.reference or ", ".join(batch.tags) or batch.sender
    return Unreported(batch.batch_id, why, about, host, batch.messages, name)


def _why(url: str, keys: OurKeys) -> tuple[WhyUnreported, str]:
    if not url.strip():
        return WhyUnreported.NO_URL, ""
    parts = set(re.split(r"[/?&=#]", url))
    if parts & keys.valid:
        return WhyUnreported.SILENT, ""
    if parts & keys.ended:
        return WhyUnreported.ENDED_KEY, ""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    return WhyUnreported.ELSEWHERE, host[:253]


class BatchList:
    """Reads the newest pages of the list of batches, and finds those that never reported.

    Args:
        client: asks.
        unheard_of: returns those of some ids that are not stored, and were not deleted.
        keys: returns the keys of our URLs.
        now: the time, UTC.
    """

    def __init__(
        self,
        client: BooksClient,
        unheard_of: Callable[[Collection[str]], Awaitable[set[str]]],
        keys: Callable[[], Awaitable[OurKeys]],
        now: Callable[[], datetime],
    ) -> None:
        self._client: Final = client
        self._unheard_of: Final = unheard_of
        self._keys: Final = keys
        self._now: Final = now
        self._first_seen: dict[str, datetime] = {}
        self._sizes: dict[str, int | None] = {}

    async def read(
        self, since: datetime, budget: RequestBudget, *, also_young: bool = False
    ) -> list[Unreported]:
        """Return the batches that never reported, the newest first.

        Args:
            since: those that were sent before are no matter.
            budget: how many requests it may take.
            also_young: whether also those of which a report may still come soon.

        Raises:
            BooksError: the list can't be read.
        """
        now = self._now()
        batches = await self._batches(since, budget)
        unheard_of = await self._unheard_of([one.batch_id for one in batches])
        keys = await self._keys()
        self._first_seen = {
            one.batch_id: self._first_seen.get(one.batch_id, now) for one in batches
        }
        found: list[Unreported] = []
        for batch in batches:
            if batch.batch_id not in unheard_of:
                continue
            first_seen = self._first_seen[batch.batch_id]
            grace = timedelta() if also_young else GRACE
            one = unreported_of(batch, keys, first_seen, now, grace=grace)
            if one is not None:
                found.append(one)
        return await self._with_sizes(found[:MOST_LISTED], budget)

    async def _batches(self, since: datetime, budget: RequestBudget) -> list[BooksBatch]:
        found: dict[str, BooksBatch] = {}
        for _ in range(MOST_PAGES):
            page = await self._client.batches(len(found), PAGE_ITEMS, budget)
            new = [one for one in page.items if one.batch_id not in found]
            found |= {one.batch_id: one for one in new}
            if not new or page.has_next is False or _are_older(new, since, self._now()):
                break
        return [one for one in found.values() if not _are_older([one], since, self._now())]

    async def _with_sizes(
        self, found: Sequence[Unreported], budget: RequestBudget
    ) -> list[Unreported]:
        self._sizes = {
            one.batch_id: self._sizes[one.batch_id] for one in found if one.batch_id in self._sizes
        }
        unknown = [one for one in found if one.batch_id not in self._sizes]
        for one in unknown[:_MOST_SIZES]:
            try:
                batch = await self._client.batch(one.batch_id, budget)
            except (NotFoundError, BadRequestError, UnreadableAnswerError):
                self._sizes[one.batch_id] = None
            except (BooksBusyError, BudgetSpentError):
                break  # the list is worth telling without
            else:
                self._sizes[one.batch_id] = batch.messages
        return [
            msgspec.structs.replace(one, messages=self._sizes.get(one.batch_id)) for one in found
        ]


def _are_older(batches: Iterable[BooksBatch], since: datetime, now: datetime) -> bool:
    """Tell whether all of some batches were made before a time; not where that is not known."""
    times = [about_of(one.batch_id, now) for one in batches]
    return all(one is not None and one < since for one in times)
