"""The main window: joins the strip, the table, the charts and the details, and has the menus."""

import logging
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QWidget,
)
from typing_extensions import override

from app.store.reader import Changes
from app.ui.awake import StayAwake
from app.ui.backup_action import BackupAction
from app.ui.banner import Banners, Weight
from app.ui.batches.panel import BatchesPanel
from app.ui.closing_choice import Closing
from app.ui.context import Context, Selection
from app.ui.costs.pane import CostPane
from app.ui.details.panel import DetailsPanel
from app.ui.door.alerts import Alerts
from app.ui.exporting import Exporter
from app.ui.frame import Frame, Parts
from app.ui.languages import Languages
from app.ui.menus import Commands, Menus
from app.ui.notices import Notices
from app.ui.open_dialogs import OpenDialogs
from app.ui.reach_warning import ReachWarning
from app.ui.receiver_watch import ReceiverWatch
from app.ui.replaced import ReplacedProgram, own_file
from app.ui.restarting import Restarting
from app.ui.sampling import Sampling
from app.ui.settings.forgetting import Forgetting
from app.ui.standing import StandingBanner
from app.ui.strip import Strip
from app.ui.theme import apply_theme
from app.ui.tray import Tray
from app.ui.welcome import Welcome

if TYPE_CHECKING:
    from app.ui.costs.panel import CostPanel

log = logging.getLogger(__name__)

_LEAST_WIDTH: Final = 1024
_LEAST_HEIGHT: Final = 700
_FIRST_WIDTH: Final = 1280
_FIRST_HEIGHT: Final = 820


class MainWindow(QMainWindow):
    """The window that is used all day.

    Signals:
        quit_requested: stop receiving, and end the program.
        leave_requested: end the window; what receives goes on.
        restart_requested: the same, and start the window again.
    """

    quit_requested = Signal()
    leave_requested = Signal()
    restart_requested = Signal()

    def __init__(self, context: Context, languages: Languages) -> None:
        """Build all parts on `context`; `start` shows them."""
        super().__init__()
        self._context = context
        self._languages = languages
        self._is_leaving = False
        self._dialogs = OpenDialogs()
        self.setWindowTitle("Kvitto")
        self.setMinimumSize(_LEAST_WIDTH, _LEAST_HEIGHT)
        self.strip = Strip(context, self)
        self.banners = Banners(self)
        self.welcome = Welcome(self)
        self.batches = BatchesPanel(context, self)
        self._cost_pane = CostPane(context, self)
        self.details = DetailsPanel(context, self)
        self._exporter = Exporter(context, self)
        self._backup = BackupAction(context, self)
        self._sampling = Sampling(context, self)
        self._restarting = Restarting(context, self)
        self._tray = Tray(self)
        self._receiver_watch = ReceiverWatch(context.session, self)
        self._standing = StandingBanner(context.session, self.banners, self)
        self._forgetting = Forgetting(context, self)
        self.stay_awake = StayAwake(context, self)
        self._closing = Closing(context, self.stay_awake, self._dialogs, self)
        self.alerts = Alerts(context, self.banners, self)
        self._notices = Notices(
            context,
            self,
            settled_from=self.alerts.told_from,
            exposed=lambda: self.alerts.exposed,
        )
        self._frame = Frame(
            Parts(
                strip=self.strip,
                banners=self.banners,
                table=self.batches,
                charts=self._cost_pane,
                details=self.details,
                welcome=self.welcome,
            ),
            self,
        )
        self.setCentralWidget(self._frame)
        self.resize(_FIRST_WIDTH, _FIRST_HEIGHT)
        self._menus = Menus(self, context.preferences, self._commands())
        self._join()
        self._restore()

    # --- Building -------------------------------------------------------------------------------

    def _join(self) -> None:
        context = self._context
        self.batches.selected.connect(self._on_selected)
        self.batches.follow_changed.connect(self._menus.follow.setChecked)
        for part in (self.batches, self._cost_pane, self.details):
            part.failed.connect(self.banners.show_failure)
        self.batches.export_requested.connect(self._on_export_batch)
        self.details.export_requested.connect(self._on_export_batch)
        self.welcome.door_requested.connect(self.show_door)
        self.welcome.copy_requested.connect(self.strip.copy_url)
        self.welcome.sample_requested.connect(self._sampling.send)
        self.welcome.demo_requested.connect(self._on_demo)
        self.strip.address_changed.connect(self.welcome.show_address)
        warning = ReachWarning(context.door, self.strip, self.welcome, self.banners)
        warning.connect_requested.connect(self.show_door)
        self.strip.trouble_changed.connect(partial(self.banners.show_trouble, "store"))
        self.strip.notice_changed.connect(partial(self.banners.show_notice, "store files"))
        self.strip.trouble_changed.connect(lambda _sentence: self.alerts.look())
        self.strip.door_requested.connect(self.show_door)
        self.strip.refused.clicked.connect(self.show_quarantine)
        self.strip.refused.notice.connect(self._tray.notify)
        self.strip.standing_changed.connect(self._tray.show_standing)
        self._tray.show_standing(self.strip.state)
        context.door.failed.connect(self.banners.show_failure)
        self.alerts.door_requested.connect(self.show_door)
        self.alerts.failed.connect(self.banners.show_failure)
        self.alerts.read.connect(self._notices.look)
        self.alerts.exposed_changed.connect(self._on_exposed)
        self._sampling.failed.connect(self.banners.show_failure)
        self._sampling.done.connect(self.banners.show_done)
        for one in (self._exporter, self._backup):
            one.failed.connect(self.banners.show_failure)
            one.done.connect(self.banners.show_done)
        self._cost_pane.done.connect(self.banners.show_done)
        context.feed.changed.connect(self._on_changed)
        context.feed.failed.connect(partial(self.banners.show_trouble, "feed"))
        context.preferences.changed.connect(self._on_preference)
        self._forgetting.failed.connect(self.banners.show_failure)
        self._forgetting.announced.connect(partial(self.banners.show_notice, "purge"))
        self._notices.notice.connect(self._on_notice)
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
        hints = QApplication.styleHints()
        hints.colorSchemeChanged.connect(self._on_scheme)

    def _commands(self) -> Commands:
        return Commands(
            export=self._exporter.ask,
            backup=self._backup.ask,
            settings=self.show_settings,
            quit_=self.quit_requested.emit,
            find=self.batches.focus_search,
            follow=self.batches.set_follow,
            show_costs=self._cost_pane.setVisible,
            show_details=self.details.setVisible,
            copy_url=self.strip.copy_url,
            door=self.show_door,
            refused=self.show_quarantine,
            sample=self._sampling.send,
            demo=self._on_demo,
            shortcuts=self._on_shortcuts,
            legend=self._on_legend,
            folder=self._on_folder,
            about=self._on_about,
        )

    @property
    def costs(self) -> "CostPanel":
        """The charts. They are made after the table is filled, or when they are asked for here."""
        return self._cost_pane.panel

    # --- Start and stop -------------------------------------------------------------------------

    def start(self, *, is_hidden: bool) -> None:
        """Show the window; or only the tray's icon, where there is a tray."""
        self._tray.show()
        self._forgetting.start_daily()
        self._watch_own_file()
        self.alerts.start()
        if is_hidden and Tray.is_there():
            return
        self.show()
        self._on_session()

    def _watch_own_file(self) -> None:
        file = own_file()
        if file is not None:
            ReplacedProgram(file, self).replaced.connect(self._on_replaced)

    def _on_replaced(self) -> None:
        self.banners.show_banner(
            "replaced",
            self.tr(
                "Another version of Kvitto was installed. Reports are received as before; restart "
                "Kvitto to use it."
            ),
            weight=Weight.NOTE,
            actions=[(self.tr("Restart now"), self.restart_requested.emit)],
            again=self._on_replaced,
        )

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
        self._forgetting.stop()
        self.alerts.stop()
        self.strip.refused.stop()
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

    # --- Dialogs --------------------------------------------------------------------------------
    # What they consist of is imported when the first is shown: the window starts sooner without.

    def show_settings(self) -> None:
        """Show the settings."""

        def make() -> QWidget:
            from app.ui.settings.dialog import SettingsDialog

            dialog = SettingsDialog(self._context, self._forgetting, self.stay_awake, self)
            dialog.failed.connect(self.banners.show_failure)
            dialog.restart_receiver_requested.connect(lambda: self._restarting.restart())
            dialog.secrets_changed.connect(self.strip.read_address)
            return dialog

        self._dialogs.show("settings", make)

    def show_door(self) -> None:
        """Show all that is known of the front door."""

        def make() -> QWidget:
            from app.ui.door.window import DoorWindow

            window = DoorWindow(self._context, lambda: self.alerts.waiting, self.stay_awake, self)
            window.failed.connect(self.banners.show_failure)
            return window

        self._dialogs.show("door", make)

    def show_quarantine(self) -> None:
        """Show what was refused."""

        def make() -> QWidget:
            from app.ui.quarantine.window import QuarantineWindow

            window = QuarantineWindow(self._context, self)
            window.failed.connect(self.banners.show_failure)
            window.export_requested.connect(lambda: self._exporter.ask("quarantine"))
            return window

        self._dialogs.show("quarantine", make)

    def _on_demo(self) -> None:
        def make() -> QWidget:
            from app.ui.demo import Demo

            demo = Demo(self._context, self)
            demo.failed.connect(self.banners.show_failure)
            return demo

        self._dialogs.show("demo", make)

    def _on_shortcuts(self) -> None:
        from app.ui.help import ShortcutsDialog

        self._dialogs.show("shortcuts", lambda: ShortcutsDialog(self._menus.groups, self))

    def _on_legend(self) -> None:
        from app.ui.details.legend import StatusLegend

        self._dialogs.show("legend", lambda: StatusLegend(self))

    def _on_about(self) -> None:
        from app.ui.help import AboutDialog

        self._dialogs.show("about", lambda: AboutDialog(self))

    def _on_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._context.session.folder)))

    # --- What happens ---------------------------------------------------------------------------

    def _on_selected(self, selection: Selection) -> None:
        self._cost_pane.show_selection(selection)
        self.details.show_selection(selection)

    def _on_changed(self, _changes: Changes) -> None:
        self._frame.show_work(is_any=self.batches.has_batches())

    def _on_session(self) -> None:
        """Say how the receiver stands: starting, in trouble, or receiving."""
        self._standing.show()
        self.strip.read_address()
        self.strip.refresh()
        self.alerts.look()

    def _on_notice(self, title: str, text: str, selection: object) -> None:
        self._tray.notify(title, text, selection)

    def _on_notice_opened(self, selection: object) -> None:
        self.bring_to_front()
        if isinstance(selection, Selection) and selection.batch is not None:
            self.batches.show_batch(selection.batch.key)

    def _on_export_batch(self, batch_id: str | None) -> None:
        self._exporter.ask("messages", batch_id)

    def _on_exposed(self) -> None:
        self.batches.model.set_exposed(self.alerts.exposed)
        self.details.show_exposed(self.alerts.exposed)

    def _on_preference(self, name: str) -> None:
        preferences = self._context.preferences
        application = QApplication.instance()
        if name == "theme" and isinstance(application, QApplication):
            apply_theme(application, preferences.theme)
        elif name == "language":
            self._languages.speak(preferences.language)
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
