"""One batch, live: reads what the form shows, and writes what the user changes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget
from typing_extensions import override

from kvitto.core.aggregates import CostSum
from kvitto.core.invisible import plain_line, plain_text
from kvitto.core.outages import TimeRange
from kvitto.core.timestamps import to_microseconds
from kvitto.core.undelivered import FailureGroup
from kvitto.store.asked_reader import AskedReader, AskedRecord
from kvitto.store.batch_statistics import BatchStatistics, Statistics
from kvitto.store.edit_audit import EditMark, last_edits
from kvitto.store.errors import StoreError
from kvitto.store.reader import Changes
from kvitto.store.records import BatchRecord
from kvitto.store.repeats import Repeats, RepeatsReader
from kvitto.ui.details.arrivals import BatchArrivals, read_arrivals
from kvitto.ui.details.ask_action import AskAction
from kvitto.ui.details.asked_menu import AskedMenu
from kvitto.ui.details.batch_edits import BatchDrafts, BatchEdits
from kvitto.ui.details.batch_form import BatchForm
from kvitto.ui.details.receipt import Receipt, make_receipt
from kvitto.ui.details.receipt_actions import ReceiptActions
from kvitto.ui.details.support_text import SupportText
from kvitto.ui.services.change_feed import Reading
from kvitto.ui.services.context import Context
from kvitto.ui.services.throttle import Throttle
from kvitto.ui.text.asked_text import AskedFacts, AskedText
from kvitto.ui.text.error_text import error_text
from kvitto.ui.text.masking import mask_all_numbers
from kvitto.ui.widgets.tab_order import tab_in_reading_order

_ARRIVALS_REST_MS: Final = 3000
"""How the reports came takes longer to read, and changes slowly to the eye."""
_TICK_MS: Final = 1000
"""A rate falls and an end comes nearer though nothing arrives."""
_MINUTE: Final = timedelta(minutes=1)
_SPAN_S: Final = (20.0, 600.0)


class _RepeatsOf(NamedTuple):
    """Which numbers are in a batch twice, and of how many messages at which cost that was read."""

    of: tuple[int, Mapping[str, CostSum]]
    repeats: Repeats


class _Found(NamedTuple):
    """What was read of a batch.

    Attributes:
        batch_key: of which.
        statistics: what its messages say together.
        reports: how many came in the last minute.
        asked: what came of asking iP.1 about it; None where that was not asked.
        repeats: which numbers are in it twice.
        edits: who changed what of it last, where several do.
    """

    batch_key: int
    statistics: BatchStatistics | None
    reports: int
    asked: AskedRecord | None
    repeats: _RepeatsOf
    edits: Mapping[str, EditMark]


class BatchPage(QScrollArea):
    """Shows one batch, and follows it.

    Signals:
        failed: a sentence that says what could not be read or written.
        done: a sentence that says what was printed, saved or copied.
        export_requested: the SMS service's id of the batch that is to be exported.
        follow_up_requested: the `BatchRecord` of which those who did not get it are asked for.
        repeats_requested: the `BatchRecord` whose numbers that are in it twice are asked for.
    """

    failed = Signal(str)
    done = Signal(str)
    export_requested = Signal(object)
    follow_up_requested = Signal(object)
    repeats_requested = Signal(object)

    def __init__(self, context: Context, now: Callable[[], datetime], parent: QWidget) -> None:
        """Show nothing until `show_batch`."""
        super().__init__(parent)
        self._context = context
        self._now = now
        self._statistics = Statistics(context.backend.database)
        self._batch: BatchRecord | None = None
        self._read_statistics: BatchStatistics | None = None
        self._repeats: _RepeatsOf | None = None
        self._repeats_reader = RepeatsReader(context.backend.database)
        self._reports: int | None = None
        self._asked: AskedRecord | None = None
        self._words = AskedText(self)
        self._asked_reader = AskedReader(context.backend.database)
        self._exposed: Mapping[int, Sequence[TimeRange]] = {}
        self._arrivals: BatchArrivals | None = None
        self._left: dict[int, BatchDrafts] = {}
        self._form = BatchForm(self)
        self._edits = BatchEdits(context, self._form.editing, self)
        tasks, read = context.tasks, self._read_arrivals
        self._arrivals_pace = Throttle(
            tasks, read, "batch arrivals", rest_ms=_ARRIVALS_REST_MS, parent=self
        )
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(context.feed.refresh)
        context.feed.add_part(self._plan, self._on_found)
        context.feed.recovered.connect(self._arrivals_pace.want)
        context.preferences.changed.connect(self._show)
        self.setWidget(self._form)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.ask_action = AskAction(context, self._form)
        self.asked_menu = AskedMenu(context, self._form)
        self._form.add_question(self.ask_action)
        self._form.add_question(self.asked_menu)
        self.receipt_actions = ReceiptActions(context, self.receipt, now, self._form)
        self._form.add_follow_up(self.receipt_actions.follow_up)
        self._form.add_actions(self.receipt_actions)
        tab_in_reading_order(self._form)
        self.receipt_actions.failed.connect(self.failed)
        self.receipt_actions.follow_up_requested.connect(self._on_follow_up)
        self._support = SupportText(context, self)
        self._form.failures.support_requested.connect(self._on_support)
        self._form.failures.grown.connect(partial(tab_in_reading_order, self._form))
        for one in (self._support, self.receipt_actions):
            one.done.connect(self.done)
        self._support.failed.connect(self.failed)
        self._edits.failed.connect(self.failed)
        self._form.repeats.show_requested.connect(self._on_repeats)
        self._form.repeats.dismissed.connect(self._on_dismissed)
        self._form.export_requested.connect(self._on_export)
        self._form.label.send_requested.connect(self._send_label)
        self._form.expected.send_requested.connect(self._send_expected)
        self._form.notes.send_requested.connect(self._send_notes)

    @property
    def form(self) -> BatchForm:
        """The widgets that show the batch."""
        return self._form

    @property
    def batch(self) -> BatchRecord | None:
        """The batch that is shown."""
        return self._batch

    def receipt(self) -> Receipt | None:
        """Return what is shown as a receipt; None where no batch is."""
        batch = self._batch
        if batch is None:
            return None
        return make_receipt(
            batch,
            self._read_statistics,
            self._arrivals,
            self._now(),
            self._exposed.get(batch.key, ()),
            asked=self._asked_text(),
            there=None if self._asked is None else self._asked.there,
            is_masked=self._context.preferences.is_masked,
        )

    def _show_asked(self) -> None:
        batch, asked = self._batch, self._asked
        if batch is None or asked is None:
            self._form.show_asked(AskedFacts())
        else:
            text = asked.text or self._context.books.text_of(batch.batch_id)
            if batch.purged is not None:
                text = ""
            plain = (plain_line(self._words.named(asked)), plain_text(text))
            is_masked = self._context.preferences.is_masked
            named, text = map(mask_all_numbers, plain) if is_masked else plain
            self._form.show_asked(
                AskedFacts(
                    self._asked_text(), named, self._words.operators(asked), text, asked.there
                )
            )
        self.asked_menu.show_batch(batch, is_asked=asked is not None)

    def _asked_text(self) -> str:
        """Return what iP.1's books say of the batch; "" where they were not asked."""
        if self._batch is None or self._asked is None:
            return ""
        closed = None if self._arrivals is None else bool(self._arrivals.line.closed)
        was_reachable = (
            None if closed is None else not closed and not self._exposed.get(self._batch.key)
        )
        return self._words.batch_text(
            self._batch, self._asked, self._now(), was_reachable=was_reachable
        )

    def show_batch(self, batch: BatchRecord) -> None:
        """Show a batch; what was typed about the one before is written."""
        if self._batch is not None and self._batch.key == batch.key:
            self._take(batch)
            return
        self.leave()
        self._batch, self._read_statistics, self._reports = batch, None, None
        self._asked = self._repeats = None
        self._form.repeats.show_repeats(None)
        self._form.show_editors({})
        self._form.show_asked(AskedFacts())
        self._form.start(self._left.pop(batch.key, BatchDrafts.of(batch)))
        self._form.take(batch)
        self._arrivals = None
        self._form.show_arrivals(None)
        self._show()
        self.verticalScrollBar().setValue(0)
        self._context.feed.refresh()
        self._arrivals_pace.hurry()

    def show_exposed(self, exposed: Mapping[int, Sequence[TimeRange]]) -> None:
        """Say of which times reports about each batch may be lost, by its key."""
        self._exposed = exposed
        self._show()

    def take_changes(self, changes: Changes) -> None:
        """Show what changed of the batch."""
        batch = self._batch
        if batch is not None:
            newer = next((one for one in changes.batches if one.key == batch.key), None)
            if newer is not None:
                self._take(newer)
            elif self.isVisible():
                # The clock goes on, and receiving may have stopped or begun.
                self._arrivals_pace.want()

    def leave(self) -> None:
        """Write what was typed; show no batch any more."""
        self.save_edits()
        batch, self._batch = self._batch, None
        self._tick.stop()
        if batch is not None:
            self._left[batch.key] = self._form.drafts
        self._left = {key: drafts for key, drafts in self._left.items() if not drafts.are_settled}

    def save_edits(self) -> None:
        """Write what was typed and not written yet."""
        self._send_label()
        self._send_expected()
        self._send_notes()

    # --- Showing --------------------------------------------------------------------------------

    def _take(self, batch: BatchRecord) -> None:
        if self._batch is None or batch.revision < self._batch.revision:
            return
        self._batch = batch
        self._form.take(batch)
        if self.isVisible():
            # It is shown with what was read along with it, in the same turn of the loop.
            self._arrivals_pace.want()
        else:
            self._read_statistics = None

    def _show(self) -> None:
        if self._batch is not None:
            self.receipt_actions.show_batch(self._batch)
            self._form.show_batch(
                self._batch,
                self._read_statistics,
                self._reports,
                self._now(),
                self._exposed.get(self._batch.key, ()),
                is_masked=self._context.preferences.is_masked,
            )
            self._show_asked()
        self.ask_action.show_batch(self._batch)

    def _plan(self) -> Reading | None:
        batch = self._batch
        if batch is None or not self.isVisible():
            return None
        now, known = self._now(), self._read_statistics
        known_repeats = self._repeats
        seen_s = (now - batch.first_seen).total_seconds()
        span_s = min(_SPAN_S[1], max(_SPAN_S[0], seen_s))
        traffic, database = self._context.backend.traffic, self._context.backend.database

        def read(changes: Changes) -> _Found:
            newest = next((one for one in changes.batches if one.key == batch.key), None)
            statistics, repeats = known, known_repeats
            if known is None or newest is not None:
                statistics = self._statistics.batch(
                    batch.key,
                    now_us=to_microseconds(now),
                    part_s=span_s / 10,
                    parts=10,
                )
            if repeats is None or newest is not None:
                repeats = self._read_repeats(newest or batch, repeats)
            reports = traffic.reports_between(now - _MINUTE, now + _MINUTE, batch.key)
            asked = self._asked_reader.of_batch(batch.key)
            edits = last_edits(database, batch.key) if database.editor else {}
            return _Found(batch.key, statistics, reports, asked, repeats, edits)

        return read

    def _read_repeats(self, batch: BatchRecord, known: _RepeatsOf | None) -> _RepeatsOf:
        """Read which numbers are in a batch twice: anew only where its messages are others."""
        of = (batch.messages, batch.costs)
        before = None if known is None or known.of != of else known.repeats
        return _RepeatsOf(of, self._repeats_reader.repeats(batch.key, before))

    def _on_found(self, found: "_Found") -> None:
        if self._batch is not None and self._batch.key == found.batch_key:
            self._read_statistics, self._reports = found.statistics, found.reports
            self._asked, self._repeats = found.asked, found.repeats
            self._form.repeats.show_repeats(found.repeats.repeats)
            self._form.show_editors(found.edits)
            self._show()
            self._keep_ticking()

    async def _read_arrivals(self) -> None:
        batch = self._batch
        if batch is None or not self.isVisible():
            return
        try:
            arrivals = await self._context.tasks.in_thread(
                read_arrivals, self._context.backend, batch, self._now(), self._arrivals
            )
        except StoreError as error:
            self.failed.emit(error_text(error))
            return
        if self._batch is not None and self._batch.key == batch.key:
            self._arrivals = arrivals
            self._form.show_arrivals(arrivals)
            self._show_asked()

    def _keep_ticking(self) -> None:
        if self._reports and self.isVisible():
            self._tick.start()
        else:
            self._tick.stop()

    # --- Editing --------------------------------------------------------------------------------

    def _send_label(self) -> None:
        if self._batch is not None:
            self._edits.label(self._batch, self._form.label.draft)

    def _send_expected(self) -> None:
        if self._batch is not None:
            self._edits.expected(self._batch, self._form.expected.draft)

    def _send_notes(self) -> None:
        if self._batch is not None:
            self._edits.notes(self._batch, self._form.notes.draft)

    def _on_follow_up(self) -> None:
        if self._batch is not None:
            self.follow_up_requested.emit(self._batch)

    def _on_support(self, group: FailureGroup) -> None:
        if self._batch is not None:
            self._support.copy(self._batch, group)

    def _on_repeats(self) -> None:
        if self._batch is not None:
            self.repeats_requested.emit(self._batch)

    def _on_dismissed(self) -> None:
        if self._batch is not None and self._repeats is not None:
            self._edits.dismiss_repeats(self._batch.key, self._repeats.repeats.told)

    def _on_export(self) -> None:
        if self._batch is not None:
            self.export_requested.emit(self._batch.batch_id)

    # --- Qt's side ------------------------------------------------------------------------------

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Read what was not read while nobody saw it."""
        super().showEvent(event)
        self._show()
        self._context.feed.refresh()
        self._arrivals_pace.want()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Write what was typed, and rest."""
        super().hideEvent(event)
        self._tick.stop()
        self.save_edits()
