"""What closing the window does, and whether Kvitto starts and sleeps with the computer."""

import logging

from PySide6.QtWidgets import QCheckBox, QSystemTrayIcon, QWidget
from shiboken6 import isValid
from typing_extensions import override

from kvitto.store.errors import StoreError
from kvitto.ui.services.context import Context
from kvitto.ui.services.preferences import OnClose
from kvitto.ui.services.sleep_status import SleepStatus, awake_words
from kvitto.ui.settings.autostart import Autostart
from kvitto.ui.settings.bound import RadioChoice, Switch
from kvitto.ui.settings.settings_page import INDENT, SettingsPage
from kvitto.ui.text.error_text import error_text

log = logging.getLogger(__name__)


class ClosingPage(SettingsPage):
    """The end of a day's work, and the beginning of the next."""

    icon_name = "power"

    def __init__(
        self,
        context: Context,
        autostart: Autostart | StoreError | None,
        awake: SleepStatus,
        parent: QWidget | None = None,
    ) -> None:
        """Build it.

        Args:
            context: what it shows and changes.
            autostart: how it starts with the computer; None where the system has no way, and an
                error where the store is in it.
            awake: the window's.
            parent: the dialog.
        """
        super().__init__(context, parent)
        self._awake = awake
        self._other = ""  # what is received at log-in instead
        self._refusal = autostart if isinstance(autostart, StoreError) else None
        self._autostart = None if isinstance(autostart, StoreError) else autostart
        self._closing_heading = self._add_heading()
        self._closing = RadioChoice(context.preferences, "on_close", OnClose, self)
        self.column.addWidget(self._closing)
        self._no_tray = self._add_hint()
        self._no_tray.setVisible(not QSystemTrayIcon.isSystemTrayAvailable())
        self._closing_hint = self._add_hint()
        self._starting_heading = self._add_heading()
        self._starts = QCheckBox(self)
        self._starts.setEnabled(False)
        self._starts.toggled.connect(self._on_toggled)
        self.column.addWidget(self._starts)
        self._starts_hint = self._add_hint(indent=INDENT)
        self._sleep_heading = self._add_heading()
        self._keeps_awake = Switch(context.preferences, "keeps_awake", self)
        self.column.addWidget(self._keeps_awake)
        self._awake_hint = self._add_hint(indent=INDENT)
        self._awake_state = self._add_hint(indent=INDENT)
        awake.changed.connect(self._show_awake)
        self.column.addStretch()
        self._retranslate()

    @override
    def title(self) -> str:
        """Return the page's name."""
        return self.tr("Closing and starting")

    @override
    def refresh(self) -> None:
        """Look whether it starts with the computer: desktops can change that, too."""
        self._show_starts_hint()
        if self._autostart is not None:
            self.context.tasks.start_latest(self._read(self._autostart), "autostart")

    def _on_toggled(self, is_on: bool) -> None:
        if self._autostart is not None:
            self.context.tasks.start(self._change(self._autostart, is_on=is_on), "autostart change")

    async def _change(self, autostart: Autostart, *, is_on: bool) -> None:
        change = autostart.turn_on if is_on else autostart.turn_off
        try:
            await self.context.tasks.in_thread(change)
        except OSError as error:
            log.warning("Starting with the computer can't be changed: %s", error)
            if isValid(self):
                self.failed.emit(
                    self.tr(
                        "Kvitto can't change what starts with the computer: {reason}. Reports are "
                        "not affected. Your desktop's own settings may be able to."
                    ).format(reason=error.strerror or str(error))
                )
        await self._read(autostart)

    async def _read(self, autostart: Autostart) -> None:
        try:
            is_on = await self.context.tasks.in_thread(autostart.is_on)
            self._other = "" if is_on else await self.context.tasks.in_thread(autostart.other)
        except OSError as error:
            log.info("It can't be read what starts with the computer: %s", error)
            is_on, self._other = False, ""
        if isValid(self):
            self._show_starts_hint()
            self._starts.blockSignals(True)
            self._starts.setChecked(is_on)
            self._starts.blockSignals(False)
            self._starts.setEnabled(True)

    def _show_starts_hint(self) -> None:
        if self._refusal is not None:
            hint = error_text(self._refusal)
        elif self._autostart is None:
            hint = self.tr("Kvitto does not know how on this system.")
        elif self.context.backend.store is not None and not self.context.preferences.receives_here:
            hint = self.tr(
                "As long as reports are not received on this computer, nothing starts. The switch "
                "for that is under Storage."
            )
        elif self._other:
            hint = self.tr(
                "At log-in, reports are received into {place} now, not into what this window "
                "shows. If you switch this on, it takes the place of that."
            ).format(place=self._other)
        else:
            hint = self.tr(
                "Reports are then received in the background, without a window. Start Kvitto "
                "to see them."
            )
        self._starts_hint.setText(hint)

    def _show_awake(self) -> None:
        state = awake_words(self._awake.state)
        self._awake_state.setText(state)
        self._awake_state.setVisible(bool(state))

    @override
    def _retranslate(self) -> None:
        self._closing_heading.setText(self.tr("When the window is closed"))
        closings = {
            OnClose.ASK: self.tr("Ask"),
            OnClose.TRAY: self.tr("Keep receiving in the background"),
            OnClose.STOP: self.tr("Stop receiving and quit"),
        }
        for choice, text in closings.items():
            self._closing.buttons[choice].setText(text)
        self._closing.setAccessibleName(self._closing_heading.text())
        self._no_tray.setText(
            self.tr(
                "This desktop has no tray. What is received in the background is seen when Kvitto "
                "is started again."
            )
        )
        self._closing_hint.setText(
            self.tr(
                "While Kvitto is not running, the SMS service tries each report again for about "
                "90 minutes, and then deletes it."
            )
        )
        self._starting_heading.setText(self.tr("When the computer starts"))
        self._starts.setText(self.tr("Start receiving when I log in"))
        self._show_starts_hint()
        self._sleep_heading.setText(self.tr("While reports are waited for"))
        self._keeps_awake.setText(self.tr("Keep this computer awake"))
        self._awake_hint.setText(
            self.tr(
                "As long as a batch is not finished and was heard of in the last three days. "
                "The screen may go dark, and closing the lid can still send a laptop to sleep."
            )
        )
        self._show_awake()
