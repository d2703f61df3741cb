"""Calls on other threads, of which nothing is left there once they are made.

What is not needed any more is deleted by the thread that let go of it last, and an object of Qt's
that is deleted away from the window's thread waits for Python's lock while it holds one of Qt's.
The window may have the first and wait for the second: for ever. A thread that makes a call usually
is the last at times: it knows the call, and the future of what it returned or raised. An exception
even holds the frames of all that it was raised in, so those of the coroutine that awaited it.

So in the window's process a thread is given the number of a call and holds nothing else, and the
window's thread is told when it may let go. A test names what else makes threads above the receiver.
An error that a thread keeps is raised `anew` elsewhere, and callbacks are forgotten at the end.
"""

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, Final, Generic, ParamSpec, TypeAlias, TypeVar

from typing_extensions import override

P = ParamSpec("P")
T = TypeVar("T")

Soon: TypeAlias = Callable[[Callable[[], None]], object]
"""Has the thread that lets go make a call soon; from any thread. May raise `RuntimeError`, or do
nothing, once that thread makes no calls any more: what was not let go of by then stays."""


class _Call(Generic[T]):
    """A call that another thread makes, and a future of what comes of it."""

    def __init__(self, call: Callable[[], T], soon: Soon | None) -> None:
        self._call: Final = call
        self.soon: Final = soon
        self.answer: Final[Future[T]] = Future()

    def make(self) -> None:
        """Make it, unless the future is cancelled; on the other thread."""
        call, answer = self._call, self.answer
        if not answer.set_running_or_notify_cancel():
            return
        try:
            result = call()
        except BaseException as error:  # noqa: BLE001 - raised where it is awaited
            answer.set_exception(error)
            del self, answer  # the error holds this frame
        else:
            answer.set_result(result)


_CALLS: Final[dict[int, _Call[Any]]] = {}
"""Those that are not over, by their numbers."""
_NUMBERS: Final = itertools.count()


def _add(call: Callable[[], T], soon: Soon | None) -> tuple[int, Future[T]]:
    number, one = next(_NUMBERS), _Call(call, soon)
    _CALLS[number] = one
    return number, one.answer


def _make(number: int) -> None:
    _CALLS[number].make()
    _end(number)


def _end(number: int) -> None:
    """Have a call let go of that is over. Its thread has nothing of it any more."""
    soon = _CALLS[number].soon
    if soon is None:
        _let_go(number)
    else:
        with suppress(RuntimeError):
            soon(partial(_let_go, number))


def _let_go(number: int) -> None:
    _CALLS.pop(number, None)


def _end_cancelled(number: int, made: "Future[None]") -> None:
    """Cancel a call that will not be made, as its pool is shut down; any thread."""
    if made.cancelled():
        _CALLS[number].answer.cancel()
        _end(number)


class NumberedCallExecutor(Executor):
    """A pool of threads that hold nothing of the calls that they made. Any thread may ask.

    Args:
        max_workers: how many threads.
        name: what their names begin with.
        soon: has the window's thread let go of what they had; None where there is no window, and
            nothing of Qt's.
    """

    def __init__(self, max_workers: int, name: str, soon: Soon | None) -> None:
        self._threads: Final = ThreadPoolExecutor(max_workers, thread_name_prefix=name)
        self._soon: Final = soon

    @override
    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Make a call on one of the threads; return a future of what it returns.

        Raises:
            RuntimeError: it is shut down.
        """
        number, answer = _add(partial(fn, *args, **kwargs), self._soon)
        try:
            made = self._threads.submit(_make, number)
        except RuntimeError:
            _let_go(number)
            raise
        made.add_done_callback(partial(_end_cancelled, number))
        return answer

    @override
    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Make no more calls than were asked for, or, with `cancel_futures`, than were begun.

        Args:
            wait: whether to return once all are made.
            cancel_futures: whether those that are not begun are cancelled.
        """
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)


def call_on_own_thread(call: Callable[[], T], name: str, soon: Soon | None) -> Future[T]:
    """Make a call on a thread of its own, which the end of the program does not wait for.

    Args:
        call: it.
        name: the thread's.
        soon: as of `NumberedCallExecutor`.

    Returns:
        A future of what it returns.

    Raises:
        RuntimeError: no thread can be had.
    """
    number, answer = _add(call, soon)
    try:
        threading.Thread(target=_make, args=(number,), name=name, daemon=True).start()
    except RuntimeError:
        _let_go(number)
        raise
    return answer
