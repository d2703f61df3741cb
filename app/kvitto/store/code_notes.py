"""What the user calls status codes that the SMS service does not document."""

from typing import Final

import msgspec
from sqlalchemy import Connection, delete, select, update

from kvitto.core.status import CODE_NAMES
from kvitto.store.database import Database
from kvitto.store.dialect import NEW, upsert
from kvitto.store.erasure_tables import code_note
from kvitto.store.schema import batch, batch_status

MOST_CHARACTERS: Final = 200


class NameCode(msgspec.Struct, frozen=True, tag=True):
    """Keep what the user calls a code; nothing for one that has a name.

    Attributes:
        code: the code.
        note: what it is called, of at most `MOST_CHARACTERS`, the rest is cut off; "" for nothing.
    """

    code: int
    note: str

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        if self.code in CODE_NAMES:
            return True
        note = self.note.strip()[:MOST_CHARACTERS]
        if note:
            row = {"code": self.code, "note": note, "revision": revision}
            connection.execute(upsert(code_note, note=NEW), [row])
        else:
            connection.execute(delete(code_note).where(code_note.c.code == self.code))
        # Whoever shows a batch with the code hears of it.
        having = select(batch_status.c.batch_pk).where(
            batch_status.c.code == self.code, batch_status.c.message_count > 0
        )
        connection.execute(update(batch).where(batch.c.pk.in_(having)).values(revision=revision))
        return True


def read_code_notes(connection: Connection) -> dict[int, str]:
    """Return what the user calls codes."""
    query = select(code_note.c.code, code_note.c.note)
    return {row.code: row.note for row in connection.execute(query)}


def code_notes(database: Database) -> dict[int, str]:
    """Return what the user calls codes, on any thread.

    Raises:
        StoreError: the database can't be read.
    """
    with database.read() as connection:
        return read_code_notes(connection)
