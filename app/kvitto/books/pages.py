"""Go through a list that comes in pages, and say honestly whether all of it was seen.

Links are not followed, and their numbers not believed: pages are asked for by how many items have
come, each with an overlap with the page before. Where the overlap is not found, the list has moved
between two answers, or counts in its own way: it is gone through again, with a larger overlap.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, Generic, TypeVar

from kvitto.books.shapes import Page

T = TypeVar("T")

MOST_PAGES: Final = 5_000
_ROUNDS: Final = 3


class PageWalk(Generic[T]):
    """One way through a list.

    Args:
        ask: asks for a page: from which place, counted from 0, and at most how many items.
        limit: how many items to ask for.
        expected: how many items there should be, as far as is known.

    Attributes:
        seen: how many different items have come, bad ones among them.
        is_broken: whether the pages never fitted together.
    """

    def __init__(
        self,
        ask: Callable[[int, int], Awaitable[Page[T]]],
        limit: int,
        expected: int | None = None,
    ) -> None:
        self.is_broken = False
        self._ask: Final = ask
        self._limit: Final = limit
        self._expected: Final = expected
        self._seen: Final[set[str]] = set()
        self._asked = 0

    @property
    def seen(self) -> int:
        """How many different items have come."""
        return len(self._seen)

    @property
    def is_complete(self) -> bool:
        """Whether every item that should be there has come; never where that is not known."""
        return not self.is_broken and self._expected is not None and self.seen >= self._expected

    async def pages(self) -> AsyncIterator[Page[T]]:
        """Yield the pages. An item may come twice, where the list is gone through again."""
        for overlap in range(1, _ROUNDS + 1):
            self.is_broken = False
            async for page in self._round(overlap):
                yield page
            if not self.is_broken:
                return

    async def _round(self, overlap: int) -> AsyncIterator[Page[T]]:
        """Yield the pages until the end, or until one does not fit: then `is_broken` is set."""
        received: set[str] = set()
        last, first_length = "", 0
        while self._asked < MOST_PAGES:
            start = max(0, len(received) - overlap)
            self._asked += 1
            page = await self._ask(start, self._limit)
            keys = page.keys
            if received and keys and not _fits(keys, last, received):
                self.is_broken = True
                return
            is_news = not received.issuperset(keys)
            received.update(keys)
            self._seen.update(keys)
            first_length = first_length or len(keys)
            if keys:
                last = keys[-1]
                yield page
            if not is_news or self._is_end(page, first_length):
                return
        self.is_broken = True

    def _is_end(self, page: Page[T], first_length: int) -> bool:
        if len(page.keys) < first_length:
            return True
        is_enough = self._expected is None or self.seen >= self._expected
        if page.has_next is None:
            return self._expected is not None and is_enough
        # The links are made by hand over there: where items are missing, ask all the same.
        return not page.has_next and is_enough


def _fits(keys: tuple[str, ...], last: str, received: set[str]) -> bool:
    """Tell whether a page goes on where the one before ended.

    It holds that one's last item, and nothing new before it.
    """
    try:
        place = keys.index(last)
    except ValueError:
        return False
    return received.issuperset(keys[:place])
