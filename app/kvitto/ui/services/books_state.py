"""What there is to be shown of the key of the SMS service's API, and of what is asked with it."""

from datetime import datetime
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from kvitto.books.shapes import Account
    from kvitto.books.unreported import Unreported


class KeyPlace(StrEnum):
    """Where the key is kept."""

    NOWHERE = ""
    """There is none."""
    ENVIRONMENT = "environment"
    """Whoever started Kvitto gave it."""
    KEYRING = "keyring"
    FILE = "file"
    MEMORY = "memory"
    """Until Kvitto ends."""


class KeyFault(Enum):
    """Why something about the key did not work."""

    NOT_A_KEY = "not_a_key"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    UNREADABLE = "unreadable"
    NO_KEYRING = "no_keyring"
    """The keyring did not keep it."""
    FILE = "file"
    """The file for it can't be written."""
    NOT_READ = "not_read"
    """It can't be read from where it is kept."""
    NOT_REMOVED = "not_removed"
    """It may still be where it was kept."""


class BooksState(msgspec.Struct, frozen=True):
    """What there is to be shown.

    Attributes:
        place: where the key is kept.
        account_id: whose key it is, such as "ip1-12345"; "" if unknown.
        account: the same, with what is left; None while it was not asked.
        account_at: when that was asked, UTC.
        fault: what did not work last.
        is_busy: whether something about the key is under way.
        is_refused: whether the key was refused, and nothing is asked any more.
        asking: the ids of the batches that the user waits for.
        requests: how many requests were made this month.
        unreported: the batches that have never reported here, the newest first.
        has_list: whether those were asked for.
    """

    place: KeyPlace = KeyPlace.NOWHERE
    account_id: str = ""
    account: "Account | None" = None
    account_at: datetime | None = None
    fault: KeyFault | None = None
    is_busy: bool = False
    is_refused: bool = False
    asking: tuple[str, ...] = ()
    requests: int = 0
    unreported: "tuple[Unreported, ...]" = ()
    has_list: bool = False

    @property
    def has_key(self) -> bool:
        """Whether the SMS service can be asked."""
        return self.place is not KeyPlace.NOWHERE
