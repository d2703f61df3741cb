"""A test report that the user sends to themselves, to see that it comes in."""

import json
import logging
from datetime import UTC, datetime
from http import HTTPStatus
from secrets import token_hex
from typing import Final

from PySide6.QtCore import QObject, Signal

from kvitto.store.errors import StoreError
from kvitto.ui.services.context import Context
from kvitto.ui.text.error_text import error_text

log = logging.getLogger(__name__)
_TIMEOUT_S = 10
SAMPLE_BATCH: Final = "kvitto-test"
"""The SMS service's id of the batch of all test reports: none of its own looks like it."""


class SampleUnansweredError(Exception):
    """The sample report got no answer; its text names the cause."""


def body_of_test_report(now: datetime) -> bytes:
    """Return the body of a report about a message that nobody sent, delivered at `now`, UTC."""
    return json.dumps(
        {
            "messageId": token_hex(12),
            "batchId": SAMPLE_BATCH,
            "recipient": "46701740605",
            "code": 201,
            "duration": 1,
            "created": now.isoformat(),
            "segments": 2,
            "price": 0.082,
            "currency": "eur",
            "reference": "Test",
        }
    ).encode()


async def send_test_report(url: str, now: datetime) -> int:
    """Post a sample report to `url`; return the status of the answer.

    Raises:
        SampleUnansweredError: there was no answer.
    """
    # Imported when it is needed: it would hold up the start of the window.
    import aiohttp

    from kvitto.posting import posting_session

    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
    headers = {"Content-Type": "application/json"}
    try:
        async with (
            posting_session(timeout=timeout) as client,
            client.post(url, data=body_of_test_report(now), headers=headers) as answer,
        ):
            return answer.status
    except (aiohttp.ClientError, TimeoutError) as error:
        raise SampleUnansweredError(type(error).__name__) from error


class Sampling(QObject):
    """Sends a test report through the real port of this computer, by the URL of demos.

    It is stored and marked as a test, and counts nowhere.

    Signals:
        failed: a sentence: why it did not come in.
        done: a sentence: that it did.
    """

    failed = Signal(str)
    done = Signal(str)

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        """Send to the receiver of `context`."""
        super().__init__(parent)
        self._context = context

    def send(self) -> None:
        """Send one now."""
        self._context.tasks.start(self._send(), "sample")

    async def _send(self) -> None:
        try:
            url = await self._context.tasks.in_thread(self._context.backend.read_demo_url)
        except StoreError as error:
            self.failed.emit(error_text(error))
            return
        if not url:
            self.failed.emit(
                self.tr("Nothing is received on this computer now, so there is nowhere to send it.")
            )
            return
        try:
            status = await send_test_report(url, datetime.now(UTC))
        except SampleUnansweredError as error:
            log.warning("The sample report was not answered: %s", error)
            self.failed.emit(self.tr("The test report got no answer from Kvitto's own port."))
            return
        if status != HTTPStatus.OK:
            self.failed.emit(
                self.tr("The test report was answered {status}.").format(status=status)
            )
            return
        if self._context.preferences.shows_demo:
            self.done.emit(self.tr("The test report came in and was stored: it counts nowhere."))
        else:
            self.done.emit(
                self.tr(
                    "The test report came in and was stored. It counts nowhere, and is seen with "
                    "View → Show demo batches."
                )
            )
