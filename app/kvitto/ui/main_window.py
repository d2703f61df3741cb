"""The main window: joins the strip, the table, the charts and the details, and has the menus."""

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow
from typing_extensions import override

from kvitto.store.reader import Changes
from kvitto.store.rights import Right
from kvitto.ui.batches.batches_panel import BatchesPanel
from kvitto.ui.charts.lazy_panel import LazyChartsPanel
from kvitto.ui.details.details_panel import DetailsPanel
from kvitto.ui.dialogs.backup_action import BackupAction
from kvitto.ui.dialogs.close_choice import Closing
from kvitto.ui.dialogs.export_action import Exporter
from kvitto.ui.dialogs.help_commands import HelpCommands
from kvitto.ui.dialogs.main_dialogs import MainDialogs
from kvitto.ui.dialogs.restore_action import RestoreAction
from kvitto.ui.followup.follow_ups import FollowUps
from kvitto.ui.main_layout import MainFrame, Parts
from kvitto.ui.menus import Commands, Menus
from kvitto.ui.reachability.outage_banners import OutageBanners
from kvitto.ui.services.budget_watch import BudgetWatch
from kvitto.ui.services.context import Context, Selection
from kvitto.ui.services.languages import Languages
from kvitto.ui.services.notifications import NotDelivered, Notifications
from kvitto.ui.services.open_dialogs import OpenDialogs
from kvitto.ui.services.questions import Questions
from kvitto.ui.services.receiver_watch import ReceiverWatch
from kvitto.ui.services.restarting import Restarting
from kvitto.ui.services.sleep_status import SleepStatus
from kvitto.ui.services.test_report_sender import Sampling
from kvitto.ui.services.todo import Todo
from kvitto.ui.services.tray import Tray
from kvitto.ui.settings.purge_announcement import PurgeAnnouncement
from kvitto.ui.settings.purge_now import PurgeNow
from kvitto.ui.text.error_text import is_about_server
from kvitto.ui.todo.sources import TodoSources
from kvitto.ui.widgets.banner import Banners
from kvitto.ui.widgets.empty_state import EmptyState
from kvitto.ui.widgets.first_size import resize_at_first
from kvitto.ui.widgets.reach_warning import ReachWarning
from kvitto.ui.widgets.session_banner import SessionBanner
from kvitto.ui.widgets.severity_look import marked_icon
from kvitto.ui.widgets.status_strip import StatusStrip
from kvitto.ui.widgets.theme import apply_theme
from kvitto.ui.widgets.todo_line import TodoLine

if TYPE_CHECKING:
    from kvitto.ui.charts.charts_panel import ChartsPanel

_SIZE: Final = (1280, 820)
_LEAST_SIZE: Final = (960, 600)
"""So a screen of 1024 × 700 has room for it, with its frame."""


class MainWindow(QMainWindow):
    """The window that is used all day.

    Signals:
        quit_requested: stop receiving, and end the program.
        leave_requested: end the window; what receives goes on.
        restart_requested: the same, and start the window again.
        restore_requested: end, restore by this `RestoreOrder`, and start the window again.
    """

    quit_requested = Signal()
    leave_requested = Signal()
    restart_requested = Signal()
    restore_requested = Signal(object)

    def __init__(self, context: Context, languages: Languages) -> None:
        """Build all parts on `context`; `start` shows them."""
        super().__init__()
        self._context = context
        self._languages = languages
        self._is_leaving = False
        self._dialogs = OpenDialogs()
        self.setWindowTitle("Kvitto")
        self.setMinimumSize(*_LEAST_SIZE)
        self.todo = Todo(context.preferences, context.undo, self)
        self.strip = StatusStrip(context, self.todo, self)
        self.todo_line = TodoLine(self.todo, self)
        self.banners = Banners(self)
        self.empty_state = EmptyState(lambda: context.backend.asked_address, self)
        context.permissions.guard(Right.RECEIVE, *self.empty_state.of_receiver)
        self.batches = BatchesPanel(context, self)
        self._cost_pane = LazyChartsPanel(context, self)
        self.details = DetailsPanel(context, self)
        self._exporter = Exporter(context, self, shown=self.batches.shown_now)
        self._backup = BackupAction(context, self)
        self._restore_action = RestoreAction(context, self)
        self._restore_action.agreed.connect(self.restore_requested)
        self._follow_ups = FollowUps(context, self._dialogs, self)
        self._help = HelpCommands(context.backend.folder, self._dialogs, self)
        self._questions = Questions(context.books, self)
        self._sampling = Sampling(context, self)
        self._restarting = Restarting(context, self)
        self._tray = Tray(self)
        self._receiver_watch = ReceiverWatch(context.backend, self)
        self._standing = SessionBanner(context.backend, self.todo, self.banners, self)
        self._purging = PurgeNow(context, self)
        self._announced = PurgeAnnouncement(context.preferences, self._purging, self.todo, self)
        self.stay_awake = SleepStatus(context, self)
        self.alerts = OutageBanners(context, self.todo, self)
        self._closing = Closing(context, self.stay_awake, self.alerts, self._dialogs, self)
        self._notices = Notifications(
            context, self, finished_from=self.alerts.told_from, exposed=lambda: self.alerts.exposed
        )
        self.sources = TodoSources(
            context, self.todo, self.strip, self.banners, self._notices, self
        )
        self._budget = BudgetWatch(context, self.todo, self)
        self.windows = MainDialogs(
            context,
            self._dialogs,
            purging=self._purging,
            stay_awake=self.stay_awake,
            waiting=lambda: self.alerts.waiting,
            window=self,
        )
        self._frame = MainFrame(
            Parts(
                strip=self.strip,
                todo=self.todo_line,
                banners=self.banners,
                table=self.batches,
                charts=self._cost_pane,
                details=self.details,
                empty_state=self.empty_state,
            ),
            self,
        )
        self.setCentralWidget(self._frame)
        resize_at_first(self, *_SIZE)
        self._menus = Menus(self, context.preferences, self._commands(), context.permissions)
        self._join()
        self._restore()

    # --- Building -------------------------------------------------------------------------------

    def _join(self) -> None:
        context = self._context
        self.batches.selected.connect(self._on_selected)
        self.batches.follow_changed.connect(self._menus.follow.setChecked)
        for pane in (self._cost_pane, self.details):
            self.batches.scope.changed.connect(pane.show_scope)
        for part in (self.batches, self._cost_pane, self.details):
            part.failed.connect(self._on_reading_failed)
        self.batches.export_requested.connect(partial(self._exporter.ask, "messages"))
        self.details.export_requested.connect(partial(self._exporter.ask, "messages"))
        self.empty_state.reachability_requested.connect(self.windows.show_reachability)
        self.empty_state.copy_requested.connect(self.strip.copy_url)
        self.empty_state.sample_requested.connect(self._sampling.send)
        self.empty_state.demo_requested.connect(self.windows.show_demo)
        self.strip.address_changed.connect(self.empty_state.show_address)
        warning = ReachWarning(context.reachability, self.strip, self.empty_state, self.banners)
        warning.connect_requested.connect(self.windows.show_reachability)
        self.strip.trouble_changed.connect(lambda _sentence: self.alerts.look())
        self.strip.reachability_requested.connect(self.windows.show_reachability)
        self.todo_line.list_requested.connect(self.strip.todo.open_list)
        self.todo.changed.connect(self._on_todo)
        self._on_todo()
        self.sources.quarantine_requested.connect(self.windows.show_quarantine)
        self.sources.follow_up_requested.connect(self._follow_ups.show_batch)
        self.sources.restart_requested.connect(self.restart_requested)
        self.sources.notice.connect(self._tray.notify)
        self.banners.follow(context.undo)
        self._menus.watch(context.undo)
        self.strip.standing_changed.connect(self._tray.show_standing)
        self._tray.show_standing(self.strip.state)
        context.reachability.failed.connect(self.banners.show_failure)
        self.alerts.reachability_requested.connect(self.windows.show_reachability)
        self.alerts.failed.connect(self._on_reading_failed)
        self.alerts.read.connect(self._notices.look)
        self.alerts.exposed_changed.connect(self._on_exposed)
        self.batches.follow_up_requested.connect(self._follow_ups.show_batches)
        self.details.follow_up_requested.connect(self._follow_ups.show_batch)
        self.details.shown_follow_up_requested.connect(self._list_shown)
        self.details.repeats_requested.connect(self._follow_ups.show_repeats)
        for asking in (self.batches.person.requested, self.details.person_requested):
            asking.connect(self._follow_ups.show_person)
        for keyed in (self._questions, self.sources):
            keyed.key_requested.connect(self.windows.show_key)
        for one in (
            self._questions,
            self._sampling,
            self._exporter,
            self._backup,
            self._restore_action,
        ):
            one.failed.connect(self.banners.show_failure)
            one.done.connect(self.banners.show_done)
        self._follow_ups.failed.connect(self._on_reading_failed)
        self._follow_ups.done.connect(self.banners.show_done)
        self.windows.failed.connect(self._on_reading_failed)
        self.windows.restart_receiver_requested.connect(lambda: self._restarting.restart())
        self.windows.restart_requested.connect(self.restart_requested)
        self.windows.callback_keys_changed.connect(self.strip.read_address)
        self.windows.export_requested.connect(self._exporter.ask)
        self._exporter.written.connect(self.banners.show_file)
        for part in (self._cost_pane, self.details):
            part.done.connect(self.banners.show_done)
        context.feed.changed.connect(self._on_changed)
        context.feed.recovered.connect(self.strip.read_address)
        if context.backend.elsewhere is not None:
            context.feed.failed.connect(lambda error: self._frame.show_away(is_away=bool(error)))
            self.strip.standing_changed.connect(self._on_session)
        context.preferences.changed.connect(self._on_preference)
        self._purging.failed.connect(self.banners.show_failure)
        self._announced.settings_requested.connect(self.windows.show_storage)
        self._notices.notice.connect(self._tray.notify)
        told = self._tray.notify
        self._budget.notice.connect(lambda title, text: told(title, text, self._budget))
        self._budget.show_requested.connect(self._follow_ups.show_month)
        self._receiver_watch.changed.connect(self._on_session)
        self._standing.start_requested.connect(self._restarting.try_again)
        self._standing.key_requested.connect(self._restarting.require_key)
        self._restarting.failed.connect(self.banners.show_failure)
        self._restarting.ended.connect(self._on_session)
        self._tray.open_requested.connect(self.bring_to_front)
        self._tray.notice_opened.connect(self._on_notice_opened)
        self.batches.relaxed.connect(self.banners.show_done)
        self._tray.quit_requested.connect(self.quit_requested)
        self._closing.stop_requested.connect(self.quit_requested)
        self._closing.leave_requested.connect(self.leave_requested)
        self._closing.hide_requested.connect(self.hide)
        QApplication.styleHints().colorSchemeChanged.connect(self._on_scheme)

    def _commands(self) -> Commands:
        return Commands(
            export=self._exporter.ask,
            backup=self._backup.ask,
            restore=self._restore_action.ask,
            settings=self.windows.show_settings,
            quit_=self.quit_requested.emit,
            find=self.batches.focus_search,
            follow=self.batches.set_follow,
            show_costs=self._cost_pane.setVisible,
            show_details=self.details.setVisible,
            follow_up=self._list_shown,
            dead_numbers=self._follow_ups.show_dead_numbers,
            month=self._follow_ups.show_month,
            ask=self._questions.ask_all,
            copy_url=self.strip.copy_url,
            reachability=self.windows.show_reachability,
            refused=self.windows.show_quarantine,
            undo=self._context.undo.take_back,
            todo=self.strip.todo.open_list,
            bin=self._follow_ups.show_bin,
            sample=self._sampling.send,
            demo=self.windows.show_demo,
            guide=self._help.show_guide,
            shortcuts=lambda: self._help.show_shortcuts(self._menus.groups),
            legend=self._help.show_legend,
            folder=self._help.open_folder,
            about=self._help.show_about,
        )

    @property
    def costs(self) -> "ChartsPanel":
        """The charts. They are made after the table is filled, or when they are asked for here."""
        return self._cost_pane.panel

    # --- Start and stop -------------------------------------------------------------------------

    def start(self, *, is_hidden: bool) -> None:
        """Show the window; or only the tray's icon, where there is a tray."""
        self._tray.show()
        self._purging.start_daily()
        self.sources.start()
        self.alerts.start()
        if is_hidden and Tray.is_there():
            return
        self.show()
        self._on_session()
        self._restore_action.tell_result()

    def bring_to_front(self) -> None:
        """Show the window above the others, unless the program is about to end."""
        if self._is_leaving:
            return
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def leave(self) -> None:
        """Keep how the window was left, and hide it: the program ends."""
        self._is_leaving = True
        self._purging.stop()
        self.alerts.stop()
        self.sources.stop()
        preferences = self._context.preferences
        preferences.put_state("geometry", self.saveGeometry())
        self._frame.save_state(preferences)
        preferences.put("shows_costs", self._menus.costs.isChecked())
        preferences.put("shows_details", self._menus.details.isChecked())
        for part in (self.batches, self._cost_pane, self.details):
            part.save_state()
        self._tray.hide()
        self.hide()

    def _restore(self) -> None:
        preferences = self._context.preferences
        geometry = preferences.state("geometry")
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)
        self._frame.restore_state(preferences)
        for part in (self.batches, self.details):
            part.restore_state()
        self._menus.costs.setChecked(preferences.get("shows_costs", True))
        self._menus.details.setChecked(preferences.get("shows_details", True))

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask to stop, or let what receives go on: never end in the middle of a report."""
        if self._is_leaving:
            super().closeEvent(event)
            return
        event.ignore()
        self._closing.ask()

    # --- What happens ---------------------------------------------------------------------------

    def _on_selected(self, selection: Selection) -> None:
        self._cost_pane.show_selection(selection)
        self.details.show_selection(selection)

    def _on_reading_failed(self, sentence: str) -> None:
        """Say why a part could not read; that nothing can be read is on the list already."""
        store = self._context.backend.store
        if store is None or not is_about_server(sentence, store.place):
            self.banners.show_failure(sentence)

    def _on_changed(self, _changes: Changes) -> None:
        self._frame.show_work(is_any=self.batches.has_batches())

    def _on_session(self) -> None:
        """Say how the receiver stands: starting, in trouble, or receiving."""
        self._context.permissions.look()
        self._standing.show()
        self.strip.read_address()
        self.strip.refresh()
        self.alerts.look()

    def _on_todo(self) -> None:
        self._tray.show_worst(next(iter(self.todo.to_do()), None), marked_icon)

    def _on_notice_opened(self, selection: object) -> None:
        self.bring_to_front()
        if selection is self.sources.refused:
            self.windows.show_quarantine()
        elif selection is self._budget:
            self._follow_ups.show_month()
        elif isinstance(selection, NotDelivered):
            self._list_not_delivered(selection)
        elif isinstance(selection, Selection) and selection.batch is not None:
            self.batches.show_batch(selection.batch.key)

    def _list_shown(self) -> None:
        """List those who did not get it, among what the table shows."""
        self._follow_ups.show_shown(self.batches.scope)

    def _list_not_delivered(self, notice: NotDelivered) -> None:
        """List those who did not get it, of the batches that are still there."""
        rows = [self.batches.model.batches.batch(one.key) for one in notice.batches]
        batches = [row.record for row in rows if row is not None]
        if len(batches) <= 1:  # or says that it is gone
            self.batches.show_batch(notice.batches[0].key if not batches else batches[0].key)
        if batches:
            self._follow_ups.show_batches(batches)

    def _on_exposed(self) -> None:
        self.batches.model.batches.set_exposed(self.alerts.exposed)
        self.details.show_exposed(self.alerts.exposed)

    def _on_preference(self, name: str) -> None:
        if name == "theme":
            self._on_scheme()
        elif name == "language":
            self._languages.speak(self._context.preferences.language)
        elif name == "shows_demo":
            self._frame.show_work(is_any=self.batches.has_batches())

    def _on_scheme(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, self._context.preferences.theme)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange and self.isVisible():
            self._on_session()
