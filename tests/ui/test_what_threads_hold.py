"""What other threads do for the window: none of them is the last to hold an object of Qt's."""

import asyncio
import concurrent.futures.thread
import threading
import time
import weakref
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest
from PySide6.QtCore import QObject

from kvitto.books.own_thread import in_own_thread
from kvitto.receiver.supervision import in_thread
from kvitto.store.errors import StoreClosedError
from kvitto.ui.backend import Backend
from kvitto.ui.services.context import Context
from kvitto.ui.services.from_threads import CallsFromThreads
from tests.ui.sessions import BackendHere
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync

_LATE_S: Final = 0.02
"""How long a thread holds what it has, once it has told what came of a call."""
_TIMES: Final = 5


class Held(QObject):
    """An object of the window's that another thread is given, and tells where it is deleted."""

    def __init__(self, deleted: list[int], begun: threading.Event, *, fails: bool) -> None:
        super().__init__()
        self._deleted, self._begun, self._fails = deleted, begun, fails

    def call(self) -> None:
        self._begun.set()
        if self._fails:
            raise ValueError

    def __del__(self) -> None:
        self._deleted.append(threading.get_ident())


Call: TypeAlias = Callable[[Context, Held], Awaitable[Any]]


async def by_executor(_context: Context, held: Held) -> None:
    await asyncio.get_running_loop().run_in_executor(None, held.call)


async def by_edit(context: Context, held: Any) -> None:
    # What is none is given up on its way: with an exception, and without a receiver.
    await asyncio.wrap_future(context.backend.edit(held))


WAYS: Final[dict[str, Call]] = {
    "the window's own threads": lambda context, held: context.tasks.in_thread(held.call),
    "begun by the window": lambda context, held: context.tasks.begin(held.call),
    "asyncio's to_thread": lambda _context, held: asyncio.to_thread(held.call),
    "supervision's": lambda _context, held: in_thread(held.call),
    "the loop's": by_executor,
    "a thread of its own": lambda _context, held: in_own_thread(held.call, "own"),
}


@pytest.fixture
def _late_threads(qapp: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let every other thread hold for a while what it holds when it has told of a call.

    With `qapp`, Python collects no garbage meanwhile: what is deleted had no holder.
    """
    del qapp
    window = threading.get_ident()
    tell, run = CallsFromThreads.call, concurrent.futures.thread._WorkItem.run  # noqa: SLF001

    def tell_late(calls: CallsFromThreads, what: Callable[[], object]) -> None:
        tell(calls, what)
        if threading.get_ident() != window:
            time.sleep(_LATE_S)  # noqa: TID251 - it is a time that is tested

    def run_late(item: Any) -> None:
        run(item)
        time.sleep(_LATE_S)  # noqa: TID251 - it is a time that is tested

    with monkeypatch.context() as patch:
        patch.setattr(CallsFromThreads, "call", tell_late)
        patch.setattr(concurrent.futures.thread._WorkItem, "run", run_late)  # noqa: SLF001
        yield


async def _use(context: Context, make: Call, *, fails: bool, is_cancelled: bool) -> list[int]:
    """Have a thread use an object some times; return which threads deleted it."""
    deleted = list[int]()

    async def wait_for_it(begun: threading.Event) -> None:
        held = Held(deleted, begun, fails=fails)
        with suppress(ValueError, TypeError):
            await make(context, held)

    for _ in range(_TIMES):
        begun = threading.Event()
        waiting = asyncio.get_running_loop().create_task(wait_for_it(begun))
        if is_cancelled:
            await until(begun.is_set)
            waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        del waiting
    await until(lambda: len(deleted) == _TIMES)
    return deleted


@pytest.mark.usefixtures("_late_threads")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("is_cancelled", [False, True])
async def test_what_a_thread_was_given_is_deleted_by_the_window(
    context: Context, way: str, *, fails: bool, is_cancelled: bool
) -> None:
    deleted = await _use(context, WAYS[way], fails=fails, is_cancelled=is_cancelled)
    assert deleted == [threading.get_ident()] * _TIMES


@pytest.mark.usefixtures("_late_threads")
async def test_what_awaits_an_edit_that_fails_is_deleted_by_the_window(context: Context) -> None:
    deleted = await _use(context, by_edit, fails=True, is_cancelled=False)
    assert deleted == [threading.get_ident()] * _TIMES


@pytest.mark.usefixtures("_late_threads")
async def test_what_awaits_a_report_that_fails_is_deleted_by_the_window(context: Context) -> None:
    async def append(context: Context, held: Any) -> None:
        await context.backend.append(held)

    deleted = await _use(context, append, fails=True, is_cancelled=False)
    assert deleted == [threading.get_ident()] * _TIMES


async def test_an_edit_that_is_not_begun_when_the_session_ends_is_cancelled(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = threading.Event()
    monkeypatch.setattr(context.backend, "append_all", lambda _arrivals: may_end.wait(60))
    arrival: Any = None
    first, second = context.backend.append(arrival), context.backend.append(arrival)
    ending = asyncio.to_thread(Backend.close, context.backend)
    ended = asyncio.get_running_loop().create_task(ending)
    with pytest.raises(asyncio.CancelledError):
        await second
    may_end.set()
    with suppress(TypeError):  # it answers nothing
        await first
    await ended
    with pytest.raises(StoreClosedError):
        context.backend.edit(arrival)


async def test_a_session_that_has_ended_holds_nobody_who_was_told(data_dir: Path) -> None:
    backend = await asyncio.to_thread(BackendHere, data_dir)
    told = QObject()
    gone = weakref.ref(told)
    backend.when_committed(lambda _revision, told=told: None)  # type: ignore[misc]
    backend.when_woken(lambda told=told: None)  # type: ignore[misc]
    del told
    await asyncio.to_thread(backend.close)
    assert gone() is None
