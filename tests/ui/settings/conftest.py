"""The settings of a real session."""

from collections.abc import AsyncIterator

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from kvitto.ui.services.context import Context
from kvitto.ui.services.sleep_status import SleepStatus
from kvitto.ui.settings.purge_now import PurgeNow
from kvitto.ui.settings.settings_dialog import SettingsDialog


class SwitchedByHand:
    """A way to start with the computer that remembers, and fails on demand."""

    def __init__(self) -> None:
        self.is_switched_on = False
        self.other_store = ""
        self.failure: OSError | None = None

    def is_on(self) -> bool:
        return self.is_switched_on

    def other(self) -> str:
        return self.other_store

    def turn_on(self) -> None:
        self._switch(is_on=True)

    def turn_off(self) -> None:
        self._switch(is_on=False)

    def renew(self) -> None:
        """Nothing to do."""

    def _switch(self, *, is_on: bool) -> None:
        if self.failure is not None:
            raise self.failure
        self.is_switched_on = is_on


@pytest.fixture
def autostart() -> SwitchedByHand:
    return SwitchedByHand()


@pytest.fixture
async def purging(context: Context) -> AsyncIterator[PurgeNow]:
    made = PurgeNow(context)
    yield made
    made.stop()
    # In this thread: the collector of garbage may run in another.
    shiboken6.delete(made)


@pytest.fixture
async def awake(context: Context) -> AsyncIterator[SleepStatus]:
    """Give what is said of sleep, on a system that has no way to be kept awake."""
    made = SleepStatus(context)
    yield made
    shiboken6.delete(made)


@pytest.fixture
async def dialog(
    qtbot: QtBot,
    context: Context,
    purging: PurgeNow,
    awake: SleepStatus,
    autostart: SwitchedByHand,
) -> SettingsDialog:
    made = SettingsDialog(context, purging, awake, autostart=autostart)
    qtbot.addWidget(made)
    made.show()
    return made
