"""One connection to a D-Bus, all of whose failures are a `BusError`.

Qt's own D-Bus can't be used from Python for what is needed here: it knows no unsigned numbers, and
the desktops' calls take some.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from jeepney import (
    DBusAddress,
    DBusErrorResponse,
    HeaderFields,
    MatchRule,
    message_bus,
    new_method_call,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import unwrap_msg

SESSION: Final = "SESSION"
SYSTEM: Final = "SYSTEM"

_BUS_S: Final = 2.0
"""The bus itself answers at once, or not at all."""


class BusError(Exception):
    """There is no such bus or service, or it answers with an error, or not in time."""


class BusAnswer(NamedTuple):
    """What a service answers.

    Attributes:
        body: the values.
        service: the unique name of the one that answered; another one after it was restarted.
    """

    body: tuple[Any, ...]
    service: str


class Bus:
    """A connection. What services have granted ends with it. One thread at a time.

    Args:
        name: SESSION or SYSTEM.

    Raises:
        BusError: there is no such bus.
    """

    def __init__(self, name: str) -> None:
        with _translate_errors():
            self._connection: DBusConnection = open_dbus_connection(name, enable_fds=True)

    @property
    def unique_name(self) -> str:
        """Our own name on the bus."""
        return str(self._connection.unique_name)

    def call(
        self, address: DBusAddress, method: str, signature: str, *values: Any, timeout_s: float
    ) -> BusAnswer:
        """Call a method and return the answer; a `FileDescriptor` in it is ours to close.

        Raises:
            BusError: it failed.
        """
        message = new_method_call(address, method, signature, values)
        with _translate_errors():
            answer = self._connection.send_and_get_reply(message, timeout=timeout_s)
            body = unwrap_msg(answer)
        return BusAnswer(body, str(answer.header.fields.get(HeaderFields.sender, "")))

    @contextmanager
    def listening(self, rule: MatchRule) -> Iterator["Signals"]:
        """Listen to signals meanwhile.

        Raises:
            BusError: the bus does not allow it.
        """
        self._ask_bus(message_bus.AddMatch(rule))
        with self._connection.filter(rule) as queue:
            yield Signals(self._connection, queue)
        self._ask_bus(message_bus.RemoveMatch(rule))

    def has(self, unique_name: str) -> bool:
        """Tell whether a service still runs.

        Raises:
            BusError: the bus does not run any more.
        """
        [has_owner] = self._ask_bus(message_bus.NameHasOwner(unique_name))
        return bool(has_owner)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _ask_bus(self, message: Any) -> tuple[Any, ...]:
        with _translate_errors():
            body: tuple[Any, ...] = unwrap_msg(
                self._connection.send_and_get_reply(message, timeout=_BUS_S)
            )
        return body


class Signals:
    """The signals that a :meth:`Bus.listening` hears."""

    def __init__(self, connection: DBusConnection, queue: Any) -> None:
        """Wait on `connection` for what comes into `queue`."""
        self._connection = connection
        self._queue = queue

    def wait(self, timeout_s: float) -> tuple[Any, ...] | None:
        """Return the values of the next one; None where none comes in time.

        Raises:
            BusError: the bus does not run any more.
        """
        try:
            with _translate_errors():
                message = self._connection.recv_until_filtered(self._queue, timeout=timeout_s)
        except BusError as error:
            if isinstance(error.__cause__, TimeoutError):
                return None
            raise
        body: tuple[Any, ...] = message.body
        return body


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Turn each failure of a bus into a `BusError`."""
    try:
        yield
    except DBusErrorResponse as error:
        raise BusError(error.name) from error
    except (OSError, RuntimeError, ValueError, KeyError) as error:
        # Its address is missing or wrong; it refuses the connection; or it did not answer in time.
        msg = f"{type(error).__name__}: {error}"
        raise BusError(msg) from error
