"""The rule by which old data is deleted, where several windows share a store: it is the store's."""

import asyncio

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from kvitto.receiver.receiver_errors import ReceiverError
from kvitto.store.errors import StoreError
from kvitto.store.reader import Changes
from kvitto.store.shared_retention import (
    RETENTION,
    ChangeRetention,
    SharedRetention,
    SharedRule,
    read_retention,
)
from kvitto.ui.services.change_feed import Asking
from kvitto.ui.services.context import Context
from kvitto.ui.text.error_text import error_text

_FIELDS = {"forgets": "is_purging", "retention_days": "days", "keeps_sums": "keeps_sums"}
_KEPT = "store_rule"


class SharedRuleWatch(QObject):
    """Has the preferences of deleting be the store's, for as long as it is there.

    What was read last is kept with the window's settings, so that a start changes nothing.

    Signals:
        changed: the rule, or who changed it last, is another one.
        failed: a sentence: why what the user chose does not hold.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, context: Context, parent: QObject) -> None:
        """Read the rule of the store of `context`, whenever that changes."""
        super().__init__(parent)
        self._backend = context.backend
        self._tasks = context.tasks
        self._preferences = context.preferences
        self._changing = asyncio.Lock()
        kept = {
            field: self._preferences.get(f"{_KEPT}/{field}", getattr(SharedRule(), field))
            for field in _FIELDS.values()
        }
        self.retention = SharedRetention(SharedRule(**kept))
        self._share()
        context.feed.add_part(lambda: Asking(self._read_along, (RETENTION,)), self._show)

    def _share(self) -> None:
        rule = self.retention.rule
        values = {name: getattr(rule, field) for name, field in _FIELDS.items()}
        for field in _FIELDS.values():
            self._preferences.put(f"{_KEPT}/{field}", getattr(rule, field))
        self._preferences.share(values, self._on_put)

    def _read_along(self, _changes: Changes) -> SharedRetention:
        return read_retention(self._backend.database)

    def _show(self, found: SharedRetention) -> None:
        if found != self.retention:
            self.retention = found
            self._share()
            self.changed.emit()

    def _on_put(self, name: str, value: bool | int) -> None:
        self._tasks.start(self._change(name, value), "changing the retention rule")

    async def _change(self, name: str, value: bool | int) -> None:
        async with self._changing:
            seen = self.retention.rule
            edit = ChangeRetention(replace(seen, **{_FIELDS[name]: value}), seen)
            try:
                await self._tasks.in_thread(self._backend.edit(edit).result)
            except (StoreError, ReceiverError) as error:
                if isValid(self):
                    self.failed.emit(error_text(error))
                    self._preferences.changed.emit(name)  # shown as it is
            else:
                self._show(await self._tasks.in_thread(read_retention, self._backend.database))
