"""The store as a pass needs it: reads by itself, writes by whoever may."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Final

from typing_extensions import override

from kvitto.books.asking import AskedMessages, AskedStore, Operator, OperatorCount
from kvitto.books.pass_result import STOPPING, PassResult
from kvitto.books.reconcile import MessagePlan
from kvitto.books.shapes import BooksBatch
from kvitto.receiver.supervision import in_thread
from kvitto.store.asked_edits import (
    AddAsked,
    AskedDifference,
    AskedMessage,
    AskedOperator,
    AskedStatus,
    FinishAsking,
)
from kvitto.store.asked_reader import AskedReader, KnownMessage, OtherMessages
from kvitto.store.database import Database
from kvitto.store.unreadable_items import UnreadableItem

_MOST_TEXTS: Final = 200
_AT_ONCE: Final = 20
"""Messages of one transaction: no report waits long behind it."""
_REST_S: Final = 0.03
"""Between two of them the writer is left to the reports: a page takes half a second anyway."""


class DatabaseAskedStore(AskedStore):
    """Reads a database on threads, and has its edits made by a receiver, or a writer of its own.

    All methods raise a `StoreError` or `ReceiverError` where that does not work.

    Args:
        database: the store, open for reading.
        edit: makes an edit, and returns when it is on the disk. Is called on a thread.
        keeps_texts: returns whether the texts of batches are to be kept; None leaves those that are
            kept as they are.
        is_demo: whether it asks the simulator about demo batches, instead of the API about others.

    Attributes:
        texts: the texts of the batches that were asked about last, by their ids. Not kept.
    """

    def __init__(
        self,
        database: Database,
        edit: Callable[[AddAsked | FinishAsking], object],
        *,
        keeps_texts: Callable[[], bool] | None = None,
        is_demo: bool = False,
    ) -> None:
        self.texts: Final[dict[str, str]] = {}
        self._reader: Final = AskedReader(database)
        self._edit: Final = edit
        self._keeps_texts: Final = keeps_texts
        self._is_demo: Final = is_demo

    @override
    async def may_ask(self, batch_id: str) -> bool:
        return await in_thread(self._may_ask, batch_id)

    def _may_ask(self, batch_id: str) -> bool:
        return self._reader.may_be_asked(batch_id, is_demo=self._is_demo)

    @override
    async def known(
        self, batch_id: str, message_ids: Collection[str]
    ) -> Mapping[str, KnownMessage]:
        return await in_thread(self._reader.known, batch_id, message_ids)

    @override
    async def report_count(self, batch_id: str) -> int:
        return await in_thread(self._reader.report_count, batch_id)

    @override
    async def add(self, asked: AskedMessages) -> None:
        messages = tuple(map(_asked_message, asked.plans))
        items = tuple(UnreadableItem(one.reason, one.kept) for one in asked.unreadable)
        for first in range(0, max(len(messages), len(items)), _AT_ONCE):
            if first:
                await asyncio.sleep(_REST_S)
            some = slice(first, first + _AT_ONCE)
            edit = AddAsked(
                asked.batch_id, asked.asked_at, messages[some], self._is_demo, items[some]
            )
            await in_thread(self._edit, edit)

    @override
    async def count_others(
        self, batch_id: str, message_ids: Collection[str], settled: datetime
    ) -> OtherMessages:
        return await in_thread(self._reader.count_others, batch_id, message_ids, settled)

    @override
    async def finish(
        self,
        result: PassResult,
        batch: BooksBatch | None,
        operators: Mapping[Operator, OperatorCount],
    ) -> None:
        if batch is not None and batch.text:
            self._remember(result.batch_id, batch.text)
        edit = FinishAsking(
            batch_id=result.batch_id,
            asked_at=result.asked_at,
            begun_at=result.begun_at,
            incomplete=result.incomplete,
            is_answered=batch is not None or result.incomplete not in STOPPING,
            seen=result.seen,
            unknown_there=result.unknown_there,
            messages=result.there,
            segments=None if batch is None else batch.segments,
            total_nano=None if batch is None else batch.total_nano,
            currency="" if batch is None else batch.currency,
            sender="" if batch is None else batch.sender,
            reference="" if batch is None else batch.reference,
            tags=() if batch is None else batch.tags,
            body=self._kept_text(batch),
            operators=tuple(AskedOperator(*one, *count) for one, count in operators.items()),
            is_demo=self._is_demo,
        )
        await in_thread(self._edit, edit)

    def _kept_text(self, batch: BooksBatch | None) -> str | None:
        if batch is None or self._keeps_texts is None:
            return None
        return batch.text if self._keeps_texts() else ""

    def _remember(self, batch_id: str, text: str) -> None:
        self.texts.pop(batch_id, None)
        self.texts[batch_id] = text
        while len(self.texts) > _MOST_TEXTS:
            del self.texts[next(iter(self.texts))]


def _asked_message(plan: MessagePlan) -> AskedMessage:
    return AskedMessage(
        plan.message_id,
        tuple(AskedStatus(one.report, one.body(one.report).decode("utf-8")) for one in plan.added),
        tuple(
            AskedDifference(
                one.kind,
                None if one.price is None else one.price.nano,
                None if one.price is None else one.price.currency,
            )
            for one in plan.differences
        ),
    )
