"""A receiver on a free port, in front of the real store."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import aiohttp.web_protocol
import pytest
from aiohttp.http_parser import HttpRequestParserPy
from blockbuster import BlockBuster

from kvitto.clock import utc_now
from kvitto.core.report import Origin
from kvitto.receiver.connection_limits import Limits
from kvitto.receiver.receiver_link import ReceiverLink
from kvitto.receiver.server import ReceiverService
from kvitto.store.callback_keys import CallbackKey, CallbackKeyStore
from kvitto.store.database import FileDatabase
from kvitto.store.reader import Reader
from kvitto.store.writer import Writer
from tests.helpers.new_store import open_new_database
from tests.helpers.receivers import ReceiversHere
from tests.receiver.fake_store import FakeStore
from tests.receiver.links import Join


@pytest.fixture(autouse=True)
def _nothing_blocks_the_loop(no_blocking: BlockBuster) -> None:
    """Fail a test in which the receiver's loop is blocked."""
    # A traceback shows lines of the source, which are read: once, when we made a mistake.
    no_blocking.functions["os.stat"].can_block_in("logging/__init__.py", {"formatException"})


@pytest.fixture
def database(data_dir: Path) -> Iterator[FileDatabase]:
    with open_new_database(data_dir) as opened:
        yield opened


@pytest.fixture
def reader(database: FileDatabase) -> Reader:
    return Reader(database)


@pytest.fixture
def callback_keys(database: FileDatabase) -> list[CallbackKey]:
    """Return the keys that are valid; a test may add and remove some."""
    return [CallbackKeyStore(database).make(datetime.now(UTC))]


@pytest.fixture
def callback_key(callback_keys: list[CallbackKey]) -> CallbackKey:
    return callback_keys[0]


@pytest.fixture
def path(callback_key: CallbackKey) -> str:
    """Return the path to which reports are posted."""
    return f"/r/{callback_key.value}"


@pytest.fixture
def fake_store(database: FileDatabase) -> Iterator[FakeStore]:
    """Return the store, which passes on to the real one."""
    writer = Writer(database)
    writer.start()
    yield FakeStore(writer.append)
    writer.close()


class Starter:
    """Starts receivers, which are stopped after the test."""

    def __init__(self, fake_store: FakeStore, callback_keys: list[CallbackKey]) -> None:
        self._fake_store = fake_store
        self._callback_keys = callback_keys
        self._started: list[ReceiverService] = []

    def __call__(
        self,
        limits: Limits | None = None,
        *,
        fake_store: FakeStore | None = None,
        host: str = "127.0.0.1",
        no_auth: bool = False,
        clock: Callable[[], datetime] = utc_now,
    ) -> ReceiverService:
        service = ReceiverService(
            (fake_store or self._fake_store).append,
            lambda: tuple(self._callback_keys),
            host=host,
            port=0,
            no_auth=no_auth,
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
def start(fake_store: FakeStore, callback_keys: list[CallbackKey]) -> Iterator[Starter]:
    starter = Starter(fake_store, callback_keys)
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
def demo_callback_key(database: FileDatabase, callback_keys: list[CallbackKey]) -> CallbackKey:
    """Return a second valid key, of the simulator."""
    made = CallbackKeyStore(database).make(datetime.now(UTC), Origin.DEMO)
    callback_keys.append(made)
    return made


@pytest.fixture
def receivers() -> Iterator[ReceiversHere]:
    made = ReceiversHere()
    yield made
    made.end()


@pytest.fixture
def join(receivers: ReceiversHere) -> Iterator[Join]:
    """Return what links with a folder's receiver."""
    with ExitStack() as links:

        def link(
            folder: Path,
            *,
            port: int = 0,
            start: Callable[..., object] | None = None,
            no_auth: bool = False,
        ) -> ReceiverLink:
            made = ReceiverLink(
                folder,
                host="127.0.0.1",
                port=port,
                no_auth=no_auth,
                start=start or receivers,  # type: ignore[arg-type]
            )
            links.callback(made.close)
            return made

        yield link
