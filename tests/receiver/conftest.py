"""A receiver on a free port, in front of the real store."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp.web_protocol
import pytest
from aiohttp.http_parser import HttpRequestParserPy
from blockbuster import BlockBuster

from app.clock import utc_now
from app.core.report import Origin
from app.receiver.limits import Limits
from app.receiver.service import ReceiverService
from app.store.database import Database
from app.store.reader import Reader
from app.store.secrets import CallbackSecret, SecretStore
from app.store.writer import Writer
from tests.helpers.new_store import open_new_database
from tests.receiver.shelf import Shelf


@pytest.fixture(autouse=True)
def _nothing_blocks_the_loop(no_blocking: BlockBuster) -> None:
    """Fail a test in which the receiver's loop is blocked."""
    # A traceback shows lines of the source, which are read: once, when we made a mistake.
    no_blocking.functions["os.stat"].can_block_in("logging/__init__.py", {"formatException"})


@pytest.fixture
def database(data_dir: Path) -> Iterator[Database]:
    with open_new_database(data_dir) as opened:
        yield opened


@pytest.fixture
def reader(database: Database) -> Reader:
    return Reader(database)


@pytest.fixture
def secrets(database: Database) -> list[CallbackSecret]:
    """Return the secrets that are valid; a test may add and remove some."""
    return [SecretStore(database).make(datetime.now(UTC))]


@pytest.fixture
def secret(secrets: list[CallbackSecret]) -> CallbackSecret:
    return secrets[0]


@pytest.fixture
def path(secret: CallbackSecret) -> str:
    """Return the path to which reports are posted."""
    return f"/r/{secret.value}"


@pytest.fixture
def shelf(database: Database) -> Iterator[Shelf]:
    """Return the store, which passes on to the real one."""
    writer = Writer(database)
    writer.start()
    yield Shelf(writer.append)
    writer.close()


class Starter:
    """Starts receivers, which are stopped after the test."""

    def __init__(self, shelf: Shelf, secrets: list[CallbackSecret]) -> None:
        self._shelf = shelf
        self._secrets = secrets
        self._started: list[ReceiverService] = []

    def __call__(
        self,
        limits: Limits | None = None,
        *,
        shelf: Shelf | None = None,
        host: str = "127.0.0.1",
        is_open: bool = False,
        clock: Callable[[], datetime] = utc_now,
    ) -> ReceiverService:
        service = ReceiverService(
            (shelf or self._shelf).append,
            lambda: tuple(self._secrets),
            host=host,
            port=0,
            is_open=is_open,
            limits=limits,
            clock=clock,
        )
        service.start()
        self._started.append(service)
        return service

    def stop(self) -> None:
        for service in self._started:
            service.stop(wait_s=1.0)


@pytest.fixture
def start(shelf: Shelf, secrets: list[CallbackSecret]) -> Iterator[Starter]:
    starter = Starter(shelf, secrets)
    yield starter
    starter.stop()


@pytest.fixture
def receiver(start: Starter) -> ReceiverService:
    """Return a receiver with the usual limits."""
    return start()


@pytest.fixture(params=["c", "python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a test with each of aiohttp's parsers: the quick one is not there on every computer."""
    if request.param == "python":
        monkeypatch.setattr(aiohttp.web_protocol, "HttpRequestParser", HttpRequestParserPy)
    return str(request.param)


@pytest.fixture
def demo_secret(database: Database, secrets: list[CallbackSecret]) -> CallbackSecret:
    """Return a second valid secret, of the stand-in for the sender."""
    made = SecretStore(database).make(datetime.now(UTC), Origin.DEMO)
    secrets.append(made)
    return made
