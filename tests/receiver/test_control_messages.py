"""What windows and receivers say to each other: every edit has a way."""

import importlib
import pkgutil
from typing import get_args

import kvitto.store
from kvitto.receiver.control_messages import WindowEdit
from kvitto.store.clock_guard import NoteClock
from kvitto.store.damage_check import NoteChecked
from kvitto.store.deletions import ContinueDeletions
from kvitto.store.erasing import EraseAgain
from kvitto.store.packing import PackBodies
from kvitto.store.receiver_runs import Heartbeat
from kvitto.store.shared_retention import ChangeRetention
from kvitto.store.spooled import StoreHeartbeats, StoreSpooled
from kvitto.store.unauthorized_log import RecordUnauthorized


def test_every_edit_of_the_store_can_be_asked_for_from_outside() -> None:
    found: set[type] = set()
    for module in pkgutil.iter_modules(kvitto.store.__path__, "kvitto.store."):
        for kind in vars(importlib.import_module(module.name)).values():
            if isinstance(kind, type) and hasattr(kind, "apply") and not _is_protocol(kind):
                found.add(kind)

    # What only the receiver itself notes needs none.
    own = {RecordUnauthorized, NoteClock, NoteChecked, ContinueDeletions, Heartbeat, EraseAgain}
    own |= {StoreSpooled, StoreHeartbeats, PackBodies}
    own.add(ChangeRetention)  # of a store on a server, which a window changes itself
    assert found - own == set(get_args(WindowEdit))


def _is_protocol(kind: type) -> bool:
    return bool(getattr(kind, "_is_protocol", False))
