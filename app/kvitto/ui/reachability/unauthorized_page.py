"""Unknown callers: requests by minute, and the latest sources."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QWidget
from typing_extensions import override

from kvitto.store.unauthorized_log import ClientSource
from kvitto.ui.reachability.list_page import ListPage
from kvitto.ui.reachability.sources_model import SourcesModel
from kvitto.ui.reachability.unauthorized_chart import UnauthorizedChart
from kvitto.ui.settings.settings_page import faint_label
from kvitto.ui.widgets.theme import STEP


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
        """Say everything in the language of now."""
        super().retranslate()
        self.chart.setAccessibleName(self.tr("Requests of unknown callers by minute"))
        self._heading.setText(
            self.tr(
                "Requests with a wrong key or path, by minute. They are answered 404, and nothing "
                "of them is kept."
            )
        )
