"""How long data is kept in a store that several people use: one rule for all of them."""

from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, insert, select, update

from kvitto.core.timestamps import from_microseconds, to_microseconds
from kvitto.store.database import Database
from kvitto.store.dialect import as_json
from kvitto.store.edit_audit import Signature, ensure_seen, note_edit
from kvitto.store.prepared_statements import Asked, Prepared
from kvitto.store.receiver_tables import edit_audit, retention_rule

_FIELD: Final = retention_rule.name
_PK: Final = 1


class SharedRule(msgspec.Struct, frozen=True):
    """What is kept; everything, until somebody says otherwise.

    Attributes:
        is_purging: whether anything goes.
        days: what is older goes.
        keeps_sums: whether the sums of a purged batch stay, or nothing of it.
    """

    is_purging: bool = False
    days: int = 90
    keeps_sums: bool = True


class SharedRetention(msgspec.Struct, frozen=True):
    """The rule of a store, and who changed it last.

    Attributes:
        rule: what is kept.
        editor: a name; "" where nobody has changed it.
        changed: when, UTC; None where nobody has.
    """

    rule: SharedRule = SharedRule()
    editor: str = ""
    changed: datetime | None = None


class ChangeRetention(msgspec.Struct, frozen=True):
    """Change the rule, for all who use the store.

    Attributes:
        rule: to what.
        seen: what the user saw of it; where another has changed it since, nothing is.
        signature: who changes it.
    """

    rule: SharedRule
    seen: SharedRule
    signature: Signature | None = None

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do.

        Raises:
            EditConflictError: another has changed what the user saw.
        """
        if self.signature is not None:
            # As a whole: who has others' data deleted has seen all of what is deleted.
            of = edit_audit.c.field == _FIELD
            there, seen, new = (
                {_FIELD: one} for one in (_read(connection).rule, self.seen, self.rule)
            )
            ensure_seen(connection, self.signature, of, there, seen, new)
            note_edit(connection, self.signature, revision, new)
        values = {
            "is_purging": self.rule.is_purging,
            "days": self.rule.days,
            "is_keeping_sums": self.rule.keeps_sums,
            "editor": "" if self.signature is None else self.signature.editor,
            "changed_at_us": 0 if self.signature is None else to_microseconds(self.signature.now),
            "revision": revision,
        }
        if not connection.execute(update(retention_rule).values(**values)).rowcount:
            connection.execute(insert(retention_rule).values(pk=_PK, **values))
        return True


def read_retention(database: Database) -> SharedRetention:
    """Return the rule of a store, and who changed it last.

    Raises:
        StoreError: it can't be read.
    """
    with database.read() as connection:
        return _read(connection)


def _read(connection: Connection) -> SharedRetention:
    (found,) = RETENTION.row(connection)
    rows = _ROWS.decode(found)
    if not rows:
        return SharedRetention()
    (is_purging, days, is_keeping_sums, editor, changed_at_us) = rows[0]
    rule = SharedRule(bool(is_purging), days, bool(is_keeping_sums))
    return SharedRetention(rule, editor, from_microseconds(changed_at_us) if editor else None)


_COLUMNS: Final = ("is_purging", "days", "is_keeping_sums", "editor", "changed_at_us")
RETENTION: Final = Asked(
    Prepared(as_json(select(*(retention_rule.c[name] for name in _COLUMNS)))), {}
)
"""What `read_retention` asks."""
_ROWS: Final = msgspec.json.Decoder(list[tuple[int, int, int, str, int]])
