"""Bring a database of an earlier version to the newest one, after a copy of it was kept."""

import contextlib
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import Connection, Engine

from kvitto.store.errors import (
    DatabaseBrokenError,
    DatabaseTooNewError,
    UnreleasedDatabaseError,
)
from kvitto.store.migrations import KEEPS_ALL, MIGRATIONS, NEWEST

log = logging.getLogger(__name__)

APPLICATION_ID: Final = 0x4B767474
"""Marks the file as ours ("Kvtt") in SQLite's header."""
_UNRELEASED_ID: Final = 0x4B766974
"""Marks what was made before the first release: other tables under the same version numbers."""
_PAGES_AT_A_TIME: Final = 256
"""A mebibyte of pages of 4 KiB: some milliseconds."""
_TELL_EVERY_S: Final = 0.1
_LOOK_EVERY: Final = 100_000
"""Instructions of SQLite's machine between two looks at the clock: a millisecond or so."""


class UpgradeStage(Enum):
    """What is being done."""

    COPYING = "copying"
    """A copy of the database as it was is made; counted in per cent."""
    CHANGING = "changing"
    """The database is changed; counted in finished steps. How long one takes, nobody knows."""


class UpgradeProgress(NamedTuple):
    """How far an upgrade is.

    Attributes:
        stage: what is being done.
        done, total: how much of it, in the units of the stage.
    """

    stage: UpgradeStage
    done: int
    total: int


OnUpgrade = Callable[[UpgradeProgress], bool]
"""Is told how far an upgrade is, ten times a second at most, on the thread that opens the database.
Returns whether to go on: if not, the database stays as it was."""


def go_on(_progress: UpgradeProgress) -> bool:
    """Let it be done in silence."""
    return True


def kept_copies(database: Path) -> list[Path]:
    """Return the copies that were kept of a database, in no order."""
    return list(database.parent.glob(f"{database.stem}-before-v*{database.suffix}"))


def purge_copies(database: Path, before: datetime) -> int:
    """Delete the copies that were made before a moment, UTC; return how many.

    All that is in such a copy arrived earlier. One that can't be deleted is left, and logged.
    """
    purged = 0
    for copy in kept_copies(database):
        try:
            if copy.stat().st_mtime >= before.timestamp():
                continue
            copy.unlink()
        except OSError as error:
            log.warning("A copy of an old database can't be deleted: %s", error)
        else:
            purged += 1
    return purged


def read_version(connection: Connection, path: Path) -> int:
    """Return the schema version of the database at `path`; 0 where it is empty.

    Raises:
        DatabaseBrokenError: it is a database of another program.
        UnreleasedDatabaseError: a Kvitto from before the first release made it.
        DatabaseTooNewError: a newer Kvitto made it.
    """

    def number(statement: str) -> int:
        return int(connection.exec_driver_sql(statement).scalar_one())

    version = number("PRAGMA user_version")
    owner = number("PRAGMA application_id")
    tables = number("SELECT count(*) FROM sqlite_schema")
    refuse_unreleased(owner, path)
    if owner != APPLICATION_ID and (owner or version or tables):
        raise DatabaseBrokenError(path, f"application id {owner:#x}: another program's database")
    if version > NEWEST:
        raise DatabaseTooNewError(path, version, NEWEST)
    return version


def refuse_unreleased(owner: int, path: Path) -> None:
    """Refuse the file at `path` where its application id `owner` is that of unreleased versions.

    Raises:
        UnreleasedDatabaseError: it is.
    """
    if owner == _UNRELEASED_ID:
        raise UnreleasedDatabaseError(path)


def upgrade(
    path: Path, writing: Engine, reading: Engine, version: int, on_upgrade: OnUpgrade
) -> Path | None:
    """Take all steps that are missing: each and its number commit together.

    The copy is made while nobody else can write: it holds what the first step then finds.

    Args:
        path: the database.
        writing: an engine for it.
        reading: one that can only read.
        version: its version.
        on_upgrade: is told how far it is.

    Returns:
        The copy; None where there was nothing to keep.

    Raises:
        InterruptedError: `on_upgrade` did not let it go on.
        OSError: the copy can't be made.
        sqlite3.Error: likewise.
        DBAPIError: a step can't be taken.
    """
    # A new database is made in a moment, and is no upgrade.
    reporter = _Reporter(on_upgrade if version else go_on)
    copy: Path | None = None
    is_changed = False
    try:
        with writing.connect() as connection:
            for target in range(version + 1, NEWEST + 1):
                with connection.begin(), _told(connection, reporter):
                    # Another program may have been quicker than our BEGIN.
                    if read_version(connection, path) >= target:
                        continue
                    if version and copy is None and target not in KEEPS_ALL:
                        copy = _keep_copy(path, reading, reporter)
                    reporter.tell(UpgradeStage.CHANGING, target - version - 1, NEWEST - version)
                    MIGRATIONS[target - 1](connection)
                    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
                    connection.exec_driver_sql(f"PRAGMA user_version = {target}")
                is_changed = True
    except BaseException:
        # Nothing was changed: each further try would leave one more copy of the same.
        if copy is not None and not is_changed:
            with contextlib.suppress(OSError):
                copy.unlink()
        raise
    return copy


class _Reporter:
    """Passes on how far it is: at once what is new, and now and then that it still goes on."""

    def __init__(self, on_upgrade: OnUpgrade) -> None:
        self._on_upgrade = on_upgrade
        self._last: UpgradeProgress | None = None
        self._next_s = 0.0

    def tell(self, stage: UpgradeStage, done: int, total: int) -> None:
        """Tell how far it is.

        Raises:
            InterruptedError: it is not to go on.
        """
        is_new_stage = self._last is None or self._last.stage is not stage
        self._last = UpgradeProgress(stage, done, total)
        if is_new_stage or time.monotonic() >= self._next_s:
            self._pass_on(self._last)

    def may_go_on(self) -> bool:
        """Tell that it still goes on; return whether it may."""
        if self._last is None or time.monotonic() < self._next_s:
            return True
        try:
            self._pass_on(self._last)
        except InterruptedError:
            return False
        return True

    def _pass_on(self, progress: UpgradeProgress) -> None:
        self._next_s = time.monotonic() + _TELL_EVERY_S
        if not self._on_upgrade(progress):
            msg = "the upgrade was stopped"
            raise InterruptedError(msg)


@contextmanager
def _told(connection: Connection, reporter: _Reporter) -> Iterator[None]:
    """Tell the reporter while SQLite works, and interrupt that where it says so."""
    raw = _raw(connection)
    raw.set_progress_handler(lambda: 0 if reporter.may_go_on() else 1, _LOOK_EVERY)
    try:
        yield
    finally:
        raw.set_progress_handler(None, 0)


def _raw(connection: Connection) -> sqlite3.Connection:
    raw = connection.connection.driver_connection
    if not isinstance(raw, sqlite3.Connection):
        msg = f"SQLite's connection is a {type(raw).__name__}"
        raise TypeError(msg)
    return raw


# --- The copy -----------------------------------------------------------------------------------


def _keep_copy(path: Path, reading: Engine, reporter: _Reporter) -> Path:
    """Copy what is committed, onto the disk; a copy has its name only when it is whole."""
    unfinished = path.with_name(f"{path.stem}-copy.new")
    # A program that was killed here may have left them.
    unfinished.unlink(missing_ok=True)
    unfinished.with_name(f"{unfinished.name}-journal").unlink(missing_ok=True)
    try:
        with reading.connect() as source:
            _copy_pages(_raw(source), unfinished, reporter)
        _to_the_disk(unfinished)
        copy = unfinished.rename(_free_name(path))
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise
    if os.name == "posix":
        _to_the_disk(copy.parent)
    return copy


def _copy_pages(source: sqlite3.Connection, target: Path, reporter: _Reporter) -> None:
    # Nobody else may read it, not for a moment.
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))

    def tell(_status: int, remaining: int, total: int) -> None:
        done = 100 * (total - remaining) // total if total else 100
        reporter.tell(UpgradeStage.COPYING, done, 100)

    with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as copying:
        # It is flushed once, when it is whole; until then nothing of it is worth a journal.
        copying.execute("PRAGMA synchronous = OFF")
        copying.execute("PRAGMA journal_mode = OFF")
        source.backup(copying, pages=_PAGES_AT_A_TIME, progress=tell, sleep=0)
        # One file: no companions beside it.
        copying.execute("PRAGMA journal_mode = DELETE")


def _to_the_disk(path: Path) -> None:
    flags = os.O_RDONLY if path.is_dir() else os.O_RDWR
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _free_name(path: Path) -> Path:
    """Return a name that no earlier copy has."""
    name = f"{path.stem}-before-v{NEWEST}"
    copy, number = path.with_name(f"{name}{path.suffix}"), 1
    while copy.exists():
        number += 1
        copy = path.with_name(f"{name}-{number}{path.suffix}")
    return copy
