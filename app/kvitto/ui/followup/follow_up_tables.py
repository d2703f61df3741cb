"""The tables of those who did not get a message: one for each group, behind tabs."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from kvitto.core.follow_up import FollowUpGroup
from kvitto.ui.followup.follow_up_model import BATCH, REFERENCE, TO_DO, FollowUpModel
from kvitto.ui.followup.follow_up_text import group_title
from kvitto.ui.text import formatting
from kvitto.ui.widgets.table_view import TableView
from kvitto.ui.widgets.theme import STEP

_GOOD_TO_DO: Final = 100 * STEP
"""In so much most of what is to be done is read whole."""
_LEAST_TO_DO: Final = 60 * STEP


class FollowUpTables(QWidget):
    """Shows one group at a time, or a sentence where nobody is in it.

    Args:
        models: the messages of each group.
        parent: the owner.
        is_one_batch: whether all are of one batch, which is not named in each row then.

    Signals:
        group_changed: another group is shown.
        selection_changed: other rows are chosen.
    """

    group_changed = Signal()
    selection_changed = Signal()

    def __init__(
        self, models: Mapping[FollowUpGroup, FollowUpModel], parent: QWidget, *, is_one_batch: bool
    ) -> None:
        super().__init__(parent)
        self._models = models
        self._tabs = QTabBar(self)
        self._pages = QStackedWidget(self)
        self._nothing = QLabel(self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._unlisted = QLabel(self)
        for label in (self._nothing, self._unlisted):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._views = {
            group: self._made_view(model, is_one_batch=is_one_batch)
            for group, model in models.items()
        }
        for group, view in self._views.items():
            self._tabs.addTab(group_title(group))
            self._pages.addWidget(view)
            view.selectionModel().selectionChanged.connect(self.selection_changed)
        self._pages.addWidget(self._nothing)
        self._tabs.setExpanding(False)
        self._tabs.setDrawBase(False)
        self._tabs.currentChanged.connect(self.group_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * STEP)
        column.addWidget(self._tabs)
        column.addWidget(self._unlisted)
        column.addWidget(self._pages, 1)

    def _made_view(self, model: FollowUpModel, *, is_one_batch: bool) -> TableView:
        view = TableView(self)
        view.setModel(model)
        view.setRootIsDecorated(False)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setColumnHidden(BATCH, is_one_batch)
        if is_one_batch:
            view.fill_width(TO_DO, spare=(REFERENCE,), least=_GOOD_TO_DO)
        else:
            view.fill_width(TO_DO, spare=(REFERENCE, BATCH), least=_LEAST_TO_DO)
        return view

    @property
    def group(self) -> FollowUpGroup:
        """The group that is shown."""
        return list(self._models)[max(0, self._tabs.currentIndex())]

    @property
    def view(self) -> TableView:
        """The table of the group that is shown."""
        return self._views[self.group]

    @property
    def unlisted(self) -> str:
        """What is said of those whom the list can't tell of; "" for nothing."""
        return self._unlisted.text()

    def show_group(self, group: FollowUpGroup) -> None:
        """Show a group."""
        self._tabs.setCurrentIndex(list(self._models).index(group))

    def show_groups(
        self, is_whole: Mapping[FollowUpGroup, bool], unlisted: str, nothing: str
    ) -> None:
        """Say how many are in each group, and of whom the one that is shown can't tell.

        Args:
            is_whole: whether all of a group has been read.
            unlisted: of whom it can't tell; "" where it tells of all.
            nothing: what is said where nobody is in it.
        """
        for place, (group, model) in enumerate(self._models.items()):
            count = formatting.number(len(model.rows))
            more = "" if is_whole[group] else "…"
            self._tabs.setTabText(place, f"{group_title(group)} ({count}{more})")
        is_empty = not self._models[self.group].rows
        self._unlisted.setText(unlisted)
        self._unlisted.setVisible(bool(unlisted) and not is_empty)
        self._nothing.setText(nothing)
        self._pages.setCurrentWidget(self._nothing if is_empty else self.view)

    def let_edit(self, *, may_edit: bool) -> None:
        """Let notes be typed in, or not."""
        trigger = QAbstractItemView.EditTrigger
        triggers = trigger.NoEditTriggers
        if may_edit:
            triggers = trigger.DoubleClicked | trigger.EditKeyPressed
        for view in self._views.values():
            view.setEditTriggers(triggers)

    def retranslate(self) -> None:
        """Follow the language."""
        self._tabs.setAccessibleName(self.tr("Groups"))
        for group, view in self._views.items():
            view.setAccessibleName(group_title(group))
