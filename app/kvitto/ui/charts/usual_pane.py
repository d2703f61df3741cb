"""Whether a batch is delivered as usual: in words, and as a chart."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid
from typing_extensions import override

from kvitto.core.report import Origin
from kvitto.core.usual_share import KNOWN_LEAST, LOOKS, MESSAGES_LEAST
from kvitto.store.delivered_shares import DeliveredShares
from kvitto.store.errors import StoreError
from kvitto.store.records import BatchRecord
from kvitto.ui.charts.usual_chart import UsualChart
from kvitto.ui.charts.usual_course import UsualCourse, usual_course
from kvitto.ui.services.context import Context
from kvitto.ui.services.throttle import Throttle
from kvitto.ui.text import formatting
from kvitto.ui.text.error_text import error_text
from kvitto.ui.text.usual_text import usual_text
from kvitto.ui.widgets.theme import STEP

_REST_MS: Final = 2000


class UsualPane(QWidget):
    """Compares the selected batch with those before it, while it is seen.

    Belongs to the window's thread, and reads away from it.

    Signals:
        failed: a sentence that says why it can't be read.
        shown: whether there is a chart beside the words is known anew.
    """

    failed = Signal(str)
    shown = Signal()

    def __init__(self, context: Context, parent: QWidget, *, clock: Callable[[], datetime]) -> None:
        """Show no batch; `clock` tells the time, UTC."""
        super().__init__(parent)
        self._context = context
        self._clock = clock
        self._shares = DeliveredShares(context.backend.database)
        self._batch: BatchRecord | None = None
        self._course: UsualCourse | None = None
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.chart = UsualChart(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * STEP, 0, 3 * STEP, STEP)
        column.setSpacing(STEP)
        column.addWidget(self.words)
        column.addWidget(self.chart, 1)
        self._throttle = Throttle(
            context.tasks, self._read, "compare with usual", rest_ms=_REST_MS, parent=self
        )
        context.feed.recovered.connect(self._throttle.want)

    @property
    def has_chart(self) -> bool:
        """Whether something is drawn."""
        return self._course is not None and self._course.is_known

    def show_batch(self, batch: BatchRecord | None) -> None:
        """Show a batch as it is now; None for none."""
        before, self._batch = self._batch, batch
        is_another = (before and before.key) != (batch and batch.key)
        if is_another:
            self._course = None
            self._show(self._context.feed.reading_text())
        if batch is not None and self.isVisible():
            (self._throttle.hurry if is_another else self._throttle.want)()

    async def _read(self) -> None:
        batch = self._batch
        if batch is None or not self.isVisible():
            return
        try:
            found = await self._context.tasks.in_thread(self._shares.read, [batch.key])
        except StoreError as error:
            self.failed.emit(error_text(error))
            if self._course is None and isValid(self):
                self._show(self._context.feed.reading_text())
            return
        now = self._batch
        if now is None or now.key != batch.key:
            return
        shares, sent = found.get(batch.key), batch.sent
        if shares is not None and sent is not None:
            self._course = usual_course(shares, sent, self._clock())
        else:
            self._course = None
        self._show(self._said(batch))

    def _said(self, batch: BatchRecord) -> str:
        """Return what there is to say of a batch that was read."""
        course = self._course
        if batch.origin is Origin.DEMO:
            return self.tr("A demo is not compared with the real batches.")
        if course is None:
            return self.tr("When its messages were delivered is not known.")
        if not course.told:
            return self.tr("It is compared once it is {age} old.").format(
                age=formatting.duration(LOOKS[0].total_seconds())
            )
        if not course.is_known:
            return self.tr(
                "What is usual is known once %Ln batch(es) of at least {least} messages were sent "
                "before; so far there are {count}.",
                "",
                KNOWN_LEAST,
            ).format(
                least=formatting.number(MESSAGES_LEAST), count=formatting.number(course.compared)
            )
        said = []
        for point in course.told:
            assert point.share is not None
            said.append(usual_text(point.age, point.share, point.usual))
        if batch.tally().cancelled:
            said.append(self.tr("Without those that were cancelled."))
        if course.told[-1].is_worse:
            said.append(self.tr("That is worse than usual."))
        said.append(
            self.tr(
                "The band: what the last %Ln batch(es) before it had delivered at that age.",
                "",
                course.compared,
            )
        )
        return " ".join(said)

    def _show(self, words: str) -> None:
        self.words.setText(words)
        self.chart.show_course(self._course if self.has_chart else None)
        self.chart.setVisible(self.has_chart)
        self.chart.setAccessibleName(self.tr("Delivered share by age"))
        self.chart.setAccessibleDescription(words)
        self.shown.emit()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Read from now on."""
        super().showEvent(event)
        self._throttle.hurry()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange and self._batch is not None:
            self._show(
                self._said(self._batch) if self._course else self._context.feed.reading_text()
            )
            self._throttle.hurry()
