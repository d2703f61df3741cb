"""Purge a batch, however new it is."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Final

from kvitto.store.deletions import PurgePart
from kvitto.store.mutations import Edit

_EVER: Final = datetime(9000, 1, 1, tzinfo=UTC)
_WAIT_S: Final = 30


def purge(
    edit: Callable[[Edit], "Future[int]"], key: int, now: datetime, *, keeps_sums: bool = True
) -> None:
    """Purge all of a batch by `edit`, such as a writer's, and wait until it is done."""
    while True:
        part = PurgePart(key, _EVER, now, keeps_sums)
        edit(part).result(_WAIT_S)
        assert part.made is not None
        if part.made.is_last:
            return
