"""The banners that say what is wrong with the store, and what can be done about it here."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject

from kvitto.clock import utc_now
from kvitto.problem import ProblemError
from kvitto.store.daily_limit import RaiseDailyLimit
from kvitto.store.errors import DailyLimitError, StoreError
from kvitto.ui.services.context import Context
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.banner import Banners, Weight
from kvitto.ui.widgets.status_strip import StatusStrip

_SUBJECT: Final = "store"
_NOTICE: Final = "store files"


class StoreTrouble(QObject):
    """Shows the strip's trouble and notice among the banners, from the first moment on.

    A limit that was reached can be raised there.
    """

    def __init__(self, context: Context, strip: StatusStrip, banners: Banners) -> None:
        """Follow `strip`."""
        super().__init__(banners)
        self._context = context
        self._banners = banners
        strip.trouble_changed.connect(self._show)
        strip.notice_changed.connect(partial(banners.show_notice, _NOTICE))
        # The strip may have found out before anybody listened to it.
        self._show(strip.trouble)
        banners.show_notice(_NOTICE, strip.notice)

    def _show(self, error: ProblemError | None) -> None:
        if not isinstance(error, DailyLimitError):
            self._banners.show_trouble(_SUBJECT, error)
            return
        actions: list[tuple[str, Callable[[], None]]] = [
            (self.tr("Store more today"), self._raise_limit)
        ]
        self._banners.show_banner(
            _SUBJECT,
            error_text(error),
            weight=Weight.DANGER,
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
