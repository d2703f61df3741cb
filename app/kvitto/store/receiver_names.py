"""The names of receivers that share a store on a server: each has one of its own."""

import contextlib
import platform
import re
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Final

import msgspec
from sqlalchemy import Connection, func, select

from kvitto.core.timestamps import to_microseconds
from kvitto.store.engines.base import Database
from kvitto.store.interruption_finder import HEARTBEAT_OVERDUE
from kvitto.store.receiver_tables import receiver_run
from kvitto.store.server_errors import ReceiverNameError, ReceiverNameTakenError

_FILE: Final = "receiver.json"
_LONGEST: Final = 60
_AHEAD: Final = timedelta(days=1)
"""A heartbeat that lies further ahead is one of a clock that was wrong."""


class ReceiverIdentity(msgspec.Struct, frozen=True):
    """Which receiver a data folder is of.

    Attributes:
        folder_id: random; what tells it from another one of its name.
        name: what it is called.
    """

    folder_id: str
    name: str


def identity_of(folder: Path) -> ReceiverIdentity | None:
    """Return which receiver a data folder is of; None where none has received into it."""
    try:
        return msgspec.json.decode((folder / _FILE).read_bytes(), type=ReceiverIdentity)
    except (OSError, msgspec.DecodeError):
        return None


def name_after_folder(database: Database) -> None:
    """Have a store looked at and changed as the receiver of its data folder, if that has one."""
    identity = identity_of(database.folder)
    if identity is not None:
        database.receiver, database.folder_id = identity.name, identity.folder_id


def make_identity(folder: Path, name: str | None = None) -> ReceiverIdentity:
    """Return which receiver a data folder is of, and keep that there.

    Args:
        folder: the data folder, which is there.
        name: what it is to be called from now on; None to leave that, or for the host's name and
            a part of the folder's id where it has no name yet.

    Raises:
        ReceiverNameError: nothing can be called so.
    """
    known = identity_of(folder)
    folder_id = token_hex(8) if known is None else known.folder_id
    if name is not None:
        name = name.strip()
        if not name or len(name) > _LONGEST or not name.isprintable():
            raise ReceiverNameError
    elif known is not None:
        name = known.name
    else:
        host = re.sub(r"[^\w-]+", "-", platform.node().partition(".")[0])[:40] or "receiver"
        name = f"{host}-{folder_id[:4]}"
    identity = ReceiverIdentity(folder_id, name)
    if identity != known:
        _keep(folder, identity)
    return identity


def _keep(folder: Path, identity: ReceiverIdentity) -> None:
    # A disk that is full hinders no receiver whose store is elsewhere: the next start tries.
    with contextlib.suppress(OSError):
        (folder / _FILE).write_bytes(msgspec.json.encode(identity))


def ensure_name_is_free(database: Database, now: datetime) -> None:
    """Check that no other receiver runs by the name of this one.

    Two of one name would hide each other's interruptions.

    Raises:
        ReceiverNameTakenError: one does.
        StoreError: the store can't be read.
    """
    with database.read() as connection:
        if is_name_taken(connection, database.receiver, database.folder_id, now):
            raise ReceiverNameTakenError(database.receiver)


def is_name_taken(connection: Connection, name: str, folder_id: str, now: datetime) -> bool:
    """Return whether a receiver of another folder than this runs by a name."""
    alive = receiver_run.c.heartbeat_at_us.between(
        to_microseconds(now - HEARTBEAT_OVERDUE), to_microseconds(now + _AHEAD)
    )
    query = select(func.count()).where(
        receiver_run.c.receiver == name,
        receiver_run.c.folder_id != folder_id,
        receiver_run.c.stopped_at_us.is_(None),
        alive,
    )
    return bool(connection.scalar(query))


def take_other_name(database: Database) -> ReceiverIdentity:
    """Give the receiver of a data folder another name, since its own is taken; return it.

    It is a receiver of its own from now on, also where its folder is a copy of another one's.
    """
    base = database.receiver[: _LONGEST - 5]
    identity = ReceiverIdentity(token_hex(8), f"{base}-{token_hex(2)}")
    _keep(database.folder, identity)
    database.receiver, database.folder_id = identity.name, identity.folder_id
    return identity
