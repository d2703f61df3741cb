"""Pack the bodies that an earlier version kept whole, in the background, while reports come in.

A part is made when nothing has come for a moment, or once in a while where something always comes.
How far it is stands in the same transaction: it goes on from there, whatever ended the program.
"""

import logging
import time
from concurrent.futures import Future
from typing import Any, ClassVar, Final

from sqlalchemy import Connection, Row, delete, select, update

from kvitto.store.compiled_sql import ADD_REPORT, REPORT_COLUMNS
from kvitto.store.engines.base import Database, WriteConnection
from kvitto.store.errors import StoreError
from kvitto.store.folding import CHECKPOINT_PAGES
from kvitto.store.packed_body import is_packed, packed, unpacked
from kvitto.store.prepared_statements import Tuple, cursor_of
from kvitto.store.record_rows import report_from_row
from kvitto.store.schema import batch, message, report, store_state
from kvitto.store.write_queue import QueuedEdit

log = logging.getLogger(__name__)

PART: Final = 200
"""Reports that are packed in one transaction: 4 ms and a flush of the disk."""
_IDLE_S: Final = 0.02
"""How long nothing has come when a part is made."""
_OVERDUE_S: Final = 1.0
"""How long no part was made when one is, though something comes all the time."""
TRY_AGAIN_S: Final = 60.0
"""The time between two tries, where a full disk hinders it, or somebody's long reading."""
_LONG_LOG_BYTES: Final = 2 * CHECKPOINT_PAGES * 4096
"""A log is as long as that where somebody's reading keeps it from being folded in."""
_BODY: Final = REPORT_COLUMNS.index("body")
_REVISION: Final = REPORT_COLUMNS.index("revision")
_REPORTS: Final = (
    select(
        report,
        message.c.external_id.label("message_id"),
        batch.c.external_id.label("batch_id"),
    )
    # Of a batch that is being deleted no row is there.
    .join(message, report.c.message_pk == message.c.pk, isouter=True)
    .join(batch, message.c.batch_pk == batch.c.pk, isouter=True)
    .order_by(report.c.pk.desc())
)


class PackBodies:
    """Packs the bodies of some more reports, from the newest to the oldest; the writer's own edit.

    Attributes:
        is_last: whether none is left, once it is made.
    """

    has_news: ClassVar[bool] = False

    def __init__(self) -> None:
        self.is_last = False

    def apply(self, connection: Connection, revision: int) -> bool:
        """Make it; there is nothing left to do in this turn."""
        upto = connection.scalars(select(store_state.c.unpacked_report_pk)).one()
        rows = connection.execute(_REPORTS.where(report.c.pk <= upto).limit(PART)).all()
        new = [_packed(row, revision) for row in reversed(rows)]
        if any(row is not None for row in new):
            # To write a shorter row in its place would leave the page as empty as that makes it.
            of_part = report.c.pk.between(rows[-1].pk, rows[0].pk)
            connection.execute(delete(report).where(of_part))
            kept = [
                _values(row) if one is None else one
                for row, one in zip(reversed(rows), new, strict=True)
            ]
            ADD_REPORT.write(cursor_of(connection), kept)
        self.is_last = len(rows) < PART
        left = 0 if self.is_last else rows[-1].pk - 1
        connection.execute(update(store_state).values(unpacked_report_pk=left))
        if self.is_last:
            _tell_of_room(connection)
        return True


class Packing:
    """Packs what an earlier version of the store has left, as long as there is something.

    Belongs to the writer's thread.

    Args:
        database: where. On a server the reports that are there stay as they are: who receives may
            not change them, and the server would keep the old rows beside the new ones.
        connection: the writer's.
        look_every_s: how long the writer waits for work at most.
    """

    def __init__(
        self, database: Database, connection: WriteConnection, look_every_s: float
    ) -> None:
        self._database = database
        self._connection = connection
        self._look_every_s = look_every_s
        self._is_left = False
        self._part = PackBodies()
        self._next_s = 0.0

    def begin(self) -> None:
        """See whether anything is left; at the writer's start."""
        if self._database.writing.dialect.name != "sqlite":
            return
        try:
            with self._database.in_words(), self._database.reading.connect() as connection:
                query = select(store_state.c.unpacked_report_pk)
                self._is_left = connection.scalars(query).one() > 0
        except StoreError as error:
            # Whoever writes first is told.
            log.info("Bodies are not packed in this run: %s", error)

    @property
    def wait_s(self) -> float:
        """How long the writer waits for work until it looks, and asks for a part."""
        is_due = self._is_left and time.monotonic() >= self._next_s
        return min(_IDLE_S if is_due else self._look_every_s, self._connection.look_in_s)

    def part(self, *, is_idle: bool) -> QueuedEdit | None:
        """Return the next part, where it is time for it.

        Args:
            is_idle: whether nothing has come for `wait_s`.
        """
        now_s = time.monotonic()
        if not self._is_left or now_s < self._next_s + (0 if is_idle else _OVERDUE_S):
            return None
        self._next_s = now_s
        self._part = PackBodies()
        change = QueuedEdit(self._part)
        change.done.add_done_callback(self._made)
        return change

    def _made(self, done: "Future[int]") -> None:
        error = done.exception()
        if isinstance(error, StoreError):
            self._next_s = time.monotonic() + TRY_AGAIN_S
            log.warning("Bodies are not packed for now: %s", error)
        elif error is not None:
            self._is_left = False
            log.error("Bodies can't be packed", exc_info=error)
        elif self._part.is_last:
            self._is_left = False
        elif self._connection.log_bytes > _LONG_LOG_BYTES:
            self._next_s = time.monotonic() + TRY_AGAIN_S


def _values(row: Row[Any]) -> Tuple:
    """Return a row of `report` as what `ADD_REPORT` takes."""
    values = list(row[: len(REPORT_COLUMNS)])
    if not isinstance(row.body, str):  # else it stays as it was put there by hand
        values[_BODY] = bytearray(row.body)
    return tuple(values)


def _packed(row: Row[Any], revision: int) -> Tuple | None:
    """Return a row with a packed body; None where that stays as it is."""
    if row.batch_id is None or isinstance(row.body, str) or is_packed(row.body):
        return None
    received = report_from_row(row, batch_id=row.batch_id, message_id=row.message_id)
    kept = packed(row.body, received.report)
    if unpacked(kept, received.report) != row.body:
        return None
    values = list(_values(row))
    values[_BODY], values[_REVISION] = bytearray(kept), revision
    return tuple(values)


def _tell_of_room(connection: Connection) -> None:
    pages, size = (
        connection.exec_driver_sql(f"PRAGMA {one}").scalar_one()
        for one in ("freelist_count", "page_size")
    )
    log.info(
        "The bodies of all reports are packed; new reports have %s MB of room in the database",
        pages * size // 1_000_000,
    )
