"""The settings of a real session."""

from collections.abc import AsyncIterator

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from app.ui.awake import StayAwake
from app.ui.context import Context
from app.ui.settings.dialog import SettingsDialog
from app.ui.settings.forgetting import Forgetting


class SwitchedByHand:
    """A way to start with the computer that remembers, and fails on demand."""

    def __init__(self) -> None:
        self.is_switched_on = False
        self.failure: OSError | None = None

    def is_on(self) -> bool:
        return self.is_switched_on

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
async def forgetting(context: Context) -> AsyncIterator[Forgetting]:
    made = Forgetting(context)
    yield made
    made.stop()
    # In this thread: the collector of garbage may run in another.
    shiboken6.delete(made)


@pytest.fixture
async def awake(context: Context) -> AsyncIterator[StayAwake]:
    """Give what is said of sleep, on a system that has no way to be kept awake."""
    made = StayAwake(context)
    yield made
    shiboken6.delete(made)


@pytest.fixture
async def dialog(
    qtbot: QtBot,
    context: Context,
    forgetting: Forgetting,
    awake: StayAwake,
    autostart: SwitchedByHand,
) -> SettingsDialog:
    made = SettingsDialog(context, forgetting, awake, autostart=autostart)
    qtbot.addWidget(made)
    made.show()
    return made
