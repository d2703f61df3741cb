"""How long a report may still come, and whether any is waited for. Pure: takes times and numbers.

Keys, sleep, alarms, notices and tunnels ask here, so that none gives up before another. A message
is tried by its operator for 72 hours, and the report about the end of that by the SMS service for
some two hours more; the SMS service's own time-outs and clocks get another two hours. A batch may
wait for its delivery window, in which nothing is heard of it.

Source: protocol, "From reports to a message, a batch and a cost".
"""

from datetime import datetime, timedelta
from typing import Final

from kvitto.core.outages import IP1_RETRIES

OPERATOR_TRIES: Final = timedelta(hours=72)
"""How long an operator tries to deliver a message: the SMS service's support page."""
AFTER_LAST_REPORT: Final = OPERATOR_TRIES + timedelta(hours=2) + IP1_RETRIES.longest
"""How long after the last report about a batch, or by a key, the next one may come."""
DELIVERY_WINDOW: Final = timedelta(days=7)
"""How far ahead the SMS service lets a batch be scheduled."""
UNHEARD_OF: Final = DELIVERY_WINDOW + timedelta(days=1)
"""How long after a key was given away last a batch that was sent with it may not be heard of."""


def is_batch_finished(*, messages: int, finished: int, expected: int | None) -> bool:
    """Tell whether all of a batch is finished, as far as is known.

    Args:
        messages: how many messages of it were seen.
        finished: how many of these are finished.
        expected: how many there should be; None where that is not known.
    """
    return 0 < messages <= finished and messages >= (expected or 0)


def awaited_until(last_report: datetime) -> datetime:
    """Return how long a report about a batch that is not finished may still come."""
    return last_report + AFTER_LAST_REPORT


def key_needed_until(rotated: datetime, last_report: datetime | None) -> datetime:
    """Return how long a report may still come by a key that was rotated.

    A batch that was sent with it just before may be scheduled, and not be heard of yet: that is so
    whatever other batches have used it. What looks finished counts, too: of a batch whose size is
    not known, more messages may be heard of.

    Args:
        rotated: when it was given away last.
        last_report: when a report came by it last; None where none did.
    """
    unheard_of = rotated + UNHEARD_OF
    return unheard_of if last_report is None else max(unheard_of, awaited_until(last_report))
