"""What is said to be wrong with the store, and what can be done about it here."""

import asyncio
from functools import partial
from typing import Final

from PySide6.QtCore import QObject

from kvitto.clock import utc_now
from kvitto.problem import ProblemError
from kvitto.store.daily_limit import RaiseDailyLimit
from kvitto.store.errors import DailyLimitError, QueueFullError, StoreError
from kvitto.store.server_errors import (
    NoStoreError,
    StoreRefusedError,
    StoreUntrustedError,
    StoreVersionError,
)
from kvitto.ui.services.context import Context
from kvitto.ui.services.todo import Action, Todo
from kvitto.ui.services.todo_list import Severity
from kvitto.ui.text.error_text import error_text
from kvitto.ui.text.reachability_text import since_text
from kvitto.ui.widgets.banner import Banners
from kvitto.ui.widgets.session_banner import NOT_RECEIVING
from kvitto.ui.widgets.status_strip import StatusStrip

_SUBJECT: Final = "store"
_NOTICE: Final = "store files"
_READING: Final = "feed"


class StoreTrouble(QObject):
    """Lists the strip's trouble and notice, from the first moment on.

    What keeps reports from being stored is one item: that the window can't read the same file, and
    what was done to it before, is said only where there is no such trouble. A limit that was
    reached can be raised there.
    """

    def __init__(self, context: Context, strip: StatusStrip, todo: Todo, banners: Banners) -> None:
        """Follow `strip`; what could not be done is said in `banners`."""
        super().__init__(banners)
        self._context = context
        self._todo = todo
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
        shown = None if self._is_of_files else error
        was_there = isinstance(shown, NoStoreError) and self._context.feed.has_read
        is_other = isinstance(shown, NoStoreError | StoreVersionError) and not was_there
        if is_other or not self._is_on_server:
            self._todo.put_trouble(_READING, shown)
        else:
            self._show_away(shown)

    @property
    def _is_on_server(self) -> bool:
        return self._context.backend.elsewhere is not None

    def _show_away(self, error: ProblemError | None) -> None:
        """Say that the store on the server can't be read, and of when that is what is shown."""
        since = self._context.feed.failed_at
        if error is None or since is None:
            self._todo.take_out(_READING)
            return
        if isinstance(error, NoStoreError):
            sentence = self.tr(
                "The store at {place} has been gone since {time}: it was deleted or moved there. "
                "{shown} Ask whoever looks after the server."
            )
        elif isinstance(error, StoreRefusedError):
            sentence = self.tr(
                "The store at {place} has not let you in since {time}. {shown} Check the user's "
                "name and password in the settings, under Storage, or ask whoever looks after the "
                "server: the user may have lost its role."
            )
        elif isinstance(error, StoreUntrustedError):
            sentence = self.tr(
                "The server of the store at {place} has not been trusted since {time}: its "
                "certificate has expired, is for another name, or is of an authority that this "
                "computer does not know, or it has none. {shown} Ask whoever looks after the "
                "server."
            )
        else:
            sentence = self.tr(
                "The store at {place} has been out of reach since {time}. {shown} Kvitto goes on "
                "by itself once the server answers."
            )
        has_read = self._context.feed.has_read
        before, never = self.tr("What is shown is from before."), self.tr("Nothing is read yet.")
        place = getattr(error, "place", "")
        self._todo.put(
            _READING,
            sentence.format(
                place=place,
                time=since_text(since, utc_now()),
                shown=before if has_read else never,
            ),
            severity=Severity.DANGER,
            since=since,
            occurrence=type(error).__name__,
            detail=error.detail,
            again=partial(self._on_reading, error),
        )

    def _on_notice(self, notice: ProblemError | None) -> None:
        self._notice = notice
        shown = None if self._is_of_files else notice
        self._todo.put_trouble(_NOTICE, shown, severity=Severity.WARNING)

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
