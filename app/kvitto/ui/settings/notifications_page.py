"""What the user is told while they look elsewhere."""

import sys
from urllib.parse import urlsplit

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSystemTrayIcon, QWidget
from typing_extensions import override

from kvitto.ui.services.context import Context
from kvitto.ui.services.new_versions import ASKED_AT, PROBLEM, SWITCH, asked
from kvitto.ui.services.preferences import MAX_FAILURE_LEAST, MAX_SILENCE_MINUTES
from kvitto.ui.settings.bound import Number, Switch
from kvitto.ui.settings.settings_page import INDENT, SettingsPage
from kvitto.ui.text import formatting
from kvitto.ui.widgets.theme import STEP
from kvitto.updates.source import own_source
from kvitto.updates.update_errors import WhyUnknown


class NotificationsPage(SettingsPage):
    """Which notices are shown, and from when on."""

    icon_name = "bell-outline"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build it."""
        super().__init__(context, parent)
        preferences = context.preferences
        self._heading = self._add_heading()
        self._finished = Switch(preferences, "tells_settled", self)
        self.column.addWidget(self._finished)
        self._failures = Switch(preferences, "tells_failures", self)
        self.column.addWidget(self._failures)
        self._share_label = QLabel(self)
        self._share = Number(
            preferences, "failure_share", self, least=1, most=100, unit=self._per_cent
        )
        self._least_label = QLabel(self)
        self._least = Number(
            preferences,
            "failure_least",
            self,
            least=1,
            most=MAX_FAILURE_LEAST,
            unit=self._messages,
        )
        self._add_numbers((self._share_label, self._share), (self._least_label, self._least))
        self._silence = Switch(preferences, "tells_silence", self)
        self.column.addWidget(self._silence)
        self._minutes_label = QLabel(self)
        self._minutes = Number(
            preferences,
            "silence_minutes",
            self,
            least=1,
            most=MAX_SILENCE_MINUTES,
            unit=self._minutes_unit,
        )
        self._add_numbers((self._minutes_label, self._minutes))
        self._updates = Switch(preferences, "asks_for_updates", self)
        self.column.addWidget(self._updates)
        self._updates_hint = self._add_hint(indent=INDENT)
        preferences.changed.connect(self._on_preference)
        self.column.addSpacing(2 * STEP)
        self._hint = self._add_hint()
        self._no_tray = self._add_hint()
        # Elsewhere the desktop shows notices itself.
        needs_tray = sys.platform != "linux"
        self._no_tray.setVisible(needs_tray and not QSystemTrayIcon.isSystemTrayAvailable())
        self.column.addStretch()
        for switch, numbers in (
            (self._failures, (self._share, self._least)),
            (self._silence, (self._minutes,)),
        ):
            for number in numbers:
                number.setEnabled(switch.isChecked())
                switch.toggled.connect(number.setEnabled)
        self._retranslate()

    def _add_numbers(self, *rows: tuple[QLabel, Number]) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * STEP)
        grid.setVerticalSpacing(2 * STEP)
        grid.setColumnStretch(2, 1)
        for row, (label, number) in enumerate(rows):
            label.setBuddy(number)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(number, row, 1)
        self._add_indented(grid)

    @override
    def title(self) -> str:
        """Return the page's name."""
        return self.tr("Notifications")

    def _per_cent(self, _number: int) -> str:
        return "%"

    def _messages(self, number: int) -> str:
        return self.tr("message(s)", "", number)

    def _minutes_unit(self, number: int) -> str:
        return self.tr("minute(s)", "", number)

    def _on_preference(self, name: str) -> None:
        if name in {SWITCH, ASKED_AT, PROBLEM}:
            self._show_updates()

    def _show_updates(self) -> None:
        source = own_source()
        self._updates.setVisible(source is not None)
        if source is None:
            self._updates_hint.setText(
                self.tr(
                    "Whether a newer version of Kvitto is out is not asked: this build has no "
                    "address to ask at."
                )
            )
            return
        said = self.tr(
            "{host} is asked once a day. Nothing about you, this computer or your messages is "
            "sent, and nothing is installed by itself."
        ).format(host=urlsplit(source.address).hostname)
        preferences = self.context.preferences
        if preferences.asks_for_updates:
            said = f"{said} {self._last_asked()}"
        self._updates_hint.setText(said)

    def _last_asked(self) -> str:
        preferences = self.context.preferences
        problem = preferences.get(PROBLEM, "")
        if problem in list(WhyUnknown):
            return self._problem(WhyUnknown(problem))
        at = asked(preferences)
        if at is None:
            return self.tr("It has not answered yet.")
        return self.tr("Last asked: {time}.").format(time=formatting.exact_time(at))

    def _problem(self, why: WhyUnknown) -> str:
        match why:
            case WhyUnknown.UNREACHABLE:
                return self.tr("It can't be reached now; it is tried again within the hour.")
            case WhyUnknown.REDIRECTED:
                return self.tr("The last question was led elsewhere, and was not answered.")
            case WhyUnknown.ANSWER:
                return self.tr("The last answer could not be read.")
            case WhyUnknown.SIGNATURE:
                return self.tr("The last answer was not signed by Kvitto's makers: not believed.")

    @override
    def _retranslate(self) -> None:
        self._heading.setText(self.tr("Tell me when …"))
        self._finished.setText(self.tr("A batch is finished"))
        self._failures.setText(self.tr("Many messages of a batch fail"))
        self._share_label.setText(self.tr("Share of failures above"))
        self._least_label.setText(self.tr("Finished messages at least"))
        self._silence.setText(self.tr("Nothing is heard while messages are not finished"))
        self._minutes_label.setText(self.tr("Silence of at least"))
        self._updates.setText(self.tr("A newer version of Kvitto is out"))
        self._show_updates()
        self._hint.setText(
            self.tr(
                "Several batches are told of together, and never one message alone. Demo batches "
                "and archived ones are left out. Once five batches of at least 50 "
                "messages are known, a batch is compared with what they had delivered at the same "
                "age, instead of with the share above."
            )
        )
        self._no_tray.setText(
            self.tr("This desktop has no tray: it may not show notifications of Kvitto.")
        )
        for number in (self._share, self._least, self._minutes):
            number.retranslate()
        labels = (self._share_label, self._least_label, self._minutes_label)
        width = max(label.sizeHint().width() for label in labels)
        for label in labels:
            label.setMinimumWidth(width)
