"""Has a receiver take to what the window that has found it was started for."""

import logging
import threading

from kvitto.receiver.control_client import ControlClient
from kvitto.receiver.receiver_errors import ReceiverError, ReceiverUnreachableError
from kvitto.store.errors import StoreError

log = logging.getLogger(__name__)


def take_to(client: ControlClient, *, address: tuple[str, int] | None, opens: bool) -> None:
    """Ask for it on a thread of its own; where it can't be, the receiver stays as it is.

    Args:
        client: asks the receiver.
        address: where it is to listen; None for where it does.
        opens: whether reports are to be taken without a secret, too.
    """

    def ask() -> None:
        try:
            if opens:
                client.set_open(is_open=True)
            if address is not None:
                client.listen(*address)
        except ReceiverUnreachableError as error:
            # It ends, or the window does.
            log.info("The receiver stays as it is: %s", error.detail)
        except (StoreError, ReceiverError) as error:
            log.warning("The receiver stays as it is: %s", error.sentence)

    if address is not None or opens:
        threading.Thread(target=ask, name="kvitto-moving", daemon=True).start()
