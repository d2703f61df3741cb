"""Keep the computer awake while reports are waited for: when, and what is said of it."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from app.awake.inhibitor import CannotKeepAwakeError, Inhibitor
from app.clock import utc_now
from app.store.reader import Changes
from app.store.records import BatchRecord
from app.ui.context import Context

log = logging.getLogger(__name__)

_LOOK_AGAIN: Final = timedelta(minutes=5)
"""So often is seen whether what keeps the computer awake still runs, or can by now."""


class Wakefulness(Enum):
    """How it stands."""

    OFF = "off"
    """The user does not want it."""
    NOT_NEEDED = "not needed"
    """Nothing is waited for, or nobody receives."""
    AWAKE = "awake"
    """The computer is kept awake."""
    REFUSED = "refused"
    """It should be, and can't."""


class StayAwake(QObject):
    """Keeps the computer awake while a batch is waited for, if the user wants that.

    Which batches are waited for, `BatchRecord.is_awaited` says. Belongs to the
    window's thread; asks the system on others.

    Args:
        context: what the parts of the window share; its feed must not have been started.
        find: returns the system's way, or None where there is none; called once it is needed.
        parent: the owner.
        clock: the time, UTC.

    Attributes:
        state: how it stands.

    Signals:
        changed: `state` is another one.
    """

    changed = Signal()

    def __init__(
        self,
        context: Context,
        find: Callable[[], Inhibitor | None],
        parent: QObject | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._find = find
        self._inhibitor: Inhibitor | None = None
        self._clock = clock
        self._awaited: dict[int, BatchRecord] = {}
        """The batches that are waited for, or were when they changed; the latest change last."""
        self._is_held = False
        self._is_asking = False
        self._is_closed = False
        self.state = Wakefulness.NOT_NEEDED
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self.look)
        context.feed.changed.connect(self._on_changed)
        context.preferences.changed.connect(self._on_preference)
        self._say(self._wanted())

    @property
    def is_waiting(self) -> bool:
        """Whether a batch is waited for, whatever the user prefers."""
        now = self._clock()
        return any(batch.is_awaited(now) for batch in reversed(self._awaited.values()))

    def look(self) -> None:
        """Do what is to be done now, and look again when that may be something else."""
        if not self._is_asking and not self._is_closed:
            self._context.tasks.start(self._ask(), "stay awake")

    async def close(self) -> None:
        """Let the computer sleep again, for good."""
        self._is_closed = True
        self._again.stop()
        if self._inhibitor is not None and self._is_held and not self._is_asking:
            self._is_held = False
            await self._context.tasks.in_thread(self._inhibitor.release)

    # --- What is wanted -------------------------------------------------------------------------

    def _on_changed(self, changes: Changes) -> None:
        for key in changes.removed:
            self._awaited.pop(key, None)
        now = self._clock()
        for batch in changes.batches:
            self._awaited.pop(batch.key, None)
            if batch.is_awaited(now):
                self._awaited[batch.key] = batch
        if self._wanted() is not self.state:
            self.look()

    def _on_preference(self, name: str) -> None:
        if name == "keeps_awake":
            self.look()

    def _wanted(self) -> Wakefulness:
        """Return how it should stand: never REFUSED."""
        if not self._context.preferences.keeps_awake:
            return Wakefulness.OFF
        session = self._context.session
        if not (session.is_receiving or session.is_starting):
            return Wakefulness.NOT_NEEDED
        return Wakefulness.AWAKE if self.is_waiting else Wakefulness.NOT_NEEDED

    # --- What is done ---------------------------------------------------------------------------

    async def _ask(self) -> None:
        """Ask the system until it is as wanted, whatever becomes of that meanwhile."""
        self._is_asking = True
        try:
            while True:
                wanted = self._wanted()
                state = await self._bring_about(wanted)
                if self._is_closed or wanted is self._wanted():
                    break
        finally:
            self._is_asking = False
        if self._is_closed:
            return
        self._say(state)
        if wanted is Wakefulness.AWAKE:
            self._again.start(int(_LOOK_AGAIN / timedelta(milliseconds=1)))
        else:
            self._again.stop()

    async def _bring_about(self, wanted: Wakefulness) -> Wakefulness:
        in_thread = self._context.tasks.in_thread
        if wanted is not Wakefulness.AWAKE:
            if self._is_held and self._inhibitor is not None:
                self._is_held = False
                await in_thread(self._inhibitor.release)
                log.info("The computer may sleep again")
            return wanted
        inhibitor = self._inhibitor or await in_thread(self._find)
        if inhibitor is None:
            return Wakefulness.REFUSED
        self._inhibitor = inhibitor
        if self._is_held and await in_thread(inhibitor.is_held):
            return wanted
        self._is_held = False
        try:
            await in_thread(inhibitor.hold, self.tr("Delivery reports are waited for"))
        except CannotKeepAwakeError as error:
            if self.state is not Wakefulness.REFUSED:
                log.info("The computer can't be kept awake: %s", error)
            return Wakefulness.REFUSED
        self._is_held = True
        return wanted

    def _say(self, state: Wakefulness) -> None:
        if state is not self.state:
            self.state = state
            self.changed.emit()


def awake_words(state: Wakefulness) -> str:
    """Return how it stands, a sentence; "" where the user does not want it."""
    match state:
        case Wakefulness.OFF:
            return ""
        case Wakefulness.NOT_NEEDED:
            return QCoreApplication.translate(
                "Awake", "Nothing is waited for now: the computer may sleep."
            )
        case Wakefulness.AWAKE:
            return QCoreApplication.translate(
                "Awake", "The computer is kept awake now, until all batches are settled."
            )
        case Wakefulness.REFUSED:
            return QCoreApplication.translate(
                "Awake",
                "This system does not let itself be kept awake. Switch its automatic sleep off in "
                "its own settings while you wait for reports.",
            )
