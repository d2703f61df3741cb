"""One piece of work after the other, so that no answer overtakes a newer one."""

from collections.abc import Callable, Coroutine, Hashable
from typing import Any

from kvitto.ui.services.background_tasks import Tasks

Work = Callable[[], Coroutine[Any, Any, None]]


class LoadTurns:
    """Runs pieces of work in turn. Belongs to the window's thread."""

    def __init__(self, tasks: Tasks, name: str) -> None:
        """Run them as a task of this name."""
        self._tasks = tasks
        self._name = name
        self._waiting: dict[Hashable, Work] = {}
        self._is_running = False

    def take(self, what: Hashable, work: Work) -> None:
        """Do `work` in its turn. What waits already under the same key stands for it too."""
        self._waiting.setdefault(what, work)
        if not self._is_running:
            self._is_running = True
            self._tasks.start(self._run(), self._name)

    async def _run(self) -> None:
        try:
            while self._waiting:
                work = self._waiting.pop(next(iter(self._waiting)))
                await work()
        finally:
            self._is_running = False
