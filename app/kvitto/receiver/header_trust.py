"""Tells each receiver of a window which header of the tunnel has the callers' addresses."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from kvitto.receiver.control_client import ControlClient
from kvitto.receiver.control_messages import ReceiverStatus
from kvitto.store.errors import StoreError

log = logging.getLogger(__name__)


class HeaderTrust:
    """Knows the header, and which receiver was told. Any thread.

    Args:
        client: returns a client of the receiver.
        submit: makes a call soon, on another thread.
    """

    def __init__(
        self, client: Callable[[], ControlClient], submit: Callable[[Callable[[], None]], object]
    ) -> None:
        self._client: Final = client
        self._submit: Final = submit
        self._header: str | None = None
        self._told_pid = 0
        self._telling: Final = threading.Lock()

    def trust(self, header: str | None) -> None:
        """Have unknown callers' addresses taken from this header; the next `look` tells it."""
        self._header = header
        self._told_pid = 0

    def look(self, status: ReceiverStatus | None) -> None:
        """Tell the receiver soon, where it is another one than was told, or is to be told anew."""
        if status is None:
            self._told_pid = 0
        elif self._told_pid != status.pid and status.is_listening:
            self._told_pid = status.pid
            self._submit(self._tell)

    def _tell(self) -> None:
        try:
            with self._telling:  # what was chosen last must arrive last
                self._client().trust_forwarded_header(self._header)
        except StoreError as error:
            self._told_pid = 0
            log.debug("The receiver was not told of the tunnel: %s", error.detail)
