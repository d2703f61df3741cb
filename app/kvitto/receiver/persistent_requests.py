"""Ask the receiver for a change, though it may end meanwhile."""

from collections.abc import Callable
from typing import Final, TypeVar

from kvitto.receiver.control_client import ControlClient
from kvitto.receiver.receiver_errors import (
    Problem,
    ReceiverUnreachableError,
    error_of,
)
from kvitto.store.errors import StoreError

T = TypeVar("T")

_TRIES: Final = 3
"""How often a change is asked for: the receiver may end before it has answered. All of them can be
made twice."""


def ask_persistently(client: Callable[[], ControlClient], ask: Callable[[ControlClient], T]) -> T:
    """Ask the receiver; and the next one, where it ends before it has answered.

    Args:
        client: returns a client of the receiver of now.
        ask: asks it.

    Raises:
        StoreError: none answers, or the store can't do it.
    """
    for left in reversed(range(_TRIES)):
        try:
            return ask(client())
        except ReceiverUnreachableError:
            if not left:
                raise
    raise AssertionError


def store_error_of(problem: Problem | None) -> StoreError:
    """Return why a receiver did not store something."""
    error = None if problem is None else error_of(problem)
    return error if isinstance(error, StoreError) else ReceiverUnreachableError()
