"""What comes of a pass over a batch."""

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from kvitto.books.reconcile import DifferenceKind


class WhyIncomplete(StrEnum):
    """Why a pass can't say that all is there."""

    BUSY = "busy"
    """The SMS service does not answer now, or has no time; `again_at` says when it may be asked
    again."""
    CERTIFICATE = "certificate"
    """What answers has no certificate that can be trusted; as `BUSY`."""
    OWN_LIMIT = "own_limit"
    """So much has been asked in this hour that the rest must wait; as `BUSY`."""
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
    """Reports have just ended messages that are still under way there, or told of messages that
    are not there yet."""
    NOT_ASKED = "not_asked"
    """The batch was deleted, purged, archived, or is none of the SMS service's."""


NO_ANSWER: Final = frozenset(
    [WhyIncomplete.BUSY, WhyIncomplete.CERTIFICATE, WhyIncomplete.OWN_LIMIT]
)
"""After these nothing else is asked before `again_at`."""
STOPPING: Final = NO_ANSWER | {WhyIncomplete.KEY_REFUSED}
"""After these nothing else that waits is asked."""


class MessageDifference(msgspec.Struct, frozen=True):
    """A message of which the books and a report say different things.

    Attributes:
        message_id: which.
        kinds: in what they differ.
        price: the books' price, such as "0.82 SEK", where that is it; otherwise "".
    """

    message_id: str
    kinds: tuple[DifferenceKind, ...]
    price: str = ""


class PassResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a pass.

    Attributes:
        batch_id: the batch.
        asked_at: when it was asked about, UTC.
        begun_at: when the first of the passes began that it goes on with, UTC; None for itself.
        incomplete: why it can't say that all is there; None where it can.
        again_at: when it may be asked again, where that is known.
        there: how many messages the batch has at the SMS service by its sums, which may follow
            late; None if unknown.
        seen: how many of them were seen.
        new_messages: of how many of them no report had ever come.
        added_statuses: how many statuses were added.
        differing: how many messages the books and a report say different things of.
        different: the first of them.
        unknown_there: how many messages are here, and not there; 0 where not all were seen.
        requests: how many requests it took.
    """

    batch_id: str
    asked_at: datetime
    begun_at: datetime | None = None
    incomplete: WhyIncomplete | None = None
    again_at: datetime | None = None
    there: int | None = None
    seen: int = 0
    new_messages: int = 0
    added_statuses: int = 0
    differing: int = 0
    different: tuple[MessageDifference, ...] = ()
    unknown_there: int = 0
    requests: int = 0

    @property
    def agrees(self) -> bool:
        """Whether both have the same, now that what was missing is added."""
        return self.incomplete is None and not self.differing and not self.unknown_there
