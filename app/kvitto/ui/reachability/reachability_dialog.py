"""The dialog *Callback URL*: the status, the address, the tunnel, and what happened lately."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid
from typing_extensions import override

from kvitto.clock import utc_now
from kvitto.reachability.evidence import Moment, steady_now
from kvitto.reachability.host_scope import HostScope
from kvitto.reachability.impact import (
    StaleUrlBatches,
    affected_batches,
    ongoing_outage,
    stale_url,
)
from kvitto.reachability.tunnels.commands import STARTABLE, is_installed
from kvitto.reachability.tunnels.providers import TunnelProvider
from kvitto.store.errors import StoreError
from kvitto.store.records import BatchRecord
from kvitto.store.rights import Right
from kvitto.ui.reachability.callback_url_panel import CallbackUrlPanel
from kvitto.ui.reachability.list_page import ListPage
from kvitto.ui.reachability.lists import ReachabilityLists, read_lists
from kvitto.ui.reachability.outages_page import OutagesPage
from kvitto.ui.reachability.public_url_panel import PublicUrlPanel
from kvitto.ui.reachability.stale_url_page import StaleUrlPage
from kvitto.ui.reachability.state_panel import StatePanel, summary_of
from kvitto.ui.reachability.tunnel_panel import TunnelPanel
from kvitto.ui.reachability.unauthorized_page import UnauthorizedPage
from kvitto.ui.reachability.unreported_page import UnreportedPage
from kvitto.ui.services.batch_commands import BatchCommands
from kvitto.ui.services.context import Context
from kvitto.ui.services.sleep_status import SleepStatus, awake_words
from kvitto.ui.services.throttle import Throttle
from kvitto.ui.settings.bound import Switch
from kvitto.ui.settings.settings_page import faint_label
from kvitto.ui.text import formatting
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.first_size import resize_at_first
from kvitto.ui.widgets.tab_order import tab_in_reading_order
from kvitto.ui.widgets.theme import STEP

_WIDTH: Final = 1080
_HEIGHT: Final = 720
_LEFT: Final = 108 * STEP
_REST_MS: Final = 1000
_TICK_MS: Final = 1000
_LOOK_EVERY: Final = 5
"""Every so many ticks the lists are read again: nothing notifies of unauthorized requests."""
_STATE: Final = "reachability"


class ReachabilityDialog(QDialog):
    """Shows all that is known of the reachability, beside the main window.

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
        awake: SleepStatus,
        parent: QWidget | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._reachability = context.reachability
        self._waiting = waiting
        self._awake = awake
        self._now = now
        self._lists: ReachabilityLists | None = None
        self._commands = BatchCommands(context, self)
        self._commands.failed.connect(self.failed)
        self._ticks = 0
        self.state_panel: Final = StatePanel(self)
        self.share: Final = CallbackUrlPanel(self)
        self.address: Final = PublicUrlPanel(self)
        self.tunnel: Final = TunnelPanel(
            [kind for kind in STARTABLE if is_installed(kind)], self, now=now
        )
        self.outages: Final = OutagesPage(self)
        self.unauthorized_counts: Final = UnauthorizedPage(self)
        self.stale_url: Final = StaleUrlPage(self)
        self.unreported: Final = UnreportedPage(self)
        self._headings = [QLabel(self) for _ in range(3)]
        self._renew = QPushButton(self)
        self._renew.setAutoDefault(False)
        context.permissions.guard(
            Right.RECEIVE, self._renew, self.address.use, self.tunnel.start, self.stale_url.restore
        )
        context.permissions.guard(Right.EDIT, self.stale_url.done, self.unreported.fetch)
        self._keeps_awake = Switch(context.preferences, "keeps_awake", self)
        self._awake_state = faint_label(self)
        self._tabs = QTabWidget(self)
        self._lay_out()
        self._throttle = Throttle(
            context.tasks, self._read, "reachability lists", rest_ms=_REST_MS, parent=self
        )
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._join()
        self._retranslate()
        self._restore()
        self._show()
        self._show_unreported()
        self._throttle.want()
        self._tick.start()
        self._reachability.discover_now()

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
        resize_at_first(self, _WIDTH, _HEIGHT)
        tab_in_reading_order(self)

    @property
    def _list_pages(self) -> Sequence[ListPage]:
        return (self.outages, self.unauthorized_counts, self.stale_url, self.unreported)

    def _join(self) -> None:
        self.state_panel.test_requested.connect(self._reachability.test)
        self.address.chosen.connect(self._reachability.choose)
        self.tunnel.start_requested.connect(self._reachability.start_tunnel)
        self.tunnel.stop_requested.connect(self._reachability.stop_tunnel)
        self.stale_url.restore_requested.connect(self._on_restore)
        self.stale_url.done_requested.connect(self._on_done)
        self.unreported.fetch_requested.connect(self._context.books.fetch)
        self._context.books.changed.connect(self._show_unreported)
        self._renew.clicked.connect(self._on_renew)
        self._reachability.changed.connect(self._on_reachability)
        self._awake.changed.connect(self._show_awake)
        self._context.feed.changed.connect(self._throttle.want)
        # However it is closed: by its frame, by Esc, or with the main window.
        self.finished.connect(self._on_closed)

    # --- What is shown --------------------------------------------------------------------------

    def _on_reachability(self) -> None:
        self._show()
        self._throttle.want()

    def _on_tick(self) -> None:
        self._ticks += 1
        self._show()
        if self._ticks % _LOOK_EVERY == 0:
            self._throttle.want()

    async def _read(self) -> None:
        tasks, backend = self._context.tasks, self._context.backend
        try:
            lists = await tasks.in_thread(read_lists, backend, self._now())
        except StoreError as error:
            self.failed.emit(error_text(error))
            return
        if isValid(self):
            self._lists = lists
            self._show_lists(lists)
            self._show()

    def _show(self) -> None:
        state, now = self._reachability.state, self._now()
        known = () if self._lists is None else self._lists.facts.outages
        # It is about the own receiver's URL.
        own = {"", self._context.backend.database.receiver}
        outages = [one for one in known if one.receiver in own]
        waiting = affected_batches(self._waiting(), outages, state.others)
        closed = ongoing_outage(outages, now, is_awaited=bool(waiting))
        moment = Moment(now, steady_now())
        report = summary_of(
            state,
            self._reachability.status_text,
            closed,
            self._reachability.failure_context,
            moment,
        )
        self.state_panel.show_summary(report)
        is_public = bool(state.public_url) and state.scope is HostScope.PUBLIC
        self.share.show_url(self._reachability.callback_url, is_public=is_public)
        self.address.show_address(state.public_url, state.found, refused=state.refused_url)
        self.tunnel.show_tunnel(state.tunnel)

    def _show_unreported(self) -> None:
        is_masked = self._context.preferences.is_masked
        self.unreported.show_state(self._context.books.state, is_masked=is_masked)
        self._name_tabs()

    def _show_awake(self) -> None:
        state = awake_words(self._awake.state)
        self._awake_state.setText(state)
        self._awake_state.setVisible(bool(state))

    def _show_lists(self, lists: ReachabilityLists) -> None:
        facts = lists.facts
        self.outages.outages.show_outages(lists.outages)
        self.unauthorized_counts.show_unauthorized_counts(
            facts.unauthorized_counts, facts.minute, lists.unknown_callers
        )
        state, now = self._reachability.state, self._now()
        self.stale_url.show_stale_url(
            stale_url(self._waiting(), facts.addresses, state.public_url or None, now, state.others)
        )
        for page in self._list_pages:
            page.note_read()
        self._name_tabs()

    # --- What the user asks for -----------------------------------------------------------------

    def _on_restore(self, chosen: StaleUrlBatches) -> None:
        self._reachability.choose(chosen.url, TunnelProvider.OTHER)

    def _on_done(self, chosen: StaleUrlBatches) -> None:
        self._commands.archive(chosen.batches)

    def _on_renew(self) -> None:
        question = QMessageBox(self)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setIcon(QMessageBox.Icon.Question)
        question.setWindowTitle(self.tr("New key?"))
        question.setText(self.tr("Make a new key for the callback URL?"))
        question.setInformativeText(
            self.tr(
                "Batches that are sent from now on need the new callback URL. The old one stays "
                "valid as long as a report may come by it, and then ends by itself."
            )
        )
        make = question.addButton(self.tr("New key"), QMessageBox.ButtonRole.AcceptRole)
        cancel = question.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(cancel)
        make.clicked.connect(self._on_renew_confirmed)
        question.open()

    def _on_renew_confirmed(self) -> None:
        self._renew.setEnabled(False)
        self._context.tasks.start(self._renew_callback_key(), "rotate callback key")

    async def _renew_callback_key(self) -> None:
        try:
            await self._reachability.renew_callback_key()
        except StoreError as error:
            self.failed.emit(error_text(error))
        if isValid(self):
            self._renew.setEnabled(True)

    def _on_closed(self) -> None:
        self._throttle.stop()
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
                title = self.tr("{title} ({count})").format(
                    title=title, count=formatting.number(count)
                )
            self._tabs.setTabText(place, title)

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Callback URL"))
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
        self._renew.setText(self.tr("New key…"))
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
