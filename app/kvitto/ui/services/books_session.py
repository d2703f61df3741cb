"""What is asked from the SMS service's API with one key: on demand, and when it is due."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from kvitto.books.ask_runner import AskRunner
from kvitto.books.asked_store import DatabaseAskedStore
from kvitto.books.asking import Pass
from kvitto.books.books_errors import BooksError, KeyRefusedError
from kvitto.books.client import BooksClient, RequestBudget
from kvitto.books.pass_result import NO_ANSWER, STOPPING, PassResult, WhyIncomplete
from kvitto.books.schedule import AskReason, BatchFacts, Facts, rest_after
from kvitto.books.shapes import Account
from kvitto.books.unreported import BatchList, OurKeys, Unreported
from kvitto.clock import utc_now
from kvitto.receiver.receiver_errors import ReceiverError
from kvitto.receiver.supervision import in_thread, start
from kvitto.store.askable import AddUnreported, callback_key_values, unheard_of
from kvitto.store.asked_reader import AskableBatch, AskedReader
from kvitto.store.errors import StoreError
from kvitto.store.leases import take_asking_lease
from kvitto.ui.backend import Backend

log = logging.getLogger(__name__)

RECENT: Final = timedelta(days=30)
"""Batches that were silent for longer are asked about by the user only."""
_ACCOUNT_REQUESTS: Final = 3
_LIST_REQUESTS: Final = 20
_BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
_STORE_REST: Final = timedelta(minutes=1)


class BooksSession:
    """Asks with one key, until `close`. Belongs to the window's loop.

    Attributes:
        account: whose key it is, and what is left; None before it was asked.
        account_at: when that was asked, UTC.
        is_refused: whether the key was refused: nothing is asked any more.
        asking: the ids of the batches that the user waits for.
        unreported: the batches that have never reported here, the newest first.
        has_list: whether that was asked for.

    Args:
        client: asks; is closed with this.
        backend: the store, and who writes to it.
        account: what is known of the account already.
        lost_keys: returns the ids of the callback keys whose URL is known not to lead here.
        watches: returns whether unfinished batches are asked about instead of a tunnel.
        keeps_texts: returns whether the texts of batches are kept.
        on_changed: an attribute is another one.
        on_asked: is told what came of the questions of the user, once all are answered.
        on_failed: is told why the store hindered it.
    """

    def __init__(
        self,
        client: BooksClient,
        backend: Backend,
        account: Account | None,
        *,
        lost_keys: Callable[[], Collection[int]],
        watches: Callable[[], bool],
        keeps_texts: Callable[[], bool],
        on_changed: Callable[[], None],
        on_asked: Callable[[Sequence[PassResult]], None],
        on_failed: Callable[[StoreError | ReceiverError], None],
    ) -> None:
        self.account = account
        self.account_at = None if account is None else utc_now()
        self.is_refused = False
        self.asking: tuple[str, ...] = ()
        self.unreported: tuple[Unreported, ...] = ()
        self.has_list = False
        self._client: Final = client
        self._backend: Final = backend
        self._reader: Final = AskedReader(backend.database)
        self._lost_keys: Final = lost_keys
        self._lost_since: dict[int, datetime] = {}
        self._on_changed: Final = on_changed
        self._on_asked: Final = on_asked
        self._on_failed: Final = on_failed
        self._watches: Final = watches
        self._store: Final = DatabaseAskedStore(
            backend.database, lambda edit: backend.edit(edit).result(), keeps_texts=keeps_texts
        )
        self._pass: Final = Pass(client, self._store, utc_now)
        self._list: Final = BatchList(client, self._unheard_of, self._keys, utc_now)
        self._oldest: datetime | None = None
        self._one_at_a_time: Final = asyncio.Lock()
        self._lists_at: datetime | None = None
        self._looked: dict[str, _Look] = {}
        self._watched_count = 0
        self._passes: Final[Counter[str]] = Counter()
        """How many had to leave some to the next, of each batch, one after another."""
        self._all_wanted = False
        self._tasks: Final[set[asyncio.Task[None]]] = set()
        self._worker: asyncio.Task[None] | None = None

    @property
    def requests(self) -> int:
        """How many requests were made."""
        return self._client.requests

    def begin(self) -> None:
        """Ask whenever something is due, from now on."""
        runner = AskRunner(self._facts, self._ask_when_due, self._ask_lists, utc_now)
        self._keep(start(self._run(runner), "asking schedule"))

    def ask(self, batch_id: str) -> None:
        """Ask about a batch, as the user wants it; soon."""
        if batch_id not in self.asking:
            self._want([batch_id])

    def text_of(self, batch_id: str) -> str:
        """Return the text of a batch that was asked about lately; "" where that is not known."""
        return self._store.texts.get(batch_id, "")

    def fetch(self, batch_id: str) -> None:
        """Take in a batch that has never reported, and ask about it, as the user wants it; soon."""
        self._keep(start(self._fetch(batch_id), "fetching a batch"))

    def ask_all(self) -> None:
        """Ask about every batch that is not confirmed since its last report; soon."""
        self._all_wanted = True
        self._want([])

    async def close(self) -> None:
        """End what is under way, and close the connection."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.__aexit__()

    # --- What the user asks ---------------------------------------------------------------------

    def _want(self, batch_ids: Sequence[str]) -> None:
        self._show(asking=(*self.asking, *batch_ids))
        if self._worker is None:
            self._worker = start(self._work(), "asking the SMS service")
            self._keep(self._worker)

    async def _work(self) -> None:
        results: list[PassResult] = []
        try:
            while self._all_wanted or self.asking:
                if self._all_wanted:
                    self._all_wanted = False
                    found = await in_thread(self._reader.batches)
                    wanted = [one.batch_id for one in found if not one.is_confirmed]
                    more = [one for one in wanted if one not in self.asking]
                    self._show(asking=(*self.asking, *more))
                    continue
                batch_id = self.asking[0]
                result = await self._make_pass(batch_id, is_unlimited=True)
                results.append(result)
                is_over = result.incomplete in STOPPING
                left = () if is_over else tuple(one for one in self.asking if one != batch_id)
                self._show(asking=left)
        except (StoreError, ReceiverError) as error:
            self._on_failed(error)
        else:
            self._on_asked(results)
        finally:
            self._worker, self._all_wanted = None, False
            self._show(asking=())

    async def _fetch(self, batch_id: str) -> None:
        try:
            await self._take_in([one for one in self.unreported if one.batch_id == batch_id])
        except (StoreError, ReceiverError) as error:
            self._on_failed(error)
        else:
            self.ask(batch_id)

    async def _take_in(self, found: Sequence[Unreported]) -> None:
        """Store batches that have never reported, so that they can be asked about.

        Raises:
            StoreError, ReceiverError: that does not work.
        """
        for one in found:
            edit = AddUnreported(one.batch_id, utc_now(), one.about)
            await in_thread(self._backend.edit(edit).result)
            self.unreported = tuple(
                other for other in self.unreported if other.batch_id != one.batch_id
            )
        self._on_changed()

    async def _make_pass(self, batch_id: str, *, is_unlimited: bool) -> PassResult:
        async with self._one_at_a_time:
            result = await self._pass.run(batch_id, is_unlimited=is_unlimited)
        if result.incomplete is WhyIncomplete.BUDGET:
            self._passes[batch_id] += 1
        elif result.incomplete not in NO_ANSWER:
            del self._passes[batch_id]
        self._told_by(result)
        return result

    async def _look(self, batch_id: str) -> PassResult | None:
        """Ask about a batch that is watched; None where nothing is new."""
        async with self._one_at_a_time:
            result = await self._pass.look(batch_id)
            now = utc_now()
            requests = 1 if result is None else result.requests
            rest = rest_after(requests, self._watched_count)
            self._looked[batch_id] = _Look(now, now + rest)
        self._told_by(result)
        return result

    def _told_by(self, result: PassResult | None) -> None:
        if result is not None and result.incomplete is WhyIncomplete.KEY_REFUSED:
            self._refuse()
        self._on_changed()

    # --- What is due ----------------------------------------------------------------------------

    async def _run(self, runner: AskRunner) -> None:
        await runner.run()
        self._refuse()

    async def _facts(self) -> Facts:
        now = utc_now()
        # From the first time that it is seen: the tests of a URL don't tell since when.
        lost = self._lost_since = {key: self._lost_since.get(key, now) for key in self._lost_keys()}
        try:
            facts = await in_thread(self._read_facts, now, lost)
        except (StoreError, ReceiverError) as error:
            log.warning("What is due can't be read: %s", type(error).__name__)
            return Facts(lists_at=now)
        self._drop_unreported({one.batch.batch_id for one in facts.batches})
        unfinished = {one.batch.batch_id for one in facts.batches if not one.is_finished}
        self._watched_count = len(unfinished)
        self._looked = {key: one for key, one in self._looked.items() if key in unfinished}
        return facts

    def _drop_unreported(self, known: Collection[str]) -> None:
        """List no more what has been heard of since."""
        left = tuple(one for one in self.unreported if one.batch_id not in known)
        if left != self.unreported:
            self.unreported = left
            self._on_changed()

    def _read_facts(self, now: datetime, lost_since: Mapping[int, datetime]) -> Facts:
        """Read what decides when anything is asked. Blocking."""
        if not take_asking_lease(self._backend.database):
            # Another window on the store asks about the batches.
            return Facts(lists_at=self._lists_at, watches=self._watches())
        since = now - RECENT
        finished = {one.batch_id for one in self._backend.reader.batches() if one.is_finished}
        return Facts(
            batches=[
                BatchFacts(
                    one,
                    one.batch_id in finished,
                    _lost_since(one, lost_since),
                    *self._looked.get(one.batch_id, _NEVER_LOOKED),
                    self._passes[one.batch_id],
                )
                for one in self._reader.batches()
                if one.last_seen >= since
            ],
            outages=self._backend.outages(since),
            lists_at=self._lists_at,
            watches=self._watches(),
        )

    async def _ask_when_due(self, batch_id: str, reason: AskReason) -> PassResult | None:
        try:
            if reason is AskReason.WATCHED:
                return await self._look(batch_id)
            return await self._make_pass(batch_id, is_unlimited=False)
        except (StoreError, ReceiverError) as error:
            log.warning("What the SMS service said can't be kept: %s", type(error).__name__)
            now = utc_now()
            return PassResult(
                batch_id=batch_id,
                asked_at=now,
                incomplete=WhyIncomplete.BUSY,
                again_at=now + _STORE_REST,
            )

    async def _ask_lists(self) -> None:
        """Ask what is left on the account, and which batches never reported.

        Raises:
            KeyRefusedError: the key was refused.
        """
        self._lists_at = utc_now()
        try:
            self.account = await self._client.account(RequestBudget(_ACCOUNT_REQUESTS))
            self.account_at = utc_now()
        except KeyRefusedError:
            raise
        except BooksError as error:
            log.info("The account could not be asked: %s", type(error).__name__)
        self._on_changed()
        try:
            await self._ask_list()
        except KeyRefusedError:
            raise
        except (BooksError, StoreError, ReceiverError) as error:
            log.info("The list of batches could not be read: %s", type(error).__name__)
        self._on_changed()

    async def _ask_list(self) -> None:
        """Find the batches that never reported; take them in where there is no tunnel.

        Raises:
            BooksError: the list can't be read.
            StoreError, ReceiverError: what is known of them can't be.
        """
        watches = self._watches()
        await self._keys()
        since = max(utc_now() - RECENT, self._oldest or _BEGINNING)
        found = await self._list.read(since, RequestBudget(_LIST_REQUESTS), also_young=watches)
        self.unreported, self.has_list = tuple(found), True
        if watches:
            await self._take_in(found)

    async def _unheard_of(self, batch_ids: Collection[str]) -> set[str]:
        return await in_thread(unheard_of, self._backend.database, batch_ids)

    async def _keys(self) -> OurKeys:
        found = await in_thread(callback_key_values, self._backend.database)
        # What was sent before there was an address is nobody's concern here.
        self._oldest = found.since
        return OurKeys(found.valid, found.ended)

    # --- Inside ---------------------------------------------------------------------------------

    def _refuse(self) -> None:
        self.is_refused = True
        self._on_changed()

    def _show(self, asking: tuple[str, ...]) -> None:
        if asking != self.asking:
            self.asking = asking
            self._on_changed()

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("The task %s failed", task.get_name(), exc_info=error)


class _Look(NamedTuple):
    """When a batch was looked at instead of a tunnel, and until when it rests, UTC; None: never."""

    at: datetime | None = None
    rests_until: datetime | None = None


_NEVER_LOOKED: Final = _Look()


def _lost_since(batch: AskableBatch, lost_since: Mapping[int, datetime]) -> datetime | None:
    """Return since when a batch's reports are known not to come here; None where they may."""
    if not batch.is_reported:
        return batch.first_seen
    return None if batch.callback_key is None else lost_since.get(batch.callback_key)
