"""What is told while nothing can be stored."""

import logging

from kvitto.store.errors import DatabaseBrokenError, StoreError
from kvitto.store.server_errors import UserRefusedError

log = logging.getLogger(__name__)


class WriterAlarm:
    """Why the last group could not be stored. Belongs to the writer's thread; may be read from any.

    Attributes:
        error: why; None once one is stored again.
        failures: how many groups and edits could not be stored so far.
    """

    def __init__(self) -> None:
        self.error: StoreError | None = None
        self.failures = 0

    def rise(self, error: StoreError) -> None:
        """Note that something could not be stored; log each kind of failure once.

        What a window's user may not change says nothing of reports: those come in elsewhere.
        """
        if isinstance(error, UserRefusedError):
            return
        if type(self.error) is not type(error):
            log.error("Reports can't be stored: %s (%s)", error, error.detail)
        self.failures += 1
        self.error = error

    def end(self, *, is_edit: bool) -> bool:
        """Note that something was stored; return whether nothing could be before.

        An edit tells nothing of reports where the file is damaged: it may need only what is whole.
        """
        if self.error is None or (is_edit and isinstance(self.error, DatabaseBrokenError)):
            return False
        log.warning("Reports are stored again")
        self.error = None
        return True
