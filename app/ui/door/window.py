"""The panel of the front door: how it stands, the address, the tunnel, and what happened there."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid
from typing_extensions import override

from app.clock import utc_now
from app.door.commands import STARTABLE, is_installed
from app.door.evidence import Moment, steady_now
from app.door.hosts import HostScope
from app.door.kinds import TunnelKind
from app.store.edits import BatchChange, ChangeBatch
from app.store.errors import StoreError
from app.store.records import BatchRecord
from app.ui import words
from app.ui.awake import StayAwake, awake_words
from app.ui.context import Context
from app.ui.door.address_panel import AddressPanel
from app.ui.door.closures_page import ClosuresPage
from app.ui.door.knocks_page import KnocksPage
from app.ui.door.list_page import ListPage
from app.ui.door.reading import DoorLists, read_lists
from app.ui.door.report import report_of
from app.ui.door.share_panel import SharePanel
from app.ui.door.stakes import Stranded, at_stake, closed_now, stranded
from app.ui.door.state_panel import StatePanel
from app.ui.door.stranded_page import StrandedPage
from app.ui.door.tunnel_panel import TunnelPanel
from app.ui.pace import Pace
from app.ui.settings.bound import Switch
from app.ui.settings.page import faint_label
from app.ui.theme import STEP

_WIDTH: Final = 1080
_HEIGHT: Final = 720
_LEFT: Final = 110 * STEP
_REST_MS: Final = 1000
_TICK_MS: Final = 1000
_LOOK_EVERY: Final = 5
"""Every so many ticks the lists are read again: closures and knocks come without a nudge."""
_STATE: Final = "door"


class DoorWindow(QDialog):
    """Shows all that is known of the front door, beside the main window.

    Args:
        context: what the parts of the window share.
        waiting: returns the batches of which reports are still to come.
        awake: keeps this computer awake.
        parent: the owner.
        now: the time, UTC.

    Signals:
        failed: a sentence that says what could not be done.
    """

    failed = Signal(str)

    def __init__(
        self,
        context: Context,
        waiting: Callable[[], Sequence[BatchRecord]],
        awake: StayAwake,
        parent: QWidget | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._door = context.door
        self._waiting = waiting
        self._awake = awake
        self._now = now
        self._lists: DoorLists | None = None
        self._ticks = 0
        self.state_panel: Final = StatePanel(self)
        self.share: Final = SharePanel(self)
        self.address: Final = AddressPanel(self)
        self.tunnel: Final = TunnelPanel(
            [kind for kind in STARTABLE if is_installed(kind)], self, now=now
        )
        self.closures: Final = ClosuresPage(self)
        self.knocks: Final = KnocksPage(self)
        self.stranded: Final = StrandedPage(self)
        self._headings = [QLabel(self) for _ in range(3)]
        self._renew = QPushButton(self)
        self._renew.setAutoDefault(False)
        self._keeps_awake = Switch(context.preferences, "keeps_awake", self)
        self._awake_state = faint_label(self)
        self._tabs = QTabWidget(self)
        self._lay_out()
        self._pace = Pace(context.tasks, self._read, "door lists", rest_ms=_REST_MS, parent=self)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._join()
        self._retranslate()
        self._restore()
        self._show()
        self._pace.want()
        self._tick.start()
        self._door.look_around()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 4 * STEP, 0)
        left.setSpacing(2 * STEP)
        sections = (self.share, self.address, self.tunnel)
        for place, (heading, section) in enumerate(zip(self._headings, sections, strict=True)):
            font = heading.font()
            font.setBold(True)
            heading.setFont(font)
            if place:
                left.addSpacing(3 * STEP)
            left.addWidget(heading)
            left.addWidget(section)
        left.addSpacing(3 * STEP)
        left.addWidget(self._renew, 0, Qt.AlignmentFlag.AlignLeft)
        left.addSpacing(STEP)
        left.addWidget(self._keeps_awake)
        left.addWidget(self._awake_state)
        left.addStretch()
        inside = QWidget(self)
        inside.setLayout(left)
        scrolled = QScrollArea(self)
        scrolled.setWidget(inside)
        scrolled.setWidgetResizable(True)
        scrolled.setFrameShape(QFrame.Shape.NoFrame)
        scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scrolled.setFixedWidth(_LEFT)
        self._tabs.setDocumentMode(True)
        for page in self._list_pages:
            self._tabs.addTab(page, "")
        below = QHBoxLayout()
        below.setSpacing(4 * STEP)
        below.addWidget(scrolled)
        below.addWidget(self._tabs, 1)
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.HLine)
        line.setForegroundRole(line.palette().ColorRole.Mid)
        line.setFrameShadow(QFrame.Shadow.Plain)
        column = QVBoxLayout(self)
        column.setContentsMargins(6 * STEP, 5 * STEP, 6 * STEP, 5 * STEP)
        column.setSpacing(4 * STEP)
        column.addWidget(self.state_panel)
        column.addWidget(line)
        column.addLayout(below, 1)
        self.resize(_WIDTH, _HEIGHT)

    @property
    def _list_pages(self) -> Sequence[ListPage]:
        return (self.closures, self.knocks, self.stranded)

    def _join(self) -> None:
        self.state_panel.test_requested.connect(self._door.test)
        self.address.chosen.connect(self._door.choose)
        self.tunnel.start_requested.connect(self._door.start_tunnel)
        self.tunnel.stop_requested.connect(self._door.stop_tunnel)
        self.stranded.restore_requested.connect(self._on_restore)
        self.stranded.done_requested.connect(self._on_done)
        self._renew.clicked.connect(self._on_renew)
        self._door.changed.connect(self._on_door)
        self._awake.changed.connect(self._show_awake)
        self._context.feed.changed.connect(self._pace.want)
        # However it is closed: by its frame, by Esc, or with the main window.
        self.finished.connect(self._on_closed)

    # --- What is shown --------------------------------------------------------------------------

    def _on_door(self) -> None:
        self._show()
        self._pace.want()

    def _on_tick(self) -> None:
        self._ticks += 1
        self._show()
        if self._ticks % _LOOK_EVERY == 0:
            self._pace.want()

    async def _read(self) -> None:
        tasks, session = self._context.tasks, self._context.session
        try:
            lists = await tasks.in_thread(read_lists, session, self._now())
        except StoreError as error:
            self.failed.emit(error.sentence)
            return
        if isValid(self):
            self._lists = lists
            self._show_lists(lists)
            self._show()

    def _show(self) -> None:
        state, now = self._door.state, self._now()
        closures = () if self._lists is None else self._lists.facts.closures
        waiting = at_stake(self._waiting(), closures, state.others)
        closed = closed_now(closures, now, is_awaited=bool(waiting))
        moment = Moment(now, steady_now())
        report = report_of(state, self._door.standing, closed, self._door.way, moment)
        self.state_panel.show_report(report)
        is_public = bool(state.public_url) and state.scope is HostScope.PUBLIC
        self.share.show_url(self._door.callback_url, is_public=is_public)
        self.address.show_address(state.public_url, state.found, refused=state.refused_url)
        self.tunnel.show_tunnel(state.tunnel)

    def _show_awake(self) -> None:
        state = awake_words(self._awake.state)
        self._awake_state.setText(state)
        self._awake_state.setVisible(bool(state))

    def _show_lists(self, lists: DoorLists) -> None:
        facts = lists.facts
        self.closures.closures.show_closures(lists.closures)
        self.knocks.show_knocks(facts.knocks, facts.minute, lists.strangers)
        state, now = self._door.state, self._now()
        self.stranded.show_stranded(
            stranded(self._waiting(), facts.addresses, state.public_url or None, now, state.others)
        )
        self._name_tabs()

    # --- What the user asks for -----------------------------------------------------------------

    def _on_restore(self, chosen: Stranded) -> None:
        self._door.choose(chosen.url, TunnelKind.OTHER)

    def _on_done(self, chosen: Stranded) -> None:
        self._context.tasks.start(self._mark_done(chosen.batches), "batches done")

    async def _mark_done(self, batches: Sequence[BatchRecord]) -> None:
        session, tasks = self._context.session, self._context.tasks
        try:
            for batch in batches:
                edit = session.edit(ChangeBatch(batch.key, BatchChange(done=True)))
                await tasks.in_thread(edit.result)
        except StoreError as error:
            self.failed.emit(error.sentence)
        if isValid(self):
            self._pace.hurry()

    def _on_renew(self) -> None:
        self._renew.setEnabled(False)
        self._context.tasks.start(self._renew_secret(), "renew secret")

    async def _renew_secret(self) -> None:
        try:
            await self._door.renew_secret()
        except StoreError as error:
            self.failed.emit(error.sentence)
        if isValid(self):
            self._renew.setEnabled(True)

    def _on_closed(self) -> None:
        self._pace.stop()
        self._tick.stop()
        self._context.preferences.put_state(f"{_STATE}/geometry", self.saveGeometry())

    def _restore(self) -> None:
        state = self._context.preferences.state(f"{_STATE}/geometry")
        if not state.isEmpty():
            self.restoreGeometry(state)

    # --- Language -------------------------------------------------------------------------------

    def _name_tabs(self) -> None:
        for place, page in enumerate(self._list_pages):
            count = page.model.rowCount()
            title = page.title()
            if count:
                title = self.tr("{title} ({count})").format(title=title, count=words.number(count))
            self._tabs.setTabText(place, title)

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("The front door"))
        for heading, text in zip(
            self._headings,
            (
                self.tr("Callback URL"),
                self.tr("Public address"),
                self.tr("Tunnel"),
            ),
            strict=True,
        ):
            heading.setText(text)
        self._renew.setText(self.tr("Renew the secret"))
        self._renew.setToolTip(
            self.tr(
                "Makes a new callback URL. The old one stays valid as long as a report may come "
                "by it, and then ends by itself."
            )
        )
        self._keeps_awake.setText(self.tr("Keep this computer awake while reports are waited for"))
        self._show_awake()
        self._name_tabs()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
            self._show()
