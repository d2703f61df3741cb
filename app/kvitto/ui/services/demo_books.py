"""The simulated books of a demo campaign: asked about demo batches, and about nothing else."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from kvitto.receiver.receiver_errors import ReceiverError
from kvitto.receiver.supervision import in_thread
from kvitto.store.errors import StoreError
from kvitto.ui.backend import Backend
from kvitto.ui.services.background_tasks import Tasks

if TYPE_CHECKING:
    from kvitto.books.pass_result import PassResult
    from kvitto.simulator.campaign import Campaign

log = logging.getLogger(__name__)


class DemoBooks(QObject):
    """Serves the books of the latest demo campaign on this computer, and asks them.

    The user's key has no part in it: they are asked with the simulator's own. Belongs to the
    window's thread.

    Attributes:
        asking: the ids of the demo batches that are being asked about.

    Args:
        backend: the store, and who writes to it.
        tasks: runs what takes time.
        parent: the owner.

    Signals:
        changed: what can be asked about, or is, is another.
        asked: a sequence of one `PassResult`.
        failed: a `StoreError` or `ReceiverError` that hindered it.
    """

    changed = Signal()
    asked = Signal(object)
    failed = Signal(object)

    def __init__(self, backend: Backend, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.asking: tuple[str, ...] = ()
        self._backend: Final = backend
        self._tasks: Final = tasks
        self._served: ExitStack | None = None
        self._base = ""
        self._batch_ids: frozenset[str] = frozenset()
        self._one_at_a_time: Final = asyncio.Lock()
        self._is_closed = False

    def can_ask(self, batch_id: str) -> bool:
        """Return whether a demo batch can be asked about: it is of the latest campaign."""
        return batch_id in self._batch_ids

    async def serve(self, campaign: "Campaign", lived_s: Callable[[], float | None]) -> None:
        """Serve the books of a campaign in the place of those before.

        Args:
            campaign: the campaign.
            lived_s: how much of its life has passed; None for all of it.

        Raises:
            OSError: no port is free.
        """
        from kvitto.simulator.serving_books import books_served

        await self.close()
        self._is_closed = False
        served = ExitStack()
        base = await in_thread(served.enter_context, books_served(campaign, 0, lived_s))
        if self._is_closed:
            await in_thread(served.close)
            return
        batches = (campaign.batches[number] for number in range(len(campaign.batches)))
        self._served, self._base = served, base
        self._batch_ids = frozenset(one.batch_id for one in batches)
        self.changed.emit()

    def ask(self, batch_id: str) -> None:
        """Ask about a demo batch; soon, and nothing where it can't be asked about."""
        if self.can_ask(batch_id) and batch_id not in self.asking:
            self.asking = (*self.asking, batch_id)
            self.changed.emit()
            self._tasks.start(self._ask(batch_id), "asking the demo's books")

    async def close(self) -> None:
        """Serve nothing any more."""
        self._is_closed = True
        served, self._served = self._served, None
        self._batch_ids = frozenset()
        if served is not None:
            await in_thread(served.close)
            self.changed.emit()

    async def _ask(self, batch_id: str) -> None:
        try:
            async with self._one_at_a_time:
                result = await self._make_pass(batch_id)
        except (StoreError, ReceiverError) as error:
            self.failed.emit(error)
        else:
            self.asked.emit([result])
        finally:
            self.asking = tuple(one for one in self.asking if one != batch_id)
            self.changed.emit()

    async def _make_pass(self, batch_id: str) -> "PassResult":
        from kvitto.books.asked_store import DatabaseAskedStore
        from kvitto.books.asking import Pass
        from kvitto.books.client import AskingPace, BooksClient
        from kvitto.books.key import SIMULATED_KEY, ApiKey
        from kvitto.clock import utc_now

        backend = self._backend
        store = DatabaseAskedStore(
            backend.database, lambda edit: backend.edit(edit).result(), is_demo=True
        )
        # It is this computer that is asked: it need not be spared.
        client = BooksClient(ApiKey(SIMULATED_KEY), base=self._base, pace=AskingPace(gap_s=0.0))
        async with client:
            return await Pass(client, store, utc_now).run(batch_id, is_unlimited=True)
