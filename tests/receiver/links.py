"""Links to receivers, and what they are waited for."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kvitto.receiver.receiver_link import ReceiverLink
from kvitto.receiver.receiver_outlook import ReceiverOutlook


class Join(Protocol):
    def __call__(
        self,
        folder: Path,
        *,
        port: int = 0,
        start: Callable[..., object] | None = None,
        no_auth: bool = False,
    ) -> ReceiverLink: ...


def until(
    link: ReceiverLink, is_so: Callable[[ReceiverOutlook], bool], within_s: float = 60
) -> ReceiverOutlook:
    end = time.monotonic() + within_s
    outlook = link.outlook
    while not is_so(outlook):
        assert time.monotonic() < end, outlook
        outlook = link.wait_for_news(outlook, 0.5)
    return outlook


def is_receiving(outlook: ReceiverOutlook) -> bool:
    return outlook.is_receiving


def receiving_after(losses: int) -> Callable[[ReceiverOutlook], bool]:
    return lambda outlook: outlook.losses == losses and outlook.is_receiving
