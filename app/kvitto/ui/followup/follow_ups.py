"""Opens the windows with lists: who did not get it, numbers that don't work, the bin."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from kvitto.core.phone_number import PhoneNumber
from kvitto.store.records import BatchRecord
from kvitto.store.search_conditions import MessageFilter
from kvitto.ui.batches.scope_watch import ScopeWatch
from kvitto.ui.services.context import Context
from kvitto.ui.services.open_dialogs import OpenDialogs
from kvitto.ui.text.batch_names import name_of

if TYPE_CHECKING:
    from kvitto.ui.followup.follow_up_window import FollowUpWindow


class FollowUps(QObject):
    """Opens one window for each batch, and one for what the table shows.

    Signals:
        failed: a sentence that says what could not be done.
        done: a sentence that says what was done.
    """

    failed = Signal(str)
    done = Signal(str)

    def __init__(self, context: Context, dialogs: OpenDialogs, parent: QWidget) -> None:
        """Open none yet."""
        super().__init__(parent)
        self._context, self._dialogs, self._window = context, dialogs, parent

    def show_batch(self, batch: BatchRecord) -> None:
        """List those who did not get a message of a batch."""
        scope = name_of(batch, is_masked=self._context.preferences.is_masked)
        self._show(f"follow-up {batch.key}", scope, MessageFilter(), frozenset({batch.key}))

    def show_batches(self, batches: Sequence[BatchRecord]) -> None:
        """List those who did not get a message of one batch or of some."""
        if len(batches) == 1:
            self.show_batch(batches[0])
            return
        keys = frozenset(one.key for one in batches)
        name = " ".join(["follow-up", *map(str, sorted(keys))])
        self._show(name, self.tr("%n batch(es)", "", len(keys)), MessageFilter(), keys)

    def show_shown(self, shown: ScopeWatch) -> None:
        """List those who did not get a message among what the table shows."""
        batches = shown.keys()
        scope = self.tr("%n batch(es), as the table shows them", "", len(batches))
        self._dialogs.close("follow-up shown")  # another filter is another list
        self._show("follow-up shown", scope, shown.scope().wanted, batches)

    def show_dead_numbers(self) -> None:
        """List the numbers that don't work."""

        def make() -> QWidget:
            from kvitto.ui.followup.dead_numbers_window import DeadNumbersWindow

            window = DeadNumbersWindow(self._context, self._window)
            window.failed.connect(self.failed)
            window.told.connect(self.done)
            return window

        self._dialogs.show("dead numbers", make)

    def show_person(self, number: PhoneNumber) -> None:
        """Show all messages to a number."""

        def make() -> QWidget:
            from kvitto.ui.person.person_window import PersonWindow

            window = PersonWindow(self._context, number, self._window)
            window.failed.connect(self.failed)
            window.told.connect(self.done)
            return window

        self._dialogs.show(f"person {number.digits}", make)

    def show_repeats(self, batch: BatchRecord) -> None:
        """List the numbers that are in a batch twice."""

        def make() -> QWidget:
            from kvitto.ui.person.repeats_window import RepeatsWindow

            window = RepeatsWindow(self._context, batch, self._window)
            window.failed.connect(self.failed)
            window.told.connect(self.done)
            window.person_requested.connect(self.show_person)
            return window

        self._dialogs.show(f"repeats {batch.key}", make)

    def show_month(self) -> None:
        """Show what a month cost."""

        def make() -> QWidget:
            from kvitto.ui.costs.month_window import MonthWindow

            window = MonthWindow(self._context, self._window)
            window.failed.connect(self.failed)
            window.told.connect(self.done)
            return window

        self._dialogs.show("month", make)

    def show_bin(self) -> None:
        """Show the batches that were deleted."""

        def make() -> QWidget:
            from kvitto.ui.bin.bin_window import BinWindow

            window = BinWindow(self._context, self._window)
            window.failed.connect(self.failed)
            return window

        self._dialogs.show("bin", make)

    def _show(self, name: str, scope: str, wanted: MessageFilter, among: frozenset[int]) -> None:
        def make() -> "FollowUpWindow":
            from kvitto.ui.followup.follow_up_window import FollowUpWindow

            window = FollowUpWindow(self._context, scope, wanted, among, self._window)
            window.failed.connect(self.failed)
            window.told.connect(self.done)
            return window

        self._dialogs.show(name, make)
