"""A D-Bus of the test's own, and stand-ins for the services that a desktop has on it."""

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import unwrap_msg

_LOOK_S: Final = 0.05
_END_S: Final = 60.0
_CONFIGURATION: Final = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


@contextmanager
def private_bus(folder: Path) -> Iterator[str]:
    """Run a bus without any service, in `folder`; yield its address."""
    program = shutil.which("dbus-daemon")
    assert program is not None, "packaging/debian-test-packages.txt has it"
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "bus.conf"
    configuration.write_text(_CONFIGURATION.format(socket=folder / "bus"), "utf-8")
    command = [program, f"--config-file={configuration}", "--nofork", "--print-address"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
    ) as daemon:
        assert daemon.stdout is not None
        try:
            # It prints the address when it listens.
            yield daemon.stdout.readline().strip()
        finally:
            daemon.terminate()
            daemon.wait(_END_S)


class Call(NamedTuple):
    """A call of a stand-in's method."""

    method: str
    path: str
    sender: str
    values: tuple[Any, ...]


class Rejection(NamedTuple):
    """What a method answers that fails."""

    name: str


class Reply(NamedTuple):
    """What a method answers, by its signature.

    Attributes:
        signature, values: the answer.
        signals: what is sent after it: address, member, signature, values.
    """

    signature: str
    values: tuple[Any, ...]
    signals: tuple[tuple[DBusAddress, str, str, tuple[Any, ...]], ...] = ()


Answering = Callable[[Call], Reply | Rejection]


class StandIn:
    """A service on a bus, in a thread of its own, from entering to leaving.

    Args:
        address: the bus.
        name: what the service is called.
        methods: what each of its methods answers, on any path.
    """

    def __init__(self, address: str, name: str, methods: Mapping[str, Answering]) -> None:
        self._address = address
        self._name = name
        self._methods = methods
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._serve, name=f"stand-in {name}")
        self._connection: DBusConnection
        self.calls: Final[list[Call]] = []

    def called(self, method: str) -> list[Call]:
        """Return the calls of a method so far."""
        return [one for one in self.calls if one.method == method]

    def __enter__(self) -> Self:
        """Take the name, and serve."""
        self._connection = open_dbus_connection(self._address, enable_fds=True)
        request = message_bus.RequestName(self._name)
        unwrap_msg(self._connection.send_and_get_reply(request, timeout=_END_S))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Serve no more; the name is free then."""
        self._leaving.set()
        self._thread.join(_END_S)
        self._connection.close()

    def _serve(self) -> None:
        while not self._leaving.is_set():
            try:
                message = self._connection.receive(timeout=_LOOK_S)
            except TimeoutError:
                continue
            if message.header.message_type is MessageType.method_call:
                self._answer(message)

    def _answer(self, message: Message) -> None:
        fields = message.header.fields
        call = Call(
            fields[HeaderFields.member],
            fields[HeaderFields.path],
            fields[HeaderFields.sender],
            message.body,
        )
        self.calls.append(call)
        answer = self._methods[call.method](call)
        if isinstance(answer, Rejection):
            self._connection.send(new_error(message, answer.name))
            return
        self._connection.send(new_method_return(message, answer.signature, answer.values))
        for address, member, signature, values in answer.signals:
            self._connection.send(new_signal(address, member, signature, values))


def is_closed_by_peer(reading_end: int) -> bool:
    """Tell whether nobody has the writing end of a pipe open any more; waits for a moment."""
    os.set_blocking(reading_end, False)
    try:
        return os.read(reading_end, 1) == b""
    except BlockingIOError:
        return False
