"""A receiver to be reached, and far ends of tunnels that answer what they are told to."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kvitto.core.report import Origin
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.receiver.server import ReceiverService
from kvitto.store.callback_keys import CallbackKey
from tests.helpers.new_store import lay_new_database
from tests.reachability.far_ends import FarEnds
from tests.reachability.programs import Programs
from tests.receiver.fake_store import FakeStore

KEY = CallbackKey(1, "5ecre7" * 5, Origin.WEBHOOK, datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture(autouse=True)
def _others_have_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take nobody for silent because this machine is busy with other tests."""
    monkeypatch.setattr("kvitto.reachability.tunnels.discovery._LIMIT_S", 30.0)


@pytest.fixture
def callback_keys() -> list[CallbackKey]:
    """Return the keys that are valid; a test may change them."""
    return [KEY]


@pytest.fixture
def fake_store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def receiver(fake_store: FakeStore, callback_keys: list[CallbackKey]) -> Iterator[ReceiverService]:
    service = ReceiverService(fake_store.append, lambda: tuple(callback_keys), port=0)
    service.start()
    yield service
    service.stop(wait_s=1.0)


@pytest.fixture
def runtime(data_dir: Path) -> Iterator[ReceiverRuntime]:
    """Return a receiver with its store."""
    with ReceiverRuntime(lay_new_database(data_dir), port=0) as opened:
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
    monkeypatch.setattr("kvitto.reachability.tunnels.programs.usual_folders", lambda _name: [])
    return made
