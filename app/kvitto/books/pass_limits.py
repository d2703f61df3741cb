"""What a pass may ask for, and what it says where it could not ask further."""

from typing import Final

from kvitto.books.books_errors import (
    BadRequestError,
    BooksBusyError,
    BooksError,
    BudgetSpentError,
    KeyRefusedError,
    NotFoundError,
    UnreadableAnswerError,
    WhyBusy,
)
from kvitto.books.client import PAGE_ITEMS
from kvitto.books.pass_result import WhyIncomplete
from kvitto.books.reconcile import MOST_HISTORIES

USUAL_REQUESTS: Final = 60
"""What a pass may ask, unless the user started it."""
_FEW_HISTORIES: Final = 3
"""As many histories a pass may always ask for, and beside a short list more: see `histories_for`.
The next pass goes on with those that are left."""
_SMALL_PAGE: Final = 50
"""As many items come where nobody asks for a number: perhaps no more ever do."""
_SHORT_LIST_REQUESTS: Final = 19
_PAGES_PER_HISTORY: Final = 30


def requests_for(size: int | None) -> int:
    """Return how many requests a batch may take, in small pages and with second tries."""
    pages = 0 if size is None else -(-size // (_SMALL_PAGE - 1))
    return max(USUAL_REQUESTS, pages + pages // 20 + MOST_HISTORIES)


def histories_for(size: int | None) -> int:
    """Return of how many messages a pass asks for the whole history, when nobody waits for it.

    How many need it is chance: each is one whose money was paid back, and whose end was lost. So
    many are asked for that a batch of 3,000 messages takes no more than 20 requests.
    """
    pages = 0 if size is None else -(-size // (PAGE_ITEMS - 1))
    beside = max(_FEW_HISTORIES, _SHORT_LIST_REQUESTS - pages, pages // _PAGES_PER_HISTORY)
    return min(MOST_HISTORIES, beside)


def why_of(error: BooksError) -> WhyIncomplete:
    """Return why a pass that met an error can't say that all is there."""
    match error:
        case KeyRefusedError():
            return WhyIncomplete.KEY_REFUSED
        case NotFoundError() | BadRequestError():
            return WhyIncomplete.NOT_FOUND
        case BudgetSpentError():
            return WhyIncomplete.BUDGET
        case UnreadableAnswerError():
            return WhyIncomplete.UNREADABLE
        case BooksBusyError(why=WhyBusy.CERTIFICATE):
            return WhyIncomplete.CERTIFICATE
        case BooksBusyError(why=WhyBusy.OWN_LIMIT):
            return WhyIncomplete.OWN_LIMIT
        case _:
            return WhyIncomplete.BUSY
