"""What every part of the window is built from."""

from dataclasses import dataclass, field
from functools import cached_property

from kvitto.core.report import Origin
from kvitto.store.records import BatchRecord
from kvitto.store.rights import Right
from kvitto.ui.backend import Backend
from kvitto.ui.services.background_tasks import Tasks
from kvitto.ui.services.books_access import BooksAccess
from kvitto.ui.services.change_feed import ChangeFeed
from kvitto.ui.services.permissions import Permissions
from kvitto.ui.services.preferences import Preferences
from kvitto.ui.services.reachability_service import Reachability
from kvitto.ui.services.undo import Undo


@dataclass(frozen=True)
class Context:
    """The things that the parts of the window share. Given to each in its constructor.

    Attributes:
        backend: the store and the receiver.
        feed: says what changed.
        tasks: runs coroutines and queries.
        preferences: what the user prefers.
        reachability: the callback URL and its checks.
        books: asks the SMS service's API, where there is a key.
        undo: what the user has done and can take back.
    """

    backend: Backend
    feed: ChangeFeed
    tasks: Tasks
    preferences: Preferences
    reachability: Reachability
    books: BooksAccess
    undo: Undo = field(default_factory=Undo)

    @cached_property
    def permissions(self) -> Permissions:
        """What the user may do in the store."""
        made = Permissions(self._rights)
        for signal in (self.feed.failed, self.feed.recovered):
            signal.connect(made.look)
        made.sight_changed.connect(self.feed.read_anew)
        made.sight_changed.connect(self.feed.recovered)
        # Before each reading, too: another connection than the feed's may have been refused.
        self.feed.add_part(made.look, lambda _nothing: None)
        return made

    def _rights(self) -> frozenset[Right] | None:
        own = self.backend.database.rights
        if own is None or Right.SEE not in own or self.backend.outlook.status is None:
            return own
        return own | {Right.RECEIVE}  # by this computer's receiver, whichever user that is


@dataclass(frozen=True)
class Selection:
    """What is selected in the table: nothing, a batch, or a message of a batch.

    Attributes:
        batch: the selected batch, or the one of the selected message.
        message_key: the selected message's key in the store.
    """

    batch: BatchRecord | None = None
    message_key: int | None = None


def is_shown(batch: BatchRecord, preferences: Preferences) -> bool:
    """Tell whether the user wants to see a batch: demo and done ones only on request."""
    return (preferences.shows_demo or batch.origin is not Origin.DEMO) and (
        preferences.shows_done or not batch.is_archived
    )
