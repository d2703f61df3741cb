"""Ask a receiver over its control listener: blocking calls, for threads.

Plain `http.client`, loaded at the first call: the window starts sooner without aiohttp.
"""

import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypeVar, cast

import msgspec
from typing_extensions import override

from kvitto.receiver.control_messages import (
    HEARTBEAT_S,
    REQUEST_PATH,
    WATCH_PATH,
    Appended,
    AppendReports,
    EditMade,
    GetDemoKey,
    GetProbePlace,
    GetPublicKey,
    GetStatus,
    Listen,
    MakeEdit,
    ProbePlace,
    ReadSettings,
    ReceiverStatus,
    RenewKey,
    Reprocess,
    Request,
    RevokeKey,
    SetNoAuth,
    StartReprocess,
    Stop,
    StopReprocess,
    TrustForwardedHeader,
    WindowEdit,
)
from kvitto.receiver.probes import ProbePath
from kvitto.receiver.receiver_errors import (
    Problem,
    ReceiverError,
    ReceiverUnreachableError,
    error_of,
)
from kvitto.store.callback_keys import CallbackKey
from kvitto.store.errors import StoreError
from kvitto.store.mutations import Edit
from kvitto.store.write_requests import ReportRequest

if TYPE_CHECKING:
    from http.client import HTTPConnection, HTTPResponse

log = logging.getLogger(__name__)

T = TypeVar("T")

_HOST: Final = "127.0.0.1"
_ANSWER_S: Final = 10.0
_LONG_S: Final = 600.0
"""Deleting a large batch takes its time, and stopping or moving finishes what is under way."""
_SILENT_S: Final = 4 * HEARTBEAT_S
"""A receiver that sends a watcher nothing for so long hangs."""
_LONGEST_LINE: Final = 1024 * 1024


class ControlClient:
    """Asks one receiver's process. Any thread; `close` ends all calls that are under way.

    All calls raise a `ReceiverUnreachableError` where the process does not answer, and the
    `StoreError` or `ReceiverError` with which it answers.

    Args:
        port: of `InstanceInfo.control_port`.
        token: of `InstanceInfo.control_token`.
    """

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token
        self._changing = threading.Lock()
        self._open: set[HTTPConnection] = set()
        self._is_closed = False

    @override
    def __repr__(self) -> str:
        """Leave the token out."""
        return f"ControlClient(port={self._port})"

    def status(self) -> ReceiverStatus:
        """Return how the receiver is."""
        return self._ask(GetStatus(), ReceiverStatus)

    def edit(self, edit: Edit) -> EditMade:
        """Make a change in the store, one of `WindowEdit`; return once it is on the disk."""
        return self._ask(MakeEdit(cast(WindowEdit, edit)), EditMade, _LONG_S)

    def append(self, arrivals: Sequence[ReportRequest]) -> list[Appended]:
        """Store reports; return what became of each."""
        return self._ask(AppendReports(arrivals), list[Appended], _LONG_S)

    def start_reprocess(self, keys: Sequence[int]) -> Reprocess:
        """Parse refused requests again; return the run, whose progress is in the status."""
        return self._ask(StartReprocess(keys), Reprocess)

    def stop_reprocess(self) -> None:
        """Stop parsing refused requests again."""
        self._ask(StopReprocess(), None)

    def public_key(self, url: str) -> CallbackKey:
        """Return the key of a public URL; made where there is none."""
        return self._ask(GetPublicKey(url), CallbackKey)

    def demo_key(self) -> CallbackKey:
        """Return the key of the demo; made where there is none."""
        return self._ask(GetDemoKey(), CallbackKey)

    def renew_key(self, key: int | None) -> CallbackKey:
        """Make a new key for a URL; None for the local one."""
        return self._ask(RenewKey(key), CallbackKey)

    def revoke_key(self, key: int) -> None:
        """Revoke a key."""
        self._ask(RevokeKey(key), None)

    def probe_place(self, nonce: str) -> ProbePath | None:
        """Return where a probe came in; None where it has not come."""
        return self._ask(GetProbePlace(nonce), ProbePlace).place

    def trust_forwarded_header(self, header: str | None) -> None:
        """Take client addresses from this header from now on; None for none."""
        self._ask(TrustForwardedHeader(header), None)

    def set_no_auth(self, *, no_auth: bool) -> None:
        """Take reports without a key, too, or not any more."""
        self._ask(SetNoAuth(no_auth), None, _LONG_S)

    def read_settings(self) -> None:
        """Read the settings about sleep again."""
        self._ask(ReadSettings(), None)

    def listen(self, host: str, port: int) -> ReceiverStatus:
        """Listen here from now on; the old address is kept until that works.

        Raises:
            ReceiverError: it can't listen there.
        """
        return self._ask(Listen(host, port), ReceiverStatus, _LONG_S)

    def stop(self) -> None:
        """Ask it to finish what is under way, and end."""
        self._ask(Stop(), None)

    def watch(self, on_status: Callable[[ReceiverStatus], None]) -> None:
        """Call `on_status` at once and after each change, until the receiver ends or hangs."""
        decoder = msgspec.json.Decoder(ReceiverStatus)
        with self._connection(_SILENT_S) as connection:
            response = self._sent(connection, "GET", WATCH_PATH)
            while line := response.readline(_LONGEST_LINE):
                on_status(decoder.decode(line))

    def close(self) -> None:
        """End all calls that are under way, and refuse others."""
        with self._changing:
            self._is_closed = True
            for connection in self._open:
                if connection.sock is not None:
                    with contextlib.suppress(OSError):
                        connection.sock.shutdown(socket.SHUT_RDWR)

    # --- Inside ---------------------------------------------------------------------------------

    def _ask(self, request: Request, kind: type[T] | None, within_s: float = _ANSWER_S) -> T:
        with self._connection(within_s) as connection:
            response = self._sent(connection, "POST", REQUEST_PATH, msgspec.json.encode(request))
            body = response.read()
            if response.status == HTTPStatus.CONFLICT:
                raise error_of(msgspec.json.decode(body, type=Problem))
            return msgspec.json.decode(body, type=kind)

    def _sent(
        self, connection: "HTTPConnection", method: str, path: str, body: bytes | None = None
    ) -> "HTTPResponse":
        connection.request(
            method, path, body, {"Authorization": f"Bearer {self._token}"}, encode_chunked=False
        )
        response = connection.getresponse()
        if response.status not in {HTTPStatus.OK, HTTPStatus.CONFLICT}:
            # Another receiver has the port by now, or another version does not understand us.
            raise ReceiverUnreachableError(f"the receiver answered {response.status}")
        return response

    @contextmanager
    def _connection(self, within_s: float) -> "Iterator[HTTPConnection]":
        """Open a connection; turn its failures into a `ReceiverUnreachableError`."""
        from http.client import HTTPConnection, HTTPException

        connection = HTTPConnection(_HOST, self._port, timeout=within_s)
        try:
            connection.connect()
            with self._changing:
                self._open.add(connection)
                is_closed = self._is_closed
            if is_closed:
                raise ReceiverUnreachableError
            yield connection
        except StoreError:
            raise
        except (OSError, HTTPException, msgspec.DecodeError) as error:
            raise ReceiverUnreachableError(f"{type(error).__name__}: {error}") from error
        finally:
            with self._changing:
                self._open.discard(connection)
            connection.close()


def adjust_in_background(
    client: ControlClient, address: tuple[str, int] | None, *, sets_no_auth: bool
) -> None:
    """Change a receiver on a thread of its own; where that fails, it stays as it is.

    Args:
        client: of the receiver.
        address: where it is to listen; None for no change.
        sets_no_auth: whether it is to take reports without a key, too.
    """

    def ask() -> None:
        try:
            if sets_no_auth:
                client.set_no_auth(no_auth=True)
            if address is not None:
                client.listen(*address)
        except ReceiverUnreachableError as error:
            # It ends, or the window does.
            log.info("The receiver stays as it is: %s", error.detail)
        except (StoreError, ReceiverError) as error:
            log.warning("The receiver stays as it is: %s", error)

    if address is not None or sets_no_auth:
        threading.Thread(target=ask, name="kvitto-adjust", daemon=True).start()
