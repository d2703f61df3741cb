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

from app.store.errors import StoreError
from app.store.forgetting import Forgotten
from app.store.retention import Due
from app.ui import words
from app.ui.context import Context
from app.ui.preferences import MAX_RETENTION_DAYS
from app.ui.settings.bound import Number, Switch
from app.ui.settings.forgetting import Forgetting
from app.ui.settings.page import INDENT, faint_label
from app.ui.theme import STEP


class RetentionPanel(QWidget):
    """The rule of forgetting.

    Signals:
        failed: a sentence: why it can't be said what would be forgotten.
    """

    failed = Signal(str)

    def __init__(self, context: Context, forgetting: Forgetting, parent: QWidget) -> None:
        """Show the rule in the preferences of `context`; `forgetting` carries it out."""
        super().__init__(parent)
        self._tasks = context.tasks
        self._preferences = context.preferences
        self._forgetting = forgetting
        self._due: Due | None = None
        self._forgotten: Forgotten | None = None
        self._keep = QRadioButton(self)
        self._forget = QRadioButton(self)
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
        self._now = QPushButton(self)
        self._now.clicked.connect(self._on_now)
        self._confirm = QPushButton(self)
        self._confirm.clicked.connect(forgetting.confirm_clock)
        forgetting.clock_confirmed.connect(self.refresh)
        self._bar = QProgressBar(self)
        self._cancel = QPushButton(self)
        self._cancel.clicked.connect(self._on_cancel)
        self._lay_out()
        self._show_rule("forgets")
        self._forget.toggled.connect(self._on_toggled)
        self._preferences.changed.connect(self._show_rule)
        forgetting.started.connect(self._on_started)
        forgetting.progressed.connect(self._on_progressed)
        forgetting.ended.connect(self._on_ended)
        forgetting.failed.connect(self._on_failed)
        self._retranslate()
        self._show_running()

    def _lay_out(self) -> None:
        for button in (self._keep, self._forget):
            self._group.addButton(button)
        days = QHBoxLayout()
        days.setSpacing(2 * STEP)
        days.addWidget(self._forget)
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

    def refresh(self) -> None:
        """Count again what would be forgotten."""
        self._show_next()
        if self._preferences.forgets and not self._forgetting.is_running:
            self._tasks.start_latest(self._read_due(), "retention preview")
        else:
            self._due = None
            self._show_preview()

    # --- The rule -------------------------------------------------------------------------------

    def _on_toggled(self, is_on: bool) -> None:
        self._preferences.put("forgets", is_on)

    def _show_rule(self, name: str) -> None:
        if name == "forgets":
            forgets = self._preferences.forgets
            (self._forget if forgets else self._keep).setChecked(True)
            for part in (self._days, self._sums, self._sums_hint, self._next):
                part.setEnabled(forgets)
        if name in {"forgets", "retention_days", "keeps_sums"}:
            self._due = None
            self._forgotten = None
            self.refresh()
        elif name == "next_forgetting":
            self._show_next()

    async def _read_due(self) -> None:
        rule = self._forgetting.rule()
        try:
            due = await self._tasks.in_thread(self._forgetting.due, rule)
        except StoreError as error:
            if isValid(self):
                self.failed.emit(error.sentence)
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
        question.setWindowTitle(self.tr("Forget now?"))
        question.setText(self._due_words(due))
        question.setInformativeText(self.tr("This can't be undone."))
        forget = question.addButton(self.tr("Forget"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = question.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(cancel)
        forget.clicked.connect(self._forgetting.run)
        question.open()

    def _on_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self._forgetting.stop()

    def _on_started(self) -> None:
        self._due = None
        self._forgotten = None
        self._bar.setRange(0, 0)
        self._cancel.setEnabled(True)
        self._show_running()

    def _on_progressed(self, done: int, of_all: int) -> None:
        self._bar.setRange(0, of_all)
        self._bar.setValue(done)

    def _on_ended(self, forgotten: Forgotten) -> None:
        self._forgotten = forgotten
        self._show_running()
        self.refresh()

    def _on_failed(self, sentence: str) -> None:
        self._show_running()
        self.failed.emit(sentence)
        self.refresh()

    # --- Words ----------------------------------------------------------------------------------

    def _show_running(self) -> None:
        is_running = self._forgetting.is_running
        self._bar.setVisible(is_running)
        self._cancel.setVisible(is_running)
        self._now.setVisible(not is_running)
        self._show_preview()

    def _show_preview(self) -> None:
        due = self._due
        is_doubtful = due is not None and due.doubt is not None and not due.is_empty
        self._now.setEnabled(due is not None and not due.is_empty and not is_doubtful)
        self._confirm.setVisible(is_doubtful)
        if self._forgetting.is_running:
            text = self.tr("Forgetting. Reports go on being received.")
        elif not self._preferences.forgets:
            text = ""
        elif due is None:
            text = self.tr("Counting …")
        else:
            text = self._due_words(due)
        if self._forgotten is not None:
            text = f"{self._forgotten_words(self._forgotten)} {text}"
        self._preview.setText(text)
        self._preview.setVisible(bool(text))

    def _due_words(self, due: Due) -> str:
        if due.is_empty:
            return self.tr("Nothing is that old now.")
        if due.doubt is not None:
            return self.tr(
                "This computer's clock says {time}. That does not agree with what was received, or "
                "the clock was changed: nothing is forgotten until you confirm the date."
            ).format(time=words.exact_time(self._forgetting.now()))
        if not due.batches:
            return self.tr("Now this would forget %n refused request(s).", "", len(due.refused))
        values = {
            "batches": self.tr("%Ln batch(es)", "", len(due.batches)),
            "messages": self.tr("%Ln message(s)", "", due.messages),
            "reports": self.tr("%Ln report(s)", "", due.reports),
            "time": "" if due.oldest is None else words.exact_time(due.oldest),
        }
        text = self.tr(
            "Now this would forget {batches} with {messages} and {reports}. The oldest came {time}."
        ).format(**values)
        if due.refused:
            text += " " + self.tr("%Ln refused request(s) as well.", "", len(due.refused))
        return text

    def _forgotten_words(self, forgotten: Forgotten) -> str:
        values = {"messages": self.tr("%Ln message(s)", "", forgotten.messages)}
        if forgotten.is_stopped:
            return self.tr("Stopped after {messages}.").format(**values)
        return self.tr("Forgotten: {messages}.").format(**values)

    def _show_next(self) -> None:
        following: datetime | None = self._forgetting.next_run
        if following is None:
            self._next.setText(self.tr("Kvitto then forgets once a day by itself."))
        else:
            self._next.setText(
                self.tr("Kvitto forgets once a day by itself, next at {time}.").format(
                    time=words.exact_time(following)
                )
            )

    def _day_unit(self, number: int) -> str:
        return self.tr("day(s)", "", number)

    def _retranslate(self) -> None:
        self._keep.setText(self.tr("Keep everything"))
        self._forget.setText(self.tr("Forget what is older than"))
        self._days.setAccessibleName(self._forget.text())
        self._days.retranslate()
        self._sums.setText(self.tr("Keep the sums of forgotten batches"))
        self._sums_hint.setText(
            self.tr(
                "Counts, costs and charts stay; phone numbers, texts and single messages go. A "
                "batch goes as a whole, once its newest report is old enough and it is settled "
                "or has been silent for a month."
            )
        )
        self._now.setText(self.tr("Forget now …"))
        self._bar.setAccessibleName(self.tr("Forgetting"))
        self._confirm.setText(self.tr("The date is right"))
        self._cancel.setText(self.tr("Cancel"))
        self._show_next()
        self._show_preview()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
