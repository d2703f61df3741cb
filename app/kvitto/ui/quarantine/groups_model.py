"""How many bodies were refused, by kind and below each kind by reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject

from kvitto.core.rejection import RejectionKind
from kvitto.store.quarantine import RejectionGroup, RejectionScope
from kvitto.ui.text import formatting
from kvitto.ui.text.rejection_text import kind_word, reason_text
from kvitto.ui.widgets.table_columns import RIGHT, TableColumn
from kvitto.ui.widgets.tree_model import Branch, Index, Leaf, TreeModel


@dataclass(frozen=True)
class GroupRow:
    """All refused requests, a kind of them, or those of it that were refused for one reason.

    Attributes:
        scope: which bodies are meant.
        bodies: how many different ones there are.
        times: how often they came.
        first_seen, last_seen: when the first and the last of them came, UTC.
    """

    scope: RejectionScope
    bodies: int
    times: int
    first_seen: datetime
    last_seen: datetime

    @property
    def text(self) -> str:
        """What it is called."""
        if self.scope.reason is not None:
            return reason_text(self.scope.reason)
        if self.scope.kind is not None:
            return kind_word(self.scope.kind)
        return QCoreApplication.translate("GroupsModel", "Everything that was refused")


_COLUMNS: Final = (
    TableColumn[GroupRow](QT_TRANSLATE_NOOP("GroupsModel", "Why"), lambda row: row.text),
    TableColumn[GroupRow](
        QT_TRANSLATE_NOOP("GroupsModel", "First seen"),
        lambda row: formatting.exact_time(row.first_seen),
    ),
    TableColumn[GroupRow](
        QT_TRANSLATE_NOOP("GroupsModel", "Last seen"),
        lambda row: formatting.exact_time(row.last_seen),
    ),
    TableColumn[GroupRow](
        QT_TRANSLATE_NOOP("GroupsModel", "Bodies"), lambda row: formatting.number(row.bodies), RIGHT
    ),
    TableColumn[GroupRow](
        QT_TRANSLATE_NOOP("GroupsModel", "Times"), lambda row: formatting.number(row.times), RIGHT
    ),
)


class GroupsModel(TreeModel[GroupRow]):
    """Everything, then kinds in their order, and reasons below them by the alphabet."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Show nothing until `show_groups`."""
        super().__init__(_COLUMNS, "GroupsModel", parent)

    def show_groups(self, groups: Sequence[RejectionGroup]) -> None:
        """Show these groups."""
        by_kind: dict[RejectionKind, list[GroupRow]] = {kind: [] for kind in RejectionKind}
        for group in sorted(groups, key=lambda one: reason_text(one.reason)):
            by_kind[group.kind].append(
                GroupRow(
                    RejectionScope(group.kind, group.reason),
                    group.bodies,
                    group.times,
                    group.first_seen,
                    group.last_seen,
                )
            )
        branches = [
            Branch(kind, _sum(RejectionScope(kind), rows), [Leaf(one.scope, one) for one in rows])
            for kind, rows in by_kind.items()
            if rows
        ]
        if branches:
            every = _sum(RejectionScope(), [branch.row for branch in branches])
            branches.insert(0, Branch(None, every, []))
        self.show_branches(branches)

    def scope(self, index: Index) -> RejectionScope:
        """Return which bodies an index means; all of them for none."""
        row = self.row(index)
        return RejectionScope() if row is None else row.scope


def _sum(scope: RejectionScope, rows: Sequence[GroupRow]) -> GroupRow:
    return GroupRow(
        scope,
        sum(row.bodies for row in rows),
        sum(row.times for row in rows),
        min(row.first_seen for row in rows),
        max(row.last_seen for row in rows),
    )
