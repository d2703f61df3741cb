"""Unknown callers: a chart of their requests by minute, and a table of the latest sources."""

from collections.abc import Mapping, Sequence
from typing import Final, assert_never

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QCoreApplication,
    QEvent,
    QObject,
    QPoint,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from kvitto.core.invisible import plain_line
from kvitto.core.status import Result
from kvitto.core.timestamps import from_microseconds
from kvitto.store.unauthorized_log import ClientSource, RequestedPath
from kvitto.ui.reachability.list_page import ListPage
from kvitto.ui.settings.settings_page import faint_label
from kvitto.ui.text import formatting
from kvitto.ui.widgets.table_columns import RIGHT, TableColumn
from kvitto.ui.widgets.theme import STEP, colours
from kvitto.ui.widgets.tree_model import Branch, TreeModel


def place_word(at: RequestedPath) -> str:
    """Return what an unknown caller requested."""
    match at:
        case RequestedPath.KEY:
            return QCoreApplication.translate("SourcesModel", "a callback URL with a wrong key")
        case RequestedPath.FRONT:
            return QCoreApplication.translate("SourcesModel", "the address without a path")
        case RequestedPath.ELSEWHERE:
            return QCoreApplication.translate("SourcesModel", "another path")
    assert_never(at)


_COLUMNS: Final = (
    TableColumn[ClientSource](
        QT_TRANSLATE_NOOP("SourcesModel", "From"),
        lambda row: plain_line(row.source) or QCoreApplication.translate("SourcesModel", "unknown"),
    ),
    TableColumn[ClientSource](
        QT_TRANSLATE_NOOP("SourcesModel", "Asked for"), lambda row: place_word(row.at)
    ),
    TableColumn[ClientSource](
        QT_TRANSLATE_NOOP("SourcesModel", "Last time"), lambda row: formatting.exact_time(row.last)
    ),
    TableColumn[ClientSource](
        QT_TRANSLATE_NOOP("SourcesModel", "Requests"),
        lambda row: formatting.number(row.requests),
        RIGHT,
    ),
)


class SourcesModel(TreeModel[ClientSource]):
    """Sources of unauthorized requests, by address, so that rows don't move while more come."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Show none until `show_sources`."""
        super().__init__(_COLUMNS, "SourcesModel", parent)

    def show_sources(self, sources: Sequence[ClientSource]) -> None:
        """Show these."""
        ordered = sorted(sources, key=lambda one: one.source)
        self.show_branches([Branch(one.source, one, []) for one in ordered])


MINUTES: Final = 120
"""So many minutes are shown."""
_HEIGHT: Final = 16 * STEP
_MINUTE_US: Final = 60_000_000


class UnauthorizedChart(QWidget):
    """Shows the last two hours."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._unauthorized_counts: dict[int, int] = {}
        self._last = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def total(self) -> int:
        """How many requests are shown."""
        return sum(self._unauthorized_counts.values())

    def show_unauthorized_counts(self, unauthorized_counts: Mapping[int, int], minute: int) -> None:
        """Show counts by minute since the epoch, up to the minute of now."""
        first = minute - MINUTES + 1
        self._unauthorized_counts = {
            at: count for at, count in unauthorized_counts.items() if first <= at <= minute
        }
        self._last = minute
        self.setAccessibleDescription(
            self.tr("%Ln request(s) in the last two hours", "", self.total)
        )
        self.update()

    def _minute_at(self, x: float) -> int:
        return self._last - MINUTES + 1 + int(x * MINUTES / max(self.width(), 1))

    @override
    def sizeHint(self) -> QSize:
        """Return a small chart's size."""
        return QSize(80 * STEP, _HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bars on a line."""
        del event
        painter = QPainter(self)
        shown = colours()
        bottom = self.height() - 1
        painter.setPen(shown.line)
        painter.drawLine(0, bottom, self.width(), bottom)
        most = max(self._unauthorized_counts.values(), default=0)
        width = self.width() / MINUTES
        for at, count in self._unauthorized_counts.items():
            x = (at - self._last + MINUTES - 1) * width
            height = max(2.0, (bottom - 2) * count / most)
            bar = QRectF(x, bottom - height, max(width - 1, 1.0), height)
            painter.fillRect(bar, shown.results[Result.REJECTED].text)
        painter.setPen(shown.faint)
        if most:
            text = self.tr("{count} in a minute").format(count=formatting.number(most))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignTop, text)
        painter.end()

    @override
    def event(self, event: QEvent) -> bool:
        """Show the count of the minute under the mouse."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._tell(event.globalPos(), self._minute_at(event.pos().x()))
            return True
        return super().event(event)

    def _tell(self, where: QPoint, minute: int) -> None:
        time = formatting.clock_time(from_microseconds(minute * _MINUTE_US), with_seconds=False)
        count = formatting.number(self._unauthorized_counts.get(minute, 0))
        QToolTip.showText(where, self.tr("{time}: {count}").format(time=time, count=count), self)


class UnauthorizedPage(ListPage):
    """The requests of the last two hours, and the latest sources of such requests."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show none yet."""
        self.sources = SourcesModel()
        super().__init__(self.sources, parent)
        self.sources.setParent(self)
        self.tree.setRootIsDecorated(False)
        self.chart = UnauthorizedChart(self)
        self._heading = faint_label(self)
        self.column.insertWidget(0, self._heading)
        self.column.insertWidget(1, self.chart)
        self.column.insertSpacing(2, STEP)
        self.retranslate()

    def show_unauthorized_counts(
        self, unauthorized_counts: Mapping[int, int], minute: int, sources: Sequence[ClientSource]
    ) -> None:
        """Show counts by minute up to the minute of now, and the latest sources."""
        self.chart.show_unauthorized_counts(unauthorized_counts, minute)
        self.sources.show_sources(sources)
        self.say_nothing()

    @override
    def title(self) -> str:
        """Return the page's name."""
        return self.tr("Unknown callers")

    @override
    def nothing(self) -> str:
        """Return that nobody has called."""
        return self.tr("No request with a wrong key or path has come.")

    @override
    def retranslate(self) -> None:
        """Set all texts in the current language."""
        super().retranslate()
        self.chart.setAccessibleName(self.tr("Requests of unknown callers by minute"))
        self._heading.setText(
            self.tr(
                "Requests with a wrong key or path, by minute. They are answered 404, and nothing "
                "of them is kept."
            )
        )
