"""Sign the edits of a program with the name of its user, where a store has several."""

from datetime import datetime

from msgspec.structs import replace

from kvitto.store.edit_audit import Signature
from kvitto.store.engines.base import Database
from kvitto.store.follow_up_queries import MarkMessages
from kvitto.store.mutations import ChangeBatch, Edit


def signed(edit: Edit, database: Database, now: datetime) -> Edit:
    """Return an edit by the name of `database.editor`; as it is where that has no name.

    Args:
        edit: what is to be made in the store.
        database: the store.
        now: the time, UTC.
    """
    if database.editor and isinstance(edit, ChangeBatch | MarkMessages):
        return replace(edit, signature=Signature(database.editor, now))
    return edit
