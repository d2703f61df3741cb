"""Queries and edits about more rows than a statement may have parameters."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import insert

from kvitto.core.timestamps import to_microseconds
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.database import Database
from kvitto.store.mutations import DeleteRejections
from kvitto.store.quarantine import QuarantineReader, RejectionScope
from kvitto.store.reader import Reader
from kvitto.store.schema import callback_key
from kvitto.store.search import MessageFilter, MessageSearch
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all, arriving, refused

MANY: Final = 40_000
"""SQLite takes 32,766 parameters."""
KEYS: Final = range(1, MANY + 1)


@pytest.fixture
async def stored(writer: Writer) -> Writer:
    """Store two messages of a batch each, and a refused request."""
    await append_all(
        writer,
        [arriving(a_report(f"m{one}", batch_id=f"b{one}", code=101 + one)) for one in range(2)]
        + [refused(b"what is this")],
    )
    return writer


def test_messages_are_read_by_many_keys(stored: Writer, reader: Reader) -> None:
    assert stored is not None
    assert {one.message_id for one in reader.messages_by_key(KEYS)} == {"m0", "m1"}


@pytest.mark.parametrize("text", ["", "m", "m1", "b1", "4670"])
def test_messages_are_matched_among_many_keys_and_batches(
    stored: Writer, database: Database, text: str
) -> None:
    assert stored is not None
    finder = MessageSearch(database)

    def found(among: Sequence[int] | None) -> set[str]:
        matches = finder.matching(list(KEYS), MessageFilter(text=text), among=among)
        return {one.message_id for one in matches}

    expected = {"m1"} if text in {"m1", "b1"} else {"m0", "m1"}
    assert found(None) == expected
    assert found(KEYS) == expected
    assert found([]) == set()


def test_a_filter_of_many_codes_is_one_value(stored: Writer, database: Database) -> None:
    assert stored is not None
    wanted = MessageFilter(codes=frozenset(range(102, 102 + MANY)))
    assert sum(MessageSearch(database).batches(wanted).values()) == 1


def test_many_refused_bodies_are_read_and_deleted(stored: Writer, database: Database) -> None:
    rejections = QuarantineReader(database)
    assert len(rejections.bodies(KEYS)) == 1

    stored.edit(DeleteRejections(tuple(KEYS))).result(30)

    assert rejections.keys(RejectionScope(), up_to=MANY) == []


def test_many_callback_keys_end_together(database: Database) -> None:
    rotated = START - timedelta(days=400)
    with database.writing.begin() as connection:
        connection.execute(
            insert(callback_key),
            [
                {
                    "value": f"{one:032x}",
                    "origin": "webhook",
                    "created_at_us": to_microseconds(rotated - timedelta(days=9)),
                    "rotated_at_us": to_microseconds(rotated),
                }
                for one in KEYS
            ],
        )
    assert len(CallbackKeyStore(database).revoke_unneeded(START)) == MANY
