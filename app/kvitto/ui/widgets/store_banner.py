"""What is said to be wrong with the store, and what can be done about it here."""

import asyncio
from functools import partial
from typing import Final

from PySide6.QtCore import QObject

from kvitto.clock import utc_now
from kvitto.problem import ProblemError
from kvitto.store.daily_limit import RaiseDailyLimit
from kvitto.store.errors import DailyLimitError, StoreError
from kvitto.ui.services.context import Context
from kvitto.ui.services.todo import Action, Todo
from kvitto.ui.services.todo_list import Severity
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.banner import Banners
from kvitto.ui.widgets.session_banner import NOT_RECEIVING
from kvitto.ui.widgets.status_strip import StatusStrip

_SUBJECT: Final = "store"
_NOTICE: Final = "store files"


class StoreTrouble(QObject):
    """Lists the strip's trouble and notice, from the first moment on.

    A limit that was reached can be raised there.
    """

    def __init__(self, context: Context, strip: StatusStrip, todo: Todo, banners: Banners) -> None:
        """Follow `strip`; what could not be done is said in `banners`."""
        super().__init__(banners)
        self._context = context
        self._todo = todo
        self._banners = banners
        strip.trouble_changed.connect(self._show)
        strip.notice_changed.connect(self._show_notice)
        # The strip may have found out before anybody listened to it.
        self._show(strip.trouble)
        self._show_notice(strip.notice)

    def _show_notice(self, error: ProblemError | None) -> None:
        self._todo.put_trouble(_NOTICE, error, severity=Severity.WARNING)

    def _show(self, error: ProblemError | None) -> None:
        if error is None:
            self._todo.take_out(_SUBJECT)
            return
        actions: list[Action] = []
        if isinstance(error, DailyLimitError):
            actions = [(self.tr("Store more today"), self._raise_limit)]
        self._todo.put(
            _SUBJECT,
            error_text(error),
            severity=Severity.DANGER,
            occurrence=type(error).__name__,
            fault=NOT_RECEIVING,
            actions=actions,
            again=partial(self._show, error),
        )

    def _raise_limit(self) -> None:
        self._context.tasks.start(self._edit(), "raise the daily limit")

    async def _edit(self) -> None:
        try:
            await asyncio.wrap_future(self._context.backend.edit(RaiseDailyLimit(utc_now())))
        except StoreError as error:
            self._banners.show_failure(error_text(error))
