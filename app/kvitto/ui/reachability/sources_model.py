"""Table of the latest unknown callers: where from, at what, and how often."""

from collections.abc import Sequence
from typing import Final, assert_never

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject

from kvitto.core.invisible import plain_line
from kvitto.store.unauthorized_log import ClientSource, RequestedPath
from kvitto.ui.text import formatting
from kvitto.ui.widgets.table_columns import RIGHT, Column
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
    Column[ClientSource](
        QT_TRANSLATE_NOOP("SourcesModel", "From"),
        lambda row: plain_line(row.source) or QCoreApplication.translate("SourcesModel", "unknown"),
    ),
    Column[ClientSource](
        QT_TRANSLATE_NOOP("SourcesModel", "Asked for"), lambda row: place_word(row.at)
    ),
    Column[ClientSource](
        QT_TRANSLATE_NOOP("SourcesModel", "Last time"), lambda row: formatting.exact_time(row.last)
    ),
    Column[ClientSource](
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
