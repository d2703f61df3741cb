"""The batches of which many messages fail, in the list of what is wrong."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from kvitto.core.usual_share import Worse
from kvitto.store.records import BatchRecord
from kvitto.ui.services.notification_rules import not_delivered
from kvitto.ui.services.preferences import Preferences
from kvitto.ui.services.todo import Todo
from kvitto.ui.text import formatting
from kvitto.ui.text.batch_names import name_of
from kvitto.ui.text.usual_text import usual_text

_NAMED: Final = 5
"""So many batches have a line each; the others are counted in one."""
_OTHERS: Final = "failing others"
_TENTHS: Final = 10


class FailingItems(QObject):
    """Lists each batch of which many messages fail.

    Args:
        preferences: whether numbers are masked.
        todo: the list.
        failing: returns those batches, the latest first.
        worse: returns how a batch, by its key, is worse than usual; None where that is not known.
        parent: the owner.

    Signals:
        follow_up_requested: the `BatchRecord` of which those who did not get it are asked for.
    """

    follow_up_requested = Signal(object)

    def __init__(
        self,
        preferences: Preferences,
        todo: Todo,
        failing: Callable[[], list[BatchRecord]],
        worse: Callable[[int], Worse | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._todo = todo
        self._failing = failing
        self._worse = worse
        self._listed: set[str] = set()

    def look(self) -> None:
        """List them as they are now."""
        failing = self._failing()
        subjects = set()
        for batch in failing[:_NAMED]:
            subjects.add(self._put(batch))
        if others := failing[_NAMED:]:
            subjects.add(_OTHERS)
            self._todo.put(
                _OTHERS,
                self.tr("Many messages of %Ln earlier batch(es) fail, too.", "", len(others)),
                since=min(batch.first_seen for batch in others),
                size=len(others),
                again=self.look,
            )
        for gone in self._listed - subjects:
            self._todo.take_out(gone)
        self._listed = subjects

    def _put(self, batch: BatchRecord) -> str:
        subject = f"failing {batch.key}"
        failed, finished = not_delivered(batch), batch.finished
        text = self.tr(
            "{count} of %Ln finished message(s) of {batch} were not delivered: {share}.",
            "",
            finished,
        )
        said = text.format(
            count=formatting.number(failed),
            batch=name_of(batch, is_masked=self._preferences.is_masked),
            share=formatting.percent(failed, finished),
        )
        if (worse := self._worse(batch.key)) is not None:
            said = f"{said} {usual_text(worse.age, worse.share, worse.usual)}"
        self._todo.put(
            subject,
            said,
            since=batch.first_seen,
            # It is worse when another tenth of all fails: of each message is not to be told.
            size=failed * _TENTHS // max(finished, 1),
            actions=[
                (
                    self.tr("Those who did not get it"),
                    partial(self.follow_up_requested.emit, batch),
                )
            ],
            again=self.look,
        )
        return subject
