"""How many bodies were refused, by kind and below each kind by reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject

from app.core.refusal import RefusalKind
from app.store.refusals import RefusalGroup, RefusalScope
from app.ui import words
from app.ui.columns import RIGHT, Column
from app.ui.quarantine.reasons import kind_word, reason_text
from app.ui.two_level_model import Branch, Index, Leaf, TwoLevelModel


@dataclass(frozen=True)
class GroupRow:
    """All refused bodies, a kind of them, or those of it that were refused for one reason.

    Attributes:
        scope: which bodies are meant.
        bodies: how many different ones there are.
        times: how often they came.
        first_seen, last_seen: when the first and the last of them came, UTC.
    """

    scope: RefusalScope
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
    Column[GroupRow](QT_TRANSLATE_NOOP("GroupsModel", "Why"), lambda row: row.text),
    Column[GroupRow](
        QT_TRANSLATE_NOOP("GroupsModel", "First seen"),
        lambda row: words.exact_time(row.first_seen),
    ),
    Column[GroupRow](
        QT_TRANSLATE_NOOP("GroupsModel", "Last seen"), lambda row: words.exact_time(row.last_seen)
    ),
    Column[GroupRow](
        QT_TRANSLATE_NOOP("GroupsModel", "Bodies"), lambda row: words.number(row.bodies), RIGHT
    ),
    Column[GroupRow](
        QT_TRANSLATE_NOOP("GroupsModel", "Times"), lambda row: words.number(row.times), RIGHT
    ),
)


class GroupsModel(TwoLevelModel[GroupRow]):
    """Everything, then kinds in their order, and reasons below them by the alphabet."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Show nothing until `show_groups`."""
        super().__init__(_COLUMNS, "GroupsModel", parent)

    def show_groups(self, groups: Sequence[RefusalGroup]) -> None:
        """Show these groups."""
        by_kind: dict[RefusalKind, list[GroupRow]] = {kind: [] for kind in RefusalKind}
        for group in sorted(groups, key=lambda one: one.reason):
            by_kind[group.kind].append(
                GroupRow(
                    RefusalScope(group.kind, group.reason),
                    group.bodies,
                    group.times,
                    group.first_seen,
                    group.last_seen,
                )
            )
        branches = [
            Branch(kind, _sum(RefusalScope(kind), rows), [Leaf(one.scope, one) for one in rows])
            for kind, rows in by_kind.items()
            if rows
        ]
        if branches:
            every = _sum(RefusalScope(), [branch.row for branch in branches])
            branches.insert(0, Branch(None, every, []))
        self.show_branches(branches)

    def scope(self, index: Index) -> RefusalScope:
        """Return which bodies an index means; all of them for none."""
        row = self.row(index)
        return RefusalScope() if row is None else row.scope


def _sum(scope: RefusalScope, rows: Sequence[GroupRow]) -> GroupRow:
    return GroupRow(
        scope,
        sum(row.bodies for row in rows),
        sum(row.times for row in rows),
        min(row.first_seen for row in rows),
        max(row.last_seen for row in rows),
    )
