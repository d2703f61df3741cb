"""How late the reports of a batch came, all together."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
import numpy as np
from sqlalchemy import Connection, Text, cast, select

from kvitto.core.delay import PROMPT, DelayReason, delay
from kvitto.core.outages import Outage, RetryPolicy
from kvitto.core.timestamps import from_microseconds
from kvitto.store.minute_arrays import as_text, no_numbers, read_numbers
from kvitto.store.schema import message, report
from kvitto.store.timeseries import IntArray

_US: Final = 1_000_000
_PROMPT_US: Final = PROMPT // timedelta(microseconds=1)


class DelaySpread(msgspec.Struct, frozen=True):
    """How late a batch's reports came.

    Reports to which the SMS service gave no time that can be read are left out.

    Attributes:
        median: half of the reports took no longer.
        most: 95 of a hundred took no longer.
        longest: none took longer.
        reasons: how many there are by the reason for their lag.
    """

    median: timedelta
    most: timedelta
    longest: timedelta
    reasons: Mapping[DelayReason, int]


def read_times(connection: Connection, batch_key: int) -> IntArray:
    """Return when each report of a batch was created and arrived, in microseconds."""
    query = (
        select(
            cast(report.c.message_pk, Text),
            as_text((report.c.created_at_us, report.c.arrived_at_us)),
        )
        .join(message, message.c.pk == report.c.message_pk)
        .where(message.c.batch_pk == batch_key, report.c.created_at_us.is_not(None))
        .group_by(report.c.message_pk)
    )
    found = read_numbers(connection, query, 2)
    return np.concatenate(list(found.values())) if found else no_numbers(2)


def spread(
    times: IntArray,
    outages: Sequence[Outage],
    rule: RetryPolicy,
    proofs: Sequence[datetime] = (),
) -> DelaySpread:
    """Return the spread of what `read_times` returned; there must be some.

    Args:
        times: when reports were created and arrived.
        outages: when no report could come in meanwhile.
        rule: the SMS service's.
        proofs: in which minutes reports came by the same way, oldest first.
    """
    delay_stats = times[:, 1] - times[:, 0]
    levels = np.percentile(delay_stats, (50, 95, 100), method="inverted_cdf")
    median, most, longest = (timedelta(microseconds=int(level)) for level in levels)
    late = times[delay_stats > _PROMPT_US]
    reasons: Counter[DelayReason] = Counter({DelayReason.PROMPT: len(times) - len(late)})
    # Many come in the same second of the same second: one question for all of these.
    whole = np.stack((late[:, 0] // _US, -(-late[:, 1] // _US)), axis=1)
    alike, counts = np.unique(whole, axis=0, return_counts=True)
    for (created_s, arrived_s), count in zip(alike.tolist(), counts.tolist(), strict=True):
        created, arrived = from_microseconds(created_s * _US), from_microseconds(arrived_s * _US)
        # Its own minute proves nothing of the time before.
        others = proofs[: bisect_left(proofs, arrived.replace(second=0))]
        reasons[delay(created, arrived, outages, rule, others).kind] += count
    return DelaySpread(median, most, longest, +reasons)
