"""The table with its search field and chips: the part of the window that people look at all day."""

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from PySide6.QtCore import QByteArray, QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.core.report import Origin
from kvitto.store.reader import Changes
from kvitto.store.records import BatchRecord
from kvitto.store.search import MessageFilter
from kvitto.store.search_conditions import spellings
from kvitto.ui.batches.actions import RowActions
from kvitto.ui.batches.auto_scroll import AutoScroll
from kvitto.ui.batches.batch_model import BatchModel, utc_now
from kvitto.ui.batches.batch_view import BatchView
from kvitto.ui.batches.loader import Loader
from kvitto.ui.batches.placeholder import Placeholder, ShownWords
from kvitto.ui.batches.scope_watch import ScopeWatch, ShownNow
from kvitto.ui.batches.search_field import Search
from kvitto.ui.batches.search_row import SearchRow
from kvitto.ui.person import PersonLine
from kvitto.ui.services.context import Context, Selection, is_shown

_COUNT_MS: Final = 100
_RELATIVE_TIMES: Final = ((timedelta(minutes=1), 1000), (timedelta(days=1), 30_000))
"""How soon relative times are others, in milliseconds, by how new the newest of them is."""
_DATES_MS: Final = 600_000
"""What is older is told as a date: only the clock itself may have been set."""
_FEW_MATCHES: Final = 200
_FEW_BATCHES: Final = 8
_MOST_KEPT_OPEN: Final = 200
_HEADER: Final = "batches/columns"
_OPEN: Final = "batches/open"


class BatchesPanel(QWidget):
    """All batches and their messages, live: what is sought, filtered, sorted, opened, selected.

    Signals:
        selected: a :class:`~kvitto.ui.services.context.Selection`.
        failed: a sentence for the banner.
        export_requested: the SMS service's id of a batch, or None for all.
        follow_up_requested: the `BatchRecord`s of which those who did not get it are asked for.
        shown_count_changed: what is shown now, as a sentence.
        follow_changed: whether the newest is kept in view.
        relaxed: a sentence: what is shown now that was not, so that a batch could be shown.
    """

    selected = Signal(object)
    failed = Signal(str)
    export_requested = Signal(object)
    follow_up_requested = Signal(object)
    shown_count_changed = Signal(str)
    follow_changed = Signal(bool)
    relaxed = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Show the store of `context`, once its feed is started."""
        super().__init__(parent)
        self._context = context
        self._filter = MessageFilter()
        self._opened_by_search: set[int] = set()
        self._is_first_whole = False
        self._selected: BatchRecord | None = None
        self.model = BatchModel(parent=self)
        self.scope = ScopeWatch(self.model.batches, context, self)
        self.top_row = SearchRow(self._meant_batches, self)
        self.view = BatchView(self.model, self)
        self.search = Search(context, self)
        self._loading = Loader(context, self.model, self)
        self.actions_of_rows = RowActions(context, self.view, self.model)
        self._follow = AutoScroll(self.view, self.model)
        self.person = PersonLine(context, self)
        self.placeholder = Placeholder(self.view.viewport())
        self.view.viewport().installEventFilter(self)
        self._times = QTimer(self, singleShot=True)
        self._newest = datetime.min.replace(tzinfo=UTC)
        self._words = ShownWords(self)
        self._counting = QTimer(self, singleShot=True, interval=_COUNT_MS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_row)
        column.addWidget(self.person)
        column.addWidget(self.view, 1)
        self._join()
        self._on_preference("")
        self._retranslate()

    def _join(self) -> None:
        field, chips = self.top_row.field, self.top_row.chips
        field.textChanged.connect(lambda _text: self.search.seek(self._make_filter, is_typed=True))
        field.escaped.connect(self._on_escape)
        field.entered.connect(self._go_to_table)
        chips.changed.connect(lambda: self.search.seek(self._make_filter))
        self.search.found.connect(self._on_found)
        self.search.recounted.connect(self.scope.take_counts)
        self._loading.matched.connect(self.scope.take_counts)
        self.search.busy_changed.connect(self.top_row.set_busy)
        self.search.busy_changed.connect(self._count_later)
        self._loading.touched.connect(self.search.count_again)
        for part in (self.search, self._loading, self.actions_of_rows, self.person):
            part.failed.connect(self.failed)
        self.actions_of_rows.export_requested.connect(self.export_requested)
        self.actions_of_rows.follow_up_requested.connect(self.follow_up_requested)
        self.view.selected.connect(self._on_selected)
        self.view.chosen_by_hand.connect(lambda: self.set_follow(False))
        self.top_row.follow.toggled.connect(self.set_follow)
        self.model.batches.shown_changed.connect(self._count_later)
        self.placeholder.pressed.connect(self._on_way_out)
        self._counting.timeout.connect(self._on_shown)
        for signal in (self.scope.changed, self.scope.counted):
            signal.connect(lambda *_: self._on_shown())
        self._times.timeout.connect(self._on_time)
        self._context.feed.changed.connect(self._on_changed)
        self._context.feed.failed.connect(lambda _error: self._on_shown())
        self._context.preferences.changed.connect(self._on_preference)

    # --- For the window -------------------------------------------------------------------------

    def has_batches(self) -> bool:
        """Tell whether there is any batch, shown or not; a demo only where those are shown."""
        with_demo = self._context.preferences.shows_demo
        return any(
            with_demo or row.record.origin is not Origin.DEMO for row in self.model.batches.known
        )

    def shown_now(self, batch_id: str | None) -> ShownNow:
        """Return what is shown, with the batch of an id, or the one that is selected."""
        rows = (row.record for row in self.model.batches.known if row.record.batch_id == batch_id)
        return ShownNow(
            scope=self.scope.scope(),
            text=self.top_row.count.text(),
            period=self.top_row.chips.period.chosen,
            batch=self._selected if batch_id is None else next(rows, None),
            is_masked=self._context.preferences.is_masked,
        )

    def focus_search(self) -> None:
        """Go to the search field, with its text selected."""
        self.top_row.field.setFocus()
        self.top_row.field.selectAll()

    def set_follow(self, is_on: bool) -> None:
        """Keep the newest in view, or not any more."""
        if is_on is not self._follow.is_on:
            self._follow.set_on(is_on=is_on)
            self.top_row.follow.setChecked(is_on)
            self.follow_changed.emit(is_on)

    def clear_filters(self) -> None:
        """Show all again."""
        self.top_row.field.clear()
        self.top_row.chips.clear()
        self.search.seek(self._make_filter)

    def show_batch(self, key: int) -> None:
        """Select a batch, open it and bring it into view, whatever is filtered out now."""
        row = self.model.batches.batch(key)
        if row is None:
            self.relaxed.emit(self.tr("That batch was deleted meanwhile."))
            return
        self.set_follow(False)
        preferences = self._context.preferences
        if row.record.is_archived and not preferences.shows_done:
            preferences.put("shows_done", True)
            self.relaxed.emit(self.tr("Archived batches are shown now: this is one of them."))
        if row.record.origin is Origin.DEMO and not preferences.shows_demo:
            preferences.put("shows_demo", True)
            self.relaxed.emit(self.tr("Demo batches are shown now: this is one of them."))
        if self.model.batches.row_of(key) < 0:
            self.clear_filters()
            self.relaxed.emit(
                self.tr("The search and the filters were cleared to show this batch.")
            )
        self.view.expand_batches({key})
        self.view.select(self.model.index_of(key))
        self.view.setFocus()

    def save_state(self) -> None:
        """Keep the columns, the order and which batches are open; not the filter."""
        kept = sorted(self.view.expanded_batches - self._opened_by_search)[-_MOST_KEPT_OPEN:]
        preferences = self._context.preferences
        preferences.put_state(_HEADER, self.view.columns.save())
        preferences.put_state(_OPEN, QByteArray(msgspec.json.encode(kept)))

    def restore_state(self) -> None:
        """Show the table as it was left; batches that come later are opened then."""
        preferences = self._context.preferences
        self.view.columns.restore(preferences.state(_HEADER))
        self.view.sort_as_shown()
        kept = bytes(self._context.preferences.state(_OPEN).data())
        try:
            self.view.expand_batches(set(msgspec.json.decode(kept or b"[]", type=list[int])))
        except msgspec.MsgspecError:
            self._context.preferences.put_state(_OPEN, QByteArray())

    # --- What is shown --------------------------------------------------------------------------

    def _batches(self) -> list[BatchRecord]:
        return [row.record for row in self.model.batches.known]

    def _meant_batches(self) -> list[BatchRecord]:
        """Return those that would be shown without a filter."""
        return [one for one in self._batches() if is_shown(one, self._context.preferences)]

    def _make_filter(self) -> MessageFilter:
        return self.top_row.chips.message_filter(self.top_row.field.wanted_text(), utc_now())

    def _on_found(
        self, wanted: MessageFilter, counts: dict[int, int] | None, is_whole: bool
    ) -> None:
        is_new = wanted is not self._filter
        if not is_new:
            self.model.batches.set_counts(counts)
        else:
            self._filter = wanted
            self.person.seek(wanted.text)
            self.scope.set_filter(wanted)
            self.view.set_sought(spellings(wanted.text) if wanted.text else ())
            self._loading.set_wanted(wanted)
            with self.view.moving():
                self.view.collapse_batches(self._opened_by_search)
                self._opened_by_search = set()
                self.model.batches.set_sent(wanted.sent)
                self.model.batches.set_counts(counts)
            self._loading.read_open_batches()
            if wanted.is_empty:
                self.view.show_current_or_top()
            else:
                self.view.scrollToTop()
            self._is_first_whole = True
        self.scope.look()
        if is_whole and self._is_first_whole:
            self._is_first_whole = False
            if wanted.text and counts is not None:
                self._open_few(counts)
        self._on_shown()

    def _open_few(self, counts: dict[int, int]) -> None:
        """Open the batches of a search that found little: the messages are what was sought."""
        if len(counts) <= _FEW_BATCHES and sum(counts.values()) <= _FEW_MATCHES:
            new = set(counts) - self.view.expanded_batches
            self._opened_by_search |= new
            self.view.expand_batches(new)

    def _on_changed(self, changes: Changes) -> None:
        self.search.look_at_time()
        self._follow.take(changes)
        self._count_later()
        if changes.batches:
            seen = max(batch.last_seen for batch in changes.batches)
            self._newest = max(seen, self._newest)
            self._keep_time()
        if not changes.is_empty:
            # In the same turn as the rows: what is counted is what is shown.
            self._on_shown()

    def _on_preference(self, name: str) -> None:
        preferences = self._context.preferences
        if name in ("", "shows_demo", "shows_done"):
            kinds: dict[tuple[Origin, bool], bool] = {}

            def is_meant(batch: BatchRecord) -> bool:
                # Asked ten thousand times, the preferences would take long.
                kind = batch.origin, batch.is_archived
                if kind not in kinds:
                    kinds[kind] = is_shown(batch, preferences)
                return kinds[kind]

            self.model.batches.set_meant(is_meant)
            self.scope.look()
        if name in ("", "is_masked"):
            self.model.set_masked(preferences.is_masked)

    def _on_selected(self, selection: Selection) -> None:
        # What was looked at before may stay no longer.
        before, self._selected = self._selected, selection.batch
        if before is not None:
            self.search.count_again((before.key,))
        self.selected.emit(selection)

    # --- Keys -----------------------------------------------------------------------------------

    def _on_escape(self) -> None:
        """Leave the search that is running; else clear its text; else go back to the table."""
        if self.search.is_running:
            self.search.leave()
            self._count_later()
        elif self.top_row.field.text():
            self.top_row.field.clear()
            self.search.seek(self._make_filter)
        else:
            self._go_to_table()

    def _go_to_table(self) -> None:
        self.view.setFocus()
        if not self.view.currentIndex().isValid() and self.model.batches.shown:
            self.view.select(self.model.top(0))

    # --- The count, and what is said where there is nothing -------------------------------------

    def _count_later(self) -> None:
        if not self._counting.isActive():
            self._counting.start()

    def _on_shown(self) -> None:
        is_filtered = not self._filter.is_empty
        has_read = self._context.feed.has_read
        text = ""  # nobody knows yet how many there are
        if has_read:
            text = self._words.count_text(
                self.model, is_filtered=is_filtered, is_whole=self.search.is_whole
            )
        if text != self.top_row.count.text():
            self.top_row.count.setText(text)
            self.shown_count_changed.emit(text)
        if self.model.batches.shown or self.search.is_running:
            self.placeholder.hide()
        elif not has_read:
            self.placeholder.say(self._context.feed.reading_text(), "")
        elif not self.has_batches():
            self.placeholder.say(self.tr("No reports have come yet."), "")
        elif is_filtered:
            self.placeholder.say(self._words.nothing_text(self._filter), self.tr("Clear filters"))
        else:
            self.placeholder.say(
                self.tr("All batches are archived or belong to the demo, and are not shown."),
                self.tr("Show them"),
            )

    def _on_way_out(self) -> None:
        if not self._filter.is_empty:
            self.clear_filters()
            return
        for batch in self._batches():
            if batch.is_archived:
                self._context.preferences.put("shows_done", True)
            if batch.origin is Origin.DEMO:
                self._context.preferences.put("shows_demo", True)

    # --- Time and words -------------------------------------------------------------------------

    def _on_time(self) -> None:
        self.view.refresh_times()
        self._keep_time()

    def _keep_time(self) -> None:
        """Wake when a relative time is another: not once where there is nothing to see."""
        if not self.isVisible():
            self._times.stop()
            return
        age = utc_now() - self._newest
        waits = (wait_ms for limit, wait_ms in _RELATIVE_TIMES if age <= limit)
        wait_ms = next(waits, _DATES_MS)
        if not 0 <= self._times.remainingTime() <= wait_ms:
            self._times.start(wait_ms)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Let relative times go on."""
        super().showEvent(event)
        self._keep_time()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Let relative times stand: nobody sees them."""
        super().hideEvent(event)
        self._keep_time()

    def _retranslate(self) -> None:
        self.view.setAccessibleName(self.tr("Batches and messages"))
        self._on_shown()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the placeholder fill the table."""
        if watched is self.view.viewport() and event.type() is QEvent.Type.Resize:
            self.placeholder.setGeometry(self.view.viewport().rect())
        return super().eventFilter(watched, event)
