"""What is told while nothing can be stored."""

import logging

from kvitto.store.errors import StoreError

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
        """Note that something could not be stored; log each kind of failure once."""
        if type(self.error) is not type(error):
            log.error("Reports can't be stored: %s (%s)", error, error.detail)
        self.failures += 1
        self.error = error

    def end(self) -> bool:
        """Note that something was stored; return whether nothing could be before."""
        if self.error is None:
            return False
        log.warning("Reports are stored again")
        self.error = None
        return True
