"""Why the receiver can't listen or be reached, in a sentence for the person at the screen."""

from typing import ClassVar

from kvitto.store.errors import StoreError


class ReceiverError(Exception):
    """The receiver can't listen, for a reason outside the program.

    Attributes:
        sentence: what happened and what to do, for the user.
        detail: the technical cause, for those who ask; may be empty.
    """

    def __init__(self, sentence: str, detail: str = "") -> None:
        """Keep the `sentence` and the `detail`."""
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail


class PortTakenError(ReceiverError):
    """Another program listens on the port.

    Attributes:
        host: the address that was asked for.
        port: the port that was asked for.
    """

    def __init__(self, host: str, port: int, detail: str = "") -> None:
        """Name the address."""
        super().__init__(
            f"Port {port} on {host} is taken by another program, or by another Kvitto. "
            "Stop that program, or choose another port with --port; --port 0 takes any free one.",
            detail,
        )
        self.host = host
        self.port = port


class AddressUnusableError(ReceiverError):
    """The address is not this computer's, or we may not listen on it.

    Attributes:
        host: the address that was asked for.
        port: the port that was asked for.
    """

    def __init__(self, host: str, port: int, reason: str, detail: str = "") -> None:
        """Name the address, the `reason` and what to do: whole sentences."""
        super().__init__(f"Kvitto can't listen on {host or 'an empty name'}: {reason}", detail)
        self.host = host
        self.port = port


class ReceiverUnreachableError(StoreError):
    """The receiver's process does not answer: nothing can be changed in the store now."""

    retry_helps: ClassVar[bool] = True

    def __init__(self, detail: str = "") -> None:
        """Keep the technical cause."""
        super().__init__(
            "Kvitto's receiver does not answer, so it is not certain that this was done. It is "
            "started again by itself: look, and try again in a moment.",
            detail,
        )


class ReceiverNotStartedError(ReceiverUnreachableError):
    """The receiver's process ended as it began, and did not say why, or can't be started at all."""

    def __init__(self, detail: str = "") -> None:
        """Keep the technical cause."""
        super().__init__(detail)
        self.sentence = (
            "Kvitto's receiver can't be started: it ends at once. Nothing is received until it "
            "can; it is tried again by itself. Why it ends is in kvitto.log, in the data folder."
        )
