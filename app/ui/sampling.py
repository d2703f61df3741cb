"""A sample report that the user sends to themselves, to see how it comes in."""

import logging
from datetime import UTC, datetime
from http import HTTPStatus

from PySide6.QtCore import QObject, Signal

from app.ui.context import Context
from app.ui.sample import SampleUnansweredError, send_sample

log = logging.getLogger(__name__)


class Sampling(QObject):
    """Sends a sample report through the real port of this computer.

    Signals:
        failed: a sentence: why it did not come in.
    """

    failed = Signal(str)

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        """Send to the receiver of `context`."""
        super().__init__(parent)
        self._context = context

    def send(self) -> None:
        """Send one now."""
        self._context.tasks.start(self._send(), "sample")

    async def _send(self) -> None:
        url = self._context.door.local_url
        if not url:
            self.failed.emit(self.tr("Nothing is receiving now, so there is nowhere to send it."))
            return
        try:
            status = await send_sample(url, datetime.now(UTC))
        except SampleUnansweredError as error:
            log.warning("The sample report was not answered: %s", error)
            self.failed.emit(self.tr("The sample report got no answer from Kvitto's own port."))
            return
        if status != HTTPStatus.OK:
            self.failed.emit(
                self.tr("The sample report was answered {status}.").format(status=status)
            )
