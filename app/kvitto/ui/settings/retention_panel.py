"""How long reports are kept: the rule, what it would forget now, and a run with its progress."""

from datetime import datetime

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid
from typing_extensions import override

from kvitto.store.errors import StoreError
from kvitto.store.purge import Purged
from kvitto.store.retention import PurgePlan
from kvitto.store.rights import Right
from kvitto.ui.services.context import Context
from kvitto.ui.services.preferences import MAX_RETENTION_DAYS
from kvitto.ui.settings.bound import Number, Switch
from kvitto.ui.settings.purge_now import PurgeNow
from kvitto.ui.settings.settings_page import INDENT, faint_label
from kvitto.ui.text import formatting
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.theme import STEP


class RetentionPanel(QWidget):
    """The rule of forgetting.

    Signals:
        failed: a sentence: why it can't be said what would be forgotten.
    """

    failed = Signal(str)

    def __init__(self, context: Context, purging: PurgeNow, parent: QWidget) -> None:
        """Show the rule in the preferences of `context`; `purging` carries it out."""
        super().__init__(parent)
        self._tasks = context.tasks
        self._preferences = context.preferences
        self._purging = purging
        self._due: PurgePlan | None = None
        self._purged: Purged | None = None
        self._keep = QRadioButton(self)
        self._purge = QRadioButton(self)
        self._group = QButtonGroup(self)
        self._days = Number(
            self._preferences,
            "retention_days",
            self,
            least=1,
            most=MAX_RETENTION_DAYS,
            unit=self._day_unit,
        )
        self._sums = Switch(self._preferences, "keeps_sums", self)
        self._sums_hint = faint_label(self)
        self._preview = QLabel(self)
        self._preview.setWordWrap(True)
        self._next = faint_label(self)
        self._shared = faint_label(self)
        self._shared.setVisible(purging.shared is not None)
        self._now = QPushButton(self)
        self._now.clicked.connect(self._on_now)
        self._confirm = QPushButton(self)
        self._confirm.clicked.connect(purging.confirm_clock)
        purging.clock_confirmed.connect(self.refresh)
        self._bar = QProgressBar(self)
        self._cancel = QPushButton(self)
        self._cancel.clicked.connect(self._on_cancel)
        context.permissions.guard(
            Right.EDIT, self._keep, self._purge, self._days, self._sums, self._now, self._confirm
        )
        self._lay_out()
        self._show_rule("forgets")
        self._purge.toggled.connect(self._on_toggled)
        self._preferences.changed.connect(self._show_rule)
        purging.started.connect(self._on_started)
        purging.progressed.connect(self._on_progressed)
        purging.ended.connect(self._on_ended)
        purging.failed.connect(self._on_failed)
        if purging.shared is not None:
            purging.shared.changed.connect(self._show_shared)
            purging.shared.failed.connect(self.failed)
        self._retranslate()
        self._show_running()

    def _lay_out(self) -> None:
        for button in (self._keep, self._purge):
            self._group.addButton(button)
        days = QHBoxLayout()
        days.setSpacing(2 * STEP)
        days.addWidget(self._purge)
        days.addWidget(self._days)
        days.addStretch()
        act = QHBoxLayout()
        act.setSpacing(2 * STEP)
        act.addWidget(self._now)
        act.addWidget(self._confirm)
        act.addWidget(self._bar, 1)
        act.addWidget(self._cancel)
        act.addStretch()
        below = QVBoxLayout()
        below.setContentsMargins(INDENT, STEP, 0, 0)
        below.setSpacing(2 * STEP)
        below.addWidget(self._sums)
        hint = QVBoxLayout()
        hint.setContentsMargins(INDENT, 0, 0, 0)
        hint.addWidget(self._sums_hint)
        below.addLayout(hint)
        below.addWidget(self._preview)
        below.addWidget(self._next)
        below.addLayout(act)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addWidget(self._keep)
        column.addLayout(days)
        column.addLayout(below)
        column.addWidget(self._shared)

    def refresh(self) -> None:
        """Count again what would be forgotten."""
        self._show_next()
        if self._preferences.purges and not self._purging.is_running:
            self._tasks.start_latest(self._read_due(), "retention preview")
        else:
            self._due = None
            self._show_preview()

    # --- The rule -------------------------------------------------------------------------------

    def _on_toggled(self, is_on: bool) -> None:
        self._preferences.put("forgets", is_on)

    def _show_rule(self, name: str) -> None:
        if name == "forgets":
            purges = self._preferences.purges
            (self._purge if purges else self._keep).setChecked(True)
            for part in (self._days, self._sums, self._sums_hint, self._next):
                part.setEnabled(purges)
        if name in {"forgets", "retention_days", "keeps_sums"}:
            self._due = None
            self._purged = None
            self.refresh()
        elif name == "next_purging":
            self._show_next()

    async def _read_due(self) -> None:
        rule = self._purging.rule()
        try:
            due = await self._tasks.in_thread(self._purging.due, rule)
        except StoreError as error:
            if isValid(self):
                self.failed.emit(error_text(error))
            return
        if isValid(self):
            self._due = due
            self._show_preview()

    # --- A run ----------------------------------------------------------------------------------

    def _on_now(self) -> None:
        due = self._due
        if due is None or due.is_empty:
            return
        question = QMessageBox(self)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setIcon(QMessageBox.Icon.Warning)
        question.setWindowTitle(self.tr("Delete old data now?"))
        question.setText(self._due_words(due))
        question.setInformativeText(self.tr("This can't be undone."))
        purge = question.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = question.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(cancel)
        purge.clicked.connect(self._purging.run)
        question.open()

    def _on_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self._purging.stop()

    def _on_started(self) -> None:
        self._due = None
        self._purged = None
        self._bar.setRange(0, 0)
        self._cancel.setEnabled(True)
        self._show_running()

    def _on_progressed(self, done: int, of_all: int) -> None:
        self._bar.setRange(0, of_all)
        self._bar.setValue(done)

    def _on_ended(self, purged: Purged) -> None:
        self._purged = purged
        self._show_running()
        self.refresh()

    def _on_failed(self, sentence: str) -> None:
        self._show_running()
        self.failed.emit(sentence)
        self.refresh()

    # --- Words ----------------------------------------------------------------------------------

    def _show_running(self) -> None:
        is_running = self._purging.is_running
        self._bar.setVisible(is_running)
        self._cancel.setVisible(is_running)
        self._now.setVisible(not is_running)
        self._show_preview()

    def _show_preview(self) -> None:
        due = self._due
        is_doubtful = due is not None and due.doubt is not None and not due.is_empty
        self._now.setEnabled(due is not None and not due.is_empty and not is_doubtful)
        self._confirm.setVisible(is_doubtful)
        if self._purging.is_running:
            text = self.tr("Deleting old data. Reports are received meanwhile.")
        elif not self._preferences.purges:
            text = ""
        elif due is None:
            text = self.tr("Counting …")
        else:
            text = self._due_words(due)
        if self._purged is not None:
            text = f"{self._purged_words(self._purged)} {text}"
        self._preview.setText(text)
        self._preview.setVisible(bool(text))

    def _due_words(self, due: PurgePlan) -> str:
        if due.is_empty:
            return self.tr("Nothing is that old now.")
        if due.doubt is not None:
            return self.tr(
                "This computer's clock says {time}. That does not agree with what was received, or "
                "the clock was changed: nothing is deleted until you confirm the date."
            ).format(time=formatting.exact_time(self._purging.now()))
        if not due.batches:
            return self.tr("Now this would delete %n refused request(s).", "", len(due.refused))
        values = {
            "batches": self.tr("%Ln batch(es)", "", len(due.batches)),
            "messages": self.tr("%Ln message(s)", "", due.messages),
            "reports": self.tr("%Ln report(s)", "", due.reports),
            "time": "" if due.oldest is None else formatting.exact_time(due.oldest),
        }
        text = self.tr(
            "Now this would delete {batches} with {messages} and {reports}. The oldest came {time}."
        ).format(**values)
        if due.refused:
            text += " " + self.tr("%Ln refused request(s) as well.", "", len(due.refused))
        return text

    def _purged_words(self, purged: Purged) -> str:
        values = {"messages": self.tr("%Ln message(s)", "", purged.messages)}
        if purged.is_stopped:
            return self.tr("Stopped after {messages}.").format(**values)
        return self.tr("Deleted: {messages}.").format(**values)

    def _show_next(self) -> None:
        following: datetime | None = self._purging.next_run
        if following is None:
            self._next.setText(self.tr("Kvitto then deletes old data once a day by itself."))
        else:
            self._next.setText(
                self.tr("Kvitto deletes old data once a day by itself, next at {time}.").format(
                    time=formatting.exact_time(following)
                )
            )

    def _show_shared(self) -> None:
        if self._purging.shared is None:
            return
        text = self.tr("This holds for everybody who uses this store.")
        said = self._purging.shared.retention
        if said.changed is not None:
            text += " " + self.tr("{editor} chose it, {time}.").format(
                editor=said.editor, time=formatting.exact_time(said.changed)
            )
        self._shared.setText(text)

    def _day_unit(self, number: int) -> str:
        return self.tr("day(s)", "", number)

    def _retranslate(self) -> None:
        self._keep.setText(self.tr("Keep everything"))
        self._purge.setText(self.tr("Delete what is older than"))
        self._days.setAccessibleName(self._purge.text())
        self._days.retranslate()
        self._sums.setText(self.tr("Keep the sums of deleted batches"))
        self._sums_hint.setText(
            self.tr(
                "Counts, costs and charts stay; phone numbers, texts and single messages go. A "
                "batch goes as a whole, once its newest report is old enough and it is finished "
                "or has been silent for a month."
            )
        )
        self._now.setText(self.tr("Delete now…"))
        self._bar.setAccessibleName(self.tr("Deleting old data"))
        self._confirm.setText(self.tr("The date is right"))
        self._cancel.setText(self.tr("Cancel"))
        self._show_shared()
        self._show_next()
        self._show_preview()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
