"""Go through a list that comes in pages, and say honestly whether all of it was seen.

Links are not followed, and their numbers not believed: pages are asked for by how many items have
come, each with an overlap with the page before. Where the overlap is not found, the list has moved
between two answers, or counts in its own way: it is gone through again, with a larger overlap.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, Generic, Self, TypeVar

from kvitto.books.shapes import BooksListPage

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
        is_over: whether all of it was gone through, or given up.
    """

    def __init__(
        self,
        ask: Callable[[int, int], Awaitable[BooksListPage[T]]],
        limit: int,
        expected: int | None = None,
    ) -> None:
        self.is_broken = False
        self._ask = ask
        self._limit: Final = limit
        self._expected: Final = expected
        self._seen: Final[set[str]] = set()
        self._asked = 0
        self.is_over = False
        self._overlap = 1
        self._received: set[str] = set()
        self._last, self._first_length = "", 0

    @property
    def seen(self) -> int:
        """How many different items have come."""
        return len(self._seen)

    @property
    def is_complete(self) -> bool:
        """Whether every item that should be there has come; never where that is not known."""
        return not self.is_broken and self._expected is not None and self.seen >= self._expected

    def asking(self, ask: Callable[[int, int], Awaitable[BooksListPage[T]]]) -> Self:
        """Let another ask from now on, and return itself."""
        self._ask = ask
        return self

    async def pages(self) -> AsyncIterator[BooksListPage[T]]:
        """Yield the pages. An item may come twice, where the list is gone through again.

        After an error of who is asked, or of who takes the page, this may be called again: it goes
        on with the first page that was not taken.
        """
        while not self.is_over:
            self.is_broken = False
            async for page in self._round():
                yield page
            self.is_over = not self.is_broken or self._overlap >= _ROUNDS
            if not self.is_over:
                self._overlap += 1
                self._received, self._last, self._first_length = set(), "", 0

    async def _round(self) -> AsyncIterator[BooksListPage[T]]:
        """Yield the pages until the end, or until one does not fit: then `is_broken` is set."""
        while self._asked < MOST_PAGES:
            start = max(0, len(self._received) - self._overlap)
            self._asked += 1
            page = await self._ask(start, self._limit)
            keys = page.keys
            if self._received and keys and not _fits(keys, self._last, self._received):
                self.is_broken = True
                return
            if keys:
                yield page
                # Only what was taken is behind us.
                self._last = keys[-1]
            is_news = not self._received.issuperset(keys)
            self._received.update(keys)
            self._seen.update(keys)
            self._first_length = self._first_length or len(keys)
            if not is_news or self._is_end(page, self._first_length):
                return
        self.is_broken = True

    def _is_end(self, page: BooksListPage[T], first_length: int) -> bool:
        if len(page.keys) < first_length:
            return True
        is_enough = self._expected is None or self.seen >= self._expected
        # What is expected may be too few, as sums follow late. The links are made by hand over
        # there: where items are missing, ask all the same.
        return page.has_next is False and is_enough


def _fits(keys: tuple[str, ...], last: str, received: set[str]) -> bool:
    """Tell whether a page goes on where the one before ended.

    It holds that one's last item, and nothing new before it.
    """
    try:
        place = keys.index(last)
    except ValueError:
        return False
    return received.issuperset(keys[:place])
