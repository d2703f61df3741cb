"""Why the receiver can't listen, each with a sentence for the person at the screen."""


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
