"""Loops that go on whatever happens in them."""

import asyncio
import contextlib
import logging
import threading

import pytest

from kvitto.receiver.supervision import OnFault, run_forever, run_forever_in_thread
from tests.helpers.logwatch import LogWatch

SECRET = RuntimeError("http://me:hemligt@proxy")
MISTAKES = [
    SECRET,
    ValueError("no"),
    AssertionError(),
    ExceptionGroup("many", [KeyError("a")]),
    asyncio.CancelledError(),
    StopAsyncIteration(),
    MemoryError(),
]


class Steps:
    """Something that is done again and again, and fails as often as it is told to."""

    def __init__(self, *mistakes: BaseException) -> None:
        self.left = list(mistakes)
        self.told: list[Exception] = []
        self.count = 0
        self.stopped = threading.Event()

    def take(self) -> None:
        """Take a step; the one after the last mistake ends the loop of a thread."""
        self.count += 1
        if self.left:
            raise self.left.pop(0)
        self.stopped.set()

    async def take_async(self) -> None:
        """Take a step; the one after the last mistake cancels the loop's task."""
        self.take()
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)

    async def run(self, on_fault: OnFault | None = None) -> None:
        """Run until the last mistake is made."""
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.get_running_loop().create_task(
                run_forever(
                    "testing", self.take_async, on_fault or self.told.append, first_delay_s=0.001
                )
            )


def name_of(error: BaseException) -> str:
    return type(error).__name__


@pytest.mark.parametrize("mistake", MISTAKES, ids=name_of)
async def test_a_step_that_fails_is_logged_told_and_not_the_last(
    log_watch: LogWatch, mistake: BaseException
) -> None:
    steps = Steps(mistake, mistake)
    with log_watch.expect(logging.ERROR, "a mistake while testing"):
        await steps.run()
    assert (steps.count, len(steps.told)) == (3, 2)


async def test_what_is_cancelled_ends() -> None:
    async def wait() -> None:
        await asyncio.Event().wait()

    task = asyncio.get_running_loop().create_task(run_forever("waiting", wait))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_fault_that_can_not_be_told_ends_nothing(log_watch: LogWatch) -> None:
    def fail(_error: Exception) -> None:
        raise RuntimeError

    steps = Steps(ValueError())
    with (
        log_watch.expect(logging.ERROR, "a mistake while testing"),
        log_watch.expect(logging.ERROR, "could not be reported"),
    ):
        await steps.run(fail)
    assert steps.count == 2


async def test_no_password_of_a_mistake_gets_into_the_log(
    log_watch: LogWatch, caplog: pytest.LogCaptureFixture
) -> None:
    with log_watch.expect(logging.ERROR, "a mistake while testing"):
        await Steps(SECRET).run()
    assert "hemligt" not in caplog.text


def test_the_loop_of_a_thread_goes_on_too(log_watch: LogWatch) -> None:
    steps = Steps(ValueError(), MemoryError())
    with log_watch.expect(logging.ERROR, "a mistake while testing"):
        run_forever_in_thread(
            "testing", steps.take, steps.stopped, steps.told.append, first_delay_s=0.001
        )
    assert (steps.count, len(steps.told)) == (3, 2)


def test_the_loop_of_a_thread_that_waits_after_a_fault_can_be_stopped(log_watch: LogWatch) -> None:
    stopped = threading.Event()

    def fail() -> None:
        raise ValueError

    with log_watch.expect(logging.ERROR, "a mistake while testing"):
        run_forever_in_thread(
            "testing", fail, stopped, lambda _fault: stopped.set(), first_delay_s=3600
        )
