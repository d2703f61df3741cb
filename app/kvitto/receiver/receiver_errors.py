"""Why the receiver can't listen or be reached, and how errors travel between processes."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Final, get_type_hints

import msgspec
from typing_extensions import override

import kvitto.store.spool_errors  # noqa: F401 - so that `error_of` knows them in every process
from kvitto.core.translatable import translatable
from kvitto.problem import ProblemError
from kvitto.store.errors import StoreError


class ReceiverError(ProblemError):
    """The receiver can't listen, for a reason outside the program."""


class PortTakenError(ReceiverError):
    """Another program listens on the port.

    Attributes:
        host: the address that was asked for.
        port: the port that was asked for.
    """

    host: str
    port: int
    detail: str = ""
    english = translatable(
        "Errors",
        "Port {port} on {host} is taken by another program, or by another Kvitto. Stop that "
        "program, or choose another port: in the settings, or with --port; 0 takes any free one.",
    )


class AddressFault(StrEnum):
    """What is wrong with an address."""

    NO_SUCH_PORT = "no_such_port"
    NO_SUCH_NAME = "no_such_name"
    SYSTEM_PORT = "system_port"
    """The system keeps ports below `FIRST_FREE_PORT` for itself."""
    NOT_OURS = "not_ours"
    NOT_ALLOWED = "not_allowed"


LAST_PORT: Final = 65_535
FIRST_FREE_PORT: Final = 1_024
_FAULTS: Final = {
    AddressFault.NO_SUCH_PORT: translatable(
        "Errors",
        "Kvitto can't listen on {host}: {port} is not a port. Choose one from 1024 to {last}, "
        "in the settings or with --port.",
    ),
    AddressFault.NO_SUCH_NAME: translatable(
        "Errors",
        "Kvitto can't listen on {host}: no computer has that name. Use an address of this computer "
        "with --host, such as 127.0.0.1.",
    ),
    AddressFault.SYSTEM_PORT: translatable(
        "Errors",
        "Kvitto can't listen on {host}: ports below {free} are kept for the system. Choose a "
        "higher one, in the settings or with --port.",
    ),
    AddressFault.NOT_OURS: translatable(
        "Errors",
        "Kvitto can't listen on {host}: that is not an address of this computer. Use one that is "
        "with --host, such as 127.0.0.1.",
    ),
    AddressFault.NOT_ALLOWED: translatable(
        "Errors",
        "Kvitto can't listen on {host}: the system does not allow it. Choose another address with "
        "--host, or another port.",
    ),
}
_NO_NAME: Final = translatable("Errors", "an empty name")


class AddressUnusableError(ReceiverError):
    """The address is not this computer's, or we may not listen on it.

    Attributes:
        host: the address that was asked for.
        port: the port that was asked for.
        fault: what is wrong with it.
    """

    host: str
    port: int
    fault: AddressFault
    detail: str = ""

    @override
    def template(self) -> str:
        return _FAULTS[self.fault]

    @override
    def values(self, translate: Callable[[str], str]) -> Mapping[str, object]:
        host = self.host or translate(_NO_NAME)
        return {"host": host, "port": self.port, "free": FIRST_FREE_PORT, "last": LAST_PORT}


class ReceiverUnreachableError(StoreError):
    """The receiver's process does not answer: nothing can be changed in the store now."""

    detail: str = ""
    english = translatable(
        "Errors",
        "Kvitto's receiver does not answer, so it is not certain that this was done. It is "
        "started again by itself: look, and try again in a moment.",
    )


class ReceiverNotStartedError(ReceiverUnreachableError):
    """The receiver's process ended as it began, and did not say why, or can't be started at all."""

    english = translatable(
        "Errors",
        "Kvitto's receiver can't be started: it ends at once. Nothing is received until it can; "
        "it is tried again by itself. Why it ends is in kvitto.log, in the data folder.",
    )


class InternalFaultError(StoreError):
    """The receiver made a mistake of its own."""

    english = translatable(
        "Errors",
        "Kvitto made a mistake of its own. The reports that it concerns are refused for now, and "
        "are sent again for about 90 minutes. The log has the details.",
    )


class LoopFaultError(StoreError):
    """A part of the receiver made a mistake, and was started again."""

    english = translatable(
        "Errors",
        "A part of Kvitto's receiver made a mistake, and was started again. Reports are received "
        "and stored all the same. The log has the details: send it to whoever helps you.",
    )


class UnknownProblemError(StoreError):
    """A receiver of another version tells of an error that this one does not know.

    Attributes:
        code: the name of its class.
    """

    code: str
    english = translatable(
        "Errors",
        "Kvitto's receiver is of another version than this window, and tells of something that "
        "this one does not know: {code}. Quit Kvitto, and start the newest version.",
    )


class Problem(msgspec.Struct, frozen=True):
    """An error of the store or the receiver, as it is sent to another process.

    Attributes:
        code: the name of its class.
        values: its fields, as JSON has them.
    """

    code: str
    values: Mapping[str, str | int] = msgspec.field(default_factory=dict)


def problem_of(error: StoreError | ReceiverError) -> Problem:
    """Return an error as it is sent."""
    values = {one.name: getattr(error, one.name) for one in fields(error)}
    return Problem(type(error).__name__, msgspec.to_builtins(values, enc_hook=str))


def error_of(problem: Problem) -> StoreError | ReceiverError:
    """Return the error that a problem was; what is not known here as an `UnknownProblemError`."""
    kind = (_kinds(ReceiverError) | _kinds(StoreError)).get(problem.code)
    if kind is None:
        return UnknownProblemError(problem.code)
    hints = get_type_hints(kind)
    try:
        return kind(**{name: _value(hints[name], it) for name, it in problem.values.items()})
    except (KeyError, TypeError, msgspec.ValidationError):
        return UnknownProblemError(problem.code)


def _value(kind: type, value: str | int) -> object:
    return msgspec.convert(value, kind, dec_hook=lambda known, told: known(told))


def _kinds(
    base: type[StoreError] | type[ReceiverError],
) -> dict[str, type[StoreError] | type[ReceiverError]]:
    found: dict[str, type[StoreError] | type[ReceiverError]] = {}
    for kind in base.__subclasses__():
        found |= {kind.__name__: kind} | _kinds(kind)
    return found
