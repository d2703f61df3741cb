"""A receiver to be reached, and far ends of tunnels that answer what they are told to."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from app.core.report import Origin
from app.receiver.service import ReceiverService
from app.store.secrets import CallbackSecret
from tests.door.far_ends import FarEnds
from tests.receiver.shelf import Shelf

SECRET = CallbackSecret(1, "5ecre7" * 5, Origin.WEBHOOK, datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def secrets() -> list[CallbackSecret]:
    """Return the secrets that are valid; a test may change them."""
    return [SECRET]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def receiver(shelf: Shelf, secrets: list[CallbackSecret]) -> Iterator[ReceiverService]:
    service = ReceiverService(shelf.append, lambda: tuple(secrets), port=0)
    service.start()
    yield service
    service.stop(wait_s=1.0)


@pytest.fixture
async def far_ends() -> AsyncIterator[FarEnds]:
    async with AsyncExitStack() as stack:
        yield FarEnds(stack)
