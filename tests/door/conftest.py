"""A receiver to be reached, and far ends of tunnels that answer what they are told to."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.core.report import Origin
from app.receiver.reception import Reception
from app.receiver.service import ReceiverService
from app.store.secrets import CallbackSecret
from tests.door.far_ends import FarEnds
from tests.door.programs import Programs
from tests.helpers.new_store import lay_new_database
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
def reception(data_dir: Path) -> Iterator[Reception]:
    """Return a receiver with its store."""
    with Reception(lay_new_database(data_dir), port=0) as opened:
        yield opened


@pytest.fixture
async def far_ends() -> AsyncIterator[FarEnds]:
    async with AsyncExitStack() as stack:
        yield FarEnds(stack)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """Return the only tunnel programs that are found; none at first."""
    made = Programs(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(made.folder))
    return made
