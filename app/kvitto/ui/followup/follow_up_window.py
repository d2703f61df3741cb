"""The window of those who did not get a message."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.clock import utc_now
from kvitto.core.follow_up import FollowUpGroup
from kvitto.store.code_notes import code_notes
from kvitto.store.errors import StoreError
from kvitto.store.follow_up_queries import FollowUpReader, FollowUpRow
from kvitto.store.reader import Changes
from kvitto.store.records import BatchRecord
from kvitto.store.rights import Right
from kvitto.store.search_conditions import MessageFilter
from kvitto.ui.followup.follow_up_actions import FollowUpActions
from kvitto.ui.followup.follow_up_model import COLUMNS, FollowUpModel
from kvitto.ui.followup.follow_up_tables import FollowUpTables
from kvitto.ui.followup.follow_up_text import (
    Unlisted,
    group_title,
    nothing_text,
    unlisted_among,
    unlisted_text,
)
from kvitto.ui.services.context import Context
from kvitto.ui.services.throttle import Throttle
from kvitto.ui.text import formatting
from kvitto.ui.text.batch_names import name_of
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.first_size import resize_at_first
from kvitto.ui.widgets.table_view import TableView
from kvitto.ui.widgets.theme import STEP

_WIDTH: Final = 1200
_HEIGHT: Final = 640
_STATE: Final = "follow_up"
_FIRST_PAGE: Final = 500
_PAGE: Final = 5000
_MOST: Final = 200_000
"""So many messages are listed at most; a list to phone ends long before."""
_REST_MS: Final = 500


class FollowUpWindow(QDialog):
    """Lists messages that were not delivered, as of one moment, beside the main window.

    What becomes of a listed message later is marked at its row; nothing leaves the list until it
    is read again.

    Args:
        context: what the parts of the window share.
        scope: what is listed, in words: a batch's name, or what is shown.
        wanted: only messages that match this.
        among: only messages of the batches with these keys; None for all.
        parent: the owner.
        now: the time, UTC.

    Signals:
        failed: a sentence that says what could not be read or written.
        told: a sentence that says what was done.
    """

    failed = Signal(str)
    told = Signal(str)

    def __init__(
        self,
        context: Context,
        scope: str,
        wanted: MessageFilter,
        among: Collection[int] | None,
        parent: QWidget | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._scope, self._wanted, self._among, self._now = scope, wanted, among, now
        self._reader = FollowUpReader(context.backend.database)
        self._made_at = now()
        self._is_whole: dict[FollowUpGroup, bool] = dict.fromkeys(FollowUpGroup, False)
        self._changed: set[int] | None = set()
        self._batches: dict[int, BatchRecord] = {}
        """The batches of the listed messages, by key, where their names are shown."""
        self._unlisted_now = Unlisted()  # as of when the list was made
        self._is_closed = False
        self._head = QLabel(self)
        self._head.setTextFormat(Qt.TextFormat.PlainText)
        self._again = QPushButton(self)
        self.models = {group: FollowUpModel(now, self) for group in FollowUpGroup}
        self._tables = FollowUpTables(self.models, self, is_one_batch=self._is_one_batch)
        self.actions_row = FollowUpActions(context, self)
        self._throttle = Throttle(
            context.tasks, self._read_changed, "follow-up changes", rest_ms=_REST_MS, parent=self
        )
        context.feed.failed.connect(self._show)
        context.feed.recovered.connect(self._on_recovered)
        self._lay_out()
        self._join()
        self._retranslate()
        self._restore()
        self.read_again()

    @property
    def _is_one_batch(self) -> bool:
        return self._among is not None and len(self._among) == 1

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._head, 1)
        head.addWidget(self._again)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * STEP, 4 * STEP, 4 * STEP, 4 * STEP)
        column.setSpacing(3 * STEP)
        column.addLayout(head)
        column.addWidget(self._tables, 1)
        column.addWidget(self.actions_row)
        resize_at_first(self, _WIDTH, _HEIGHT)
        self._again.setAutoDefault(False)

    def _join(self) -> None:
        self._again.clicked.connect(self.read_again)
        self._tables.group_changed.connect(self._show)
        self._tables.selection_changed.connect(self._show_actions)
        for model in self.models.values():
            model.note_edited.connect(self.actions_row.write_note)
            model.set_masked(is_masked=self._context.preferences.is_masked)
        self.actions_row.failed.connect(self.failed)
        self.actions_row.done.connect(self.told)
        self._context.feed.changed.connect(self._on_changed)
        self._context.preferences.changed.connect(self._on_preference)
        self._context.permissions.changed.connect(self._let_edit)
        self._let_edit()
        # However it is closed: by its frame, by Esc, or with the main window.
        self.finished.connect(self._on_closed)

    def _let_edit(self) -> None:
        """Let notes be typed in by who may keep them."""
        self._tables.let_edit(may_edit=self._context.permissions.may(Right.EDIT))

    @property
    def group(self) -> FollowUpGroup:
        """The group that is shown."""
        return self._tables.group

    def show_group(self, group: FollowUpGroup) -> None:
        """Show a group."""
        self._tables.show_group(group)

    @property
    def view(self) -> TableView:
        """The table of the group that is shown."""
        return self._tables.view

    @property
    def is_whole(self) -> bool:
        """Whether all groups have been read."""
        return all(self._is_whole.values())

    @property
    def head(self) -> str:
        """What is said above the list: of what it is, and as of when."""
        return self._head.text()

    # --- Reading --------------------------------------------------------------------------------

    def read_again(self) -> None:
        """Make the list anew, as of now."""
        self._made_at = self._now()
        self._is_whole = dict.fromkeys(FollowUpGroup, False)
        for model in self.models.values():
            model.begin()
        self._show()
        self._context.tasks.start_latest(self._read(), f"follow-up {id(self)}")

    async def _read(self) -> None:
        if self._is_closed:
            return  # before it began
        try:
            first = self.group
            await self._read_code_notes()
            if self._among is not None:
                self._unlisted_now = await self._context.tasks.in_thread(
                    self._find_unlisted, self._among, self._made_at
                )
            for group in (first, *(one for one in FollowUpGroup if one is not first)):
                await self._read_group(group)
        except StoreError as error:
            if not self._is_closed:
                self.failed.emit(error_text(error))

    def _find_unlisted(self, among: Collection[int], now: datetime) -> Unlisted:
        """Return of whom the list can't tell; on another thread."""
        return unlisted_among(self._reader.batches(among), now)

    async def _read_code_notes(self) -> None:
        database = self._context.backend.database
        notes = await self._context.tasks.in_thread(code_notes, database)
        if not self._is_closed:
            for model in self.models.values():
                model.set_code_notes(notes)

    async def _read_group(self, group: FollowUpGroup) -> None:
        model, limit = self.models[group], _FIRST_PAGE
        before: int | None = None
        while True:
            rows = await self._context.tasks.in_thread(
                self._reader.page,
                group,
                self._wanted,
                among=self._among,
                before=before,
                limit=limit,
            )
            await self._read_batches(rows)
            if self._is_closed:
                return
            model.add(rows)
            self._show()
            await self._read_causes(model, rows)
            self._is_whole[group] = len(rows) < limit or len(model.rows) >= _MOST
            self._show()
            if self._is_whole[group]:
                return
            before, limit = rows[-1].key, _PAGE

    async def _read_batches(self, rows: Sequence[FollowUpRow]) -> None:
        """Read what the batches of messages are called, where that is shown."""
        unknown = {row.batch_key for row in rows} - self._batches.keys()
        if not unknown or self._is_one_batch:
            return
        self._name(await self._context.tasks.in_thread(self._reader.batches, unknown))

    def _name(self, batches: Iterable[BatchRecord]) -> None:
        if self._is_closed:
            return  # it may be gone
        named = {one.key: one for one in batches}
        self._batches |= named
        is_masked = self._context.preferences.is_masked
        names = {key: name_of(one, is_masked=is_masked) for key, one in named.items()}
        for model in self.models.values():
            model.name_batches(names)

    async def _read_causes(self, model: FollowUpModel, rows: Sequence[FollowUpRow]) -> None:
        """Read why messages failed: that takes longer than who they are."""
        causes = await self._context.tasks.in_thread(self._reader.causes, rows)
        if not self._is_closed:
            model.add_causes(causes)

    def _on_changed(self, changes: Changes) -> None:
        if self._is_closed or changes.is_empty:
            return
        self._name(one for one in changes.batches if one.key in self._batches)
        if not changes.is_complete:
            self._changed = None
        elif self._changed is not None:
            self._changed.update(changes.messages)
        self._throttle.want()

    def _on_recovered(self) -> None:
        if self.is_whole:
            self._changed = None
            self._throttle.want()
        else:
            self.read_again()

    async def _read_changed(self) -> None:
        """Read what has become of the listed messages since."""
        if self._is_closed:
            return
        changed, self._changed = self._changed, set()
        listed = {key for model in self.models.values() for key in model.keys}
        keys = listed if changed is None else listed & changed
        try:
            await self._read_code_notes()
            if not keys:
                return
            rows = await self._context.tasks.in_thread(self._reader.rows, sorted(keys))
        except StoreError as error:
            if not self._is_closed:
                self.failed.emit(error_text(error))
            return
        if not self._is_closed:
            for model in self.models.values():
                model.update_rows(rows)

    # --- Showing --------------------------------------------------------------------------------

    def _show(self) -> None:
        if self._is_closed:
            return  # it may be gone
        unlisted = unlisted_text(self.group, self._unlisted_now, self._wanted)
        nothing = unlisted or nothing_text(self.group)
        if not self._is_whole[self.group]:
            nothing = self._context.feed.reading_text()
        self._tables.show_groups(self._is_whole, unlisted, nothing)
        day = f"{formatting.day(self._made_at, with_weekday=True)} {formatting.year(self._made_at)}"
        time = f"{day} {formatting.clock_time(self._made_at, with_seconds=False)}"
        self._head.setText(self.tr("{scope} · as of {time}").format(scope=self._scope, time=time))
        self._show_actions()

    def _show_actions(self) -> None:
        model, selection = self.models[self.group], self.view.selectionModel()
        rows = model.rows
        self.actions_row.show_rows(
            self.view.chosen(rows),
            title=f"{group_title(self.group)} ({formatting.number(len(rows))})",
            note=" · ".join(filter(None, (self.head, self._tables.unlisted))),
            columns=[place for place in range(len(COLUMNS)) if not self.view.isColumnHidden(place)],
            are_chosen=selection.hasSelection(),
        )

    def _on_preference(self, name: str) -> None:
        if name == "is_masked":
            for model in self.models.values():
                model.set_masked(is_masked=self._context.preferences.is_masked)
            self._name(list(self._batches.values()))

    def _on_closed(self) -> None:
        self._is_closed = True
        self._throttle.stop()
        self._context.preferences.put_state(f"{_STATE}/geometry", self.saveGeometry())

    def _restore(self) -> None:
        state = self._context.preferences.state(f"{_STATE}/geometry")
        if not state.isEmpty():
            self.restoreGeometry(state)

    # --- Language -------------------------------------------------------------------------------

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Those who did not get it"))
        self._again.setText(self.tr("Read again"))
        self._tables.retranslate()
        for model in self.models.values():
            model.retext()
        self._name(list(self._batches.values()))
        self._show()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
