"""What the first deletion by a rule will delete, in the list of what is wrong, until it does."""

from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from kvitto.store.retention import PurgePlan
from kvitto.ui.services.preferences import Preferences
from kvitto.ui.services.todo import Todo
from kvitto.ui.settings.purge_now import PurgeNow
from kvitto.ui.text import formatting

_SUBJECT: Final = "purge"


class PurgeAnnouncement(QObject):
    """Lists what will be deleted, until that is done or another rule is chosen.

    Args:
        preferences: have the rule.
        purging: announces it.
        todo: the list.
        parent: the owner.

    Signals:
        settings_requested: show where the user can choose otherwise.
    """

    settings_requested = Signal()

    def __init__(
        self, preferences: Preferences, purging: PurgeNow, todo: Todo, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._purging = purging
        self._todo = todo
        purging.announced.connect(self._show)
        purging.started.connect(self._look)
        preferences.changed.connect(self._look)

    def _show(self, due: PurgePlan, at: datetime) -> None:
        days = self._purging.rule().days
        self._todo.put(
            _SUBJECT,
            self.tr(
                "On {time} Kvitto will delete for the first time what is older than {days}: "
                "{messages} of {batches}. To keep them, choose so before then under Settings, "
                "Storage."
            ).format(
                time=formatting.exact_time(at),
                days=self.tr("%n day(s)", "", days),
                messages=self.tr("%Ln message(s)", "", due.messages),
                batches=self.tr("%Ln batch(es)", "", len(due.batches)),
            ),
            # A day later it would be another one: what the user knows is of that time.
            occurrence=at.isoformat(),
            actions=[(self.tr("Show the settings"), self.settings_requested.emit)],
            again=partial(self._show, due, at),
        )

    def _look(self) -> None:
        if not self._preferences.is_purge_due_first or not self._preferences.purges:
            self._todo.take_out(_SUBJECT)
