"""What every part of the window is built from."""

from dataclasses import dataclass

from app.core.report import Origin
from app.store.records import BatchRecord
from app.ui.door.door import Door
from app.ui.feed import Feed
from app.ui.preferences import Preferences
from app.ui.session import Session
from app.ui.tasks import Tasks


@dataclass(frozen=True)
class Context:
    """The things that the parts of the window share. Given to each in its constructor.

    Attributes:
        session: the store and the receiver.
        feed: says what changed.
        tasks: runs coroutines and queries.
        preferences: what the user prefers.
        door: the front door.
    """

    session: Session
    feed: Feed
    tasks: Tasks
    preferences: Preferences
    door: Door


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
        preferences.shows_done or not batch.done
    )
