"""What the parts of the window put into the list of what is wrong, and what is kept of it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple, TypeAlias

import msgspec
from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from typing_extensions import override

from kvitto.clock import utc_now
from kvitto.core.invisible import plain_text
from kvitto.problem import ProblemError
from kvitto.ui.services.preferences import Preferences
from kvitto.ui.services.todo_list import Known, Listed, Severity, TodoItem, TodoList
from kvitto.ui.services.undo import Undo
from kvitto.ui.text.error_text import error_text

Action: TypeAlias = tuple[str, Callable[[], None]]
"""What a button says, and what it does."""
_KEPT: Final = "known_faults"
_NOTED_EVERY_MS: Final = 3_600_000


class _More(NamedTuple):
    """What goes with an item."""

    detail: str
    actions: Sequence[Action]
    know: Callable[[], None] | None
    again: Callable[[], None] | None


class Todo(QObject):
    """The list of what is wrong, with what can be done about it. Belongs to the window's thread.

    Args:
        preferences: keep what the user knows.
        undo: takes that back.
        parent: the owner; when its language changes, all is said anew.
        clock: the time, UTC.

    Signals:
        changed: something else is to be shown.
    """

    changed = Signal()

    def __init__(
        self,
        preferences: Preferences,
        undo: Undo,
        parent: QObject,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._undo = undo
        self._clock = clock
        self._list = TodoList(_read(preferences))
        self._noting = QTimer(self, interval=_NOTED_EVERY_MS)
        self._noting.timeout.connect(self.note_still_there)
        self._noting.start()
        self._more: dict[str, _More] = {}
        parent.installEventFilter(self)

    def put(
        self,
        subject: str,
        sentence: str,
        *,
        severity: Severity = Severity.WARNING,
        since: datetime | None = None,
        size: int = 0,
        occurrence: str = "",
        fault: str = "",
        addition: str = "",
        headline: str = "",
        detail: str = "",
        actions: Sequence[Action] = (),
        know: Callable[[], None] | None = None,
        again: Callable[[], None] | None = None,
    ) -> None:
        """List something instead of what was listed of its subject. See `TodoItem` for the rest.

        Args:
            subject: which.
            sentence: what it is, with its size and its deadline.
            severity: how much is at stake.
            since: since when, UTC; None for now.
            size: how large it is.
            occurrence: tells it from an earlier one.
            fault: what it comes of.
            addition: what is said of it behind another item of the same fault.
            headline: what is said in one line, the deadline first; "" for the sentence.
            detail: technical details, shown on request.
            actions: what can be done; the first has the button.
            know: what notes that the user knows it, where the store does; None where that is kept
                here.
            again: says it anew when the language changes.
        """
        item = TodoItem(
            subject,
            plain_text(sentence),
            severity,
            since,
            size,
            occurrence,
            fault,
            plain_text(addition),
            plain_text(headline),
        )
        more = _More(plain_text(detail), actions, know, again)
        before = self._more.get(subject)
        self._more[subject] = more
        is_new = self._list.put(item, self._clock())
        if is_new or before is None or _words(before) != _words(more):
            self._tell()

    def put_trouble(
        self, subject: str, error: ProblemError | None, *, severity: Severity = Severity.DANGER
    ) -> None:
        """List what keeps reports out, until it is None again."""
        if error is None:
            self.take_out(subject)
            return
        again = partial(self.put_trouble, subject, error, severity=severity)
        # Where nothing waits, an error only says when it was asked for.
        since = getattr(error, "since", None) if getattr(error, "count", 0) else None
        self.put(
            subject,
            error_text(error),
            severity=severity,
            since=since,
            occurrence=type(error).__name__,
            again=again,
        )

    def take_out(self, subject: str) -> None:
        """List nothing of a subject any more."""
        self._more.pop(subject, None)
        if self._list.take_out(subject):
            self._tell()

    # --- What is shown --------------------------------------------------------------------------

    def to_do(self) -> list[Listed]:
        """Return what is to be shown, the worst first."""
        return self._list.to_do(self._clock())

    def actions_of(self, one: Listed) -> list[Action]:
        """Return what can be done about it; the first has the button."""
        return [action for subject in one.subjects for action in self._more[subject].actions]

    def detail_of(self, one: Listed) -> str:
        """Return its technical details; "" for none."""
        details = (self._more[subject].detail for subject in one.subjects)
        return "\n".join(one for one in details if one)

    def sentences(self) -> dict[str, str]:
        """Return what is shown now, by subject; what was joined into one has the same sentence."""
        return {subject: one.sentence for one in self.to_do() for subject in one.subjects}

    def severities(self) -> dict[str, Severity]:
        """Return how much is at stake by what is shown now, by subject."""
        return {subject: one.severity for one in self.to_do() for subject in one.subjects}

    # --- What the user does ---------------------------------------------------------------------

    def know(self, one: Listed) -> None:
        """Note that the user knows it: it is shown again only when it is worse."""
        notes = [know for subject in one.subjects if (know := self._more[subject].know)]
        if len(notes) == len(one.subjects):
            for note in notes:
                note()
            return
        self._list.know(one.subject, self._clock())
        self._keep()
        self._undo.offer(
            self.tr("Taken off the list until it gets worse."), partial(self._forget, one.subject)
        )
        self.changed.emit()

    def _forget(self, subject: str) -> None:
        self._list.forget(subject)
        self._keep()
        self.changed.emit()

    def _tell(self) -> None:
        self._keep()
        self.changed.emit()

    def note_still_there(self) -> None:
        """Note what is still there that the user knows, so that it is not taken for another."""
        self._list.keep_in_mind(self._clock())
        self._keep()

    def _keep(self) -> None:
        known = self._list.known
        kept = msgspec.json.encode(known).decode() if known else ""
        if kept != self._preferences.get(_KEPT, ""):
            self._preferences.put(_KEPT, kept)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Say everything anew in another language."""
        if watched is self.parent() and event.type() is QEvent.Type.LanguageChange:
            for more in list(self._more.values()):
                if more.again is not None:
                    more.again()
            self.changed.emit()
        return super().eventFilter(watched, event)


def _words(more: _More) -> tuple[str, list[str]]:
    return more.detail, [label for label, _act in more.actions]


def _read(preferences: Preferences) -> Mapping[str, Known]:
    kept = preferences.get(_KEPT, "")
    try:
        return msgspec.json.decode(kept, type=dict[str, Known]) if kept else {}
    except msgspec.DecodeError:
        return {}  # of another version: everything is shown again
