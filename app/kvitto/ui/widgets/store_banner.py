"""The banners that say what is wrong with the store, and what can be done about it here."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject

from kvitto.clock import utc_now
from kvitto.problem import ProblemError
from kvitto.store.daily_limit import RaiseDailyLimit
from kvitto.store.errors import DailyLimitError, QueueFullError, StoreError
from kvitto.ui.services.context import Context
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.banner import STORE, Banners, Weight
from kvitto.ui.widgets.status_strip import StatusStrip

_NOTICE: Final = "store files"
_READING: Final = "feed"


class StoreTrouble(QObject):
    """Shows the strip's trouble and notice among the banners, from the first moment on.

    What keeps reports from being stored is one banner: that the window can't read the same file,
    and what was done to it before, is said only where there is no such trouble. A limit that was
    reached can be raised there.
    """

    def __init__(self, context: Context, strip: StatusStrip, banners: Banners) -> None:
        """Follow `strip`."""
        super().__init__(banners)
        self._context = context
        self._banners = banners
        self._trouble: ProblemError | None = None
        self._reading: ProblemError | None = None
        self._notice: ProblemError | None = None
        strip.trouble_changed.connect(self._on_trouble)
        strip.notice_changed.connect(self._on_notice)
        context.feed.failed.connect(self._on_reading)
        # The strip may have found out before anybody listened to it.
        self._on_trouble(strip.trouble)
        self._on_notice(strip.notice)

    def _on_trouble(self, error: ProblemError | None) -> None:
        was_of_files, self._trouble = self._is_of_files, error
        self._show(error)
        if was_of_files != self._is_of_files:
            self._on_reading(self._reading)
            self._on_notice(self._notice)

    @property
    def _is_of_files(self) -> bool:
        """Whether the trouble is one of the files, which hinders reading, too."""
        is_load = isinstance(self._trouble, DailyLimitError | QueueFullError)
        return self._trouble is not None and not is_load

    def _on_reading(self, error: ProblemError | None) -> None:
        self._reading = error
        self._banners.show_trouble(_READING, None if self._is_of_files else error)

    def _on_notice(self, notice: ProblemError | None) -> None:
        self._notice = notice
        self._banners.show_notice(_NOTICE, None if self._is_of_files else notice)

    def _show(self, error: ProblemError | None) -> None:
        if not isinstance(error, DailyLimitError):
            self._banners.show_trouble(STORE, error)
            return
        actions: list[tuple[str, Callable[[], None]]] = [
            (self.tr("Store more today"), self._raise_limit)
        ]
        self._banners.show_banner(
            STORE,
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
