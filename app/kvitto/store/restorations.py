"""What restores have left out: reports that were received, and are in another database.

A restore notes it in the table of outages, with a cause of its own. It is no outage: the reports of
that time were answered 200, so the SMS service does not send them again.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select, update

from kvitto.core.outages import TimeRange
from kvitto.core.timestamps import from_microseconds, to_microseconds
from kvitto.paths import database_file
from kvitto.store.database import Database
from kvitto.store.receiver_tables import outage

CAUSE: Final = "restored"
"""What the column `cause` of the table of outages holds instead of an `OutageCause`."""


class LeftOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which reports are not in the database, as the column `fault` has it.

    Attributes:
        kept: the name of the folder, in the data folder, with the database that has them; "" where
            they are on the computer that the backup was made on.
        reports: how many; None where that can't be told, and it may be none.
    """

    kept: str = ""
    reports: int | None = None


class Restoration(msgspec.Struct, frozen=True):
    """A time of which reports are in another database, since a backup was restored.

    Attributes:
        begin: the first moment, UTC.
        end: the last one, UTC.
        left_out: which reports.
    """

    begin: datetime
    end: datetime
    left_out: LeftOut

    def kept_file(self, folder: Path) -> Path | None:
        """Return the database that has the reports; None where that is not in a data folder."""
        kept = Path(self.left_out.kept).name
        return database_file(folder / kept) if kept else None


class AcknowledgeRestoration(msgspec.Struct, frozen=True, tag=True):
    """Note that the user needs no word any more of what a restore left out.

    Attributes:
        begin: of which one.
        now: the time; None where the user wants word of it again.
    """

    begin: datetime
    now: datetime | None

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        which = (outage.c.cause == CAUSE, outage.c.began_at_us == to_microseconds(self.begin))
        at_us = None if self.now is None else to_microseconds(self.now)
        values = {"acknowledged_at_us": at_us, "revision": revision}
        connection.execute(update(outage).where(*which).values(**values))
        return True


def read_restorations(
    database: Database, *, acknowledged_too: bool = False
) -> Sequence[Restoration]:
    """Return what restores have left out, oldest first.

    Args:
        database: where.
        acknowledged_too: whether also what the user needs no word of any more.

    Raises:
        StoreError: the database can't be read.
    """
    with (
        database.in_words(),
        database.reading.connect() as connection,
        connection.begin(),
    ):
        query = select(outage).where(outage.c.cause == CAUSE, outage.c.ended_at_us.is_not(None))
        rows = connection.execute(query.order_by(outage.c.began_at_us)).all()
    return [_from_row(row) for row in rows if acknowledged_too or row.acknowledged_at_us is None]


def unknown_ranges(connection: Connection) -> list[TimeRange]:
    """Return when reports may have come that are elsewhere, and nothing says when they did not."""
    query = select(outage).where(outage.c.cause == CAUSE, outage.c.ended_at_us.is_not(None))
    found = [_from_row(row) for row in connection.execute(query)]
    return [TimeRange(one.begin, one.end) for one in found if one.left_out.reports is None]


def _from_row(row: Any) -> Restoration:
    try:
        left_out = msgspec.json.decode(row.fault, type=LeftOut)
    except msgspec.DecodeError:
        left_out = LeftOut()
    begin, end = from_microseconds(row.began_at_us), from_microseconds(row.ended_at_us)
    return Restoration(begin, end, left_out)
