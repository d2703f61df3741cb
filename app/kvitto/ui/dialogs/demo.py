"""A demo campaign: our own stand-in for the service posts to us, directly or all the way round."""

import logging
from datetime import UTC, datetime
from secrets import randbelow
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid
from typing_extensions import override

from kvitto.core.report import Origin
from kvitto.simulator.campaign import Campaign
from kvitto.simulator.campaign_runner import CampaignProgress, CampaignRunner, SendingManner
from kvitto.simulator.lost_reports import LossyCampaign
from kvitto.simulator.plan import Plan
from kvitto.simulator.serving_books import LifeClock
from kvitto.simulator.target import Target
from kvitto.store.deletions import DeleteBatches
from kvitto.store.errors import StoreError
from kvitto.store.rights import Right
from kvitto.ui.services.context import Context
from kvitto.ui.text import formatting
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.theme import STEP

log = logging.getLogger(__name__)

_WIDTH: Final = 480
_MESSAGES: Final = 200
_MOST_MESSAGES: Final = 100_000
_MESSAGES_PER_BATCH: Final = 100
_SEEDS: Final = 2**31
_LOST: Final = 0.05
_PROFILES: Final = ("calm", "campaign", "hostile")


class Demo(QDialog):
    """Sends a demo campaign to the URL that it shows, and nowhere else.

    Closing it, in whichever way, lets what it does go on: it is hidden then, and shows how that
    went when it is opened again.

    Signals:
        failed: a sentence: why it could not be done.
    """

    failed = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Ask what to send."""
        super().__init__(parent)
        self._context = context
        self._runner: CampaignRunner | None = None
        self._is_removing = False
        self.setWindowTitle(self.tr("Send a demo campaign"))
        explanation = QLabel(
            self.tr(
                "Kvitto plays the SMS service: it posts the reports of invented messages to "
                "its own "
                "port. Nothing is sent to any phone. Demo batches are marked, and stay out of "
                "totals and charts unless you show them."
            ),
            self,
        )
        explanation.setWordWrap(True)
        explanation.setMinimumWidth(_WIDTH)
        self._url = QLabel(self)
        self._url.setWordWrap(True)
        # Only where there is a way round: it exercises the tunnel, too.
        self._is_public = QCheckBox(self.tr("Through the public address"), self)
        self._is_public.setVisible(bool(context.reachability.state.public_url))
        self._is_public.toggled.connect(self._on_target)
        self._messages = QSpinBox(self)
        self._messages.setRange(1, _MOST_MESSAGES)
        self._messages.setValue(_MESSAGES)
        self._messages.setGroupSeparatorShown(True)
        self._profile = QComboBox(self)
        for name, label in zip(
            _PROFILES,
            (
                self.tr("Calm: everything goes well"),
                self.tr("Campaign: as on an ordinary day"),
                self.tr("Hostile: everything that can go wrong"),
            ),
            strict=True,
        ):
            self._profile.addItem(label, name)
        self._profile.setCurrentIndex(1)
        form = QFormLayout()
        form.setSpacing(2 * STEP)
        form.addRow(self.tr("To:"), self._url)
        form.addRow("", self._is_public)
        form.addRow(self.tr("Messages:"), self._messages)
        form.addRow(self.tr("What happens:"), self._profile)
        self._loses = QCheckBox(
            self.tr("Lose some reports on the way: Ask iP.1 fetches them"), self
        )
        self._loses.setToolTip(
            self.tr(
                "Kvitto plays iP.1's API, too, on this computer: the button Ask iP.1 of a demo "
                "batch asks that. Your key is not used."
            )
        )
        form.addRow("", self._loses)
        # Sending shows nothing that the user has not asked to see.
        self._shows = QCheckBox(self.tr("Show demo batches in the table, and count them"), self)
        self._shows.setChecked(context.preferences.shows_demo)
        self._shows.toggled.connect(lambda is_on: context.preferences.put("shows_demo", is_on))
        context.preferences.changed.connect(self._on_preference)
        form.addRow("", self._shows)
        self._bar = QProgressBar(self)
        self._bar.setVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._told = QLabel(self)
        self._told.setWordWrap(True)
        self._send = QPushButton(self.tr("Send"), self)
        self._send.setDefault(True)
        self._send.setEnabled(False)
        self._send.clicked.connect(self._on_send)
        self._stop = QPushButton(self.tr("Cancel"), self)
        self._stop.setVisible(False)
        self._stop.clicked.connect(self._on_stop)
        self._remove = QPushButton(self.tr("Remove all demo batches"), self)
        self._remove.clicked.connect(self._on_remove)
        context.permissions.guard(Right.EDIT, self._remove)
        context.permissions.guard(Right.RECEIVE, self._send)
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * STEP)
        buttons.addWidget(self._remove)
        buttons.addStretch()
        buttons.addWidget(self._stop)
        buttons.addWidget(self._send)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        column.setContentsMargins(6 * STEP, 6 * STEP, 6 * STEP, 6 * STEP)
        column.setSpacing(4 * STEP)
        column.addWidget(explanation)
        column.addLayout(form)
        column.addWidget(self._bar)
        column.addWidget(self._told)
        column.addLayout(buttons)
        self._on_target()

    @property
    def is_running(self) -> bool:
        """Whether a campaign is being sent."""
        return self._runner is not None

    def _on_target(self) -> None:
        self._send.setEnabled(False)
        # Read now: once the task begins, the dialog may be closed.
        base = self._context.reachability.state.public_url if self._is_public.isChecked() else ""
        self._context.tasks.start_latest(self._read_url(base), "demo address")

    async def _read_url(self, base: str) -> None:
        backend, tasks = self._context.backend, self._context.tasks
        try:
            url = await tasks.in_thread(backend.read_demo_url, base)
        except StoreError as error:
            if isValid(self):
                self._told.setText(error_text(error))
            return
        if not isValid(self):
            return
        self._url.setText(url or self.tr("Nothing is received on this computer now."))
        self._send.setEnabled(bool(url))

    def _on_send(self) -> None:
        messages = self._messages.value()
        plan = Plan.of_profile(
            str(self._profile.currentData()),
            messages=messages,
            batches=max(1, min(messages // _MESSAGES_PER_BATCH, 20)),
            seed=randbelow(_SEEDS),
            start=datetime.now(UTC).replace(microsecond=0),
        )
        loses, manner = self._loses.isChecked(), SendingManner()
        campaign = LossyCampaign(plan, lost=_LOST) if loses else Campaign(plan)
        self._runner = CampaignRunner(
            campaign, Target.of(self._url.text()), manner, on_progress=self._on_progress
        )
        self._bar.setRange(0, messages)
        self._bar.setValue(0)
        self._show_running(is_running=True)
        self._context.tasks.start(self._run(self._runner, campaign, LifeClock(manner.pace)), "demo")

    async def _run(self, runner: CampaignRunner, campaign: Campaign, clock: LifeClock) -> None:
        try:
            await self._context.books.demo.serve(campaign, clock.lived_s)
            await runner.run()
        except OSError as error:
            log.warning("The demo campaign broke off: %s", error)
            self.failed.emit(self.tr("The demo campaign broke off: its port could not be reached."))
        finally:
            clock.end()
            self._runner = None
            self._show_running(is_running=False)
        card = runner.summary
        self._told.setText(
            self.tr("{taken} of {reports} reports answered, {lost} lost.").format(
                taken=formatting.number(card.taken),
                reports=formatting.number(card.reports),
                lost=formatting.number(card.deleted),
            )
        )

    def _on_progress(self, progress: CampaignProgress) -> None:
        # Once all messages have begun, their lives go on for a while that nobody knows.
        if progress.begun < progress.messages:
            self._bar.setValue(progress.begun)
        else:
            self._bar.setRange(0, 0)
        self._told.setText(
            self.tr("{taken} reports answered, {waiting} wait for another try.").format(
                taken=formatting.number(progress.taken), waiting=formatting.number(progress.waiting)
            )
        )

    def _on_preference(self, name: str) -> None:
        if name == "shows_demo":
            self._shows.setChecked(self._context.preferences.shows_demo)

    def _on_stop(self) -> None:
        if self._runner is not None:
            self._runner.stop()

    def _show_running(self, *, is_running: bool) -> None:
        for widget in (
            self._is_public,
            self._messages,
            self._profile,
            self._loses,
            self._send,
            self._remove,
        ):
            widget.setEnabled(not is_running)
        self._bar.setVisible(is_running)
        self._stop.setVisible(is_running)

    def _on_remove(self) -> None:
        self._remove.setEnabled(False)
        self._is_removing = True
        self._context.tasks.start(self._remove_all(), "remove demo")

    async def _remove_all(self) -> None:
        tasks, backend = self._context.tasks, self._context.backend
        try:
            batches = await tasks.in_thread(backend.reader.batches)
            keys = tuple([one.key for one in batches if one.origin is Origin.DEMO])
            await tasks.in_thread(backend.edit(DeleteBatches(keys)).result)
            await self._context.books.demo.close()
        except StoreError as error:
            self._told.setText(error_text(error))
        else:
            self._told.setText(self.tr("%n demo batch(es) removed.", "", len(keys)))
        finally:
            self._is_removing = False
            self._remove.setEnabled(True)

    @override
    def done(self, result: int) -> None:
        """Close it; while it does something, hide it instead. Esc and × lead here, too."""
        if self.is_running or self._is_removing:
            self.hide()
        else:
            super().done(result)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Take the one way."""
        if self.is_running or self._is_removing:
            # Accepted, it would delete the dialog.
            event.ignore()
            self.hide()
        else:
            super().closeEvent(event)
