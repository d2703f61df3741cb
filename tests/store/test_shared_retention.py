"""One rule says how long data is kept in a store, and who said so."""

import pytest

from kvitto.store.database import Database
from kvitto.store.edit_audit import Signature
from kvitto.store.edit_errors import EditConflictError
from kvitto.store.shared_retention import (
    ChangeRetention,
    SharedRetention,
    SharedRule,
    read_retention,
)
from kvitto.store.writer import Writer
from tests.store.arrivals import START

KEEP, PURGE = SharedRule(), SharedRule(is_purging=True)


def signed(new: SharedRule, seen: SharedRule, editor: str, *own: int) -> ChangeRetention:
    return ChangeRetention(new, seen, Signature(editor, START, own))


def test_all_is_kept_until_somebody_says_otherwise(writer: Writer, database: Database) -> None:
    assert read_retention(database) == SharedRetention()
    writer.edit(signed(PURGE, KEEP, "Maria")).result()
    assert read_retention(database) == SharedRetention(PURGE, "Maria", START)
    writer.edit(signed(KEEP, PURGE, "Åsa")).result()
    assert read_retention(database) == SharedRetention(KEEP, "Åsa", START)


def test_who_has_not_seen_what_another_chose_overwrites_nothing(
    writer: Writer, database: Database
) -> None:
    own = writer.edit(signed(SharedRule(days=30), KEEP, "Maria")).result()
    with pytest.raises(EditConflictError) as told:
        writer.edit(signed(SharedRule(days=400), KEEP, "Åsa")).result()
    assert (told.value.editor, told.value.at) == ("Maria", START)
    assert read_retention(database).rule.days == 30
    # What is there already, and what the same window has chosen, is no conflict.
    writer.edit(signed(SharedRule(days=30), KEEP, "Åsa")).result()
    other = writer.edit(signed(SharedRule(days=31), SharedRule(days=30), "Åsa")).result()
    with pytest.raises(EditConflictError):
        writer.edit(signed(SharedRule(days=30, is_purging=True), KEEP, "Maria", own)).result()
    writer.edit(signed(PURGE, KEEP, "Åsa", other)).result()
    assert read_retention(database).rule == PURGE
